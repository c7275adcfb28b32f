// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/capture/driver.h"
#include "ui/capture/scenarios.h"

#include "ui/shell/page_registry.h"

#include <QRegularExpression>
#include <QSet>
#include <QSignalSpy>
#include <QTest>

using ui::capture::Driver;

class TestDriver : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stepsComeInTheirOrder();
    void whatIsNotReachedIsNamed();
    void afterAVitalStepNothingFollows();
    void whatHoldsOnlyForAMomentIsNotReached();
    void everyPageIsPicturedEmptyAndUsed();
    void namesOfPicturesAreUniqueAndPlain();
    void neighboursMeetInOneTheme();
};

void TestDriver::stepsComeInTheirOrder()
{
    Driver driver;
    QStringList acts;
    bool ready = false;
    driver.add({"one",
                [&] {
                    acts.append("one");
                    QTimer::singleShot(50, this, [&] { ready = true; });
                },
                [&] { return ready; }});
    driver.add({"two", [&] { acts.append(ready ? "two" : "too early"); }});
    QSignalSpy finished(&driver, &Driver::finished);
    driver.start();
    QVERIFY(finished.wait(30000));
    QCOMPARE(acts, (QStringList{"one", "two"}));
    QVERIFY(driver.failures().isEmpty());
}

void TestDriver::whatIsNotReachedIsNamed()
{
    Driver driver;
    bool wentOn = false;
    driver.add({"never", {}, [] { return false; }, 100});
    driver.add({"next", [&] { wentOn = true; }});
    QSignalSpy finished(&driver, &Driver::finished);
    driver.start();
    QVERIFY(finished.wait(30000));
    QCOMPARE(driver.failures(), QStringList{"never"});
    QVERIFY(wentOn);
}

void TestDriver::afterAVitalStepNothingFollows()
{
    Driver driver;
    bool wentOn = false;
    driver.add({"never", {}, [] { return false; }, 100, true});
    driver.add({"next", [&] { wentOn = true; }});
    QSignalSpy finished(&driver, &Driver::finished);
    driver.start();
    QVERIFY(finished.wait(30000));
    QCOMPARE(driver.failures(), QStringList{"never"});
    QVERIFY(!wentOn);
}

void TestDriver::whatHoldsOnlyForAMomentIsNotReached()
{
    Driver driver;
    int looks = 0;
    driver.add({"flickers", {}, [&] { return ++looks % 2 == 0; }, 1500});
    QSignalSpy finished(&driver, &Driver::finished);
    driver.start();
    QVERIFY(finished.wait(30000));
    QCOMPARE(driver.failures(), QStringList{"flickers"});
    QVERIFY(looks > 3);
}

void TestDriver::everyPageIsPicturedEmptyAndUsed()
{
    const std::vector<ui::capture::Scenario> all = ui::capture::scenarios();
    for (const ui::shell::PageEntry& page : ui::shell::pageRegistry()) {
        int empty = 0;
        int done = 0;
        for (const ui::capture::Scenario& scenario : all) {
            if (scenario.page == QLatin1String(page.id)) {
                empty += scenario.phase == ui::capture::Phase::Empty ? 1 : 0;
                done += scenario.phase == ui::capture::Phase::Done ? 1 : 0;
            }
        }
        QVERIFY2(empty == 1 && done > 0, page.id);
    }
}

void TestDriver::namesOfPicturesAreUniqueAndPlain()
{
    QSet<QString> names;
    static const QRegularExpression plain("^[a-z]+(-[a-z]+)?$");
    for (const ui::capture::Scenario& scenario : ui::capture::scenarios()) {
        QVERIFY2(plain.match(scenario.name()).hasMatch(), qPrintable(scenario.name()));
        QVERIFY2(!names.contains(scenario.name()), qPrintable(scenario.name()));
        names.insert(scenario.name());
    }
}

void TestDriver::neighboursMeetInOneTheme()
{
    const QSet<QString> both{"light", "dark"};
    for (int place = 0; place < 4; ++place) {
        const QStringList themes = ui::capture::themesInTurn(place);
        QCOMPARE(QSet<QString>(themes.begin(), themes.end()), both);
        QCOMPARE(themes.size(), both.size());
        QCOMPARE(ui::capture::themesInTurn(place + 1).first(), themes.last());
    }
}

QTEST_GUILESS_MAIN(TestDriver)
#include "tst_driver.moc"
