// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/end_to_end/scratch.h"

#include <QRegularExpression>
#include <QTest>

using namespace e2e;

// What the sample in resources/samples promises to someone who starts with it.
class TestSampleModel final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void trainingTeachesTheStyle();

private:
    // How many of the ten held-out prompts are answered in the style.
    int inStyle(const QString& adapter = {});

    Scratch m_scratch;
};

int TestSampleModel::inStyle(const QString& adapter)
{
    QByteArray prompts;
    for (const QByteArray& line : readFile(kSample + "/held_out.jsonl").trimmed().split('\n')) {
        const QJsonObject messages = {{"messages", QJsonDocument::fromJson(line)["messages"]}};
        prompts += QJsonDocument(messages).toJson(QJsonDocument::Compact) + "\n";
    }
    writeFile(m_scratch.path("prompts.jsonl"), prompts);
    QStringList arguments = {"generate",
                             "--model",
                             kModel,
                             "--prompts",
                             m_scratch.path("prompts.jsonl"),
                             "--temperature",
                             "0",
                             "--max-new-tokens",
                             "48",
                             "--json"};
    if (!adapter.isEmpty()) {
        arguments << "--adapter" << adapter;
    }
    static const QRegularExpression style("^(Arr|Ahoy), .+, matey!$");
    int count = 0;
    for (const QJsonObject& answer : engine(arguments).lines()) {
        count += style.match(answer["text"].toString().trimmed()).hasMatch() ? 1 : 0;
    }
    return count;
}

void TestSampleModel::trainingTeachesTheStyle()
{
    const Outcome outcome = engine({"train",
                                    "--model",
                                    kModel,
                                    "--data",
                                    kSample + "/pirate.jsonl",
                                    "--method",
                                    "lora",
                                    "--set",
                                    "training.learning_rate=0.005",
                                    "--set",
                                    "training.epochs=2",
                                    "--set",
                                    "training.batch_size=2",
                                    "--out",
                                    m_scratch.path("run")});
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    const int without = inStyle();
    const int with = inStyle(m_scratch.path("run/output/adapter"));
    QVERIFY2(without <= 1, qPrintable(QString::number(without)));
    QVERIFY2(with >= 8, qPrintable(QString::number(with)));
}

QTEST_GUILESS_MAIN(TestSampleModel)

#include "tst_sample_model.moc"
