// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The page with the real engine; skipped, and said so, where that is not built.
#include "app/base/engine_text.h"
#include "app/engine/catalog_access.h"
#include "tests/support/studio_fixture.h"
#include "tests/support/studio_test.h"
#include "ui/forms/field_form.h"
#include "ui/pages/train/closable_card.h"
#include "ui/pages/train/consequences_panel.h"
#include "ui/pages/train/method_options.h"
#include "ui/pages/train/method_outline.h"
#include "ui/pages/train/method_picker.h"
#include "ui/pages/train/part_bars.h"
#include "ui/pages/train/setup_panel.h"
#include "ui/pages/train/start_panel.h"
#include "ui/pages/train/target_panel.h"
#include "ui/pages/train/train_page.h"
#include "ui/widgets/button.h"
#include "ui/widgets/field_frame.h"

#include <QAbstractItemView>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QSignalSpy>

using namespace ui::pages::train;
using engine::contract::Result;
using engine::contract::toJson;
using engine::contract::Value;
using test_support::StudioFixture;
using ui::widgets::FieldFrame;

namespace {

constexpr int kPatienceMs = 30'000;
const char* const kModel = LORA_SOURCE_DIR "/resources/samples/model";
const char* const kData = LORA_SOURCE_DIR "/resources/samples/pirate.jsonl";
const char* const kMoreData = LORA_SOURCE_DIR "/resources/samples/held_out.jsonl";

QString engineProgram()
{
    for (const QString& program :
         {QStringLiteral(LORA_ENGINE), qEnvironmentVariable("LORA_STUDIO_ENGINE")}) {
        if (QFileInfo(program).isExecutable()) {
            return program;
        }
    }
    return {};
}

ui::Destination sampleJob()
{
    return {QStringLiteral("train"),
            {},
            {},
            {{QStringLiteral("model"), QString::fromUtf8(kModel)},
             {QStringLiteral("data"), QString::fromUtf8(kData)}}};
}

} // namespace

class TestTrainPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void localCountAgreesWithTheEngine();
    void enginePlansExactlyTheCells();
    void aMethodBringsItsLearningRate();
    void aMethodWithoutTargetsSaysWhatItTrains();
    void everyMethodsShareIsInTheList();
    void refusalStandsBesideItsField();
    void blanksInARunNameBecomeHyphens();
    void startWithoutDataSaysSo();
    void severalFilesAreTrainedTogether();
    void draftComesBack();
    void jobFileIsOpened();
    void startGoesToTheRun();
    void narrowWindowStacksTheThirdColumn();
    void looksRight();

private:
    void renderMethods(TrainPage& page, const QString& folder);
    bool waitForPlan(TrainPage& page)
    {
        auto* consequences = page.findChild<ConsequencesPanel*>();
        return QTest::qWaitFor(
            [&] {
                return consequences->source() == QLatin1String("calculated")
                       || consequences->source() == QLatin1String("probed");
            },
            kPatienceMs);
    }
};

void TestTrainPage::init()
{
    if (engineProgram().isEmpty()) {
        QSKIP("lora-engine is not built here; LORA_STUDIO_ENGINE may name one");
    }
}

void TestTrainPage::localCountAgreesWithTheEngine()
{
    StudioFixture fixture(engineProgram());
    TrainPage page(*fixture.context);
    page.open(sampleJob());
    QTRY_VERIFY_WITH_TIMEOUT(page.draft().isReady(), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!page.targets().model().grid().isEmpty(), kPatienceMs);
    page.targets().model().setRanks({page.targets().model().index(1, 2)}, 5);
    const int64_t local = page.targets().model().parameters();
    QVERIFY(waitForPlan(page));
    const auto exact = [&page] {
        QString text = page.findChild<ConsequencesPanel*>()->trainable().exact;
        return text.remove(QLatin1Char(','));
    };
    // An answer to the page before the change may come first.
    QTRY_COMPARE_WITH_TIMEOUT(exact(), QString::number(local), kPatienceMs);
}

