// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Updates of slices of a fused weight, in PEFT's form and back.
#include "engine/adapters/adapter_folder.h"
#include "engine/adapters/loaded_adapter.h"
#include "tests/support/tuned_models.h"

#include <cmath>

using namespace engine;
using namespace tests;
namespace fs = std::filesystem;

namespace {

Tensor logitsWith(nn::Decoder& decoder, const methods::AdapterState& state)
{
    const adapters::LoadedAdapter loaded(decoder, state, 1);
    return logitsOf(decoder);
}

Value qv()
{
    return Value::list(std::vector<std::string>{"q", "v"});
}

} // namespace

class TestFusedSlices : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // lora.md 1.2: rank n·r, alpha n·alpha (√n·alpha with rsLoRA), zeros outside the blocks.
    void slicesAreWrittenAsOneUpdate_data()
    {
        QTest::addColumn<bool>("isRslora");
        QTest::addColumn<double>("alpha");
        QTest::newRow("plain") << false << 2 * 24.0;
        QTest::newRow("rslora") << true << std::sqrt(2.0) * 24.0;
    }
    void slicesAreWrittenAsOneUpdate()
    {
        QFETCH(bool, isRslora);
        QFETCH(double, alpha);
        const auto decoder = tinyDecoder(tinyModel("gpt2"));
        const methods::AdapterState state = trainedLora(
            *decoder, {{"targets", qv()}, {"rank", 3}, {"alpha", 24}, {"use_rslora", isRslora}});
        const QTemporaryDir folder;
        const fs::path path = pathOf(folder) / "a";
        adapters::writeAdapter(path, state, decoder->blueprint(), {});

        const adapters::StoredAdapter stored = adapters::readAdapter(path);
        QCOMPARE(stored.config["r"], Value(6));
        QVERIFY(std::abs(stored.config["lora_alpha"].toDouble() - alpha) < 1e-9);
        QCOMPARE(stored.config["use_rslora"].toBool(), isRslora);
        QVERIFY(stored.config["fan_in_fan_out"].toBool());
        QCOMPARE(stored.config["target_modules"], Value(Value::List{"c_attn"}));
        const methods::LowRankFactors& whole = stored.state.factors.front();
        QVERIFY(at::equal(whole.a, at::cat({state.factors[0].a, state.factors[1].a})));
        QVERIFY(at::equal(whole.b.narrow(0, 0, 32).narrow(1, 0, 3), state.factors[0].b));
        QVERIFY(at::equal(whole.b.narrow(0, 64, 32).narrow(1, 3, 3), state.factors[1].b));
        QCOMPARE(whole.b.count_nonzero().item<int64_t>(), int64_t(2 * 32 * 3));
        // As PEFT would apply it: whole, undivided.
        QCOMPARE(
            difference(
                "logits", logitsWith(*decoder, stored.state), logitsWith(*decoder, state), 1e-5),
            QString());
    }

    void slicesOfOtherRanksAndScalesComeBack_data()
    {
        QTest::addColumn<std::vector<Value::Member>>("settings");
        using Settings = std::vector<Value::Member>;
        const Value three = Value::list(std::vector<std::string>{"q", "k", "v"});
        QTest::newRow("ranks") << Settings{{"rank_pattern", Value::object({{"v", 8}})}};
        QTest::newRow("uneven ranks") << Settings{{"rank_pattern", Value::object({{"v", 1}})}};
        QTest::newRow("alphas") << Settings{{"alpha_pattern", Value::object({{"q", 5}})}};
        QTest::newRow("alpha 0") << Settings{{"alpha_pattern", Value::object({{"q", 0}})}};
        QTest::newRow("three, rslora") << Settings{{"targets", three}, {"use_rslora", true}};
        QTest::newRow("one slice") << Settings{{"targets", Value::List{"v"}}};
    }
    void slicesOfOtherRanksAndScalesComeBack()
    {
        QFETCH(std::vector<Value::Member>, settings);
        const auto decoder = tinyDecoder(tinyModel("gpt2"));
        settings.insert(settings.begin(), {{"targets", qv()}, {"rank", 4}, {"alpha", 24}});
        const methods::AdapterState state = trainedLora(*decoder, settings);
        const QTemporaryDir folder;
        adapters::writeAdapter(pathOf(folder) / "a", state, decoder->blueprint(), {});
        const adapters::StoredAdapter stored = adapters::readAdapter(pathOf(folder) / "a");
        const methods::AdapterState read = adapters::fitted(stored, decoder->blueprint());
        const Tensor expected = logitsWith(*decoder, state);
        QCOMPARE(difference("whole", logitsWith(*decoder, stored.state), expected, 1e-5),
                 QString());
        QCOMPARE(difference("divided", logitsWith(*decoder, read), expected, 1e-5), QString());
        QCOMPARE(read.factors.size(), state.factors.size());
        const methods::Method& lora = *methods::findMethod("lora");
        lora.attach(settingsOf(lora, settings), *decoder, 6)->load(read); // accepted as a start
    }

    void aRecordThatDoesNotFitIsRefused_data()
    {
        QTest::addColumn<Value>("entry");
        QTest::newRow("unknown slice") << Value::object({{"name", "x"}, {"rank", 4}, {"alpha", 8}});
        QTest::newRow("rank too small")
            << Value::object({{"name", "q"}, {"rank", 3}, {"alpha", 6}});
        QTest::newRow("rank too large")
            << Value::object({{"name", "q"}, {"rank", 5}, {"alpha", 10}});
        QTest::newRow("huge rank")
            << Value::object({{"name", "q"}, {"rank", int64_t{1} << 62}, {"alpha", 8}});
        QTest::newRow("negative rank")
            << Value::object({{"name", "q"}, {"rank", -4}, {"alpha", 8}});
        QTest::newRow("scale") << Value::object({{"name", "q"}, {"rank", 4}, {"alpha", 9}});
        QTest::newRow("old form") << Value("q");
    }
    void aRecordThatDoesNotFitIsRefused()
    {
        QFETCH(Value, entry);
        const auto decoder = tinyDecoder(tinyModel("gpt2"));
        const methods::AdapterState state =
            trainedLora(*decoder, {{"targets", Value::List{"q"}}, {"rank", 4}, {"alpha", 8}});
        const QTemporaryDir folder;
        adapters::writeAdapter(pathOf(folder) / "a", state, decoder->blueprint(), {});
        adapters::StoredAdapter stored = adapters::readAdapter(pathOf(folder) / "a");
        stored.slices.set("transformer.h.0.attn.c_attn", Value::List{entry});
        const Error error = failureOf([&] { adapters::fitted(stored, decoder->blueprint()); });
        QCOMPARE(error.code, std::string("bad_adapter"));
    }
};

QTEST_GUILESS_MAIN(TestFusedSlices)
#include "tst_fused_slices.moc"
