// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The window stays at hand while pages with long lists come and go.
#include "tests/support/fake_engine/fake_mode.h"
#include "tests/support/responsiveness.h"
#include "tests/support/studio_fixture.h"
#include "tests/support/studio_test.h"
#include "ui/shell/frame.h"
#include "ui/shell/main_window.h"
#include "ui/shell/page_stack.h"

#include <QTest>

#include <algorithm>
#include <chrono>

using namespace ui::shell;
using test_support::StudioFixture;

namespace {

constexpr int kModels = 500;
constexpr int kAdapters = 10'000;
// The aim is a frame of 16 ms. A shared computer's processor time varies, and debug builds take
// several times as long: the limits only tell a page that fits from one that reads its whole list.
constexpr double kMostToMakeMs = 80;
constexpr double kMostToShowMs = 48;

void spin(double milliseconds)
{
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::duration<double, std::milli>(milliseconds);
    while (std::chrono::steady_clock::now() < until) {
    }
}

double busiestTurnThroughPages(MainWindow& window)
{
    double busiest = 0;
    for (const PageEntry& page : pageRegistry()) {
        test_support::Responsiveness measure;
        window.navigator().go({QString::fromLatin1(page.id)});
        measure.busiestTurn(); // that was a click's handler; layouts and painting are turns of
                               // their own
        QTest::qWait(150);
        busiest = std::max(busiest, measure.busiestTurn());
    }
    return busiest;
}

} // namespace

class TestResponsiveness : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theMeasureNoticesABlock();
    void pageSwitchesLeaveTheWindowAtHand();
};

void TestResponsiveness::theMeasureNoticesABlock()
{
    test_support::Responsiveness measure;
    QTest::qWait(10);
    QVERIFY(measure.longestBlock() < 1000);
    QTimer::singleShot(0, this, [] { spin(1200); });
    QTest::qWait(10);
    QVERIFY(measure.longestBlock() >= 1200);
    QVERIFY(measure.busiestTurn() > 0);
}

void TestResponsiveness::pageSwitchesLeaveTheWindowAtHand()
{
    StudioFixture fixture(test_support::fakeEngine());
    app::library::Library& library = fixture.studio->library();
    const auto nameOf = [](int row) {
        return QStringLiteral("item-%1").arg(row, 5, 10, QLatin1Char('0'));
    };
    for (int row = 0; row < kModels; ++row) {
        app::library::BaseModel model;
        model.name = nameOf(row);
        model.path = QStringLiteral("/models/") + model.name;
        model.family = QStringLiteral("llama");
        QVERIFY(library.baseModels().save(model).ok());
    }
    for (int row = 0; row < kAdapters; ++row) {
        app::library::Adapter adapter;
        adapter.id = nameOf(row);
        adapter.name = adapter.id;
        adapter.path = QStringLiteral("/adapters/") + adapter.id;
        adapter.made = QDateTime::currentDateTime();
        QVERIFY(library.adapters().save(adapter).ok());
    }
    MainWindow window(*fixture.studio, fixture.dialogs);
    window.resize(1440, 900);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));

    const double made = busiestTurnThroughPages(window);
    const double shown = busiestTurnThroughPages(window);
    qInfo() << "longest turn that makes a page" << made
            << "ms of the processor, that shows it again" << shown << "ms";
    QVERIFY2(made < kMostToMakeMs, qPrintable(QString::number(made)));
    QVERIFY2(shown < kMostToShowMs, qPrintable(QString::number(shown)));
}

STUDIO_TEST_MAIN(TestResponsiveness)
#include "tst_responsiveness.moc"