void TestTrainPage::aMethodBringsItsLearningRate()
{
    StudioFixture fixture(engineProgram());
    TrainPage page(*fixture.context);
    page.open(sampleJob());
    QTRY_VERIFY_WITH_TIMEOUT(page.draft().isReady(), kPatienceMs);
    const QString rate = QStringLiteral("training.learning_rate");
    QCOMPARE(page.draft().value(rate).toDouble(), 2e-4);
    page.draft().edit(QStringLiteral("method.id"), std::string("full"));
    QCOMPARE(page.draft().value(rate).toDouble(), 2e-5);
    QVERIFY(!page.targets().hasTargets());
}

void TestTrainPage::aMethodWithoutTargetsSaysWhatItTrains()
{
    StudioFixture fixture(engineProgram());
    TrainPage page(*fixture.context);
    page.open(sampleJob());
    QTRY_VERIFY_WITH_TIMEOUT(page.draft().isReady(), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!page.targets().model().grid().isEmpty(), kPatienceMs);
    int tried = 0;
    for (const engine::contract::CatalogEntry& method : page.draft().catalog().methods) {
        page.draft().edit(QStringLiteral("method.id"), method.id);
        if (page.targets().hasTargets()) {
            continue;
        }
        ++tried;
        QCOMPARE(page.targets().title(), app::engineText(method.name));
        QTRY_VERIFY_WITH_TIMEOUT(!page.isPlanPending(), kPatienceMs);
        const auto& parts = page.targets().outline().bars().parts();
        if (!page.isPlanKnown()) { // this model has nothing for it to train
            QVERIFY(parts.empty());
            continue;
        }
        int64_t sum = 0;
        for (const TrainedPart& part : parts) {
            QVERIFY(!part.name.isEmpty());
            sum += part.parameters;
        }
        QString exact = page.findChild<ConsequencesPanel*>()->trainable().exact;
        QCOMPARE(exact.remove(u','), QString::number(sum));
    }
    QVERIFY(tried > 3);
}

void TestTrainPage::everyMethodsShareIsInTheList()
{
    StudioFixture fixture(engineProgram());
    TrainPage page(*fixture.context);
    page.open(sampleJob());
    QTRY_VERIFY_WITH_TIMEOUT(page.draft().isReady(), kPatienceMs);
    QVERIFY(waitForPlan(page));
    const auto* picker = page.findChild<MethodPicker*>();
    for (const engine::contract::CatalogEntry& method : page.draft().catalog().methods) {
        const int row = picker->findData(QString::fromStdString(method.id));
        QVERIFY2(row >= 0, method.id.c_str());
        // Either what it would train of this model, or why there is nothing.
        QTRY_VERIFY_WITH_TIMEOUT(
            picker->itemData(row, MethodPicker::ShareRole).toString().isEmpty()
                != picker->itemData(row, MethodPicker::RefusalRole).toString().isEmpty(),
            kPatienceMs);
    }
}

