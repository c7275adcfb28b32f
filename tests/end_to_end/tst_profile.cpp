// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// LORA_PROFILE=FILE: what training and generation say about where their time went.
#include "tests/end_to_end/scratch.h"

#include <QTest>

using namespace e2e;

class TestProfile final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { qunsetenv("LORA_PROFILE"); }
    void trainingIsProfiled();
    void generationIsProfiled();
    void oneUnitAloneHasNoProfile();
    void aFolderThatIsNoneIsNamedBeforeTheWork();

private:
    QString ask(const QString& name)
    {
        qputenv("LORA_PROFILE", m_scratch.path(name).toLocal8Bit());
        return m_scratch.path(name);
    }
    static QJsonObject profileIn(const QString& file)
    {
        return QJsonDocument::fromJson(readFile(file)).object();
    }
    // The parts that took time, "norm" or "norm backward"; all seconds must add up.
    static QStringList partsOf(const QJsonObject& profile);

    Scratch m_scratch;
};

QStringList TestProfile::partsOf(const QJsonObject& profile)
{
    QStringList names;
    double seconds = profile["idle"].toDouble() + profile["elsewhere"].toDouble();
    for (const QJsonValue& part : profile["parts"].toArray()) {
        names << part["part"].toString() + (part["backward"].toBool() ? " backward" : "");
        seconds += part["seconds"].toDouble();
    }
    const double all = profile["seconds"].toDouble() * profile["threads"].toInt();
    return qAbs(seconds - all) < 1e-3 * all ? names : QStringList{"times do not add up"};
}

void TestProfile::trainingIsProfiled()
{
    const QString file = ask("train.json");
    const Outcome outcome = engine(tinyTraining(m_scratch.data(), m_scratch.path("run")));
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    const QJsonObject profile = profileIn(file);
    QCOMPARE(profile["units"].toInt(), 5); // the first of six steps warms up
    const QStringList parts = partsOf(profile);
    for (const char* part : {"batch",
                             "embedding",
                             "norm",
                             "norm backward",
                             "qkv_product",
                             "qkv_product backward",
                             "attention",
                             "attention backward",
                             "output_product backward",
                             "gate_up_product",
                             "activation backward",
                             "down_product",
                             "low_rank backward",
                             "head",
                             "optimizer"}) {
        QVERIFY2(parts.contains(part), qPrintable(part + (" is not in " + parts.join(", "))));
    }
}

void TestProfile::generationIsProfiled()
{
    writeFile(m_scratch.path("prompts.jsonl"), "\"What is a fox?\"\n\"Hello.\"\n\"Who?\"\n");
    const QString file = ask("generate.json");
    const Outcome outcome = engine({"generate",
                                    "--model",
                                    kModel,
                                    "--prompts",
                                    m_scratch.path("prompts.jsonl"),
                                    "--max-new-tokens",
                                    "8"});
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    const QJsonObject profile = profileIn(file);
    QCOMPARE(profile["units"].toInt(), 2);
    const QStringList parts = partsOf(profile);
    for (const char* part : {"embedding",
                             "norm",
                             "qkv_product",
                             "attention",
                             "output_product",
                             "gate_up_product",
                             "activation",
                             "down_product",
                             "head",
                             "sampling"}) {
        QVERIFY2(parts.contains(part), qPrintable(part + (" is not in " + parts.join(", "))));
    }
    QVERIFY(parts.filter("backward").isEmpty());
}

void TestProfile::oneUnitAloneHasNoProfile()
{
    const QString file = ask("one.json");
    const Outcome outcome =
        engine({"generate", "--model", kModel, "--prompt", "Hello.", "--max-new-tokens", "2"});
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    QVERIFY(!QFile::exists(file));
}

void TestProfile::aFolderThatIsNoneIsNamedBeforeTheWork()
{
    ask("no-such-folder/profile.json");
    const Outcome outcome =
        engine(tinyTraining(m_scratch.data(), m_scratch.path("other")) << "--json");
    QVERIFY2(outcome.exitCode == 3 && outcome.output.contains("no-such-folder"), outcome.story());
    QVERIFY(!QFile::exists(m_scratch.path("other")));
}

QTEST_GUILESS_MAIN(TestProfile)
#include "tst_profile.moc"
