// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/engine/chat_service.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using app::engine::ChatService;
using app::engine::ChatTurn;
using engine::contract::Error;
using engine::contract::Value;
namespace event = engine::contract::event;

namespace {

ChatTurn turnFor(const QString& model, std::size_t panes = 1)
{
    ChatTurn turn;
    turn.model = QLatin1String("/models/") + model;
    turn.messages = Value::List{Value::object({{"role", "user"}, {"content", "hi"}})};
    turn.panes.resize(panes);
    return turn;
}

} // namespace

class ChatServiceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void startsNoEngineBeforeTheFirstTurn();
    void tellsTokensAndTheAnswer();
    void loadsTheModelOnce();
    void readsAnswersThatAreFiles();
    void answersACancelledTurnWithWhatWasWritten();
    void answersATurnCancelledBeforeItWasSent();
    void passesTheEnginesErrorOn();
    void failsItsTurnsWhenTheEngineDies();
    void startsAgainAfterACrash();
    void saysThatTheProgramIsMissing();
    void refusesAnotherProtocol();
    void letsTheEngineGoWhenIdle();
    void releaseFailsTheTurnUnderWay();
    void endsAnEngineThatFellSilent();

private:
    std::unique_ptr<ChatService> service(app::engine::Patience patience = {},
                                         std::chrono::milliseconds idle = ChatService::kIdle)
    {
        auto made = std::make_unique<ChatService>(
            QStringLiteral(LORA_FAKE_CHAT_ENGINE), m_folder.path(), QString(), patience, idle);
        connect(made.get(), &ChatService::token, this, [this](const event::Token& token) {
            m_tokens.push_back(token);
        });
        connect(made.get(),
                &ChatService::answered,
                this,
                [this](const QString& id, const Value& value) { m_answered.insert(id, value); });
        connect(made.get(), &ChatService::failed, this, [this](const QString& id, const Error& e) {
            m_failed.insert(id, e);
        });
        return made;
    }
    std::string textOf(const QString& id, std::size_t pane = 0) const
    {
        const Value::List panes = m_answered.value(id)["panes"].toList();
        return pane < panes.size() ? panes[pane]["text"].toString() : "no answer";
    }

    QTemporaryDir m_folder;
    std::vector<event::Token> m_tokens;
    QHash<QString, Value> m_answered;
    QHash<QString, Error> m_failed;
};

void ChatServiceTest::init()
{
    m_tokens.clear();
    m_answered.clear();
    m_failed.clear();
}

void ChatServiceTest::startsNoEngineBeforeTheFirstTurn()
{
    const auto chat = service();
    QCOMPARE(chat->state(), ChatService::State::Off);
    const QString id = chat->send(turnFor(QStringLiteral("any")));
    QVERIFY(!id.isEmpty());
    QCOMPARE(chat->state(), ChatService::State::Off); // nothing happens inside send()
    QTRY_COMPARE(chat->state(), ChatService::State::Ready);
}

void ChatServiceTest::tellsTokensAndTheAnswer()
{
    const auto chat = service();
    ChatTurn turn = turnFor(QStringLiteral("any"), 2);
    turn.panes[1].adapters = {{"/adapters/a", 0.5}};
    const QString id = chat->send(turn);
    QTRY_VERIFY(m_answered.contains(id));
    QCOMPARE(textOf(id, 0), std::string("The quick brown fox"));
    QCOMPARE(textOf(id, 1), std::string("The quick red fox"));
    std::string streamed;
    for (const event::Token& token : m_tokens) {
        QCOMPARE(token.id, id.toStdString());
        streamed += token.pane == 1 ? token.text : "";
    }
    QCOMPARE(streamed, textOf(id, 1));
    QCOMPARE(m_tokens.front().top.size(), std::size_t(3));
    QCOMPARE(m_answered[id]["panes"].toList()[1]["adapters"].toList()[0]["scale"].toDouble(), 0.5);
}

void ChatServiceTest::loadsTheModelOnce()
{
    const auto chat = service();
    QList<ChatService::State> states;
    connect(chat.get(), &ChatService::stateChanged, this, [&] { states.append(chat->state()); });
    const QString first = chat->send(turnFor(QStringLiteral("any")));
    QTRY_VERIFY(m_answered.contains(first));
    const QString second = chat->send(turnFor(QStringLiteral("any")));
    QTRY_VERIFY(m_answered.contains(second));
    using State = ChatService::State;
    QCOMPARE(states,
             QList<State>({State::Starting,
                           State::LoadingModel,
                           State::Writing,
                           State::Ready,
                           State::Writing,
                           State::Ready}));
    QCOMPARE(chat->model(), QStringLiteral("/models/any"));
}

void ChatServiceTest::readsAnswersThatAreFiles()
{
    const auto chat = service();
    const QString id = chat->send(turnFor(QStringLiteral("large")));
    QTRY_VERIFY(m_answered.contains(id));
    QCOMPARE(textOf(id), std::string("The quick brown fox"));
    QVERIFY(QDir(m_folder.path()).entryList({QStringLiteral("answer-*")}).isEmpty());
}