void TestTrainPage::enginePlansExactlyTheCells()
{
    StudioFixture fixture(engineProgram());
    TrainPage page(*fixture.context);
    page.open(sampleJob());
    QTRY_VERIFY_WITH_TIMEOUT(page.draft().isReady(), kPatienceMs);
    TargetMatrixModel& matrix = page.targets().model();
    QTRY_VERIFY_WITH_TIMEOUT(!matrix.grid().isEmpty(), kPatienceMs);
    QRandomGenerator random(7);
    for (int round = 0; round < 12; ++round) {
        QModelIndexList off;
        QModelIndexList other;
        for (int row = 0; row < matrix.grid().layers(); ++row) {
            for (int column = 0; column < 7; ++column) {
                const int dice = int(random.bounded(4U));
                if (dice < 2 && row + column > 0) {
                    (dice == 0 ? off : other).append(matrix.index(row, column));
                }
            }
        }
        matrix.resetAll();
        matrix.setRanks(off, 0);
        matrix.setRanks(other, int(random.bounded(1, 40)));
        Value answer;
        Value question = Value::object({{"model", kModel},
                                        {"data", kData},
                                        {"method", "lora"},
                                        {"set", Value::list(page.draft().sets())}});
        bool isAnswered = false;
        QVERIFY(waitForPlan(page));
        fixture.studio->engine().ask(
            QStringLiteral("estimate"), question, this, [&](const Result<Value>& result) {
                isAnswered = true;
                answer = result ? result.value() : Value(result.error().message);
            });
        QTRY_VERIFY_WITH_TIMEOUT(isAnswered, kPatienceMs);
        if (!answer.contains("targets")) {
            QSKIP("this engine does not answer the targets of a plan");
        }
        std::map<std::string, std::pair<int64_t, double>> planned;
        for (const Value& target : answer["targets"].toList()) {
            planned[target["name"].toString()] = {target["rank"].toInteger(),
                                                  target["scale"].toDouble()};
        }
        for (std::size_t i = 0; i < matrix.grid().modules().size(); ++i) {
            const std::string& name = matrix.grid().modules()[i].name;
            const int rank = matrix.selection().ranks[i];
            QVERIFY2(planned.contains(name) == (rank > 0), name.c_str());
            if (rank > 0) {
                QCOMPARE(planned[name].first, int64_t(rank));
                QCOMPARE(planned[name].second, 2.0);
            }
        }
    }
}

void TestTrainPage::refusalStandsBesideItsField()
{
    StudioFixture fixture(engineProgram());
    TrainPage page(*fixture.context);
    page.open(sampleJob());
    QTRY_VERIFY_WITH_TIMEOUT(page.draft().isReady(), kPatienceMs);
    page.draft().edit(QStringLiteral("output.name"), "../escape");
    auto* setup = page.findChild<SetupPanel*>();
    const auto isRefused = [&] {
        for (const FieldFrame* frame : setup->findChildren<FieldFrame*>()) {
            if (frame->label() == QLatin1String("Run name")) {
                return frame->state() == FieldFrame::State::Refused;
            }
        }
        return false;
    };
    QTRY_VERIFY_WITH_TIMEOUT(isRefused(), kPatienceMs);
    page.draft().undoStack().undo();
    QTRY_VERIFY_WITH_TIMEOUT(!isRefused(), kPatienceMs);
}

void TestTrainPage::blanksInARunNameBecomeHyphens()
{
    StudioFixture fixture(engineProgram());
    TrainPage page(*fixture.context);
    page.open(sampleJob());
    QTRY_VERIFY_WITH_TIMEOUT(page.draft().isReady(), kPatienceMs);
    for (FieldFrame* frame : page.findChild<SetupPanel*>()->findChildren<FieldFrame*>()) {
        if (frame->label() == QLatin1String("Run name")) {
            QTest::keyClicks(frame->editor(), QStringLiteral("my first run"));
        }
    }
    QCOMPARE(page.draft().text(QStringLiteral("output.name")), QStringLiteral("my-first-run"));
}

void TestTrainPage::startWithoutDataSaysSo()
{
    StudioFixture fixture(engineProgram());
    TrainPage page(*fixture.context);
    QTRY_VERIFY_WITH_TIMEOUT(page.draft().isReady(), kPatienceMs);
    page.draft().edit(QStringLiteral("model.path"), kModel);
    QVERIFY(waitForPlan(page));
    Q_EMIT page.findChild<StartPanel*>()->startRequested();
    const auto isRefused = [&] {
        for (const FieldFrame* frame : page.findChildren<FieldFrame*>()) {
            if (frame->label() == QLatin1String("Data")) {
                return frame->state() == FieldFrame::State::Refused;
            }
        }
        return false;
    };
    QTRY_VERIFY_WITH_TIMEOUT(isRefused(), kPatienceMs);
    QVERIFY(fixture.visited.isEmpty());
}

