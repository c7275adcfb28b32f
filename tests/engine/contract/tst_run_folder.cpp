// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/run_folder.h"

#include <QtTest>

#include <QTemporaryDir>

#include <fstream>

using namespace engine::contract;
namespace fs = std::filesystem;

namespace {

void writeCheckpoint(const fs::path& folder, std::vector<std::string_view> files)
{
    fs::create_directories(folder);
    for (const std::string_view file : files) {
        std::ofstream(folder / file) << "x";
    }
}

} // namespace

class RunFolderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void checkpointNamesAreRead_data();
    void checkpointNamesAreRead();
    void checkpointNamesAreWritten();
    void filesAreWhereTheContractSays();
    void onlyWholeCheckpointsCount();
    void checkpointsAreSortedByStep();
    void aFolderWithoutCheckpointsHasNone();
    void runsAreNamedByTimeAndOutput();

private:
    fs::path root() const { return m_folder->path().toStdString(); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void RunFolderTest::checkpointNamesAreRead_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<qint64>("step"); // -1: none
    QTest::newRow("400") << "step-00000400" << qint64(400);
    QTest::newRow("zero") << "step-00000000" << qint64(0);
    QTest::newRow("nine digits") << "step-123456789" << qint64(123456789);
    QTest::newRow("short") << "step-400" << qint64(-1);
    QTest::newRow("padded too far") << "step-000000400" << qint64(-1);
    QTest::newRow("negative") << "step--0000001" << qint64(-1);
    QTest::newRow("plus") << "step-+0000001" << qint64(-1);
    QTest::newRow("text after it") << "step-00000400.partial" << qint64(-1);
    QTest::newRow("no digits") << "step-" << qint64(-1);
    QTest::newRow("beyond int64") << "step-99999999999999999999" << qint64(-1);
    QTest::newRow("other") << "best" << qint64(-1);
}

void RunFolderTest::checkpointNamesAreRead()
{
    QFETCH(QString, name);
    QFETCH(qint64, step);
    QCOMPARE(qint64(parseCheckpointName(name.toStdString()).value_or(-1)), step);
}

void RunFolderTest::checkpointNamesAreWritten()
{
    QCOMPARE(checkpointName(400), std::string("step-00000400"));
}

void RunFolderTest::filesAreWhereTheContractSays()
{
    const RunFolder run("/r");
    QCOMPARE(run.job(), fs::path("/r/job.json"));
    QCOMPARE(run.journal(), fs::path("/r/events.jsonl"));
    QCOMPARE(run.metrics(), fs::path("/r/metrics.csv"));
    QCOMPARE(run.checkpoint(3), fs::path("/r/checkpoints/step-00000003"));
    QCOMPARE(run.bestAdapter(), fs::path("/r/output/adapter"));
    QCOMPARE(run.lastAdapter(), fs::path("/r/output/last"));
    QCOMPARE(run.manifest(), fs::path("/r/manifest.json"));
}

void RunFolderTest::onlyWholeCheckpointsCount()
{
    const RunFolder run(root());
    writeCheckpoint(run.checkpoint(1),
                    {kCheckpointAdapter, kCheckpointOptimizer, kCheckpointState});
    writeCheckpoint(run.checkpoint(2), {kCheckpointAdapter, kCheckpointOptimizer});
    writeCheckpoint(run.checkpoints() / "step-00000003.partial",
                    {kCheckpointAdapter, kCheckpointOptimizer, kCheckpointState});
    fs::create_directories(run.checkpoint(4) / kCheckpointState);
    writeCheckpoint(run.checkpoint(4), {kCheckpointAdapter, kCheckpointOptimizer});
    std::ofstream(run.checkpoint(5)) << "a file";
    const auto latest = run.latestCheckpoint();
    QVERIFY(latest);
    QCOMPARE(latest->step, int64_t(1));
    QCOMPARE(latest->path, run.checkpoint(1));
    QCOMPARE(run.wholeCheckpoints().size(), size_t(1));
}

void RunFolderTest::checkpointsAreSortedByStep()
{
    const RunFolder run(root());
    writeCheckpoint(run.checkpoint(123456789),
                    {kCheckpointAdapter, kCheckpointOptimizer, kCheckpointState});
    writeCheckpoint(run.checkpoint(20),
                    {kCheckpointAdapter, kCheckpointOptimizer, kCheckpointState});
    writeCheckpoint(run.checkpoint(3),
                    {kCheckpointAdapter, kCheckpointOptimizer, kCheckpointState});
    const auto found = run.wholeCheckpoints();
    QCOMPARE(found.size(), size_t(3));
    QCOMPARE(found[0].step, int64_t(3));
    QCOMPARE(found[2].step, int64_t(123456789));
}

void RunFolderTest::aFolderWithoutCheckpointsHasNone()
{
    QVERIFY(!RunFolder(root() / "absent").latestCheckpoint());
}

void RunFolderTest::runsAreNamedByTimeAndOutput()
{
    qputenv("TZ", "UTC");
    const std::chrono::system_clock::time_point time{std::chrono::seconds(1772374928)};
    QCOMPARE(runFolderName(time, "my-adapter"), std::string("2026-03-01_142208_my-adapter"));
    QCOMPARE(runFolderName(time, ""), std::string("2026-03-01_142208"));
}

QTEST_GUILESS_MAIN(RunFolderTest)
#include "tst_run_folder.moc"
