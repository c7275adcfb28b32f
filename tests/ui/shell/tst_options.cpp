// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/options.h"

#include "engine/contract/error_codes.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using ui::shell::parseOptions;
namespace code = engine::contract::code;

namespace {

QStringList line(const QStringList& arguments)
{
    return QStringList{QStringLiteral("lora-studio")} + arguments;
}

} // namespace

class TestOptions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyOptionIsTaken();
    void nothingIsGivenAndNothingSet();
    void nonsenseIsRefusedByName_data();
    void nonsenseIsRefusedByName();
    void helpNamesEveryOption();
};

void TestOptions::everyOptionIsTaken()
{
    QTemporaryDir folder;
    QFile(folder.filePath("a.jsonl")).open(QIODevice::WriteOnly);
    QDir(folder.path()).mkdir("run");
    QFile(folder.filePath("run/job.json")).open(QIODevice::WriteOnly);
    const auto parsed = parseOptions(line({folder.filePath("a.jsonl"),
                                           "--run",
                                           folder.filePath("run"),
                                           "--data-dir",
                                           "there",
                                           "--demo",
                                           "--screenshots",
                                           "shots",
                                           "--language",
                                           "ko",
                                           "--theme",
                                           "dark"}));
    QVERIFY2(parsed.ok(), parsed.ok() ? "" : parsed.error().message.c_str());
    const ui::shell::Options& options = parsed.value();
    QCOMPARE(options.paths, QStringList{folder.filePath("a.jsonl")});
    QCOMPARE(options.run, folder.filePath("run"));
    QCOMPARE(options.dataFolder, QDir::current().filePath("there"));
    QCOMPARE(options.screenshots, QDir::current().filePath("shots"));
    QCOMPARE(options.language, QString("ko"));
    QCOMPARE(options.theme, QString("dark"));
    QVERIFY(options.demo);
    QVERIFY(options.canBeHeadless());
}

void TestOptions::nothingIsGivenAndNothingSet()
{
    const auto parsed = parseOptions(line({}));
    QVERIFY(parsed.ok());
    QVERIFY(parsed.value().paths.isEmpty());
    QVERIFY(parsed.value().dataFolder.isEmpty());
    QVERIFY(!parsed.value().canBeHeadless());
}

void TestOptions::nonsenseIsRefusedByName_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("named");
    const QString bad = QString::fromUtf8(code::kBadArgument);
    const QString missing = QString::fromUtf8(code::kNotFound);
    QTest::newRow("unknown option") << QStringList{"--nonsense"} << bad << "nonsense";
    QTest::newRow("theme") << QStringList{"--theme", "pink"} << bad << "pink";
    QTest::newRow("language") << QStringList{"--language", "xx"} << bad << "xx";
    QTest::newRow("no value") << QStringList{"--data-dir"} << bad << "data-dir";
    QTest::newRow("empty value") << QStringList{"--data-dir", ""} << bad << "data-dir";
    QTest::newRow("path") << QStringList{"/nowhere/model"} << missing << "/nowhere/model";
    QTest::newRow("run") << QStringList{"--run", "/nowhere"} << missing << "/nowhere";
}

void TestOptions::nonsenseIsRefusedByName()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, code);
    QFETCH(QString, named);
    const auto parsed = parseOptions(line(arguments));
    QVERIFY(!parsed.ok());
    QCOMPARE(QString::fromStdString(parsed.error().code), code);
    QVERIFY(QString::fromStdString(parsed.error().message).contains(named));
    QVERIFY(!parsed.error().hint.empty());
}

void TestOptions::helpNamesEveryOption()
{
    const QString help = ui::shell::optionsHelp();
    for (const char* option :
         {"--run", "--data-dir", "--demo", "--screenshots", "--language", "--theme", "PATH"}) {
        QVERIFY2(help.contains(QLatin1String(option)), option);
    }
}

QTEST_GUILESS_MAIN(TestOptions)
#include "tst_options.moc"
