// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/engine/engine_service.h"
#include "tests/support/fake_engine/fake_mode.h"

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace app::engine;
using namespace std::chrono_literals;
using contract::Value;
using test_support::fakeEngine;
using test_support::FakeMode;

using Answer = contract::Result<Value>;

class TestEngineService : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void questionsWaitForTheHello();
    void catalogueComesWithTheHello();
    void answerIsNeverGivenFromInsideAsk();
    void errorOfTheEngineIsTheAnswer();
    void answerInAFileIsReadAndRemoved();
    void fileOutsideTheScratchFolderIsRefused();
    void newerEstimateSupersedesTheOlder();
    void cancelledQuestionIsNotAnswered();
    void questionOfADeadContextIsNotAnswered();
    void progressCarriesTheId();
    void crashIsToldToWhoAskedAndTheEngineComesBack();
    void silentEngineIsReplaced();
    void missingProgramFailsInWords();
    void newerProtocolIsSaidAndNothingIsAsked();
    void garbageDoesNotDisturb();
    void restartAnswersWhatWasPending();

private:
    Patience quick() const
    {
        Patience patience;
        patience.silence = 400ms;
        patience.ending = 50ms;
        patience.firstRestart = 10ms;
        patience.longestRestart = 50ms;
        return patience;
    }
    std::unique_ptr<EngineService> service(const QString& program = fakeEngine())
    {
        return std::make_unique<EngineService>(program, m_folder->path(), QString(), quick());
    }
    EngineService::Reply keep()
    {
        return [this](Answer answer) { m_answers.push_back(std::move(answer)); };
    }
    static Value numbered(int number) { return Value::object({{"number", number}}); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::vector<Answer> m_answers;
};

void TestEngineService::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_answers.clear();
}

void TestEngineService::questionsWaitForTheHello()
{
    const FakeMode mode("slow");
    const auto engine = service();
    engine->ask("echo", numbered(1), this, keep());
    engine->ask("echo", numbered(2), this, keep());
    QCOMPARE(engine->state(), EngineService::State::Starting);
    QCOMPARE(engine->catalog(), nullptr);
    QTRY_COMPARE(m_answers.size(), std::size_t{2});
    QCOMPARE(m_answers[0].value(), numbered(1));
    QCOMPARE(m_answers[1].value(), numbered(2));
    QCOMPARE(engine->state(), EngineService::State::Ready);
}

void TestEngineService::catalogueComesWithTheHello()
{
    const auto engine = service();
    QSignalSpy catalog(engine.get(), &EngineService::catalogChanged);
    QTRY_COMPARE(catalog.count(), 1);
    QCOMPARE(engine->catalog()->methods.front().id, std::string("lora"));
}

void TestEngineService::answerIsNeverGivenFromInsideAsk()
{
    const FakeMode mode("newer");
    const auto engine = service();
    QTRY_COMPARE(engine->state(), EngineService::State::Incompatible);
    engine->ask("echo", {}, this, keep());
    QVERIFY(m_answers.empty());
    QTRY_COMPARE(m_answers.size(), std::size_t{1});
}

void TestEngineService::errorOfTheEngineIsTheAnswer()
{
    const FakeMode mode("refusing");
    const auto engine = service();
    engine->ask("inspect model", {}, this, keep());
    QTRY_COMPARE(m_answers.size(), std::size_t{1});
    QCOMPARE(m_answers[0].error().code, std::string("not_found"));
    QCOMPARE(m_answers[0].error().hint, std::string("Check the path"));
}

void TestEngineService::answerInAFileIsReadAndRemoved()
{
    const auto engine = service();
    engine->ask("large", {}, this, keep());
    QTRY_COMPARE(m_answers.size(), std::size_t{1});
    QCOMPARE(m_answers[0].value()["text"].toString().size(), std::size_t{2} << 20);
    QVERIFY(QDir(m_folder->path()).isEmpty());
}

void TestEngineService::fileOutsideTheScratchFolderIsRefused()
{
    const auto engine = service();
    engine->ask("outside", {}, this, keep());
    QTRY_COMPARE(m_answers.size(), std::size_t{1});
    QCOMPARE(m_answers[0].error().code, std::string("bad_file"));
}

void TestEngineService::newerEstimateSupersedesTheOlder()
{
    const auto engine = service();
    bool wasOlderAnswered = false;
    engine->ask("estimate", {}, this, [&](const Answer&) { wasOlderAnswered = true; });
    engine->ask("estimate", {}, this, keep());
    QTRY_COMPARE(m_answers.size(), std::size_t{1});
    QCOMPARE(m_answers[0].value()["parameters"]["trainable"].toInteger(), int64_t{98304});
    QVERIFY(!wasOlderAnswered);
}

