// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/recorded.h"
#include "ui/pages/train/job_command.h"
#include "ui/pages/train/job_draft.h"

#include <QProcess>
#include <QTest>

using namespace ui::pages::train;
using engine::contract::Value;

class TestJobCommand : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyWordReachesTheProgramUnchanged();
    void plainWordsStandBare();
};

// The shell itself says what it would hand to the engine.
void TestJobCommand::everyWordReachesTheProgramUnchanged()
{
    JobDraft draft;
    draft.setCatalog(engine::contract::catalogSchema()
                         .parse(test_support::recorded(QStringLiteral("describe")), "")
                         .value(),
                     Value::Object());
    const char* kModel = "/models/it's $HOME `x` \\ \"한글\"";
    draft.editMany({},
                   Value::object({{"model.path", kModel},
                                  {"data.path", "/data/a b.jsonl"},
                                  {"method.targets", ".*\\.(q|v)_proj"},
                                  {"method.rank_pattern", Value::object({{"down", 32}})},
                                  {"training.sample_prompts",
                                   Value::list(std::vector<std::string>{"two\nlines", "; rm -rf"})},
                                  {"training.learning_rate", 0.001}}));
    const QString command =
        commandOf(draft, QStringLiteral("/bin/the engine"), QStringLiteral("/runs/x"));
    QProcess shell;
    shell.start(QStringLiteral("/bin/sh"),
                {QStringLiteral("-c"),
                 QStringLiteral("print() { printf '%s\\0' \"$@\"; }; print %1").arg(command)});
    QVERIFY(shell.waitForFinished());
    QList<QByteArray> words = shell.readAllStandardOutput().split('\0');
    words.removeLast();
    QCOMPARE(words.at(0), QByteArray("/bin/the engine"));
    QCOMPARE(words.at(1), QByteArray("train"));
    QCOMPARE(words.at(words.indexOf("--model") + 1), QByteArray(kModel));
    QCOMPARE(words.at(words.indexOf("--data") + 1), QByteArray("/data/a b.jsonl"));
    QVERIFY(words.contains("method.targets=.*\\.(q|v)_proj"));
    QVERIFY(words.contains(R"(method.rank_pattern={"down":32})"));
    QVERIFY(words.contains(R"(training.sample_prompts=["two\nlines","; rm -rf"])"));
    QVERIFY(words.contains("training.learning_rate=0.001"));
    QCOMPARE(words.last(), QByteArray("/runs/x"));
}

void TestJobCommand::plainWordsStandBare()
{
    QCOMPARE(shellQuoted("training.epochs=3"), std::string("training.epochs=3"));
    QCOMPARE(shellQuoted(""), std::string("''"));
    QCOMPARE(shellQuoted("it's"), std::string("'it'\\''s'"));
}

QTEST_GUILESS_MAIN(TestJobCommand)
#include "tst_job_command.moc"
