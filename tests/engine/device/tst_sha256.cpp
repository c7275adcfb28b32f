// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/sha256.h"

#include "engine/device/files.h"
#include "tests/support/failing.h"

#include <QTest>

using namespace engine;
using namespace engine::device;
using tests::failureOf;
using tests::pathOf;

class TestSha256 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Source: FIPS 180-4 examples.
    void hashesKnownTexts_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("hash");
        QTest::newRow("empty")
            << QByteArray()
            << QByteArray("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        QTest::newRow("abc")
            << QByteArray("abc")
            << QByteArray("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
    void hashesKnownTexts()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, hash);
        QCOMPARE(sha256Hex(text.toStdString()), hash.toStdString());
    }

    void aFileHashesLikeItsBytes()
    {
        const QTemporaryDir folder;
        const std::string bytes(3'000'001, 'x'); // more than two chunks
        writeFileAtomically(pathOf(folder) / "f", bytes);
        QCOMPARE(sha256File(pathOf(folder) / "f"), sha256Hex(bytes));
    }

    void anAbsentFileIsNamed()
    {
        QCOMPARE(failureOf([] { sha256File("absent"); }).code, std::string(code::kNotFound));
    }
};

QTEST_GUILESS_MAIN(TestSha256)
#include "tst_sha256.moc"
