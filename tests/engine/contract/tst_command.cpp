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
    void aPaneNamesItsBrokenSetting_data();
    void aPaneNamesItsBrokenSetting();
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
        R"({"command":"prompt","id":"4","model":"m","messages":[{"role":"user","content":"hi"}],)"
        R"("panes":[{"adapters":[]},{"adapters":[{"path":"a","scale":2}],)"
        R"("sampling":{"top_k":40,"stop":["END"]}}]})");
    QVERIFY(prompt.ok());
    QCOMPARE(prompt.value().panes.size(), size_t(2));
    QCOMPARE(prompt.value().panes[1].adapters.at(0).scale, 2.0);
    QCOMPARE(prompt.value().model, std::string("m"));
    QCOMPARE(prompt.value().chatTemplate, std::string("auto"));
    QCOMPARE(prompt.value().panes[0].sampling.topK, int64_t(0));
    QCOMPARE(prompt.value().panes[1].sampling.topK, int64_t(40));
    QCOMPARE(prompt.value().panes[1].sampling.stop, std::vector<std::string>{"END"});
    QCOMPARE(prompt.value().messages.toList().at(0)["content"].toString(), std::string("hi"));
}

void CommandTest::aPaneNamesItsBrokenAdapter()
{
    const auto prompt = parsed<command::Prompt>(
        R"({"command":"prompt","panes":[{"adapters":[{"path":"a","scale":"x"}]}]})");
    QVERIFY(!prompt.ok());
    QCOMPARE(prompt.error().where, std::string("prompt.panes[0].adapters[0].scale"));
}

void CommandTest::aPaneNamesItsBrokenSetting_data()
{
    QTest::addColumn<QString>("sampling");
    QTest::addColumn<QString>("message");
    QTest::newRow("out of range") << R"({"top_p":2})"
                                  << "prompt.panes[0].sampling.top_p: expected 0…1, got 2";
    QTest::newRow("unknown") << R"({"heat":1})"
                             << "prompt.panes[0].sampling.heat: unknown key";
}

void CommandTest::aPaneNamesItsBrokenSetting()
{
    QFETCH(QString, sampling);
    QFETCH(QString, message);
    const QString line = R"({"command":"prompt","panes":[{"sampling":)" + sampling + "}]}";
    const auto prompt = parsed<command::Prompt>(line.toUtf8().constData());
    QVERIFY(!prompt.ok());
    QCOMPARE(QString::fromStdString(prompt.error().message), message);
}

void CommandTest::stopIsItsKindAlone()
{
    const Message stop{std::string(command::kStop)};
    QCOMPARE(parseLine(Speaker::Studio, toLine(Speaker::Studio, stop).value()).value().kind,
             std::string("stop"));
}

QTEST_GUILESS_MAIN(CommandTest)
#include "tst_command.moc"
