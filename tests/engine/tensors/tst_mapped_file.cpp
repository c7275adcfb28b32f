// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/mapped_file.h"

#include "tests/engine/tensors/made_files.h"

#include <QTest>

using namespace engine;
using tensors::MappedFile;
using namespace tests;

class TestMappedFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsTheBytes()
    {
        const QTemporaryDir folder;
        const auto file = MappedFile::open(put(folder, "f", "hello"));
        QCOMPARE(file->view(1, 4), std::string_view("ell"));
        QCOMPARE(file->view(5, 5), std::string_view(""));
    }

    void anEmptyFileIsAFile()
    {
        const QTemporaryDir folder;
        const auto file = MappedFile::open(put(folder, "f", ""));
        QCOMPARE(file->size(), std::uint64_t(0));
        QCOMPARE(file->view(0, 0), std::string_view(""));
        file->willNeed(0, 0);
    }

    void boundsAreChecked_data()
    {
        QTest::addColumn<quint64>("begin");
        QTest::addColumn<quint64>("end");
        QTest::newRow("past the end") << quint64(0) << quint64(6);
        QTest::newRow("backwards") << quint64(3) << quint64(2);
        QTest::newRow("huge") << quint64(-2) << quint64(-1);
    }
    void boundsAreChecked()
    {
        QFETCH(quint64, begin);
        QFETCH(quint64, end);
        const QTemporaryDir folder;
        const auto file = MappedFile::open(put(folder, "f", "hello"));
        QCOMPARE(failureOf([&] { file->view(begin, end); }).code, std::string(code::kBadFile));
    }

    void aReplacedFileKeepsItsOldBytes()
    {
        const QTemporaryDir folder;
        const auto file = MappedFile::open(put(folder, "f", "hello"));
        put(folder, "f", "");
        QCOMPARE(file->view(0, 5), std::string_view("hello"));
        QVERIFY(MappedFile::open(pathOf(folder) / "f")->identity() != file->identity());
    }

    void hintsChangeNothing()
    {
        const QTemporaryDir folder;
        const std::string bytes(20'000, 'x');
        const auto file = MappedFile::open(put(folder, "f", bytes));
        file->willNeed(5'000, 9'000);
        file->doneWith(5'000, 9'000);
        QCOMPARE(file->view(0, file->size()), std::string_view(bytes));
    }

    void aFolderIsRefused()
    {
        const QTemporaryDir folder;
        QCOMPARE(failureOf([&] { MappedFile::open(pathOf(folder)); }).code,
                 std::string(code::kUnreadable));
    }
};

QTEST_GUILESS_MAIN(TestMappedFile)
#include "tst_mapped_file.moc"
