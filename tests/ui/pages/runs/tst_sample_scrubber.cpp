// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Answers along the run: which is shown, and that the newest is followed.
#include "ui/pages/runs/sample_scrubber.h"

#include "tests/support/studio_test.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/slider.h"

#include <QPlainTextEdit>
#include <QSignalSpy>

using namespace ui::pages::runs;
using app::runs::RunSeries;

namespace {

RunSeries seriesUntil(int64_t step)
{
    RunSeries series;
    for (int64_t at = 100; at <= step; at += 100) {
        for (int prompt : {0, 1}) {
            series.samples.push_back({at,
                                      prompt,
                                      QStringLiteral("prompt %1").arg(prompt),
                                      QStringLiteral("answer %1 at %2").arg(prompt).arg(at)});
        }
    }
    return series;
}

QStringList answers(const SampleScrubber& scrubber)
{
    QStringList texts;
    for (const QPlainTextEdit* edit : scrubber.findChildren<QPlainTextEdit*>()) {
        texts.append(edit->toPlainText());
    }
    return texts;
}

} // namespace

class TestSampleScrubber : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theNewestIsShownBesideTheFirst();
    void newSamplesAreFollowedFromTheEnd();
    void anEarlierChoiceStays();
    void thePromptChangesBothAnswers();
    void theNearestStepIsChosen();
    void withoutSamplesItIsHidden();
};

void TestSampleScrubber::theNewestIsShownBesideTheFirst()
{
    SampleScrubber scrubber;
    scrubber.show(seriesUntil(500));
    QCOMPARE(scrubber.currentStep(), 500);
    QCOMPARE(answers(scrubber),
             (QStringList{QStringLiteral("answer 0 at 100"), QStringLiteral("answer 0 at 500")}));
}

void TestSampleScrubber::newSamplesAreFollowedFromTheEnd()
{
    SampleScrubber scrubber;
    scrubber.show(seriesUntil(500));
    scrubber.show(seriesUntil(600));
    QCOMPARE(scrubber.currentStep(), 600);
}

void TestSampleScrubber::anEarlierChoiceStays()
{
    SampleScrubber scrubber;
    scrubber.show(seriesUntil(500));
    QSignalSpy chosen(&scrubber, &SampleScrubber::stepChosen);
    scrubber.findChild<ui::widgets::Slider*>()->setValue(1);
    QCOMPARE(scrubber.currentStep(), 200);
    QCOMPARE(chosen.count(), 1);
    scrubber.show(seriesUntil(600));
    QCOMPARE(scrubber.currentStep(), 200);
}

void TestSampleScrubber::thePromptChangesBothAnswers()
{
    SampleScrubber scrubber;
    scrubber.show(seriesUntil(300));
    scrubber.findChild<ui::widgets::ComboBox*>()->setCurrentIndex(1);
    QCOMPARE(answers(scrubber),
             (QStringList{QStringLiteral("answer 1 at 100"), QStringLiteral("answer 1 at 300")}));
}

void TestSampleScrubber::theNearestStepIsChosen()
{
    SampleScrubber scrubber;
    scrubber.show(seriesUntil(500));
    scrubber.chooseNearest(260);
    QCOMPARE(scrubber.currentStep(), 300);
    scrubber.chooseNearest(-50);
    QCOMPARE(scrubber.currentStep(), 100);
}

void TestSampleScrubber::withoutSamplesItIsHidden()
{
    QWidget parent;
    SampleScrubber scrubber(&parent);
    scrubber.show(RunSeries());
    QVERIFY(scrubber.isHidden());
    QCOMPARE(scrubber.currentStep(), -1);
}

STUDIO_TEST_MAIN(TestSampleScrubber)
#include "tst_sample_scrubber.moc"
