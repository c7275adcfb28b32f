// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/base/settings.h"

#include <QFile>
#include <QSet>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace app;

class TestSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyKeyIsDeclaredOnce();
    void defaultsHoldWithoutAFile();
    void valuesSurviveARestart();
    void changeIsToldOnceAndOnlyWhenItIsOne();
    void refusedValuesReadAsTheDefault_data();
    void refusedValuesReadAsTheDefault();
    void refusedValuesAreNotWritten();
    void damagedFileIsPutAside();
    void resetKeepsTheRememberedState();
    void viewsRememberTheirState();

private:
    QString file() const { return m_folder.filePath(QStringLiteral("settings.ini")); }

    QTemporaryDir m_folder;
};

void TestSettings::everyKeyIsDeclaredOnce()
{
    QSet<QString> keys;
    for (const SettingInfo& info : settingsTable()) {
        const QString key = QLatin1String(info.key);
        QVERIFY2(!keys.contains(key), info.key);
        keys.insert(key);
        QVERIFY2(info.defaultValue.isValid(), info.key);
        QVERIFY2(info.kind == SettingKind::Hidden || !settingLabel(info).isEmpty(), info.key);
        QVERIFY2(info.kind == SettingKind::Hidden || !settingHelp(info).isEmpty(), info.key);
    }
}

void TestSettings::defaultsHoldWithoutAFile()
{
    const Settings settings(m_folder.filePath(QStringLiteral("none.ini")));
    QCOMPARE(settings.get(kTheme), QStringLiteral("system"));
    QCOMPARE(settings.get(kThreads), 0);
    QCOMPARE(settings.get(kModelFolders), QStringList());
    QVERIFY(settings.isDefault(QLatin1String(kTheme.key)));
    QVERIFY(!QFile::exists(settings.fileName()));
}

void TestSettings::valuesSurviveARestart()
{
    const QStringList folders = {QStringLiteral("/모델/a, b"), QStringLiteral("/c \"d\"")};
    const QByteArray geometry("\x00\x01\xff", 3);
    {
        Settings settings(file());
        settings.set(kTheme, QStringLiteral("dark"));
        settings.set(kModelFolders, folders);
        settings.set(kThreads, 7);
        settings.set(kWindowGeometry, geometry);
    }
    const Settings settings(file());
    QCOMPARE(settings.get(kTheme), QStringLiteral("dark"));
    QCOMPARE(settings.get(kModelFolders), folders);
    QCOMPARE(settings.get(kThreads), 7);
    QCOMPARE(settings.get(kWindowGeometry), geometry);
}

void TestSettings::changeIsToldOnceAndOnlyWhenItIsOne()
{
    Settings settings(m_folder.filePath(QStringLiteral("told.ini")));
    QSignalSpy changed(&settings, &Settings::changed);
    settings.set(kTheme, QStringLiteral("light"));
    settings.set(kTheme, QStringLiteral("light"));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(changed[0][0].toString(), QLatin1String(kTheme.key));
}

void TestSettings::refusedValuesReadAsTheDefault_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("not a choice") << QByteArray("[appearance]\ntheme=purple\n");
    QTest::newRow("not a number") << QByteArray("[device]\nthreads=many\n");
    QTest::newRow("out of range") << QByteArray("[device]\nthreads=-4\n");
}

void TestSettings::refusedValuesReadAsTheDefault()
{
    QFETCH(QByteArray, content);
    const QString path = m_folder.filePath(QStringLiteral("odd.ini"));
    QFile out(path);
    QVERIFY(out.open(QIODevice::WriteOnly | QIODevice::Truncate));
    out.write(content);
    out.close();
    const Settings settings(path);
    QCOMPARE(settings.get(kTheme), QStringLiteral("system"));
    QCOMPARE(settings.get(kThreads), 0);
}

void TestSettings::refusedValuesAreNotWritten()
{
    Settings settings(m_folder.filePath(QStringLiteral("refused.ini")));
    QSignalSpy changed(&settings, &Settings::changed);
    settings.set(kTheme, QStringLiteral("purple"));
    settings.set(kThreads, 100000);
    settings.setValue(QStringLiteral("no/such_key"), 1);
    QCOMPARE(changed.size(), 0);
    QVERIFY(!settings.value(QStringLiteral("no/such_key")).isValid());
}

void TestSettings::damagedFileIsPutAside()
{
    const QString path = m_folder.filePath(QStringLiteral("damaged.ini"));
    QFile out(path);
    QVERIFY(out.open(QIODevice::WriteOnly));
    out.write("[unfinished\n\x00\x01 nonsense =");
    out.close();
    Settings settings(path);
    QCOMPARE(settings.get(kTheme), QStringLiteral("system"));
    QVERIFY(QFile::exists(settings.brokenFile()));
    settings.set(kTheme, QStringLiteral("dark"));
    QCOMPARE(settings.get(kTheme), QStringLiteral("dark"));
}

void TestSettings::resetKeepsTheRememberedState()
{
    Settings settings(m_folder.filePath(QStringLiteral("reset.ini")));
    settings.set(kTheme, QStringLiteral("dark"));
    settings.set(kSidebarCollapsed, true);
    settings.resetAll();
    QCOMPARE(settings.get(kTheme), QStringLiteral("system"));
    QVERIFY(settings.get(kSidebarCollapsed));
}

void TestSettings::viewsRememberTheirState()
{
    const QString path = m_folder.filePath(QStringLiteral("views.ini"));
    {
        Settings settings(path);
        settings.setViewState(QStringLiteral("runs/columns"), QByteArray("abc"));
    }
    QCOMPARE(Settings(path).viewState(QStringLiteral("runs/columns")), QByteArray("abc"));
}

QTEST_GUILESS_MAIN(TestSettings)

#include "tst_settings.moc"
