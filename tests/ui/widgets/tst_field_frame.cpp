// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/studio_test.h"

#include "ui/widgets/combo_box.h"
#include "ui/widgets/field_frame.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/reveal.h"

#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QSignalSpy>
#include <QVBoxLayout>

using namespace ui::widgets;
using namespace Qt::StringLiterals;

class TestFieldFrame : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void labelNamesTheEditor();
    void changedOffersAReset();
    void stateWordsReplaceTheHint();
    void unitKeepsRoomInsideTheLine();
    void unitOfAComboIsItsTrailingText();
    void nothingJumpsWhenAFieldBecomesChanged();
    void longWordsGetTheirLinesInANarrowColumn();
    void aRefusedFieldIsScrolledToWithItsWords();
};

void TestFieldFrame::labelNamesTheEditor()
{
    auto* line = new QLineEdit;
    FieldFrame frame(u"Max length"_s, line);
    QCOMPARE(line->accessibleName(), u"Max length"_s);
    frame.setHelp(u"Longer samples are cut."_s);
    QCOMPARE(line->accessibleDescription(), u"Longer samples are cut."_s);
    frame.setState(FieldFrame::State::Refused, u"Expected 1 to 1,024"_s);
    QCOMPARE(line->accessibleDescription(), u"Expected 1 to 1,024"_s);
    QCOMPARE(frame.focusProxy(), line);
}

void TestFieldFrame::changedOffersAReset()
{
    FieldFrame frame(u"Rank"_s, new QLineEdit(u"8"_s));
    frame.show();
    auto* reset = frame.findChild<IconButton*>();
    QVERIFY(!reset->isVisible());
    frame.setChanged(true, u"Reset to 16"_s);
    QVERIFY(reset->isVisible());
    QCOMPARE(reset->accessibleName(), u"Reset to 16"_s);
    QSignalSpy asked(&frame, &FieldFrame::resetRequested);
    QTest::keyClick(reset, Qt::Key_Space);
    QCOMPARE(asked.size(), 1);
    QVERIFY(frame.editor()->property("fieldChanged").toBool());
    frame.setChanged(false);
    QVERIFY(!reset->isVisible());
}

void TestFieldFrame::stateWordsReplaceTheHint()
{
    FieldFrame frame(u"Batch"_s, new QLineEdit(u"0"_s));
    frame.setHint(u"samples a step"_s);
    const auto shows = [&frame](const QString& words) {
        const auto labels = frame.findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
            return !label->isHidden() && label->text() == words;
        });
    };
    QVERIFY(shows(u"samples a step"_s));
    frame.setState(FieldFrame::State::Refused, u"Expected 1 to 1,024"_s);
    QVERIFY(shows(u"Expected 1 to 1,024"_s));
    QVERIFY(!shows(u"samples a step"_s));
    QCOMPARE(frame.editor()->property("fieldState").toString(), u"refused"_s);
    frame.setState(FieldFrame::State::Normal);
    QVERIFY(shows(u"samples a step"_s));
}

void TestFieldFrame::unitKeepsRoomInsideTheLine()
{
    auto* line = new QLineEdit(u"1024"_s);
    FieldFrame frame(u"Max length"_s, line);
    frame.setUnit(u"tokens"_s);
    frame.resize(frame.sizeHint());
    frame.show();
    auto* unit = line->findChild<QLabel*>();
    QVERIFY(unit->isVisible());
    QVERIFY(line->textMargins().right() >= unit->width());
    QVERIFY(line->rect().contains(unit->geometry()));
}

void TestFieldFrame::unitOfAComboIsItsTrailingText()
{
    auto* combo = new ComboBox;
    FieldFrame frame(u"Model"_s, combo);
    frame.setUnit(u"494 M"_s);
    QCOMPARE(combo->trailingText(), u"494 M"_s);
}

void TestFieldFrame::nothingJumpsWhenAFieldBecomesChanged()
{
    FieldFrame frame(u"Rank"_s, new QLineEdit(u"16"_s));
    const QSize before = frame.sizeHint();
    frame.setChanged(true);
    QCOMPARE(frame.sizeHint(), before);
}

void TestFieldFrame::longWordsGetTheirLinesInANarrowColumn()
{
    QWidget column;
    auto* layout = new QVBoxLayout(&column);
    auto* frame = new FieldFrame(u"Run name"_s, new QLineEdit);
    layout->addWidget(frame);
    layout->addStretch(1);
    frame->setState(FieldFrame::State::Refused, u"Expected letters and digits. "_s.repeated(8));
    column.resize(220, 600);
    column.show();
    QLabel* words = nullptr;
    const QList<QLabel*> labels = frame->findChildren<QLabel*>();
    for (QLabel* label : labels) {
        words = label->text().startsWith(u"Expected"_s) ? label : words;
    }
    QVERIFY(words);
    QVERIFY(words->height() >= words->heightForWidth(words->width()));
    QVERIFY(words->y() >= frame->editor()->geometry().bottom());
}

void TestFieldFrame::aRefusedFieldIsScrolledToWithItsWords()
{
    QScrollArea area;
    auto* column = new QWidget;
    auto* layout = new QVBoxLayout(column);
    for (int i = 0; i < 12; ++i) {
        layout->addWidget(new FieldFrame(u"Field"_s, new QLineEdit));
    }
    auto* last = new FieldFrame(u"Run name"_s, new QLineEdit);
    layout->addWidget(last);
    area.setWidget(column);
    area.setWidgetResizable(true);
    area.resize(220, 200);
    area.show();
    last->setState(FieldFrame::State::Refused, u"Expected letters and digits. "_s.repeated(4));
    focusAndReveal(last->editor());
    const auto isSeen = [&] {
        const QPoint end = last->mapTo(area.viewport(), QPoint(0, last->height() - 1));
        return area.viewport()->rect().contains(end);
    };
    QTRY_VERIFY(isSeen());
}

STUDIO_TEST_MAIN(TestFieldFrame)
#include "tst_field_frame.moc"
