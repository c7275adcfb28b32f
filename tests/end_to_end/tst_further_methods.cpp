// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// LoRA trained together with prefix and infix tokens: one run, two adapters, applied, inspected and
// refused together; and what virtual tokens leave of the context.
#include "tests/end_to_end/scratch.h"

#include <QTest>

using namespace e2e;

namespace {

const QString kWith =
    R"(method.with=[{"id":"prefix_embedding","prefix_tokens":3,"infix_tokens":2}])";

QString idsText(int count)
{
    QStringList ids;
    for (int i = 0; i < count; ++i) {
        ids << QString::number(i % 50 + 5);
    }
    return ids.join(',');
}

} // namespace

class TestFurtherMethods final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void bothAreSaved();
    void inspectNamesBoth();
    void theirCountsSum();
    void theyAreAppliedTogether();
    void tokensHaveNoScale();
    void aMergeRefusesTheTokens();
    void resumeIsExact();
    void virtualTokensTakeOfTheContext();
    void whatDoesNotGoTogetherIsRefused();

private:
    double nllWith(const QStringList& more) const
    {
        const Outcome outcome =
            engine(QStringList{
                       "score", "--json", "--model", kModel, "--data", m_data, "--max-length", "48"}
                   + more);
        return outcome.exitCode == 0 ? outcome.lines().last()["mean_nll"].toDouble() : -1;
    }

    Scratch m_scratch;
    QString m_data = m_scratch.data();
    QString m_run = m_scratch.path("run");
    QString m_adapter = m_run + "/output/adapter";
};

void TestFurtherMethods::initTestCase()
{
    const Outcome trained = engine(
        tinyTraining(m_data, m_run, {kWith, "training.neftune_alpha=5", "training.max_steps=12"})
        << "--json");
    QVERIFY2(trained.exitCode == 0, trained.story());
}

void TestFurtherMethods::bothAreSaved()
{
    QCOMPARE(readJson(m_adapter + "/adapter_config.json")["peft_type"].toString(), "LORA");
    const QJsonObject further = readJson(m_adapter + "/with/prefix_embedding/adapter_config.json");
    QCOMPARE(further["lora_studio_method"].toString(), "prefix_embedding");
    QCOMPARE(further["lora_studio_settings"].toObject()["infix_tokens"].toInt(), 2);
    // The manifest answers for both.
    QVERIFY(readFile(m_run + "/manifest.json").contains("with/prefix_embedding/adapter_model"));
}

void TestFurtherMethods::inspectNamesBoth()
{
    const QJsonObject all =
        engine({"inspect", "adapter", "--json", m_adapter, "--model", kModel}).json();
    QCOMPARE(all["method"].toString(), "lora");
    QVERIFY(all["compatible"].toBool());
    const QJsonObject further = all["with"].toArray().at(0).toObject();
    QCOMPARE(further["method"].toString(), "prefix_embedding");
    const QJsonObject tensor = further["tensors"].toArray().at(0).toObject();
    QCOMPARE(tensor["name"].toString(), "token_embeddings");
    QCOMPARE(tensor["shape"].toArray().at(0).toInt(), 5);
    QVERIFY(tensor["norm"].toDouble() > 0);
    const int tokens = further["parameters"].toInt();
    QVERIFY(tokens > 0 && all["parameters"].toInt() > tokens);
    // Alone it is an adapter of its own.
    const QJsonObject alone =
        engine({"inspect", "adapter", "--json", m_adapter + "/with/prefix_embedding"}).json();
    QCOMPARE(alone["parameters"].toInt(), tokens);
}

void TestFurtherMethods::theirCountsSum()
{
    const auto trainable = [&](const QStringList& sets) {
        QStringList arguments = {"estimate", "--json", "--config", kModel + "/config.json"};
        for (const QString& set : sets) {
            arguments << "--set" << set;
        }
        return engine(arguments).json()["parameters"].toObject()["trainable"].toInt();
    };
    const int lora = trainable({"method.rank=2"});
    const int tokens = trainable(
        {"method.id=prefix_embedding", "method.prefix_tokens=3", "method.infix_tokens=2"});
    QVERIFY(lora > 0 && tokens > 0);
    QCOMPARE(trainable({"method.rank=2", kWith}), lora + tokens);
    QCOMPARE(engine({"inspect", "adapter", "--json", m_adapter}).json()["parameters"].toInt(),
             lora + tokens);
}

