// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/files.h"
#include "tests/support/failing.h"

#include <QTest>

#include <fstream>
#include <sys/stat.h>

using namespace engine;
using namespace engine::device;
namespace fs = std::filesystem;
using tests::failureOf;
using tests::pathOf;

namespace {

void put(const fs::path& path, const std::string& text)
{
    std::ofstream(path, std::ios::binary) << text;
}

std::size_t filesIn(const fs::path& folder)
{
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

} // namespace

class TestFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatIsThere()
    {
        const QTemporaryDir folder;
        const std::string bytes("a\0b\r\n\xff", 6);
        put(pathOf(folder) / "f", bytes);
        QCOMPARE(readFile(pathOf(folder) / "f"), bytes);
    }

    void refusesToRead_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("code");
        QTest::newRow("absent") << "absent"
                                << "not_found";
        QTest::newRow("below a file") << "large/x"
                                      << "not_found";
        QTest::newRow("folder") << "."
                                << "unreadable";
        QTest::newRow("pipe that nobody writes") << "pipe"
                                                 << "unreadable";
        QTest::newRow("too large") << "large"
                                   << "bad_file";
        QTest::newRow("link to itself") << "loop"
                                        << "unreadable";
    }
    void refusesToRead()
    {
        QFETCH(QString, name);
        QFETCH(QString, code);
        const QTemporaryDir folder;
        put(pathOf(folder) / "large", "12345");
        fs::create_symlink("loop", pathOf(folder) / "loop");
        QCOMPARE(::mkfifo((pathOf(folder) / "pipe").c_str(), 0600), 0);
        const fs::path path = pathOf(folder) / name.toStdString();
        const Error error = failureOf([&] { readFile(path, 4); });
        QCOMPARE(QString::fromStdString(error.code), code);
        QCOMPARE(error.where, path.string());
        QVERIFY(!error.hint.empty());
    }

    void writesOverAnOldFileAndLeavesNothingElse()
    {
        const QTemporaryDir folder;
        const fs::path path = pathOf(folder) / "f";
        put(path, "old and longer");
        writeFileAtomically(path, "new");
        QCOMPARE(readFile(path), std::string("new"));
        QCOMPARE(filesIn(pathOf(folder)), std::size_t(1));
    }

    void aWriteThatFailsLeavesTheTargetUntouched()
    {
        const QTemporaryDir folder;
        const fs::path path = pathOf(folder) / "occupied";
        fs::create_directory(path);
        put(path / "inside", "x");
        QVERIFY(!failureOf([&] { writeFileAtomically(path, "new"); }).code.empty());
        QCOMPARE(readFile(path / "inside"), std::string("x"));
        QCOMPARE(filesIn(pathOf(folder)), std::size_t(1));
    }

    void aFullDiskLeavesTheOldContent()
    {
        const QTemporaryDir folder;
        const tests::SmallDisk disk(pathOf(folder));
        if (!disk.isMounted()) {
            QSKIP("mounting a small disk needs root");
        }
        const fs::path path = pathOf(folder) / "f";
        writeFileAtomically(path, "old");
        const Error error =
            failureOf([&] { writeFileAtomically(path, std::string(200'000, 'x')); });
        QCOMPARE(error.code, std::string(code::kDiskFull));
        QCOMPARE(readFile(path), std::string("old"));
        QCOMPARE(filesIn(pathOf(folder)), std::size_t(1));
    }

    void aReadOnlyPlaceIsABadArgument()
    {
        const QTemporaryDir folder;
        const tests::SmallDisk disk(pathOf(folder));
        if (!disk.isMounted() || !disk.makeReadOnly()) {
            QSKIP("mounting a small disk needs root");
        }
        const Error error = failureOf([&] { writeFileAtomically(pathOf(folder) / "f", "new"); });
        QCOMPARE(error.code, std::string(code::kBadArgument));
    }

    void missingSpaceIsNamedBeforeWriting()
    {
        const QTemporaryDir folder;
        const fs::path absent = pathOf(folder) / "not" / "there";
        requireFreeSpace(absent, 1, "a byte");
        const Error error =
            failureOf([&] { requireFreeSpace(absent, 1ull << 60, "the merged model"); });
        QCOMPARE(error.code, std::string(code::kDiskFull));
        QVERIFY(error.message.starts_with("the merged model needs 1.2 EB, "));
    }

    void checksUtf8_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<bool>("isValid");
        QTest::newRow("Hangul") << QByteArray("모델/x") << true;
        QTest::newRow("emoji") << QByteArray("\xF0\x9F\x98\x80") << true;
        QTest::newRow("Latin-1") << QByteArray("caf\xE9") << false;
        QTest::newRow("cut off") << QByteArray("\xEB\xAA") << false;
        QTest::newRow("overlong slash") << QByteArray("\xC0\xAF") << false;
        QTest::newRow("overlong of three") << QByteArray("\xE0\x80\xAF") << false;
        QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80") << false;
        QTest::newRow("above U+10FFFF") << QByteArray("\xF4\x90\x80\x80") << false;
        QTest::newRow("continuation alone") << QByteArray("\x80") << false;
    }
    void checksUtf8()
    {
        QFETCH(QByteArray, name);
        QFETCH(bool, isValid);
        const Error error = failureOf([&] { requireUtf8(name.toStdString(), "--out"); });
        QCOMPARE(error.code, std::string(isValid ? "" : "unreadable"));
        QCOMPARE(error.message.starts_with("--out is not valid UTF-8"), !isValid);
    }

    // The folder holds: model/ (the input, with a file), empty/, full/ (a file), file, link →
    // model, broken → nowhere.
    void checksTargets_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("code");
        QTest::newRow("absent") << "new"
                                << "";
        QTest::newRow("absent, with a slash") << "new/"
                                              << "";
        QTest::newRow("absent below absent") << "new/deep"
                                             << "";
        QTest::newRow("empty folder") << "empty"
                                      << "";
        QTest::newRow("neighbour whose name begins alike") << "model2"
                                                           << "";
        QTest::newRow("full folder") << "full"
                                     << "target_exists";
        QTest::newRow("file") << "file"
                              << "target_exists";
        QTest::newRow("broken link") << "broken"
                                     << "target_exists";
        QTest::newRow("the input") << "model"
                                   << "bad_argument";
        QTest::newRow("the input, spelled oddly") << "./empty/../model/"
                                                  << "bad_argument";
        QTest::newRow("inside the input") << "model/out"
                                          << "bad_argument";
        QTest::newRow("the input through a link") << "link"
                                                  << "bad_argument";
        QTest::newRow("inside through a link") << "link/a/b"
                                               << "bad_argument";
    }
    void checksTargets()
    {
        QFETCH(QString, target);
        QFETCH(QString, code);
        const QTemporaryDir folder;
        const fs::path root = pathOf(folder);
        for (const char* name : {"model", "empty", "full"}) {
            fs::create_directory(root / name);
        }
        put(root / "model" / "w", "x");
        put(root / "full" / "f", "x");
        put(root / "file", "x");
        fs::create_symlink("model", root / "link");
        fs::create_symlink("nowhere", root / "broken");
        const Error error = failureOf([&] {
            requireNewTarget(root / target.toStdString(), {root / "model", root / "absent"});
        });
        QCOMPARE(QString::fromStdString(error.code), code);
    }

    void anInputNamedThroughALinkIsStillAnInput()
    {
        const QTemporaryDir folder;
        fs::create_directory(pathOf(folder) / "model");
        fs::create_symlink("model", pathOf(folder) / "link");
        const Error error = failureOf(
            [&] { requireNewTarget(pathOf(folder) / "model/out", {pathOf(folder) / "link"}); });
        QCOMPARE(error.code, std::string(code::kBadArgument));
    }

    void sizesReadWell_data()
    {
        QTest::addColumn<quint64>("bytes");
        QTest::addColumn<QString>("text");
        QTest::newRow("none") << quint64(0) << "0 bytes";
        QTest::newRow("bytes") << quint64(999) << "999 bytes";
        QTest::newRow("one decimal") << quint64(1500) << "1.5 KB";
        QTest::newRow("three digits") << quint64(312'400'000) << "312 MB";
        QTest::newRow("largest") << quint64(-1) << "18.4 EB";
    }
    void sizesReadWell()
    {
        QFETCH(quint64, bytes);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(readableBytes(bytes)), text);
    }
};

QTEST_GUILESS_MAIN(TestFiles)
#include "tst_files.moc"
