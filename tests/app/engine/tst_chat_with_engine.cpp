// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The chat service with the real engine and the sample model.
#include "app/engine/chat_service.h"

#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using app::engine::ChatService;
using app::engine::ChatTurn;
using engine::contract::Error;
using engine::contract::Value;
namespace event = engine::contract::event;

namespace {

constexpr int kPatienceMs = 120000; // a busy machine loads slowly

QString program()
{
    return qEnvironmentVariable("LORA_ENGINE", QStringLiteral(LORA_ENGINE));
}

ChatTurn question(double temperature, int64_t longest)
{
    ChatTurn turn;
    turn.model = QStringLiteral(LORA_SOURCE_DIR "/resources/samples/model");
    turn.messages =
        Value::List{Value::object({{"role", "user"}, {"content", "Why do people plant trees?"}})};
    turn.panes.resize(1);
    turn.panes[0].sampling.temperature = temperature;
    turn.panes[0].sampling.maxNewTokens = longest;
    return turn;
}

} // namespace

class ChatWithEngineTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFileInfo::exists(program())) {
            QSKIP("The engine is not built here.");
        }
        m_chat = std::make_unique<ChatService>(program(), m_folder.path(), QString());
        connect(m_chat.get(), &ChatService::token, this, [this](const event::Token& token) {
            m_tokens.push_back(token);
        });
        connect(m_chat.get(),
                &ChatService::answered,
                this,
                [this](const QString& id, const Value& value) { m_answered.insert(id, value); });
        connect(m_chat.get(),
                &ChatService::failed,
                this,
                [this](const QString& id, const Error& e) { m_failed.insert(id, e); });
    }
    void init()
    {
        m_tokens.clear();
        m_answered.clear();
        m_failed.clear();
    }

    void answersTheSameWithTheSameSeed()
    {
        const QString first = m_chat->send(question(0.9, 16));
        const QString second = m_chat->send(question(0.9, 16));
        QTRY_VERIFY_WITH_TIMEOUT(m_answered.contains(second), kPatienceMs);
        const Value one = m_answered[first]["panes"].toList().at(0);
        const Value other = m_answered[second]["panes"].toList().at(0);
        QVERIFY(!one["ids"].toList().empty());
        QCOMPARE(toJson(one["ids"]), toJson(other["ids"]));
        QVERIFY(one["tokens_per_second"].toDouble() > 0);
        std::string streamed;
        for (const event::Token& token : m_tokens) {
            streamed += token.id == first.toStdString() ? token.text : "";
        }
        QCOMPARE(streamed, one["text"].toString());
    }

    void stopsAtOnce()
    {
        ChatTurn endless = question(5, 100000);
        endless.panes.resize(20, endless.panes[0]);
        const QString id = m_chat->send(endless);
        QTRY_VERIFY_WITH_TIMEOUT(!m_tokens.empty(), kPatienceMs);
        m_chat->cancel(id);
        QTRY_VERIFY_WITH_TIMEOUT(m_answered.contains(id), kPatienceMs);
        const Value::List panes = m_answered[id]["panes"].toList();
        QCOMPARE(panes.size(), std::size_t(20));
        QCOMPARE(panes.back()["stop"].toString(), std::string("cancelled"));
    }

    void saysWhatIsWrongWithATurn()
    {
        ChatTurn lost = question(0, 4);
        lost.model = QStringLiteral("/nowhere");
        const QString id = m_chat->send(lost);
        QTRY_VERIFY_WITH_TIMEOUT(m_failed.contains(id), kPatienceMs);
        QCOMPARE(m_failed[id].code, std::string("not_found"));
    }

private:
    QTemporaryDir m_folder;
    std::unique_ptr<ChatService> m_chat;
    std::vector<event::Token> m_tokens;
    QHash<QString, Value> m_answered;
    QHash<QString, Error> m_failed;
};

QTEST_GUILESS_MAIN(ChatWithEngineTest)
#include "tst_chat_with_engine.moc"