void TestFurtherMethods::theyAreAppliedTogether()
{
    const double base = nllWith({});
    const double both = nllWith({"--adapter", m_adapter});
    QVERIFY2(both > 0 && both != base,
             qPrintable(QStringLiteral("%1, base %2").arg(both).arg(base)));
    // The two folders given one by one are the same.
    const QString alone = m_scratch.copy(m_adapter, "alone");
    QDir(alone + "/with").removeRecursively();
    const double apart =
        nllWith({"--adapter", alone, "--adapter", m_adapter + "/with/prefix_embedding"});
    QCOMPARE(apart, both);
    QVERIFY(nllWith({"--adapter", alone}) != both);
    const Outcome answer = engine({"generate",
                                   "--json",
                                   "--model",
                                   kModel,
                                   "--adapter",
                                   m_adapter,
                                   "--prompt",
                                   "Hello",
                                   "--max-new-tokens",
                                   "5"});
    QVERIFY2(answer.exitCode == 0, answer.story());
}

void TestFurtherMethods::tokensHaveNoScale()
{
    for (const QString& folder : {m_adapter, m_adapter + "/with/prefix_embedding"}) {
        const Outcome scored =
            engine({"score", "--model", kModel, "--adapter", folder + ":0.5", "--ids", idsText(5)});
        QCOMPARE(scored.errorCode(), QByteArray("unsupported"));
        const Outcome inspected = engine({"inspect", "adapter", folder + ":0.5"});
        QCOMPARE(inspected.errorCode(), QByteArray("unsupported"));
        QVERIFY(inspected.errors.contains("virtual tokens have no scale"));
    }
}

void TestFurtherMethods::aMergeRefusesTheTokens()
{
    const Outcome merged = engine({"export",
                                   "--format",
                                   "merged",
                                   "--model",
                                   kModel,
                                   "--adapter",
                                   m_adapter,
                                   "--out",
                                   m_scratch.path("merged")});
    QCOMPARE(merged.errorCode(), QByteArray("unsupported"));
    QVERIFY2(merged.errors.contains("an adapter of prefix_embedding cannot be written as merged"),
             merged.story());
    QVERIFY(!QFile::exists(m_scratch.path("merged")));
}

// Of a run with noise and two methods: N steps are N/2 and N/2, bit for bit.
void TestFurtherMethods::resumeIsExact()
{
    const Outcome proof = engine({"verify", m_run, "--prove-resume", "--json"});
    QVERIFY2(proof.exitCode == 0 && proof.json()["passed"].toBool(), proof.story());
}

void TestFurtherMethods::virtualTokensTakeOfTheContext()
{
    const int context = readJson(kModel + "/config.json")["max_position_embeddings"].toInt();
    QVERIFY(context > 5);
    const auto score = [&](int tokens) {
        return engine({"score",
                       "--json",
                       "--model",
                       kModel,
                       "--adapter",
                       m_adapter,
                       "--ids",
                       idsText(tokens)});
    };
    const Outcome most = score(context - 5);
    QVERIFY2(most.exitCode == 0, most.story());
    const Outcome tooMany = score(context - 4);
    QCOMPARE(tooMany.errorCode(), QByteArray("bad_argument"));
    QVERIFY2(tooMany.errors.contains("the model reads " + QByteArray::number(context - 5)),
             tooMany.story());
    const QString tokens = QString::number(context);
    const Outcome training = engine({"train",
                                     "--model",
                                     kModel,
                                     "--data",
                                     m_data,
                                     "--method",
                                     "prefix_embedding",
                                     "--set",
                                     "method.prefix_tokens=" + tokens,
                                     "--out",
                                     m_scratch.path("none")});
    QCOMPARE(training.exitCode, 2);
    QVERIFY2(training.errors.contains(tokens.toUtf8() + " virtual tokens leave no room"),
             training.story());
}

void TestFurtherMethods::whatDoesNotGoTogetherIsRefused()
{
    const auto estimate = [](const QString& with) {
        return engine(
            {"estimate", "--config", kModel + "/config.json", "--set", "method.with=" + with});
    };
    const Outcome full = estimate(R"([{"id":"full"}])");
    QCOMPARE(full.exitCode, 2);
    QVERIFY2(full.errors.contains("method.with[0].id: full cannot be trained together"),
             full.story());
    const Outcome field = estimate(R"([{"id":"prefix_layer","prefix_tokens":-1}])");
    QCOMPARE(field.exitCode, 2);
    QVERIFY2(field.errors.contains("method.with[0].prefix_tokens"), field.story());
}

QTEST_GUILESS_MAIN(TestFurtherMethods)
#include "tst_further_methods.moc"
