// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The whole way through the studio with the real engine, below its window: drop a model and data,
// train, stop, continue, lose the engine, continue, close while it trains and come back, chat, tag,
// search, export, and find everything again after the library is gone.
#include "app/base/text.h"
#include "app/engine/verb_process.h"
#include "app/studio/studio.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using app::runs::RunInfo;
using app::runs::RunStatus;
using engine::contract::Value;

namespace {

constexpr int kPatienceMs = 120000;

QString sampleFile(const QString& name)
{
    return QStringLiteral(LORA_SOURCE_DIR "/resources/samples/") + name;
}

// The processes that hold the run's lock, by what they were started with.
QList<qint64> enginesOf(const QString& folder)
{
    QList<qint64> found;
    for (const QString& id : QDir("/proc").entryList(QDir::Dirs)) {
        QFile commandLine("/proc/" + id + "/cmdline");
        if (id.toLongLong() > 0 && commandLine.open(QIODevice::ReadOnly)
            && commandLine.readAll().contains(folder.toUtf8())) {
            found.append(id.toLongLong());
        }
    }
    return found;
}

} // namespace

class TestStudioJourney : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void droppedModelAndDataAreInTheLibrary();
    void runStopsAndContinues();
    void killedEngineIsAnInterruptedRunThatContinues();
    void runSurvivesTheStudioAndIsPickedUp();
    void finishedRunsAdapterIsTaggedAndFound();
    void baseAndAdapterAnswerDifferently();
    void mergedModelIsExportedAndVerified();
    void lostLibraryIsReadBackFromTheFolders();

private:
    void openStudio();
    Value job(const QString& name, int steps) const;
    RunStatus statusOf(const QString& folder) const;
    qint64 stepOf(const QString& folder) const;
    bool waitForEnd(const QString& folder);

    QTemporaryDir m_folder;
    std::unique_ptr<app::Paths> m_paths;
    std::unique_ptr<app::Studio> m_studio;
    QString m_run; // the one whose adapter the later steps use
};

void TestStudioJourney::initTestCase()
{
    m_paths = std::make_unique<app::Paths>(m_folder.filePath("data"));
    QVERIFY(m_paths->create().ok());
    openStudio();
}

