// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/message.h"

#include <QtTest>

using namespace engine::contract;

class MessageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aLineHasKindNumberAndTimeFirst();
    void theStudioSaysCommands();
    void aLineReadsBack();
    void lineFeedsInTextStayInsideTheLine();
    void unknownKindsAreKept();
    void aLineAboveOneMebibyteIsRefused();
    void theLongestLineIsAccepted();
    void refusesWhatIsNoMessage_data();
    void refusesWhatIsNoMessage();
    void timeIsUtcWithMilliseconds_data();
    void timeIsUtcWithMilliseconds();
};

void MessageTest::aLineHasKindNumberAndTimeFirst()
{
    const Message message{"progress", 7, "t", Value::object({{"done", 1}})};
    QCOMPARE(toLine(Speaker::Engine, message).value(),
             std::string("{\"event\":\"progress\",\"seq\":7,\"time\":\"t\",\"done\":1}\n"));
}

void MessageTest::theStudioSaysCommands()
{
    QCOMPARE(toLine(Speaker::Studio, Message{"stop"}).value(),
             std::string("{\"command\":\"stop\",\"seq\":0,\"time\":\"\"}\n"));
}

void MessageTest::aLineReadsBack()
{
    const Message message{"eval", 3, "2026-03-01T14:22:08.123Z", Value::object({{"step", 5}})};
    const auto again = parseLine(Speaker::Engine, toLine(Speaker::Engine, message).value());
    QVERIFY(again.ok());
    QCOMPARE(again.value().kind, message.kind);
    QCOMPARE(again.value().seq, message.seq);
    QCOMPARE(again.value().time, message.time);
    QVERIFY(again.value().body == message.body);
}

void MessageTest::lineFeedsInTextStayInsideTheLine()
{
    const Message message{"token", 1, "", Value::object({{"text", "a\nb"}})};
    const std::string line = toLine(Speaker::Engine, message).value();
    QCOMPARE(line.find('\n'), line.size() - 1);
}

void MessageTest::unknownKindsAreKept()
{
    const auto message = parseLine(Speaker::Engine, R"({"event":"novelty","seq":1,"x":[2]})");
    QVERIFY(message.ok());
    QCOMPARE(message.value().kind, std::string("novelty"));
    QCOMPARE(toJson(message.value().body), std::string(R"({"x":[2]})"));
}

void MessageTest::aLineAboveOneMebibyteIsRefused()
{
    const Message message{"answer", 1, "", Value::object({{"value", std::string(1 << 20, 'x')}})};
    const auto line = toLine(Speaker::Engine, message);
    QVERIFY(!line.ok());
    QCOMPARE(line.error().message,
             std::string("answer: a line of 1048624 bytes, and at most 1048576 are allowed"));
    QCOMPARE(line.error().hint, std::string("Write it to a file and name the file"));
}

void MessageTest::theLongestLineIsAccepted()
{
    const Message message{
        "answer", 1, "", Value::object({{"value", std::string((1 << 20) - 48, 'x')}})};
    const auto line = toLine(Speaker::Engine, message);
    QVERIFY(line.ok());
    QCOMPARE(line.value().size(), kMaximumLineBytes);
    QVERIFY(parseLine(Speaker::Engine, line.value()).ok());
}

void MessageTest::refusesWhatIsNoMessage_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("torn") << QByteArray(R"({"event":"step","se)");
    QTest::newRow("list") << QByteArray("[]");
    QTest::newRow("without kind") << QByteArray(R"({"seq":1})");
    QTest::newRow("kind is no text") << QByteArray(R"({"event":1})");
    QTest::newRow("said by the other side") << QByteArray(R"({"command":"stop"})");
    QTest::newRow("too long") << QByteArray(kMaximumLineBytes + 1, ' ');
}

void MessageTest::refusesWhatIsNoMessage()
{
    QFETCH(QByteArray, line);
    const auto message = parseLine(Speaker::Engine, line.toStdString());
    QVERIFY(!message.ok());
    QCOMPARE(message.error().code, std::string("bad_file"));
}

void MessageTest::timeIsUtcWithMilliseconds_data()
{
    QTest::addColumn<qint64>("milliseconds");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("epoch") << qint64(0) << QByteArray("1970-01-01T00:00:00.000Z");
    QTest::newRow("later") << qint64(1772374928123) << QByteArray("2026-03-01T14:22:08.123Z");
    QTest::newRow("before 1970") << qint64(-1) << QByteArray("1969-12-31T23:59:59.999Z");
}

void MessageTest::timeIsUtcWithMilliseconds()
{
    QFETCH(qint64, milliseconds);
    QFETCH(QByteArray, text);
    const std::chrono::system_clock::time_point time{std::chrono::milliseconds(milliseconds)};
    QCOMPARE(QByteArray::fromStdString(utcTime(time)), text);
}

QTEST_GUILESS_MAIN(MessageTest)
#include "tst_message.moc"
