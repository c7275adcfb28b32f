// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/loaded_adapter.h"

#include "engine/tensors/base_hash.h"
#include "tests/engine/tensors/made_files.h"
#include "tests/support/tuned_models.h"

#include <ATen/ops/matmul.h>

using namespace engine;
using namespace tests;
using adapters::LoadedAdapter;

namespace {

// Factors and whole parameters.
const std::vector<Value::Member>& fullSettings()
{
    static const std::vector<Value::Member> settings = {
        {"bias", "all"}, {"modules_to_save", Value::List{"v_proj"}}, {"rank", 4}};
    return settings;
}

Value names(const std::vector<std::string>& list)
{
    return Value::list(list);
}

} // namespace

class TestLoadedAdapter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itComputesWhatWasTrained()
    {
        const auto decoder = tinyDecoder(tinyModel("llama tied, biases"));
        const methods::Method& lora = *methods::findMethod("lora");
        auto tuning = lora.attach(settingsOf(lora, fullSettings()), *decoder, 5);
        disturb(*tuning);
        const methods::AdapterState state = tuning->state();
        const Tensor trained = logitsOf(*decoder);
        tuning.reset();
        const LoadedAdapter loaded(*decoder, state, 1);
        QVERIFY(at::equal(logitsOf(*decoder), trained));
    }

    void detachingRestoresEveryBit()
    {
        const auto decoder = tinyDecoder(tinyModel("llama tied, biases"));
        const Tensor base = logitsOf(*decoder);
        const methods::AdapterState state = trainedLora(*decoder, fullSettings());
        for (int round = 0; round < 3; ++round) {
            {
                const LoadedAdapter loaded(*decoder, state, 1.5);
                QVERIFY(!at::equal(logitsOf(*decoder), base));
            }
            QVERIFY(at::equal(logitsOf(*decoder), base));
        }
    }

    void theStoredModelIsNeverWrittenTo()
    {
        const auto path = sharedModel("stories260K");
        if (path.empty()) {
            QSKIP("the shared models are not there");
        }
        const models::ModelFolder folder = models::ModelFolder::open(path);
        const auto decoder = models::loadDecoder(folder, at::kFloat);
        const std::string hash = tensors::baseHash(folder.weights());
        std::vector<Tensor> before;
        for (const nn::Parameter& parameter : decoder->parameters()) {
            before.push_back(parameter.tensor->clone());
        }
        {
            const LoadedAdapter loaded(*decoder, trainedLora(*decoder, fullSettings()), 1);
            logitsOf(*decoder);
        }
        const auto parameters = decoder->parameters();
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            QVERIFY(at::equal(*parameters[i].tensor, before[i]));
        }
        QCOMPARE(tensors::baseHash(models::ModelFolder::open(path).weights()), hash);
    }

    void theScaleWeighsTheWholeEffect_data()
    {
        QTest::addColumn<double>("scale");
        QTest::newRow("off") << 0.0;
        QTest::newRow("half") << 0.5;
        QTest::newRow("against") << -1.0;
    }
    void theScaleWeighsTheWholeEffect()
    {
        QFETCH(double, scale);
        const TinyModel& model = tinyModel("llama tied, biases");
        const auto decoder = tinyDecoder(model);
        methods::AdapterState state = trainedLora(*decoder, fullSettings());
        Tensor logits;
        {
            const LoadedAdapter loaded(*decoder, state, scale);
            logits = logitsOf(*decoder);
        }
        std::map<std::string, Tensor> base;
        for (const nn::Parameter& parameter : decoder->parameters()) {
            base[parameter.name] = *parameter.tensor;
        }
        for (methods::LowRankFactors& factors : state.factors) {
            factors.alpha *= scale;
        }
        for (methods::ReplacedParameter& replaced : state.replaced) {
            const Tensor& stored = base[replaced.name];
            replaced.value = stored + (replaced.value - stored) * scale;
        }
        merge(*decoder, state);
        QCOMPARE(difference("logits", logits, logitsOf(*decoder), 1e-5), QString());
    }

    void severalAdaptersAddUp()
    {
        const auto decoder = tinyDecoder(tinyModel("gpt2"));
        const Tensor base = logitsOf(*decoder);
        const methods::AdapterState one = trainedLora(*decoder, {{"targets", names({"q", "v"})}});
        const methods::AdapterState two = trainedLora(*decoder, {{"rank", 2}});
        Tensor both;
        {
            auto first = std::make_unique<LoadedAdapter>(*decoder, one, 1);
            const LoadedAdapter second(*decoder, two, 1);
            both = logitsOf(*decoder);
            first.reset();
            const Tensor second1 = logitsOf(*decoder);
            QVERIFY(!at::equal(second1, both) && !at::equal(second1, base));
        }
        QVERIFY(at::equal(logitsOf(*decoder), base));
        merge(*decoder, one);
        merge(*decoder, two);
        QCOMPARE(difference("logits", both, logitsOf(*decoder), 1e-5), QString());
    }

    // PEFT saves lm_head of a tied model apart: the embedding must stay as it is.
    void aTiedHeadCanBeReplaced()
    {
        const auto decoder = tinyDecoder(tinyModel("gpt2"));
        const Tensor hidden = decoder->hidden(tokens(5), nn::packedPass({5}));
        const Tensor base = logitsOf(*decoder, tokens(5));
        methods::AdapterState state = trainedLora(*decoder, {{"layers", Value::List{0}}});
        state.factors.clear();
        state.replaced = {{"lm_head.weight", numbers({40, 32}, 5).to(at::kFloat)}};
        {
            const LoadedAdapter loaded(*decoder, state, 1);
            const Tensor expected = at::matmul(hidden, state.replaced[0].value.t());
            QCOMPARE(difference("logits", logitsOf(*decoder, tokens(5)), expected, 1e-5),
                     QString());
        }
        QVERIFY(at::equal(logitsOf(*decoder, tokens(5)), base));
    }

    void dropoutIsForTrainingOnly()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const methods::AdapterState state = trainedLora(*decoder, {{"dropout", 0.9}});
        const LoadedAdapter loaded(*decoder, state, 1);
        QVERIFY(at::equal(logitsOf(*decoder, tokens(5), trainingPass(5)),
                          logitsOf(*decoder, tokens(5))));
    }

    void argumentsAreSplitAtTheLastColon_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("path");
        QTest::addColumn<double>("scale");
        QTest::newRow("plain") << "runs/a"
                               << "runs/a" << 1.0;
        QTest::newRow("scale") << "runs/a:0.5"
                               << "runs/a" << 0.5;
        QTest::newRow("negative") << "a:-1"
                                  << "a" << -1.0;
        QTest::newRow("exponent") << "a:1e-2"
                                  << "a" << 0.01;
        QTest::newRow("colon in the name") << "a:b:2"
                                           << "a:b" << 2.0;
        QTest::newRow("no number") << "C:adapter"
                                   << "C:adapter" << 1.0;
        QTest::newRow("half a number") << "a:0.5x"
                                       << "a:0.5x" << 1.0;
        QTest::newRow("nothing after it") << "a:"
                                          << "a:" << 1.0;
        QTest::newRow("infinite") << "a:inf"
                                  << "a:inf" << 1.0;
        QTest::newRow("NaN") << "a:nan"
                             << "a:nan" << 1.0;
        QTest::newRow("too large") << "a:1e999"
                                   << "a:1e999" << 1.0;
        QTest::newRow("zero") << "a:0"
                              << "a" << 0.0;
    }
    void argumentsAreSplitAtTheLastColon()
    {
        QFETCH(QString, text);
        QFETCH(QString, path);
        QFETCH(double, scale);
        const auto parsed = adapters::parseAdapterArgument(text.toStdString());
        QCOMPARE(QString::fromStdString(parsed.path.string()), path);
        QCOMPARE(parsed.scale, scale);
    }

    void anExistingPathIsNeverSplit()
    {
        const QTemporaryDir folder;
        const std::string path = (pathOf(folder) / "a:2").string();
        std::filesystem::create_directory(path);
        const auto parsed = adapters::parseAdapterArgument(path);
        QCOMPARE(parsed.path.string(), path);
        QCOMPARE(parsed.scale, 1.0);
    }
};

QTEST_GUILESS_MAIN(TestLoadedAdapter)
#include "tst_loaded_adapter.moc"
