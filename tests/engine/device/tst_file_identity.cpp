// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/file_identity.h"
#include "engine/device/files.h"
#include "engine/device/sha256.h"
#include "tests/support/failing.h"

#include <QTest>

#include <fcntl.h>
#include <fstream>
#include <memory>

using namespace engine;
using tests::failureOf;
using tests::pathOf;
namespace fs = std::filesystem;

namespace {

// Has not changed for more than two seconds.
const fs::path kAtRest = LORA_SOURCE_DIR "/LICENSES/Apache-2.0.txt";

std::string identity(const fs::path& file)
{
    return device::identityOf(device::Descriptor(file, O_RDONLY, device::Access::Read), file);
}

} // namespace

class TestFileIdentity : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_home;
    fs::path hashes() const { return pathOf(*m_home) / "lora-studio" / "hashes"; }
    std::vector<fs::path> remembered() const
    {
        std::vector<fs::path> files;
        std::error_code none;
        for (const auto& entry : fs::directory_iterator(hashes(), none)) {
            files.push_back(entry.path());
        }
        return files;
    }

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("XDG_CACHE_HOME", m_home->path().toUtf8());
    }

    void aChangedFileIsAnother()
    {
        const fs::path file = pathOf(*m_home) / "data";
        std::ofstream(file) << "one";
        const std::string first = identity(file);
        QCOMPARE(identity(file), first);
        fs::last_write_time(file, fs::last_write_time(file) - std::chrono::hours(1));
        QVERIFY(identity(file) != first);
    }

    void aHashIsComputedOnce()
    {
        const std::string hash = device::sha256File(kAtRest);
        QCOMPARE(device::rememberedSha256(kAtRest), hash);
        QCOMPARE(remembered().size(), std::size_t(1));
        QCOMPARE(device::readFile(remembered().front()), hash);
        const std::string other(64, 'a');
        std::ofstream(remembered().front()) << other;
        QCOMPARE(device::rememberedSha256(kAtRest), other); // not computed again
    }

    void aDamagedMemoryIsComputedAgain()
    {
        const std::string hash = device::rememberedSha256(kAtRest);
        for (const std::string& damage :
             {std::string(), std::string(63, 'a'), std::string(64, 'g')}) {
            std::ofstream(remembered().front()) << damage;
            QCOMPARE(device::rememberedSha256(kAtRest), hash);
            QCOMPARE(device::readFile(remembered().front()), hash);
        }
    }

    // Another change in the same tick of the clock would not show.
    void aFileThatHasJustChangedIsNotRemembered()
    {
        const fs::path file = pathOf(*m_home) / "data";
        std::ofstream(file) << "one";
        QCOMPARE(device::rememberedSha256(file), device::sha256Hex("one"));
        fs::last_write_time(file, fs::last_write_time(file) - std::chrono::hours(1));
        QCOMPARE(device::rememberedSha256(file), device::sha256Hex("one")); // nor one that says so
        QCOMPARE(remembered().size(), std::size_t(0));
    }

    void withoutAPlaceItIsComputed()
    {
        qputenv("XDG_CACHE_HOME", "/dev/null");
        QCOMPARE(device::rememberedSha256(kAtRest), device::sha256File(kAtRest));
    }

    void whatCannotBeReadIsNamed()
    {
        const fs::path absent = pathOf(*m_home) / "absent";
        QCOMPARE(failureOf([&] { device::rememberedSha256(absent); }).code,
                 std::string("not_found"));
        QCOMPARE(failureOf([&] { device::rememberedSha256(pathOf(*m_home)); }).code,
                 std::string("unreadable"));
    }
};

QTEST_GUILESS_MAIN(TestFileIdentity)
#include "tst_file_identity.moc"
