// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/base/hash_file.h"

#include "engine/contract/error_codes.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace app;

class TestHashFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hashIsThatOfTheContent();
    void missingFileFailsWithItsName();
    void cancelledHashEnds();
};

void TestHashFile::hashIsThatOfTheContent()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("abc")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("abc");
    file.close();
    const auto hash = hashFile(file.fileName());
    QVERIFY(hash);
    // FIPS 180-2, appendix B.1.
    QCOMPARE(hash.value(),
             QStringLiteral("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
}

void TestHashFile::missingFileFailsWithItsName()
{
    const auto hash = hashFile(QStringLiteral("/no/such/file"));
    QVERIFY(!hash);
    QCOMPARE(hash.error().where, std::string("/no/such/file"));
}

void TestHashFile::cancelledHashEnds()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("large")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(3 << 20, 'x'));
    file.close();
    const std::atomic<bool> cancelled = true;
    const auto hash = hashFile(file.fileName(), &cancelled);
    QVERIFY(!hash);
    QCOMPARE(hash.error().code, std::string(::engine::contract::code::kStopped));
}

QTEST_GUILESS_MAIN(TestHashFile)

#include "tst_hash_file.moc"
