// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/intake/intake.h"

#include "tests/support/fake_engine/fake_mode.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace app::intake;
using test_support::fakeEngine;
using test_support::FakeMode;

Q_DECLARE_METATYPE(Kind)

class TestIntake : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void modelIsInspectedAndRecorded();
    void dataIsInspectedAndRecorded();
    void jobIsOpenedWhenItIsOne();
    void brokenJobFailsInWords();
    void refusalOfTheEngineIsPassedOn();
    void unknownPathFailsWithItsReason();
    void runOfElsewhereIsCopied();
    void pendingPathsAreKnown();
    void onlyWhatWasBroughtIsOpened();

private:
    QString file(const QString& name, const QByteArray& content = {})
    {
        const QString path = m_folder->filePath(name);
        QDir().mkpath(QFileInfo(path).absolutePath());
        QFile out(path);
        if (out.open(QIODevice::WriteOnly)) {
            out.write(content);
        }
        return path;
    }
    void start();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<app::library::Library> m_library;
    std::unique_ptr<app::engine::EngineService> m_engine;
    std::unique_ptr<Intake> m_intake;
    std::unique_ptr<QSignalSpy> m_added;
    std::unique_ptr<QSignalSpy> m_failed;
};

void TestIntake::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    const auto at = [this](const char* name) { return m_folder->filePath(QLatin1String(name)); };
    for (const char* name : {"runs", "adapters", "backups", "scratch"}) {
        QVERIFY(QDir().mkpath(at(name)));
    }
    m_library = std::make_unique<app::library::Library>(
        app::library::LibraryFolders{at("library.db"), at("runs"), at("adapters"), at("backups")});
    QVERIFY(m_library->open());
}

void TestIntake::start()
{
    m_engine = std::make_unique<app::engine::EngineService>(
        fakeEngine(), m_folder->filePath(QStringLiteral("scratch")), QString());
    m_intake =
        std::make_unique<Intake>(*m_library, *m_engine, m_folder->filePath(QStringLiteral("runs")));
    m_added = std::make_unique<QSignalSpy>(m_intake.get(), &Intake::added);
    m_failed = std::make_unique<QSignalSpy>(m_intake.get(), &Intake::failed);
}

void TestIntake::cleanup()
{
    m_added.reset();
    m_failed.reset();
    m_intake.reset();
    m_engine.reset();
    m_library.reset();
}

void TestIntake::modelIsInspectedAndRecorded()
{
    start();
    const QString config = file(QStringLiteral("tiny/config.json"));
    m_intake->add({config});
    QTRY_COMPARE(m_added->size(), 1);
    const QString folder = m_folder->filePath(QStringLiteral("tiny"));
    QCOMPARE(m_added->at(0)[1].toString(), folder);
    const auto model = m_library->baseModels().findByPath(folder);
    QVERIFY(model);
    QCOMPARE(model.value().name, QStringLiteral("tiny"));
    QCOMPARE(model.value().family, QStringLiteral("llama"));
    QVERIFY(model.value().parameters > 0);
}

void TestIntake::dataIsInspectedAndRecorded()
{
    start();
    const QString path = file(QStringLiteral("a.jsonl"), "{\"text\": \"x\"}\n");
    m_intake->add({path});
    QTRY_COMPARE(m_added->size(), 1);
    const auto data = m_library->datasets().findByPath(path);
    QVERIFY(data);
    QVERIFY(data.value().rows > 0);
    QCOMPARE(data.value().bytes, 14);
}

void TestIntake::jobIsOpenedWhenItIsOne()
{
    start();
    const QString path = file(QStringLiteral("job.json"), "{\"model\": {\"path\": \"m\"}}");
    m_intake->add({path});
    QTRY_COMPARE(m_added->size(), 1);
    QCOMPARE(m_added->at(0)[0].value<Kind>(), Kind::Job);
    QCOMPARE(m_added->at(0)[1].toString(), path);
}

void TestIntake::brokenJobFailsInWords()
{
    start();
    m_intake->add({file(QStringLiteral("a/job.json"), "{\"model\": "),
                   file(QStringLiteral("b/job.json"), "{\"data\": {}}")});
    QTRY_COMPARE(m_failed->size(), 2);
    QCOMPARE(m_added->size(), 0);
}

void TestIntake::refusalOfTheEngineIsPassedOn()
{
    const FakeMode mode("refusing");
    start();
    const QString path = file(QStringLiteral("a.jsonl"));
    m_intake->add({path});
    QTRY_COMPARE(m_failed->size(), 1);
    QCOMPARE(m_failed->at(0)[0].toString(), path);
    const auto error = m_failed->at(0)[1].value<::engine::contract::Error>();
    QCOMPARE(error.message, std::string("there is nothing"));
    QVERIFY(!m_library->datasets().findByPath(path));
}

void TestIntake::unknownPathFailsWithItsReason()
{
    start();
    m_intake->add({file(QStringLiteral("a.gguf"))});
    QTRY_COMPARE(m_failed->size(), 1);
    const auto error = m_failed->at(0)[1].value<::engine::contract::Error>();
    QVERIFY(error.message.find("GGUF") != std::string::npos);
}

void TestIntake::runOfElsewhereIsCopied()
{
    start();
    QFile job(QStringLiteral(LORA_SOURCE_DIR "/tests/data/journals/job.json"));
    QVERIFY(job.open(QIODevice::ReadOnly));
    auto content = ::engine::contract::parseJson(job.readAll().toStdString());
    QVERIFY(content);
    ::engine::contract::Value withId = content.value();
    withId.set("id", "6f1c2d3e-0000-4000-8000-000000000001");
    file(QStringLiteral("elsewhere/old-run/job.json"),
         QByteArray::fromStdString(::engine::contract::toJson(withId)));
    file(QStringLiteral("elsewhere/old-run/events.jsonl"));
    m_intake->add({m_folder->filePath(QStringLiteral("elsewhere/old-run"))});
    QTRY_COMPARE(m_added->size() + m_failed->size(), 1);
    QVERIFY2(m_failed->isEmpty(),
             m_failed->isEmpty()
                 ? ""
                 : m_failed->at(0)[1].value<::engine::contract::Error>().message.c_str());
    const QString copy = m_folder->filePath(QStringLiteral("runs/old-run"));
    QCOMPARE(m_added->at(0)[1].toString(), copy);
    QVERIFY(QFile::exists(copy + QStringLiteral("/job.json")));
    QVERIFY(m_library->runs().findByFolder(copy));
}

void TestIntake::pendingPathsAreKnown()
{
    start();
    const QString path = file(QStringLiteral("a.jsonl"));
    m_intake->addData(path);
    QCOMPARE(m_intake->pending(), QStringList(path));
    QTRY_VERIFY(m_intake->pending().isEmpty());
}

void TestIntake::onlyWhatWasBroughtIsOpened()
{
    start();
    QSignalSpy opened(m_intake.get(), &Intake::opened);
    m_intake->addData(file(QStringLiteral("a.jsonl")));
    QTRY_COMPARE(m_added->size(), 1);
    QVERIFY(opened.isEmpty());
    const QString brought = file(QStringLiteral("b.jsonl"));
    m_intake->add({brought});
    QTRY_COMPARE(m_added->size(), 2);
    QCOMPARE(opened.size(), 1);
    QCOMPARE(opened.at(0)[1].toString(), brought);
}

QTEST_GUILESS_MAIN(TestIntake)

#include "tst_intake.moc"
