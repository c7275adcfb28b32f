// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/cache_room.h"
#include "engine/device/descriptor.h"
#include "tests/support/failing.h"

#include <QTest>

#include <chrono>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <sys/file.h>

using namespace engine;
using tests::pathOf;
namespace fs = std::filesystem;

class TestCacheRoom : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_home;

    fs::path cache() const { return pathOf(*m_home) / "lora-studio"; }
    static fs::file_time_type ago(int hours)
    {
        return fs::file_time_type::clock::now() - std::chrono::hours(hours);
    }
    // An entry of so many bytes, used that long ago.
    fs::path entry(const char* name, std::size_t bytes, int hours) const
    {
        const fs::path file = cache() / name;
        fs::create_directories(file.parent_path());
        std::ofstream(file) << std::string(bytes, 'x');
        const fs::path note = fs::path(file).replace_extension(".json");
        std::ofstream(note) << "{}";
        fs::last_write_time(note, ago(hours));
        return file;
    }
    // Those that are there, by their notes too: "ab" for a and b.
    QString left() const
    {
        QString names;
        for (const char* name : {"packed/a.safetensors", "tokens/b.tokens", "tokens/c.tokens"}) {
            const fs::path file = cache() / name;
            const bool hasNote = fs::exists(fs::path(file).replace_extension(".json"));
            names += fs::exists(file) ? QString(QLatin1Char(name[7])) : QString();
            names += hasNote == fs::exists(file) ? "" : "?";
        }
        return names;
    }

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("XDG_CACHE_HOME", m_home->path().toUtf8());
        entry("packed/a.safetensors", 1000, 2);
        entry("tokens/b.tokens", 1000, 3);
        entry("tokens/c.tokens", 1000, 1);
    }

    void whatWasNotUsedForLongestGoesFirst_data()
    {
        QTest::addColumn<int>("bytes");
        QTest::addColumn<int>("limit");
        QTest::addColumn<QString>("expected");
        QTest::newRow("all fit") << 1000 << 4000 << "abc";
        QTest::newRow("one byte too many") << 1001 << 4000 << "ac";
        QTest::newRow("two must go") << 2000 << 3000 << "c";
        QTest::newRow("larger than the limit") << 9000 << 3000 << "";
        QTest::newRow("nothing is added, the limit fell") << 0 << 1500 << "c";
    }
    void whatWasNotUsedForLongestGoesFirst()
    {
        QFETCH(int, bytes);
        QFETCH(int, limit);
        QFETCH(QString, expected);
        device::makeRoomInCache(static_cast<uint64_t>(bytes), static_cast<uint64_t>(limit));
        QCOMPARE(left(), expected);
    }

    void usingOneKeepsIt()
    {
        device::keepInUse(cache() / "tokens/b.tokens");
        device::makeRoomInCache(0, 0);
        QCOMPARE(left(), QStringLiteral("b"));
    }

    // As another process has it open.
    void oneThatIsUsedElsewhereStays()
    {
        const device::Descriptor used(
            cache() / "packed/a.safetensors", O_RDONLY, device::Access::Read);
        QCOMPARE(::flock(used.get(), LOCK_SH), 0);
        device::makeRoomInCache(0, 0);
        QCOMPARE(left(), QStringLiteral("a"));
    }

    void whatCrashesLeftGoesAfterADay()
    {
        const fs::path old = cache() / "tokens/d.tokens.partial-1-0";
        const fs::path young = cache() / "tokens/d.tokens.partial-2-0";
        for (const fs::path& file : {old, young}) {
            std::ofstream(file) << std::string(5000, 'x');
        }
        fs::last_write_time(old, ago(25));
        device::makeRoomInCache(0, 3000);
        QVERIFY(!fs::exists(old));
        QVERIFY(fs::exists(young));
        QCOMPARE(left(), QStringLiteral("abc")); // what is being written is no entry yet
    }

    void otherThingsInTheCacheStay()
    {
        const fs::path hash = cache() / "hashes/0";
        fs::create_directories(hash.parent_path());
        std::ofstream(hash) << "0";
        device::makeRoomInCache(0, 0);
        QVERIFY(fs::exists(hash));
    }

    void withoutAPlaceThereIsNoRoom()
    {
        qunsetenv("XDG_CACHE_HOME");
        const QByteArray home = qgetenv("HOME");
        qunsetenv("HOME");
        QVERIFY(!device::makeRoomInCache(0));
        qputenv("HOME", home);
    }

    void theLimitIsAPartOfTheDisk()
    {
        const uint64_t capacity = fs::space(pathOf(*m_home)).capacity;
        QCOMPARE(device::cacheLimit(), std::min<uint64_t>(capacity / 10, 20'000'000'000));
    }

    // Where it would not help, nothing is taken away.
    void aFullDiskAloneTakesNothingAway()
    {
        const tests::SmallDisk disk(cache());
        if (!disk.isMounted()) {
            QSKIP("mounting a disk needs root");
        }
        entry("tokens/b.tokens", 1000, 3);
        QVERIFY(!device::makeRoomInCache(10, 1'000'000));
        QCOMPARE(left(), QStringLiteral("b"));
    }
};

QTEST_GUILESS_MAIN(TestCacheRoom)
#include "tst_cache_room.moc"