void TestTrainPage::severalFilesAreTrainedTogether()
{
    StudioFixture fixture(engineProgram());
    TrainPage page(*fixture.context);
    const QStringList files = {QString::fromUtf8(kData), QString::fromUtf8(kMoreData)};
    page.open(
        {QStringLiteral("train"),
         {},
         {},
         {{QStringLiteral("model"), QString::fromUtf8(kModel)}, {QStringLiteral("data"), files}}});
    QTRY_VERIFY_WITH_TIMEOUT(page.draft().isReady(), kPatienceMs);
    const Value mix = page.draft().value(QStringLiteral("data.mix"));
    QCOMPARE(mix.toList().size(), std::size_t(2));
    QCOMPARE(mix.toList()[1]["path"].toString(), std::string(kMoreData));
    QCOMPARE(mix.toList()[1]["weight"].toDouble(), 1.0);
    QVERIFY(waitForPlan(page)); // the engine trains on them
    page.open(sampleJob());
    QVERIFY(page.draft().value(QStringLiteral("data.mix")).toList().empty());
    QCOMPARE(page.draft().text(QStringLiteral("data.path")), QString::fromUtf8(kData));
}

void TestTrainPage::draftComesBack()
{
    StudioFixture fixture(engineProgram());
    {
        TrainPage page(*fixture.context);
        page.open(sampleJob());
        QTRY_VERIFY_WITH_TIMEOUT(page.draft().isReady(), kPatienceMs);
        page.draft().edit(QStringLiteral("training.epochs"), 7);
    }
    TrainPage again(*fixture.context);
    QVERIFY(again.draft().isReady());
    QCOMPARE(again.draft().value(QStringLiteral("training.epochs")).toDouble(), 7.0);
    QCOMPARE(again.draft().text(QStringLiteral("model.path")), QString::fromUtf8(kModel));
}

