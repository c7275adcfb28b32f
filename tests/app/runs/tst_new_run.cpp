// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/engine/catalog_access.h"
#include "app/runs/new_run.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace app::runs;
using app::engine::setValueAt;
using app::engine::valueAt;
using app::engine::contract::Value;

class TestNewRun : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pathsBecomeAbsolute();
    void idIsGivenOnceAndKept();
    void nameIsMadeOfBaseAndMethod_data();
    void nameIsMadeOfBaseAndMethod();
    void foldersOfOneSecondDiffer();
    void folderThatCannotBeMadeIsSaid();
    void jobIsWritten();
    void editsOfTheDataAreKeptWithTheRun();
    void sourcesOfAMixtureKeepTheirEdits();
};

void TestNewRun::pathsBecomeAbsolute()
{
    Value job;
    setValueAt(job, "model.path", "models/../kestrel");
    setValueAt(job, "data.validation.path", "");
    setValueAt(job, "model.adapters", Value::list(std::vector{Value::object({{"path", "a"}})}));
    job = preparedJob(nullptr, job);
    const std::string here = QDir::currentPath().toStdString();
    QCOMPARE(valueAt(job, "model.path").toString(), here + "/kestrel");
    QCOMPARE(valueAt(job, "data.validation.path").toString(), std::string());
    QCOMPARE(valueAt(job, "model.adapters").toList().front()["path"].toString(), here + "/a");
}

void TestNewRun::idIsGivenOnceAndKept()
{
    const Value job = preparedJob(nullptr, Value::Object());
    QCOMPARE(valueAt(job, "id").toString().size(), std::size_t{36});
    QCOMPARE(valueAt(preparedJob(nullptr, job), "id"), valueAt(job, "id"));
}

void TestNewRun::nameIsMadeOfBaseAndMethod_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("expected");
    QTest::newRow("given") << "/m/kestrel"
                           << "mine"
                           << "mine";
    QTest::newRow("made") << "/m/kestrel"
                          << ""
                          << "kestrel-lora-r8";
    QTest::newRow("base with a name that is none") << "/m/a b"
                                                   << ""
                                                   << "adapter";
}

void TestNewRun::nameIsMadeOfBaseAndMethod()
{
    QFETCH(QString, model);
    QFETCH(QString, name);
    QFETCH(QString, expected);
    Value job;
    setValueAt(job, "model.path", model.toStdString());
    setValueAt(job, "output.name", name.toStdString());
    setValueAt(job, "method.id", "lora");
    setValueAt(job, "method.rank", 8);
    QCOMPARE(valueAt(preparedJob(nullptr, job), "output.name").toString(), expected.toStdString());
}

void TestNewRun::foldersOfOneSecondDiffer()
{
    const QTemporaryDir runs;
    QStringList folders;
    for (int i = 0; i < 3; ++i) {
        const auto made =
            makeRunFolder(runs.filePath("runs"), preparedJob(nullptr, Value::Object()));
        QVERIFY(made);
        folders.append(made.value());
    }
    QCOMPARE(folders.removeDuplicates(), 0);
}

void TestNewRun::folderThatCannotBeMadeIsSaid()
{
    const auto made = makeRunFolder("/proc/runs", Value::Object());
    QVERIFY(!made);
    QCOMPARE(made.error().where, std::string("/proc/runs"));
}

void TestNewRun::jobIsWritten()
{
    const QTemporaryDir folder;
    const Value job = preparedJob(nullptr, Value::Object());
    QVERIFY(writeJob(folder.path(), job));
    QFile file(folder.filePath("job.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto read = app::engine::contract::parseJson(file.readAll().toStdString());
    QVERIFY(read);
    QCOMPARE(read.value(), job);
}

void TestNewRun::editsOfTheDataAreKeptWithTheRun()
{
    const QTemporaryDir folder;
    const QString edits = folder.filePath("live.jsonl");
    QFile file(edits);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"sha256\":\"a\",\"delete\":true}\n");
    file.close();
    QVERIFY(QDir(folder.path()).mkdir("run"));
    Value job;
    setValueAt(job, "data.edits", edits.toStdString());
    QVERIFY(writeJob(folder.filePath("run"), job).ok());
    // What is edited afterwards is not the run's.
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"sha256\":\"b\",\"delete\":true}\n");
    file.close();
    QFile written(folder.filePath("run/job.json"));
    QVERIFY(written.open(QIODevice::ReadOnly));
    const auto read = app::engine::contract::parseJson(written.readAll().toStdString());
    const QString kept = QString::fromStdString(valueAt(read.value(), "data.edits").toString());
    QCOMPARE(kept, folder.filePath("run/edits.jsonl"));
    QFile copy(kept);
    QVERIFY(copy.open(QIODevice::ReadOnly));
    QVERIFY(copy.readAll().contains("\"a\""));
}

void TestNewRun::sourcesOfAMixtureKeepTheirEdits()
{
    const QTemporaryDir folder;
    Value mix = Value::List();
    for (const char* name : {"one", "two"}) {
        QFile file(folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(name);
        mix.append(Value::object(
            {{"path", std::string("data/") + name}, {"edits", file.fileName().toStdString()}}));
    }
    mix.append(Value::object({{"path", "/three"}}));
    Value job;
    setValueAt(job, "data.mix", mix);
    job = preparedJob(nullptr, job);
    const Value prepared = valueAt(job, "data.mix");
    QVERIFY(QDir::isAbsolutePath(QString::fromStdString(prepared.toList()[0]["path"].toString())));
    QVERIFY(QDir(folder.path()).mkdir("run"));
    QVERIFY(writeJob(folder.filePath("run"), job).ok());
    QFile written(folder.filePath("run/job.json"));
    QVERIFY(written.open(QIODevice::ReadOnly));
    const auto read = app::engine::contract::parseJson(written.readAll().toStdString());
    const Value kept = valueAt(read.value(), "data.mix");
    QCOMPARE(QString::fromStdString(kept.toList()[1]["edits"].toString()),
             folder.filePath("run/edits-2.jsonl"));
    QFile copy(folder.filePath("run/edits-1.jsonl"));
    QVERIFY(copy.open(QIODevice::ReadOnly));
    QCOMPARE(copy.readAll(), QByteArray("one"));
    QVERIFY(!kept.toList()[2].contains("edits") || kept.toList()[2]["edits"].toString().empty());
}

QTEST_GUILESS_MAIN(TestNewRun)

#include "tst_new_run.moc"
