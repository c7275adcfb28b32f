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

#include <chrono>

using namespace ui::shell;
using test_support::StudioFixture;

namespace {

constexpr int kRows = 4000; // of each kind
// Of the debug build, which computes several times as long as the one people have.
constexpr double kMostCpuMs = 400;

void spin(double milliseconds)
{
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::duration<double, std::milli>(milliseconds);
    while (std::chrono::steady_clock::now() < until) {
    }
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
    for (int row = 0; row < kRows; ++row) {
        const QString name = QStringLiteral("item-%1").arg(row, 5, 10, QLatin1Char('0'));
        app::library::BaseModel model;
        model.name = name;
        model.path = QStringLiteral("/models/") + name;
        model.family = QStringLiteral("llama");
        QVERIFY(library.baseModels().save(model).ok());
        app::library::Adapter adapter;
        adapter.id = name;
        adapter.name = name;
        adapter.path = QStringLiteral("/adapters/") + name;
        adapter.made = QDateTime::currentDateTime();
        QVERIFY(library.adapters().save(adapter).ok());
    }
    MainWindow window(*fixture.studio, fixture.dialogs);
    window.resize(1440, 900);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));

    test_support::Responsiveness measure;
    for (int round = 0; round < 2; ++round) {
        for (const PageEntry& page : pageRegistry()) {
            window.navigator().go({QString::fromLatin1(page.id)});
            QTest::qWait(100);
        }
    }
    qInfo() << "longest block" << measure.longestBlock() << "ms, of the processor"
            << measure.busiestTurn() << "ms";
    QVERIFY2(measure.busiestTurn() < kMostCpuMs,
             qPrintable(QString::number(measure.busiestTurn())));
}

STUDIO_TEST_MAIN(TestResponsiveness)
#include "tst_responsiveness.moc"
