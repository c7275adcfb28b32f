// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/files.h"
#include "engine/worker/rank_metrics_file.h"
#include "tests/support/failing.h"

#include <QTest>

using engine::worker::RankMetricsFile;

class TestRankMetricsFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void aRowPerEvaluationAndRank()
    {
        RankMetricsFile file(path());
        file.append(2, {0.5, 0.25});
        file.append(4, {0.125});
        QCOMPARE(text(), std::string("step,rank,eval_loss\n2,1,0.5\n2,2,0.25\n4,1,0.125\n"));
    }

    void otherRunsHaveNoFile()
    {
        RankMetricsFile file(path());
        file.append(2, {});
        file.rewindTo(1);
        QVERIFY(!std::filesystem::exists(path()));
    }

    void rewindsToAStep_data()
    {
        QTest::addColumn<int>("step");
        QTest::addColumn<QString>("rows");
        QTest::newRow("before the first") << 0 << "";
        QTest::newRow("between") << 3 << "2,1,0.5\n2,2,0.25\n";
        QTest::newRow("at one") << 4 << "2,1,0.5\n2,2,0.25\n4,1,0.125\n";
    }
    void rewindsToAStep()
    {
        QFETCH(int, step);
        QFETCH(QString, rows);
        RankMetricsFile(path()).append(2, {0.5, 0.25});
        RankMetricsFile(path()).append(4, {0.125});
        engine::device::AppendFile(path()).appendLine("6,1,0.1"); // torn: without a line feed
        std::filesystem::resize_file(path(), std::filesystem::file_size(path()) - 1);
        RankMetricsFile file(path());
        file.rewindTo(step);
        QCOMPARE(QString::fromStdString(text()), "step,rank,eval_loss\n" + rows);
        file.append(step + 1, {1});
        QVERIFY(text().ends_with(std::to_string(step + 1) + ",1,1\n")
                || text().ends_with(std::to_string(step + 1) + ",1,1.0\n"));
    }

private:
    std::filesystem::path path() const { return tests::pathOf(*m_folder) / "metrics_by_rank.csv"; }
    std::string text() const { return engine::device::readFile(path()); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestRankMetricsFile)
#include "tst_rank_metrics_file.moc"