void TestEngineService::cancelledQuestionIsNotAnswered()
{
    const auto engine = service();
    engine->cancel(engine->ask("echo", numbered(1), this, keep()));
    engine->ask("echo", numbered(2), this, keep());
    QTRY_COMPARE(m_answers.size(), std::size_t{1});
    QCOMPARE(m_answers[0].value(), numbered(2));
}

void TestEngineService::questionOfADeadContextIsNotAnswered()
{
    const auto engine = service();
    auto context = std::make_unique<QObject>();
    engine->ask("echo", numbered(1), context.get(), keep());
    context.reset();
    engine->ask("echo", numbered(2), this, keep());
    QTRY_COMPARE(m_answers.size(), std::size_t{1});
    QCOMPARE(m_answers[0].value(), numbered(2));
}

void TestEngineService::progressCarriesTheId()
{
    const auto engine = service();
    QSignalSpy progress(engine.get(), &EngineService::progress);
    const QString id = engine->ask("echo", {}, this, keep());
    QTRY_COMPARE(m_answers.size(), std::size_t{1});
    QCOMPARE(progress.count(), 1);
    QCOMPARE(progress.first().at(0).toString(), id);
    QCOMPARE(progress.first().at(2).toLongLong(), 2);
    QCOMPARE(progress.first().at(3).toLongLong(), 3);
}

void TestEngineService::crashIsToldToWhoAskedAndTheEngineComesBack()
{
    std::optional<FakeMode> mode("crashing");
    const auto engine = service();
    engine->ask("echo", numbered(1), this, [&](Answer answer) {
        mode.reset(); // before the next one is started
        m_answers.push_back(std::move(answer));
    });
    QTRY_COMPARE(m_answers.size(), std::size_t{1});
    QVERIFY(!m_answers[0]);
    QVERIFY(QString::fromStdString(m_answers[0].error().message).contains("SIGSEGV"));
    QTRY_COMPARE(engine->state(), EngineService::State::Ready);
    engine->ask("echo", numbered(2), this, keep());
    QTRY_COMPARE(m_answers.size(), std::size_t{2});
    QVERIFY(m_answers[1]); // the first question was not asked again
    QCOMPARE(m_answers[1].value(), numbered(2));
}

void TestEngineService::silentEngineIsReplaced()
{
    std::optional<FakeMode> mode("silent");
    const auto engine = service();
    engine->ask("echo", numbered(1), this, [&](Answer answer) {
        mode.reset();
        m_answers.push_back(std::move(answer));
    });
    QTRY_COMPARE(m_answers.size(), std::size_t{1});
    QVERIFY(!m_answers[0]);
    engine->ask("echo", numbered(2), this, keep());
    QTRY_COMPARE(m_answers.size(), std::size_t{2});
    QVERIFY(m_answers[1]);
}

void TestEngineService::missingProgramFailsInWords()
{
    const auto engine = service("/no/such/program");
    engine->ask("echo", numbered(1), this, keep());
    QTRY_COMPARE(engine->state(), EngineService::State::Failed);
    QTRY_COMPARE(m_answers.size(), std::size_t{1});
    QCOMPARE(engine->error().code, std::string("not_found"));
    QCOMPARE(engine->error().where, std::string("/no/such/program"));
}

void TestEngineService::newerProtocolIsSaidAndNothingIsAsked()
{
    const FakeMode mode("newer");
    const auto engine = service();
    engine->ask("echo", numbered(1), this, keep());
    QTRY_COMPARE(engine->state(), EngineService::State::Incompatible);
    QTRY_COMPARE(m_answers.size(), std::size_t{1});
    QCOMPARE(m_answers[0].error().code, std::string("newer_format"));
    QVERIFY(QString::fromStdString(m_answers[0].error().message).contains("99"));
    QTest::qWait(100); // longer than a restart takes
    QCOMPARE(engine->state(), EngineService::State::Incompatible);
}

void TestEngineService::garbageDoesNotDisturb()
{
    const FakeMode mode("garbage");
    const auto engine = service();
    engine->ask("echo", numbered(1), this, keep());
    QTRY_COMPARE(m_answers.size(), std::size_t{1});
    QCOMPARE(m_answers[0].value(), numbered(1));
}

void TestEngineService::restartAnswersWhatWasPending()
{
    const auto engine = service();
    QTRY_COMPARE(engine->state(), EngineService::State::Ready);
    QSignalSpy progress(engine.get(), &EngineService::progress);
    engine->ask("never", {}, this, keep());
    QTRY_COMPARE(progress.count(), 1);
    engine->restart();
    QCOMPARE(m_answers.size(), std::size_t{1});
    QVERIFY(!m_answers[0]);
    engine->ask("echo", numbered(2), this, keep());
    QTRY_COMPARE(m_answers.size(), std::size_t{2});
}

QTEST_GUILESS_MAIN(TestEngineService)

#include "tst_engine_service.moc"
