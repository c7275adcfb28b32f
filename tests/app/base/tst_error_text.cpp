// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/base/error_text.h"

#include "app/base/text.h"
#include "engine/contract/error_codes.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>

using namespace app;
using ::engine::contract::Error;

class TestErrorText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyCodeOfTheContractHasASentence();
    void unknownCodeIsNotRetyped();
    void detailIsTwoSentences();
};

void TestErrorText::everyCodeOfTheContractHasASentence()
{
    QFile header(QStringLiteral(LORA_SOURCE_DIR "/engine/contract/error_codes.h"));
    QVERIFY(header.open(QIODevice::ReadOnly));
    static const QRegularExpression kCode(QStringLiteral("string_view k\\w+ = \"(\\w+)\""));
    const QString unknown = errorSentence({"no_such_code", {}, {}, {}});
    auto codes = kCode.globalMatch(QString::fromUtf8(header.readAll()));
    int count = 0;
    while (codes.hasNext()) {
        const QString code = codes.next().captured(1);
        QVERIFY2(errorSentence({stdString(code), {}, {}, {}}) != unknown, qPrintable(code));
        count += 1;
    }
    QVERIFY(count > 20);
}

void TestErrorText::unknownCodeIsNotRetyped()
{
    const Error error{"from_the_future", "the flux is low", "Refill it", {}};
    QCOMPARE(errorSentence(error), QStringLiteral("Something went wrong."));
    QCOMPARE(errorDetail(error), QStringLiteral("the flux is low. Refill it."));
}

void TestErrorText::detailIsTwoSentences()
{
    QCOMPARE(errorDetail({"x", "It ended.", "", {}}), QStringLiteral("It ended."));
    QCOMPARE(errorDetail({"x", "", "Try again", {}}), QStringLiteral(" Try again.").trimmed());
}

QTEST_GUILESS_MAIN(TestErrorText)

#include "tst_error_text.moc"