void TestTrainPage::jobFileIsOpened()
{
    StudioFixture fixture(engineProgram());
    QFile file(fixture.file(QStringLiteral("job.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"model":{"path":"m"},"method":{"id":"lora","rank":3}})");
    file.close();
    TrainPage page(*fixture.context);
    page.open({QStringLiteral("train"), {}, {}, {{QStringLiteral("job"), file.fileName()}}});
    QTRY_VERIFY_WITH_TIMEOUT(page.draft().isReady(), kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(
        page.draft().value(QStringLiteral("method.rank")).toInteger(), 3, kPatienceMs);
    QCOMPARE(page.draft().text(QStringLiteral("model.path")), fixture.file(QStringLiteral("m")));
}

void TestTrainPage::startGoesToTheRun()
{
    StudioFixture fixture(engineProgram());
    TrainPage page(*fixture.context);
    page.open(sampleJob());
    QTRY_VERIFY_WITH_TIMEOUT(page.draft().isReady(), kPatienceMs);
    page.draft().edit(QStringLiteral("training.max_steps"), 1);
    page.draft().edit(QStringLiteral("output.name"), "one-step");
    Q_EMIT page.findChild<StartPanel*>()->startRequested();
    QTRY_COMPARE_WITH_TIMEOUT(fixture.visited.size(), 1, kPatienceMs);
    QCOMPARE(fixture.visited.first().page, QStringLiteral("runs"));
    const QString job = fixture.visited.first().item + QStringLiteral("/job.json");
    QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(job), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(fixture.studio->runs().current() == nullptr, kPatienceMs);
}

void TestTrainPage::narrowWindowStacksTheThirdColumn()
{
    StudioFixture fixture(engineProgram());
    TrainPage page(*fixture.context);
    page.open(sampleJob());
    QTRY_VERIFY_WITH_TIMEOUT(page.draft().isReady(), kPatienceMs);
    auto* consequences = page.findChild<ConsequencesPanel*>();
    auto* start = page.findChild<StartPanel*>();
    page.resize(1230, 800);
    page.show();
    QVERIFY(consequences->isVisible());
    page.resize(968, 600);
    QTRY_VERIFY(!consequences->isVisible());
    QVERIFY(start->isVisible());
    page.resize(1230, 800);
    QTRY_VERIFY(consequences->isVisible());
}

// For eyes: LORA_RENDER_DIR=… writes the page in both themes and the smallest window.
void TestTrainPage::looksRight()
{
    const QString folder = qEnvironmentVariable("LORA_RENDER_DIR");
    if (folder.isEmpty()) {
        QSKIP("LORA_RENDER_DIR is not set");
    }
    StudioFixture fixture(engineProgram());
    TrainPage page(*fixture.context);
    ui::Destination to = sampleJob();
    if (qEnvironmentVariableIsSet("LORA_RENDER_MODEL")) {
        to.options[QStringLiteral("model")] = qEnvironmentVariable("LORA_RENDER_MODEL");
    }
    page.open(to);
    page.resize(1232, 796);
    page.show();
    QTRY_VERIFY_WITH_TIMEOUT(!page.targets().model().grid().isEmpty(), kPatienceMs);
    TargetMatrixModel& matrix = page.targets().model();
    QModelIndexList lower;
    for (int row = 0; row < 2; ++row) {
        lower << matrix.index(row, 4) << matrix.index(row, 5);
    }
    matrix.setRanks(lower, 8);
    matrix.setRanks({matrix.index(2, 6)}, 32);
    page.draft().edit(QStringLiteral("training.accumulate"), 2);
    page.draft().edit(QStringLiteral("data.max_length"), 32);
    QVERIFY(waitForPlan(page));
    QTest::qWait(500);
    page.grab().save(folder + QStringLiteral("/train-light.png"));
    ui::theme().setScheme(ui::Theme::Scheme::Dark);
    page.grab().save(folder + QStringLiteral("/train-dark.png"));
    ui::theme().setScheme(ui::Theme::Scheme::Light);
    page.draft().edit(QStringLiteral("training.learning_rate"), 2e-3);
    page.resize(968, 596);
    QVERIFY(waitForPlan(page));
    page.grab().save(folder + QStringLiteral("/train-narrow.png"));
    page.resize(1232, 796);
    for (auto* button : page.findChildren<ui::widgets::Button*>()) {
        if (button->text().startsWith(QLatin1String("All settings"))) {
            button->click();
        }
    }
    QTest::qWait(50);
    page.grab().save(folder + QStringLiteral("/train-settings.png"));
    renderMethods(page, folder);
}

// A method of each kind, its folded fields, and the list to choose from.
void TestTrainPage::renderMethods(TrainPage& page, const QString& folder)
{
    page.draft().edit(QStringLiteral("training.learning_rate"), Value());
    for (auto* card : page.findChildren<ClosableCard*>()) {
        Q_EMIT card->closeRequested();
    }
    auto* picker = page.findChild<MethodPicker*>();
    picker->showPopup();
    QTest::qWait(100);
    picker->view()->grab().save(folder + QStringLiteral("/methods-light.png"));
    picker->hidePopup();
    std::string approach;
    for (const engine::contract::CatalogEntry& method : page.draft().catalog().methods) {
        page.draft().edit(QStringLiteral("method.id"), method.id);
        if (std::exchange(approach, method.approach) == method.approach) {
            continue;
        }
        for (const bool isDark : {false, true}) {
            ui::theme().setScheme(isDark ? ui::Theme::Scheme::Dark : ui::Theme::Scheme::Light);
            QTRY_VERIFY_WITH_TIMEOUT(!page.isPlanPending(), kPatienceMs);
            QTest::qWait(300);
            page.grab().save(QStringLiteral("%1/train-%2-%3.png")
                                 .arg(folder,
                                      QString::fromStdString(method.id),
                                      isDark ? QStringLiteral("dark") : QStringLiteral("light")));
        }
        ui::theme().setScheme(ui::Theme::Scheme::Light);
    }
    page.draft().edit(QStringLiteral("method.id"), page.draft().catalog().methods.front().id);
    page.targets().options().setOpen(true);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isPlanPending(), kPatienceMs);
    QTest::qWait(100);
    page.grab().save(folder + QStringLiteral("/train-more.png"));
}

STUDIO_TEST_MAIN(TestTrainPage)
#include "tst_train_page.moc"
