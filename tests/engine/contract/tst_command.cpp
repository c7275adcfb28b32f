// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/command.h"

#include <QtTest>

using namespace engine::contract;

namespace {

template <typename T>
Result<T> parsed(const char* line)
{
    const auto message = parseLine(Speaker::Studio, line);
    return message.ok() ? readMessage<T>(message.value()) : Result<T>(message.error());
}

} // namespace

class CommandTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void askNamesTheQuestion();
    void cancelNamesTheQuestion();
    void promptHasPanes();
    void aPaneNamesItsBrokenAdapter();
    void stopIsItsKindAlone();
};

void CommandTest::askNamesTheQuestion()
{
    const auto ask = parsed<command::Ask>(
        R"({"command":"ask","id":"3","question":"estimate","arguments":{"job":"j"}})");
    QVERIFY(ask.ok());
    QCOMPARE(ask.value().question, std::string("estimate"));
    QCOMPARE(ask.value().arguments["job"].toString(), std::string("j"));
    QCOMPARE(toJson(makeMessage(ask.value()).body),
             std::string(R"({"id":"3","question":"estimate","arguments":{"job":"j"}})"));
}

void CommandTest::cancelNamesTheQuestion()
{
    QCOMPARE(parsed<command::Cancel>(R"({"command":"cancel","id":"3"})").value().id,
             std::string("3"));
}

void CommandTest::promptHasPanes()
{
    const auto prompt = parsed<command::Prompt>(
        R"({"command":"prompt","id":"4","messages":[{"role":"user","content":"hi"}],)"
        R"("panes":[{"adapters":[]},{"adapters":[{"path":"a","scale":2}]}]})");
    QVERIFY(prompt.ok());
    QCOMPARE(prompt.value().panes.size(), size_t(2));
    QCOMPARE(prompt.value().panes[1].adapters.at(0).scale, 2.0);
    QCOMPARE(prompt.value().messages.toList().at(0)["content"].toString(), std::string("hi"));
}

void CommandTest::aPaneNamesItsBrokenAdapter()
{
    const auto prompt = parsed<command::Prompt>(
        R"({"command":"prompt","panes":[{"adapters":[{"path":"a","scale":"x"}]}]})");
    QVERIFY(!prompt.ok());
    QCOMPARE(prompt.error().where, std::string("prompt.panes[0].adapters[0].scale"));
}

void CommandTest::stopIsItsKindAlone()
{
    const Message stop{std::string(command::kStop)};
    QCOMPARE(parseLine(Speaker::Studio, toLine(Speaker::Studio, stop).value()).value().kind,
             std::string("stop"));
}

QTEST_GUILESS_MAIN(CommandTest)
#include "tst_command.moc"
