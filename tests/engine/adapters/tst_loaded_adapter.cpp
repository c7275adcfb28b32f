// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/loaded_adapter.h"

#include "engine/device/sha256.h"
#include "engine/nn/decode_session.h"
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
        // Blocks in training run composed, frozen ones packed: equal within rounding.
        QCOMPARE(difference("logits", logitsOf(*decoder), trained, 1e-5), QString());
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

    // As a chat switches: the packed weights stay, the factors are read where they lie.
    void aThousandSwitchesLeaveTheBaseAlone()
    {
        const auto decoder = tinyDecoder(tinyModel("llama tied, biases"));
        const auto hashOf = [&decoder] {
            device::Sha256 hash;
            for (const nn::Parameter& parameter : decoder->parameters()) {
                const Tensor dense = parameter.tensor->contiguous();
                hash.update(dense.const_data_ptr(), dense.nbytes());
            }
            return hash.hex();
        };
        const std::vector<int64_t> ids = {3, 1, 4, 1, 5};
        const auto answer = [&] {
            nn::DecodeSession session(*decoder, 8);
            const std::span<const float> logits = session.next(ids);
            return std::vector<float>(logits.begin(), logits.end());
        };
        if (!nn::isPlannable(*decoder)) {
            QSKIP("no packed kernels on this processor");
        }
        const std::string before = hashOf();
        const std::vector<float> base = answer();
        const methods::AdapterState state = trainedLora(*decoder, {});
        std::vector<std::vector<float>> answers;
        for (const double scale : {1.0, -2.0}) {
            const LoadedAdapter loaded(*decoder, state, scale);
            answers.push_back(answer());
        }
        QVERIFY(answers[0] != base && answers[1] != base && answers[0] != answers[1]);
        for (int i = 0; i < 1000; ++i) {
            const LoadedAdapter loaded(*decoder, state, i % 2 == 0 ? 1.0 : -2.0);
            QVERIFY(i % 50 > 1 || answer() == answers[static_cast<std::size_t>(i % 2)]);
        }
        QVERIFY(answer() == base);
        QCOMPARE(hashOf(), before);
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
