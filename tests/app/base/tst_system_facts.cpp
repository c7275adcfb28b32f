// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/base/system_facts.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace app;

class TestSystemFacts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void factsComeWhenSomebodyWatches();
    void nobodyWatchingIsNobodyReading();
};

void TestSystemFacts::factsComeWhenSomebodyWatches()
{
    QTemporaryDir folder;
    SystemMonitor monitor(folder.path());
    QVERIFY(!monitor.isKnown());
    QSignalSpy changed(&monitor, &SystemMonitor::changed);
    QObject watcher;
    monitor.watch(&watcher);
    QVERIFY(changed.wait());
    QVERIFY(monitor.facts().threads >= 1);
    QVERIFY(monitor.facts().memoryTotal > monitor.facts().memoryUsed);
    QVERIFY(monitor.facts().memoryUsed > 0);
    QVERIFY(monitor.facts().disk.known);
}

void TestSystemFacts::nobodyWatchingIsNobodyReading()
{
    QTemporaryDir folder;
    SystemMonitor monitor(folder.path());
    auto* watcher = new QObject;
    monitor.watch(watcher);
    QVERIFY(monitor.isWatched());
    delete watcher;
    QVERIFY(!monitor.isWatched());
}

QTEST_GUILESS_MAIN(TestSystemFacts)

#include "tst_system_facts.moc"
