// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/library/side_file.h"

#include "app/library/side_file_writer.h"
#include "engine/contract/error_codes.h"
#include "tests/app/library/library_fixture.h"

#include <QTest>

using namespace app::library;
using namespace Qt::StringLiterals;

class TestSideFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatWasWritten();
    void missingFileSaysNothing();
    void emptyContentRemovesTheFile();
    void goneFolderIsNoFailure();
    void damagedFileIsRefused_data();
    void damagedFileIsRefused();
    void newestOfManyWritesWins();
    void failureIsReported();
};

void TestSideFile::readsWhatWasWritten()
{
    QTemporaryDir folder;
    const QString adapter = folder.filePath(u"어댑터 \"x\"/"_s);
    const SideFile content{u"새 이름"_s,
                           {u"keep"_s, u"<b>bold</b>"_s},
                           u"line\nline \u0001 “quotes”"_s,
                           QDateTime::fromMSecsSinceEpoch(1772375000123, Qt::UTC)};
    VERIFY_OK(writeSideFile(adapter, content));
    QVERIFY(QFile::exists(folder.filePath(u"어댑터 \"x\".studio.json"_s)));
    const auto read = readSideFile(adapter);
    VERIFY_OK(read);
    QVERIFY(read.value() == content);
}

void TestSideFile::missingFileSaysNothing()
{
    QTemporaryDir folder;
    const auto read = readSideFile(folder.filePath(u"nothing"_s));
    VERIFY_OK(read);
    QVERIFY(read.value().isEmpty());
}

void TestSideFile::emptyContentRemovesTheFile()
{
    QTemporaryDir folder;
    const QString adapter = folder.filePath(u"a"_s);
    VERIFY_OK(writeSideFile(adapter, {{}, {}, u"x"_s, {}}));
    VERIFY_OK(writeSideFile(adapter, {}));
    QVERIFY(!QFile::exists(sideFilePath(adapter)));
}

void TestSideFile::goneFolderIsNoFailure()
{
    QTemporaryDir folder;
    VERIFY_OK(writeSideFile(folder.filePath(u"gone/a"_s), {{}, {}, u"x"_s, {}}));
}

void TestSideFile::damagedFileIsRefused_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("torn") << QByteArray("{\"note\": \"abc");
    QTest::newRow("binary") << QByteArray("\xff\xfe\x00", 3);
    QTest::newRow("huge") << QByteArray(5 << 20, ' ');
}

void TestSideFile::damagedFileIsRefused()
{
    QFETCH(QByteArray, content);
    QTemporaryDir folder;
    const QString adapter = folder.filePath(u"a"_s);
    test_support::writeFile(sideFilePath(adapter), content);
    const auto read = readSideFile(adapter);
    QVERIFY(!read);
    QCOMPARE(read.error().code, std::string(::engine::contract::code::kBadFile));
    QVERIFY(!read.error().hint.empty());
}

void TestSideFile::newestOfManyWritesWins()
{
    QTemporaryDir folder;
    const QString adapter = folder.filePath(u"a"_s);
    SideFileWriter writer;
    for (int i = 0; i < 200; ++i) {
        writer.write(adapter, {{}, {}, QString::number(i), {}});
    }
    writer.flush();
    QCOMPARE(readSideFile(adapter).value().note, u"199"_s);
}

void TestSideFile::failureIsReported()
{
    QTemporaryDir folder;
    const QString adapter = folder.filePath(u"a"_s);
    QVERIFY(QDir().mkpath(sideFilePath(adapter)));
    SideFileWriter writer;
    QSignalSpy failed(&writer, &SideFileWriter::failed);
    writer.write(adapter, {{}, {}, u"x"_s, {}});
    QTRY_COMPARE(failed.count(), 1);
}

QTEST_GUILESS_MAIN(TestSideFile)
#include "tst_side_file.moc"
