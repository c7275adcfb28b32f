// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/control_group.h"

#include "engine/device/files.h"
#include "tests/support/failing.h"

#include <QTest>

using namespace engine::device;
namespace fs = std::filesystem;

namespace {

class FakeGroups
{
public:
    explicit FakeGroups(const std::string& membership) : m_root(tests::pathOf(m_folder))
    {
        put("membership", membership);
    }
    void put(const fs::path& file, const std::string& text) const
    {
        fs::create_directories((m_root / file).parent_path());
        writeFileAtomically(m_root / file, text);
    }
    ControlGroupFiles files() const { return {m_root / "membership", m_root}; }

private:
    QTemporaryDir m_folder;
    fs::path m_root;
};

} // namespace

class TestControlGroup : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void version2LimitsCountUpToTheRoot()
    {
        FakeGroups groups("0::/outer/inner\n");
        groups.put("outer/inner/memory.max", "max\n");
        groups.put("outer/memory.max", "1000\n");
        groups.put("outer/memory.current", "700\n");
        groups.put("outer/memory.stat", "anon 500\ninactive_file 200\nslab 1\n");
        const auto limits = memoryLimits(groups.files());
        QCOMPARE(limits.size(), std::size_t(1));
        QCOMPARE(limits[0].bytes, std::uint64_t(1000));
        QCOMPARE(limits[0].usedBytes, std::uint64_t(500));
    }

    void version1LimitsAreFound()
    {
        FakeGroups groups("9:name=systemd:/x\n4:memory:/job\n0::/\n");
        groups.put("memory/job/memory.limit_in_bytes", "2000\n");
        groups.put("memory/job/memory.usage_in_bytes", "300\n");
        groups.put("memory/memory.limit_in_bytes", "9223372036854771712\n"); // none
        const auto limits = memoryLimits(groups.files());
        QCOMPARE(limits.size(), std::size_t(1));
        QCOMPARE(limits[0].bytes, std::uint64_t(2000));
        QCOMPARE(limits[0].usedBytes, std::uint64_t(300));
    }

    // Inside a container the membership names a path of the host, while the root shows the
    // container's own group.
    void aPathOfAnotherNamespaceFallsBackToTheRoot()
    {
        FakeGroups groups("0::/docker/0123\n");
        groups.put("memory.max", "1000\n");
        QCOMPARE(memoryLimits(groups.files()).size(), std::size_t(1));
    }

    void quotasAreRead_data()
    {
        QTest::addColumn<QString>("membership");
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("text");
        QTest::addColumn<double>("quota"); // 0 = none
        QTest::newRow("version 2") << "0::/a"
                                   << "a/cpu.max"
                                   << "250000 100000" << 2.5;
        QTest::newRow("version 2, none") << "0::/a"
                                         << "a/cpu.max"
                                         << "max 100000" << 0.0;
        QTest::newRow("version 1") << "2:cpu,cpuacct:/a"
                                   << "cpu/a/cpu.cfs_quota_us"
                                   << "400000" << 4.0;
        QTest::newRow("version 1, none") << "2:cpu,cpuacct:/a"
                                         << "cpu/a/cpu.cfs_quota_us"
                                         << "-1" << 0.0;
    }
    void quotasAreRead()
    {
        QFETCH(QString, membership);
        QFETCH(QString, file);
        QFETCH(QString, text);
        QFETCH(double, quota);
        FakeGroups groups(membership.toStdString());
        groups.put("cpu/a/cpu.cfs_period_us", "100000");
        groups.put(file.toStdString(), text.toStdString());
        QCOMPARE(processorQuota(groups.files()).value_or(0), quota);
    }

    void noGroupsNoLimits()
    {
        const FakeGroups groups("");
        QVERIFY(memoryLimits(groups.files()).empty());
        QVERIFY(!processorQuota(groups.files()));
    }
};

QTEST_GUILESS_MAIN(TestControlGroup)
#include "tst_control_group.moc"
