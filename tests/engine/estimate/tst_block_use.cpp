// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Which blocks are said to run in packed kernels, and where gradients flow, against the decoder.
#include "engine/estimate/block_use.h"
#include "engine/nn/block_stack.h"
#include "engine/nn/packed_weights.h"
#include "tests/support/tuned_models.h"

using namespace engine;
using namespace tests;
using estimate::BlockRun;
using estimate::ModelUse;

namespace {

ModelUse usedBy(const std::string& method,
                const std::vector<Value::Member>& settings,
                const nn::Blueprint& blueprint)
{
    const methods::Method& chosen = *methods::findMethod(method);
    const Value complete = settingsOf(chosen, settings);
    const bool startsInside =
        chosen.savedBeside != nullptr && chosen.savedBeside(complete, blueprint) > 0;
    return estimate::useOf(
        chosen.plan(complete, blueprint), blueprint, /*packs=*/true, startsInside);
}

} // namespace

class TestBlockUse : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fusedBlocksAreThoseOfTheDecoder_data() { addTinyModelRows(); }
    void fusedBlocksAreThoseOfTheDecoder()
    {
        if (kernels::instructionSet() == kernels::InstructionSet::None) {
            QSKIP("this processor has no packed kernels");
        }
        QFETCH(QString, model);
        const TinyModel& tiny = tinyModel(model.toStdString());
        std::vector<std::pair<const methods::Method*, std::vector<Value::Member>>> all;
        for (const methods::Method* method : methods::methods()) {
            all.push_back({method, {}});
        }
        const methods::Method* const lora = methods::findMethod("lora");
        all.push_back({lora, {{"use_dora", true}}});
        all.push_back({lora, {{"use_dora", true}, {"init", "pissa"}}});
        for (const auto& [method, settings] : all) {
            const auto decoder = tinyDecoder(tiny);
            const nn::Blueprint& blueprint = decoder->blueprint();
            std::unique_ptr<methods::Tuning> tuning;
            try {
                tuning = method->attach(settingsOf(*method, settings), *decoder, 1);
            } catch (const Failure&) {
                continue; // nothing to train
            }
            nn::Pass pass = nn::packedPass({12});
            pass.training = true;
            std::size_t fused = 0;
            for (const BlockRun& run : usedBy(std::string(method->id), settings, blueprint).runs) {
                fused += run.isFused ? run.count : 0;
            }
            QVERIFY2(fused == countFused(*decoder, pass),
                     (std::string(method->id) + ": " + std::to_string(fused)).c_str());
        }
    }

    void aBackwardEndsWhereNothingIsTrained()
    {
        const nn::Blueprint blueprint = blueprintOf(llamaConfig({{"num_hidden_layers", 4}}));
        const ModelUse top = usedBy("top_layers", {{"count", 1}}, blueprint);
        QCOMPARE(top.runs.size(), std::size_t(2));
        QVERIFY(top.runs[0].isFused && top.runs[0].count == 3 && !top.runs[0].hasGradient);
        QVERIFY(top.runs[1].isFused && top.runs[1].hasGradient && !top.runs[1].passesInput);
        const ModelUse lora = usedBy("lora", {}, blueprint);
        QCOMPARE(lora.runs.size(), std::size_t(1));
        QVERIFY(lora.runs[0].hasGradient && !lora.runs[0].passesInput);
        QVERIFY(!lora.trainsHead && !lora.trainsInput);
        QVERIFY(usedBy("prompt_tuning", {}, blueprint).runs[0].passesInput);
        const ModelUse prefix = usedBy("prefix_tuning", {}, blueprint);
        QCOMPARE(prefix.runs.size(), std::size_t(1));
        QVERIFY(prefix.runs[0].isFused && prefix.runs[0].hasGradient);
        QVERIFY(!prefix.runs[0].passesInput);
        const ModelUse upper = usedBy("lora", {{"layers", Value::List{2, 3}}}, blueprint);
        QCOMPARE(upper.runs.size(), std::size_t(2));
        QVERIFY(upper.runs[0].count == 2 && !upper.runs[0].hasGradient);
        QVERIFY(upper.runs[1].hasGradient && !upper.runs[1].passesInput);
    }

    void shapesAreThoseOfTheLayers()
    {
        const nn::Blueprint blueprint = blueprintOf(llamaConfig());
        const ModelUse use =
            usedBy("lora", {{"targets", Value::List{"q", "down"}}, {"rank", 3}}, blueprint);
        const estimate::BlockUse& block = use.blocks[1];
        QCOMPARE(block.queries, int64_t(32));
        QCOMPARE(block.keys, int64_t(16));
        QCOMPARE(block.inner, int64_t(48));
        QVERIFY(block.hasGate && !block.joinsGate && !block.joinsInputs && use.isRotary);
        QCOMPARE(block.products[nn::kAttend].features(), int64_t(64));
        QCOMPARE(block.products[nn::kAttend].rankSum(), int64_t(3));
        QCOMPARE(block.products[nn::kAttend].ranks.front().rows, int64_t(32));
        QCOMPARE(block.products[nn::kContract].rankSum(), int64_t(3));
        QCOMPARE(block.products[nn::kExpand].rankSum(), int64_t(0));
        const ModelUse gpt2 = usedBy("full", {}, blueprintOf(gpt2Config()));
        QVERIFY(!gpt2.isRotary && gpt2.trainsHead && gpt2.trainsTable && gpt2.isHeadInPlace);
        QCOMPARE(gpt2.blocks[0].queries, int64_t(32));
        QCOMPARE(gpt2.blocks[0].inner, int64_t(128));
        QCOMPARE(gpt2.blocks[0].products[nn::kContract].trained, int64_t(32 * 128));
        QCOMPARE(gpt2.blocks[0].products[nn::kContract].frozen, int64_t(0));
    }

private:
    // Blocks that the decoder runs together, asked one by one.
    static std::size_t countFused(nn::Decoder& decoder, const nn::Pass& pass)
    {
        nn::PackedWeights packed;
        nn::Threads threads;
        const auto layers = static_cast<std::size_t>(decoder.blueprint().layers);
        const nn::BlockStack stack({&decoder.block(0), layers}, packed, threads);
        const Tensor x = numbers({3, decoder.blueprint().hiddenSize}, 1).to(at::kFloat);
        nn::Pass known = pass;
        known.virtualTokens = decoder.virtualTokens();
        std::size_t fused = 0;
        for (std::size_t i = 0; i < layers; ++i) {
            fused += stack.standardRun(i, x, known) > 0 ? 1 : 0;
        }
        return fused;
    }
};

QTEST_GUILESS_MAIN(TestBlockUse)
#include "tst_block_use.moc"
