// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/playground/talk.h"

#include "tests/support/studio_fixture.h"
#include "tests/support/studio_test.h"

#include <QSignalSpy>

using namespace ui::pages::playground;

namespace {

AdapterChoice adapterAt(const QString& path)
{
    return {path, {}, QStringLiteral("kestrel"), {}, 0, 0};
}

} // namespace

class TalkTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_fixture =
            std::make_unique<test_support::StudioFixture>(QStringLiteral(LORA_FAKE_CHAT_ENGINE));
        m_talk = std::make_unique<Talk>(m_fixture->studio->chat(), m_fixture->studio->library());
        m_talk->setModel(QStringLiteral("/models/any"));
    }
    void cleanup()
    {
        m_talk.reset();
        m_fixture.reset();
    }

    void writesEveryPane()
    {
        m_talk->setPaneCount(2);
        m_talk->setAdapter(1, adapterAt(QStringLiteral("/adapters/a")));
        m_talk->setScale(1, 0.5);
        m_talk->send(QStringLiteral("hi"));
        QVERIFY(m_talk->isRunning());
        QTRY_VERIFY(!m_talk->isRunning());
        const std::vector<Answer>& answers = m_talk->current()->answers;
        QCOMPARE(answers[0].text, QStringLiteral("The quick brown fox"));
        QCOMPARE(answers[1].text, QStringLiteral("The quick red fox"));
        QCOMPARE(answers[0].state, Answer::State::Done);
        QCOMPARE(answers[1].tokenCount, qint64(4));
        QCOMPARE(answers[1].tokens[2].end, qsizetype(13));
        QCOMPARE(answers[1].tokens[2].top.size(), std::size_t(3));
        QVERIFY(std::abs(answers[1].tokens[0].probability - std::exp(-0.25)) < 1e-9);
        QCOMPARE(writtenBy(answers[1]), QStringLiteral("9f3c41d7 × 0.50")); // the engine's hash
        QCOMPARE(templateWords(answers[0]), QStringLiteral("the model's template"));
        QCOMPARE(templateWords(answers[1]), QStringLiteral("template plain"));
    }

    void aLaterScaleDoesNotChangeWhatWasWritten()
    {
        m_talk->setAdapter(0, adapterAt(QStringLiteral("/adapters/a")));
        m_talk->send(QStringLiteral("hi"));
        QTRY_VERIFY(!m_talk->isRunning());
        m_talk->setScale(0, 0.25);
        QCOMPARE(m_talk->current()->answers[0].scale, 1.0);
    }

    void refusesToSendTwiceOrNothing()
    {
        m_talk->send(QStringLiteral("  "));
        QVERIFY(!m_talk->current());
        m_talk->send(QStringLiteral("hi"));
        m_talk->send(QStringLiteral("and again"));
        QCOMPARE(m_talk->conversation().exchanges.size(), std::size_t(1));
        m_talk->startNew();
        m_talk->setModel({});
        m_talk->send(QStringLiteral("hi"));
        QVERIFY(!m_talk->current());
    }

    void stopKeepsWhatWasWritten()
    {
        m_talk->setModel(QStringLiteral("/models/endless"));
        m_talk->setPaneCount(2);
        m_talk->send(QStringLiteral("hi"));
        QTRY_VERIFY(m_talk->current()->answers[0].tokenCount > 2);
        m_talk->stop();
        QTRY_VERIFY(!m_talk->isRunning());
        QCOMPARE(m_talk->current()->answers[0].state, Answer::State::Stopped);
        QVERIFY(m_talk->current()->answers[0].text.startsWith(QStringLiteral("The quick")));
        QCOMPARE(m_talk->current()->answers[1].state, Answer::State::Stopped);
    }

    void aCrashFailsWhatWasUnderWay()
    {
        m_talk->setModel(QStringLiteral("/models/crash"));
        m_talk->setPaneCount(2);
        m_talk->send(QStringLiteral("hi"));
        QTRY_VERIFY(!m_talk->isRunning());
        const Answer& first = m_talk->current()->answers[0];
        QCOMPARE(first.state, Answer::State::Failed);
        QVERIFY(first.error.message.find("SIGKILL") != std::string::npos);
        QVERIFY(first.text.startsWith(QStringLiteral("The"))); // what had come stays
        QCOMPARE(m_talk->current()->answers[1].state, Answer::State::Failed);
    }

    void againAsksTheLastQuestionAnew()
    {
        m_talk->setModel(QStringLiteral("/models/crash"));
        m_talk->send(QStringLiteral("hi"));
        QTRY_VERIFY(!m_talk->isRunning());
        m_talk->setModel(QStringLiteral("/models/any"));
        m_talk->again();
        QTRY_VERIFY(!m_talk->isRunning());
        QCOMPARE(m_talk->conversation().exchanges.size(), std::size_t(1));
        QCOMPARE(m_talk->current()->answers[0].text, QStringLiteral("The quick brown fox"));
    }

    void onePaneMayFailAlone()
    {
        m_talk->setPaneCount(2);
        m_talk->setAdapter(0, adapterAt(QStringLiteral("/adapters/misfit")));
        m_talk->send(QStringLiteral("hi"));
        QTRY_VERIFY(!m_talk->isRunning());
        QCOMPARE(m_talk->current()->answers[0].state, Answer::State::Failed);
        QCOMPARE(m_talk->current()->answers[0].error.code, std::string("incompatible"));
        QCOMPARE(m_talk->current()->answers[1].state, Answer::State::Done);
    }

    void keepsTheConversationInTheLibrary()
    {
        m_talk->send(QStringLiteral("Why?"));
        QTRY_VERIFY(!m_talk->isRunning());
        const qint64 row = m_talk->conversation().row;
        QVERIFY(row > 0);
        m_talk->send(QStringLiteral("And then?"));
        QTRY_VERIFY(!m_talk->isRunning());
        QCOMPARE(m_talk->conversation().row, row); // the same one, longer
        const auto chat = m_fixture->studio->library().chats().find(row);
        QVERIFY(chat.ok());
        QCOMPARE(chat.value().title, QStringLiteral("Why?"));
        QCOMPARE(conversationOf(chat.value().content).exchanges.size(), std::size_t(2));
    }

    void aNewConversationKeepsTheSetup()
    {
        m_talk->setPaneCount(2);
        m_talk->setAdapter(1, adapterAt(QStringLiteral("/adapters/a")));
        m_talk->send(QStringLiteral("hi"));
        QTRY_VERIFY(!m_talk->isRunning());
        m_talk->startNew();
        QVERIFY(m_talk->conversation().exchanges.empty());
        QCOMPARE(m_talk->conversation().row, qint64(0));
        QVERIFY(m_talk->panes()[1].adapter);
    }

    void loadingAnotherStopsTheOneThatIsWritten()
    {
        m_talk->setModel(QStringLiteral("/models/endless"));
        m_talk->send(QStringLiteral("hi"));
        QTRY_VERIFY(m_talk->current()->answers[0].tokenCount > 0);
        m_talk->load(Conversation());
        QVERIFY(!m_talk->isRunning());
        QVERIFY(!m_talk->current());
        const auto chats = m_fixture->studio->library().chats().list();
        QCOMPARE(chats.value().size(), std::size_t(1)); // nothing is lost
        QTRY_COMPARE(m_fixture->studio->chat().state(), app::engine::ChatService::State::Ready);
    }

    void closedPanesComeBackWithTheirAnswers()
    {
        m_talk->setPaneCount(2);
        m_talk->send(QStringLiteral("hi"));
        QTRY_VERIFY(!m_talk->isRunning());
        m_talk->setPaneCount(1);
        m_talk->setPaneCount(2);
        QCOMPARE(m_talk->current()->answers[1].text, QStringLiteral("The quick brown fox"));
    }

private:
    std::unique_ptr<test_support::StudioFixture> m_fixture;
    std::unique_ptr<Talk> m_talk;
};

STUDIO_TEST_MAIN(TalkTest)
#include "tst_talk.moc"
