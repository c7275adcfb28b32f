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
// How much longer these lists may keep the window than making a page without any takes, on whatever
// computer this is: room for what varies, and for models that Home says are not there.
constexpr double kMostTimes = 3;

void spin(double milliseconds)
{
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::duration<double, std::milli>(milliseconds);
    while (std::chrono::steady_clock::now() < until) {
    }
}

// The longest turns, in milliseconds that the thread computed.
struct BusiestTurns
{
    double made;  // that make a page
    double shown; // that show it again
};

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

BusiestTurns busiestTurns(StudioFixture& fixture)
{
    MainWindow window(*fixture.studio, fixture.dialogs);
    window.resize(1440, 900);
    window.show();
    if (!QTest::qWaitForWindowExposed(&window)) {
        qFatal("The window never came.");
    }
    const double made = busiestTurnThroughPages(window);
    return {made, busiestTurnThroughPages(window)};
}

void fill(app::library::Library& library)
{
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
}

} // namespace

class TestResponsiveness : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theMeasureNoticesABlock();
    void longListsDoNotSlowThePages();
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

void TestResponsiveness::longListsDoNotSlowThePages()
{
    StudioFixture fixture(test_support::fakeEngine());
    busiestTurns(fixture); // the first window also reads fonts and icons
    const BusiestTurns empty = busiestTurns(fixture);
    fill(fixture.studio->library());
    // The better of two: now and then a busy computer makes one turn longer.
    const BusiestTurns once = busiestTurns(fixture);
    const BusiestTurns again = busiestTurns(fixture);
    const BusiestTurns full{std::min(once.made, again.made), std::min(once.shown, again.shown)};
    qInfo() << "longest turn that makes a page" << empty.made << "ms without lists," << full.made
            << "with, that shows it again" << empty.shown << "and" << full.shown;
    QCOMPARE_LT(full.made, kMostTimes * empty.made);
    QCOMPARE_LT(full.shown, kMostTimes * empty.made);
}

STUDIO_TEST_MAIN(TestResponsiveness)
#include "tst_responsiveness.moc"
