// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/repeated_rows.h"

#include <QtTest>

using engine::data::RepeatedRows;
using engine::device::sha256;

class TestRepeatedRows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void differentRowsDoNotRepeat();
    void repetitionsAreCountedAndTheFirstIsKnown();
    void hashesThatBeginAlikeAreTold();
};

void TestRepeatedRows::differentRowsDoNotRepeat()
{
    RepeatedRows rows;
    for (int64_t i = 0; i < 5000; ++i) {
        rows.add(sha256(std::to_string(i)), i + 1);
    }
    QCOMPARE(rows.count(), 0);
    QCOMPARE(rows.firstLine(), 0);
}

void TestRepeatedRows::repetitionsAreCountedAndTheFirstIsKnown()
{
    RepeatedRows rows;
    for (int64_t i = 0; i < 5000; ++i) {
        rows.add(sha256(std::to_string(i % 4900)), i + 1);
    }
    QCOMPARE(rows.count(), 100);
    QCOMPARE(rows.firstLine(), 4901);
    QCOMPARE(rows.repeatedLine(), 1);
}

void TestRepeatedRows::hashesThatBeginAlikeAreTold()
{
    RepeatedRows rows;
    engine::device::Sha256::Digest digest = sha256("a");
    rows.add(digest, 1);
    digest[15] ^= 1; // the last of the half that counts
    rows.add(digest, 2);
    QCOMPARE(rows.count(), 0);
    rows.add(digest, 3);
    QCOMPARE(rows.count(), 1);
    QCOMPARE(rows.repeatedLine(), 2);
}

QTEST_GUILESS_MAIN(TestRepeatedRows)
#include "tst_repeated_rows.moc"
