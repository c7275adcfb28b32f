// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/event.h"

#include <QtTest>

#include <limits>

using namespace engine::contract;

namespace {

// The event after a trip over the line.
template <typename T>
Result<T> sent(const T& content)
{
    const auto line = toLine(Speaker::Engine, makeMessage(content));
    const auto message = parseLine(Speaker::Engine, line.value());
    return readMessage<T>(message.value());
}

template <typename T>
void addRow(const T& content, const char* body)
{
    QTest::newRow(std::string(T::kKind).c_str())
        << QString::fromStdString(makeMessage(content).kind)
        << QString::fromStdString(toJson(makeMessage(content).body)) << QString(body)
        << QString::fromStdString(toJson(T::schema().toValue(sent(content).value())));
}

} // namespace

class EventTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eventsAreWrittenAsTheContractSays_data();
    void eventsAreWrittenAsTheContractSays();
    void helloCarriesTheCatalogue();
    void aLossThatIsNotFiniteIsNull();
    void keysOfANewerEngineAreIgnored();
    void aMemberOfTheWrongTypeIsNamed();
};

void EventTest::eventsAreWrittenAsTheContractSays_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("expected");
    QTest::addColumn<QString>("readBack");
    using namespace event;
    addRow(Started{"u", "/r", 9}, R"({"id":"u","run":"/r","total_steps":9})");
    addRow(Phase{"training"}, R"({"name":"training"})");
    addRow(Progress{"tokenizing", 2, 5}, R"({"id":"tokenizing","done":2,"total":5,"rows":0})");
    addRow(Progress{"reading", 20, 50, 3}, R"({"id":"reading","done":20,"total":50,"rows":3})");
    addRow(Prepared{9, 1, 640, true, 0.5, 12.25, "n"},
           R"({"samples":9,"validation":1,"tokens":640,"cached":true,"seconds":0.5,)"
           R"("saved_seconds":12.25,"note":"n"})");
    addRow(Step{3, 0.5, 1.25, 2e-4, 0.75, 640, 100.5, 6.5, 4096, {}},
           R"({"step":3,"epoch":0.5,"loss":1.25,"learning_rate":0.0002,"grad_norm":0.75,)"
           R"("tokens":640,"tokens_per_second":100.5,"seconds":6.5,"memory_bytes":4096,)"
           R"("accuracy":null})");
    addRow(Eval{3, 0.5, 1.5, Value::object({{"accuracy", 0.25}})},
           R"({"step":3,"epoch":0.5,"eval_loss":1.5,"metrics":{"accuracy":0.25}})");
    addRow(Sample{3, 1, "p", "t"}, R"({"step":3,"index":1,"prompt":"p","text":"t"})");
    addRow(Token{"7", 1, "t", 5, -0.5, {{5, "t", -0.5}, {6, "u", -1}}},
           R"({"id":"7","pane":1,"text":"t","token":5,"logprob":-0.5,"top":[)"
           R"({"token":5,"text":"t","logprob":-0.5},{"token":6,"text":"u","logprob":-1.0}]})");
    addRow(event::Checkpoint{4, "c"}, R"({"step":4,"path":"c"})");
    addRow(Resumed{4}, R"({"from_step":4})");
    addRow(event::Warning{{"c", "m", "h", "w"}},
           R"({"code":"c","message":"m","hint":"h","where":"w"})");
    addRow(Incident{"disk_low", 4, "stop", "m"},
           R"({"what":"disk_low","step":4,"action":"stop","message":"m"})");
    addRow(Answer{"7", 1, "", {}}, R"({"id":"7","value":1,"file":"","error":null})");
    addRow(Done{{{"output/a", 12, "ab"}}},
           R"({"outputs":[{"path":"output/a","bytes":12,"sha256":"ab"}]})");
    addRow(Failed{{"c", "m", "h", "w"}}, R"({"code":"c","message":"m","hint":"h","where":"w"})");
}

void EventTest::eventsAreWrittenAsTheContractSays()
{
    QFETCH(QString, kind);
    QFETCH(QString, body);
    QFETCH(QString, expected);
    QFETCH(QString, readBack);
    QCOMPARE(kind, QString(QTest::currentDataTag()));
    QCOMPARE(body, expected);
    QCOMPARE(readBack, expected);
}

void EventTest::helloCarriesTheCatalogue()
{
    event::Hello hello;
    hello.version = "0.1.0";
    hello.devices = {{"cpu", "Processor", 1024, {"float32"}}};
    hello.catalog.methods = {{"lora", "LoRA", "Low-rank update.", {}}};
    const auto again = sent(hello);
    QVERIFY(again.ok());
    QCOMPARE(again.value().protocol, int64_t(1));
    QCOMPARE(again.value().devices.at(0).dtypes.at(0), std::string("float32"));
    QCOMPARE(again.value().catalog.methods.at(0).name, std::string("LoRA"));
}

void EventTest::aLossThatIsNotFiniteIsNull()
{
    event::Step step;
    step.loss = std::numeric_limits<double>::quiet_NaN();
    const auto again = sent(step);
    QVERIFY(again.ok());
    QVERIFY(!again.value().loss);
}

void EventTest::keysOfANewerEngineAreIgnored()
{
    const Message message{"resumed", 1, "", Value::object({{"from_step", 8}, {"novelty", 1}})};
    QCOMPARE(readMessage<event::Resumed>(message).value().fromStep, int64_t(8));
}

void EventTest::aMemberOfTheWrongTypeIsNamed()
{
    const Message message{"resumed", 1, "", Value::object({{"from_step", "x"}})};
    QCOMPARE(readMessage<event::Resumed>(message).error().message,
             std::string("resumed.from_step: expected a whole number, got \"x\""));
}

QTEST_GUILESS_MAIN(EventTest)
#include "tst_event.moc"
