// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/data/whole_file_question.h"

#include "app/engine/engine_service.h"
#include "tests/support/fake_engine/fake_mode.h"
#include "tests/support/studio_fixture.h"
#include "tests/support/studio_test.h"

#include <QTest>

using namespace ui::pages::data;
using engine::contract::Result;
using engine::contract::Value;
using test_support::StudioFixture;

class TestWholeFileQuestion : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void argumentsBecomeOptions();
    void bothEnginesAnswer_data();
    void bothEnginesAnswer();
    void onlyTheLastIsAnswered_data() { bothEnginesAnswer_data(); }
    void onlyTheLastIsAnswered();

private:
    Value m_question = Value::object({{"data", "/data/small.jsonl"}});
};

void TestWholeFileQuestion::argumentsBecomeOptions()
{
    const Value arguments = Value::object({{"data", "/a b.jsonl"},
                                           {"max_length", 24},
                                           {"quality", true},
                                           {"packs", false},
                                           {"map", Value::list(Value::List{"q=prompt", "r=completion"})}});
    QCOMPARE(optionsOf(arguments),
             QStringList({"--data=/a b.jsonl",
                          "--max-length=24",
                          "--quality",
                          "--map=q=prompt",
                          "--map=r=completion"}));
}

void TestWholeFileQuestion::bothEnginesAnswer_data()
{
    QTest::addColumn<qint64>("rows");
    QTest::newRow("small") << qint64(3);
    QTest::newRow("large") << WholeFileQuestion::kManyRows + 1;
}

void TestWholeFileQuestion::bothEnginesAnswer()
{
    QFETCH(qint64, rows);
    StudioFixture fixture(test_support::fakeEngine());
    WholeFileQuestion question(fixture.studio->engine());
    int answers = 0;
    question.ask(m_question, rows, [&](const Result<Value>& answer) {
        answers += answer.ok() ? 1 : 0;
    });
    QCOMPARE(answers, 0);
    QTRY_COMPARE(answers, 1);
}

void TestWholeFileQuestion::onlyTheLastIsAnswered()
{
    QFETCH(qint64, rows);
    StudioFixture fixture(test_support::fakeEngine());
    WholeFileQuestion question(fixture.studio->engine());
    QStringList answered;
    const auto ask = [&](const QString& name) {
        question.ask(m_question, rows, [&, name](const Result<Value>&) { answered.append(name); });
    };
    ask("first");
    ask("second");
    ask("third");
    QTRY_COMPARE(answered, QStringList{"third"});
    ask("cancelled");
    question.cancel();
    QTest::qWait(100);
    QCOMPARE(answered.size(), 1);
}

STUDIO_TEST_MAIN(TestWholeFileQuestion)
#include "tst_whole_file_question.moc"