void TestStudioJourney::openStudio()
{
    m_studio.reset();
    m_studio = std::make_unique<app::Studio>(*m_paths, QStringLiteral(LORA_ENGINE));
    QTRY_VERIFY_WITH_TIMEOUT(m_studio->engine().catalog() != nullptr, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(m_studio->runs().isScanned(), kPatienceMs);
}

Value TestStudioJourney::job(const QString& name, int steps) const
{
    return Value::object(
        {{"model", Value::object({{"path", app::stdString(sampleFile("model"))}})},
         {"data",
          Value::object(
              {{"path", app::stdString(sampleFile("pirate.jsonl"))}, {"max_length", 512}})},
         {"method",
          Value::object({{"id", "lora"},
                         {"rank", 8},
                         {"alpha", 16},
                         {"targets", Value::list(std::vector<std::string>{"q", "v"})},
                         {"rank_pattern", Value::object({{"layers.1.self_attn.v_proj", 16}})}})},
         {"training",
          Value::object({{"batch_size", 2},
                         {"max_steps", steps},
                         {"learning_rate", 0.005},
                         {"evaluate_every", 40},
                         {"early_stopping_patience", 0},
                         {"save_every", 10}})},
         {"output", Value::object({{"name", app::stdString(name)}})}});
}

RunStatus TestStudioJourney::statusOf(const QString& folder) const
{
    const RunInfo* run = m_studio->runs().find(folder);
    return run == nullptr ? RunStatus::Failed : run->status;
}

qint64 TestStudioJourney::stepOf(const QString& folder) const
{
    const RunInfo* run = m_studio->runs().find(folder);
    return run == nullptr ? -1 : run->step;
}

bool TestStudioJourney::waitForEnd(const QString& folder)
{
    QElapsedTimer timer;
    timer.start();
    while (app::runs::isActive(statusOf(folder)) && timer.elapsed() < kPatienceMs) {
        QTest::qWait(20);
    }
    return !app::runs::isActive(statusOf(folder));
}

void TestStudioJourney::droppedModelAndDataAreInTheLibrary()
{
    m_studio->intake().add({sampleFile("model"), sampleFile("pirate.jsonl")});
    QTRY_VERIFY_WITH_TIMEOUT(
        m_studio->library().baseModels().findByPath(sampleFile("model")).ok()
            && m_studio->library().datasets().findByPath(sampleFile("pirate.jsonl")).ok(),
        kPatienceMs);
    const auto model = m_studio->library().baseModels().findByPath(sampleFile("model"));
    QVERIFY(model.ok());
    QCOMPARE(model.value().parameters, 574336);
    const auto data = m_studio->library().datasets().findByPath(sampleFile("pirate.jsonl"));
    QVERIFY(data.ok());
    QCOMPARE(data.value().good, 600);
}

void TestStudioJourney::runStopsAndContinues()
{
    const auto started = m_studio->runs().start(job("stopped", 400));
    QVERIFY(started.ok());
    const QString folder = started.value();
    QTRY_VERIFY_WITH_TIMEOUT(stepOf(folder) >= 5, kPatienceMs);
    QVERIFY(m_studio->runs().stop(folder).ok());
    QVERIFY(waitForEnd(folder));
    QCOMPARE(statusOf(folder), RunStatus::Stopped);
    const qint64 stoppedAt = m_studio->runs().find(folder)->lastCheckpoint;
    QVERIFY(stoppedAt > 0);
    QVERIFY(m_studio->runs().continueRun(folder).ok());
    QVERIFY(waitForEnd(folder));
    QCOMPARE(statusOf(folder), RunStatus::Finished);
    QCOMPARE(stepOf(folder), 400);
    m_run = folder;
}

void TestStudioJourney::killedEngineIsAnInterruptedRunThatContinues()
{
    const auto started = m_studio->runs().start(job("killed", 400));
    QVERIFY(started.ok());
    const QString folder = started.value();
    QTRY_VERIFY_WITH_TIMEOUT(stepOf(folder) >= 15, kPatienceMs);
    const QList<qint64> engines = enginesOf(folder);
    QVERIFY(!engines.isEmpty());
    for (const qint64 engine : engines) {
        ::kill(static_cast<pid_t>(engine), SIGKILL);
    }
    QVERIFY(waitForEnd(folder));
    QCOMPARE(statusOf(folder), RunStatus::Interrupted);
    QVERIFY(m_studio->runs().find(folder)->lastCheckpoint >= 10);
    QVERIFY(!m_studio->runs().find(folder)->error.message.empty());
    QVERIFY(m_studio->runs().continueRun(folder).ok());
    QVERIFY(waitForEnd(folder));
    QCOMPARE(statusOf(folder), RunStatus::Finished);
}

void TestStudioJourney::runSurvivesTheStudioAndIsPickedUp()
{
    const auto started = m_studio->runs().start(job("survivor", 400));
    QVERIFY(started.ok());
    const QString folder = started.value();
    QTRY_VERIFY_WITH_TIMEOUT(stepOf(folder) >= 5, kPatienceMs);
    const qint64 before = stepOf(folder);
    m_studio->runs().detach();
    openStudio();
    QTRY_VERIFY_WITH_TIMEOUT(stepOf(folder) > before, kPatienceMs);
    if (app::runs::isActive(statusOf(folder))) {
        QVERIFY(!m_studio->runs().find(folder)->isOwn);
        QVERIFY(m_studio->runs().stop(folder).ok());
    }
    QVERIFY(waitForEnd(folder));
    QVERIFY(statusOf(folder) == RunStatus::Stopped || statusOf(folder) == RunStatus::Finished);
}

void TestStudioJourney::finishedRunsAdapterIsTaggedAndFound()
{
    QTRY_VERIFY_WITH_TIMEOUT(
        m_studio->library().adapters().findByPath(m_run + "/output/adapter").ok(), kPatienceMs);
    auto& library = m_studio->library();
    const auto adapter = library.adapters().findByPath(m_run + "/output/adapter").value();
    QVERIFY(adapter.hasSeveralRanks);
    QCOMPARE(adapter.rank, 8);
    QVERIFY(adapter.evalLoss.has_value());
    const app::library::Subject subject{app::library::SubjectKind::Adapter, adapter.row};
    const QString tag = QString::fromUtf8("해적말투");
    QVERIFY(library.tags().set(subject, {tag}).ok());
    for (const QString& text : {QString::fromUtf8("말투"), QString::fromUtf8("적"), tag}) {
        app::library::AdapterQuery query;
        query.text = text;
        const auto found = library.adapters().list(query);
        QVERIFY(found.ok());
        QCOMPARE(found.value().size(), std::size_t(1));
        QCOMPARE(found.value().front().id, adapter.id);
    }
}

void TestStudioJourney::baseAndAdapterAnswerDifferently()
{
    app::engine::ChatTurn turn;
    turn.model = sampleFile("model");
    turn.messages = Value::List();
    turn.messages.append(Value::object({{"role", "user"}, {"content", "Which animal says woof?"}}));
    turn.panes.resize(2);
    turn.panes[1].adapters.push_back({app::stdString(m_run + "/output/adapter"), 1.0});
    for (auto& pane : turn.panes) {
        pane.sampling.temperature = 0;
        pane.sampling.maxNewTokens = 40;
    }
    QSignalSpy answered(&m_studio->chat(), &app::engine::ChatService::answered);
    QSignalSpy tokens(&m_studio->chat(), &app::engine::ChatService::token);
    m_studio->chat().send(turn);
    QTRY_COMPARE_WITH_TIMEOUT(answered.count(), 1, kPatienceMs);
    const Value panes = answered.first().at(1).value<Value>()["panes"];
    QCOMPARE(panes.toList().size(), std::size_t(2));
    const std::string& base = panes.toList()[0]["text"].toString();
    const std::string& pirate = panes.toList()[1]["text"].toString();
    QVERIFY(!base.empty() && base != pirate);
    QVERIFY2(pirate.find("matey") != std::string::npos, pirate.c_str());
    QVERIFY(tokens.count() > 4);
}

void TestStudioJourney::mergedModelIsExportedAndVerified()
{
    const QString out = m_folder.filePath("merged");
    app::engine::VerbProcess verb(QStringLiteral(LORA_ENGINE));
    std::optional<engine::contract::Result<Value>> result;
    connect(&verb,
            &app::engine::VerbProcess::finished,
            this,
            [&result](const engine::contract::Result<Value>& end) { result = end; });
    verb.start({"export",
                "--format",
                "merged",
                "--model",
                sampleFile("model"),
                "--adapter",
                m_run + "/output/adapter",
                "--out",
                out});
    QTRY_VERIFY_WITH_TIMEOUT(result.has_value(), kPatienceMs);
    QVERIFY2(result->ok(), result->ok() ? "" : result->error().message.c_str());
    QVERIFY(result->value()["verification"]["passed"].toBool());
    QVERIFY(QFile::exists(out + "/config.json"));
}

void TestStudioJourney::lostLibraryIsReadBackFromTheFolders()
{
    m_studio->library().flush();
    m_studio.reset();
    for (const char* ending : {"", "-wal", "-shm"}) {
        QFile::remove(m_paths->library + ending);
    }
    openStudio();
    QSignalSpy rebuilt(&m_studio->library(), &app::library::Library::rebuilt);
    m_studio->library().rebuild();
    QTRY_VERIFY_WITH_TIMEOUT(rebuilt.count() >= 1, kPatienceMs);
    app::library::AdapterQuery query;
    query.text = QString::fromUtf8("해적");
    const auto found = m_studio->library().adapters().list(query);
    QVERIFY(found.ok());
    QCOMPARE(found.value().size(), std::size_t(1));
    QCOMPARE(found.value().front().path, m_run + "/output/adapter");
}

QTEST_GUILESS_MAIN(TestStudioJourney)
#include "tst_studio_journey.moc"