void ChatServiceTest::answersACancelledTurnWithWhatWasWritten()
{
    const auto chat = service();
    const QString id = chat->send(turnFor(QStringLiteral("endless")));
    QTRY_VERIFY(m_tokens.size() > 2);
    chat->cancel(id);
    QTRY_VERIFY(m_answered.contains(id));
    QCOMPARE(m_answered[id]["panes"].toList()[0]["stop"].toString(), std::string("cancelled"));
    QVERIFY(textOf(id).starts_with("The quick"));
}

void ChatServiceTest::answersATurnCancelledBeforeItWasSent()
{
    const auto chat = service();
    const QString id = chat->send(turnFor(QStringLiteral("endless"), 2));
    chat->cancel(id);
    QVERIFY(m_answered.isEmpty());
    QTRY_VERIFY(m_answered.contains(id));
    QCOMPARE(m_answered[id]["panes"].toList().size(), std::size_t(2));
    QCOMPARE(m_answered[id]["panes"].toList()[1]["stop"].toString(), std::string("cancelled"));
}

void ChatServiceTest::passesTheEnginesErrorOn()
{
    const auto chat = service();
    const QString id = chat->send(turnFor(QStringLiteral("refuse")));
    QTRY_VERIFY(m_failed.contains(id));
    QCOMPARE(m_failed[id].code, std::string("out_of_memory"));
    QCOMPARE(m_failed[id].hint, std::string("Close other programs"));
    QCOMPARE(chat->state(), ChatService::State::Ready);
}

void ChatServiceTest::failsItsTurnsWhenTheEngineDies()
{
    const auto chat = service();
    const QString first = chat->send(turnFor(QStringLiteral("crash")));
    const QString second = chat->send(turnFor(QStringLiteral("crash")));
    QTRY_COMPARE(m_failed.size(), 2);
    QCOMPARE(m_failed[first].code, std::string("internal"));
    QVERIFY(m_failed[first].message.find("SIGKILL") != std::string::npos);
    QVERIFY(m_failed[second].hint.find("bad things happened") != std::string::npos);
    QVERIFY(chat->logTail().contains(QLatin1String("bad things happened")));
    QCOMPARE(chat->state(), ChatService::State::Off);
}

void ChatServiceTest::startsAgainAfterACrash()
{
    const auto chat = service();
    const QString first = chat->send(turnFor(QStringLiteral("crash")));
    QTRY_VERIFY(m_failed.contains(first));
    const QString second = chat->send(turnFor(QStringLiteral("any")));
    QTRY_VERIFY(m_answered.contains(second));
}

void ChatServiceTest::saysThatTheProgramIsMissing()
{
    ChatService chat(QStringLiteral("/nowhere/engine"), m_folder.path(), QString());
    QSignalSpy failed(&chat, &ChatService::failed);
    chat.send(turnFor(QStringLiteral("any")));
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(failed[0][1].value<Error>().code, std::string("not_found"));
}

void ChatServiceTest::refusesAnotherProtocol()
{
    qputenv("FAKE_CHAT_PROTOCOL", "99");
    const auto chat = service();
    const QString id = chat->send(turnFor(QStringLiteral("any")));
    QTRY_VERIFY(m_failed.contains(id));
    qunsetenv("FAKE_CHAT_PROTOCOL");
    QCOMPARE(m_failed[id].code, std::string("newer_format"));
    QCOMPARE(chat->state(), ChatService::State::Off);
}

void ChatServiceTest::letsTheEngineGoWhenIdle()
{
    const auto chat = service({}, std::chrono::milliseconds(50));
    const QString id = chat->send(turnFor(QStringLiteral("any")));
    QTRY_VERIFY(m_answered.contains(id));
    QTRY_COMPARE(chat->state(), ChatService::State::Off);
    QVERIFY(chat->model().isEmpty());
    QVERIFY(m_failed.isEmpty());
}

void ChatServiceTest::releaseFailsTheTurnUnderWay()
{
    const auto chat = service();
    const QString id = chat->send(turnFor(QStringLiteral("endless")));
    QTRY_VERIFY(!m_tokens.empty());
    chat->release();
    QTRY_VERIFY(m_failed.contains(id));
    QCOMPARE(m_failed[id].code, std::string("stopped"));
}

void ChatServiceTest::endsAnEngineThatFellSilent()
{
    app::engine::Patience patience;
    patience.silence = std::chrono::milliseconds(300);
    const auto chat = service(patience);
    const QString id = chat->send(turnFor(QStringLiteral("deaf")));
    QTRY_VERIFY(m_failed.contains(id));
    QVERIFY(m_failed[id].message.find("no longer answered") != std::string::npos);
}

QTEST_GUILESS_MAIN(ChatServiceTest)
#include "tst_chat_service.moc"
