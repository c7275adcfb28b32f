// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/base/languages.h"

#include "app/base/format.h"

#include <QLocale>
#include <QTest>

using app::Languages;

class TestLanguages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knownCodeIsItself();
    void unknownCodeIsOneThatThereIs();
    void numbersFollowTheLanguage();
};

void TestLanguages::knownCodeIsItself()
{
    for (const app::Language& language : Languages::all()) {
        QCOMPARE(Languages::resolve(language.code), language.code);
        QVERIFY(!language.nativeName.isEmpty());
    }
}

void TestLanguages::unknownCodeIsOneThatThereIs()
{
    const QString code = Languages::resolve(QStringLiteral("tlh"));
    QVERIFY(code == QStringLiteral("en") || code == QStringLiteral("ko"));
}

void TestLanguages::numbersFollowTheLanguage()
{
    Languages languages;
    languages.use(QStringLiteral("ko"));
    QCOMPARE(languages.current(), QStringLiteral("ko"));
    QCOMPARE(QLocale().language(), QLocale::Korean);
    QCOMPARE(app::formatCount(1000), QStringLiteral("1,000"));
    languages.use(QStringLiteral("en"));
    QCOMPARE(QLocale().language(), QLocale::English);
}

QTEST_GUILESS_MAIN(TestLanguages)

#include "tst_languages.moc"
