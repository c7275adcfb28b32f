// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/estimate/weight_bytes.h"

#include "tests/support/packed_models.h"

using namespace engine;
using namespace tests;

class TestWeightBytes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void packedWeightsAreCountedToTheByte_data() { addPackingRows(); }
    void packedWeightsAreCountedToTheByte()
    {
        QFETCH(QString, packing);
        const Packing form = packingNamed(packing);
        for (const auto& [out, in] : {std::pair<int64_t, int64_t>{1, 1}, {7, 9}, {130, 257}}) {
            const auto weight = kernels::quantize(
                numbers({out, in}, 3).to(at::kFloat), form.kind, form.doubleQuant);
            QCOMPARE(estimate::packedBytes(out, in, form.kind, form.doubleQuant), weight.bytes());
        }
    }

    void doubleQuantisationTakesHalfAByteANumber()
    {
        constexpr int64_t kSide = 4096;
        const auto perNumber = [](kernels::Quantization kind, bool isDouble) {
            return static_cast<double>(estimate::packedBytes(kSide, kSide, kind, isDouble))
                   / (kSide * kSide);
        };
        QCOMPARE(perNumber(Quantization::Nf4, true), 0.515869140625);
        QCOMPARE(perNumber(Quantization::Nf4, false), 0.5625);
        QCOMPARE(perNumber(Quantization::Int8, false), 1 + 4.0 / kSide);
    }

    // Every stored byte of the packed file but tables, JSON and int8's mark of the order.
    void aModelIsTheSumOfItsParts_data() { addPackingRows(); }
    void aModelIsTheSumOfItsParts()
    {
        QFETCH(QString, packing);
        const Packing form = packingNamed(packing);
        for (const char* name : {"llama", "gpt2", "gpt_neox", "llama bfloat16"}) {
            const models::ModelFolder folder = openPacked(tinyModel(name), form);
            int64_t expected = 0;
            for (const std::string& parameter : folder.parameterNames()) {
                expected += folder.isQuantized(parameter)
                                ? folder.quantized(parameter).bytes()
                                : static_cast<int64_t>(folder.dense(parameter).nbytes());
            }
            const auto numberBytes = static_cast<int64_t>(c10::elementSize(tinyModel(name).stored));
            QCOMPARE(estimate::weightBytes(folder.blueprint(),
                                           {numberBytes, form.kind, form.doubleQuant}),
                     expected);
        }
    }

    void theVocabularyCountsOnce()
    {
        for (const char* name : {"llama", "llama tied, biases", "gpt2"}) {
            const TinyModel& tiny = tinyModel(name);
            const auto decoder = models::loadDecoder(openTiny(tiny),
                                                     at::kFloat,
                                                     at::kFloat,
                                                     at::Device(at::kCPU),
                                                     {Quantization::Nf4, true, true});
            std::set<const kernels::QuantizedWeight*> packed = {
                decoder->parts().tokenEmbedding.quantized().get()};
            for (const nn::Linear* layer : decoder->linears()) {
                packed.insert(layer->quantized().get());
            }
            int64_t expected = 0;
            for (const kernels::QuantizedWeight* weight : packed) {
                expected += weight->bytes();
            }
            for (const nn::Parameter& parameter : decoder->parameters()) {
                expected += static_cast<int64_t>(parameter.tensor->nbytes());
            }
            QCOMPARE(
                estimate::weightBytes(decoder->blueprint(), {4, Quantization::Nf4, true, true}),
                expected);
        }
        // The head [40, 32] is smaller than gate and up.
        const nn::Blueprint blueprint = blueprintOf(llamaConfig({{"vocab_size", 1000}}));
        QCOMPARE(estimate::unpackedBytes(blueprint, {4, Quantization::Nf4, true, true}, 4),
                 int64_t{1000 * 32 * 4});
    }

    void nothingIsUnpackedOfADenseModel()
    {
        const nn::Blueprint blueprint = blueprintOf(llamaConfig());
        QCOMPARE(estimate::unpackedBytes(blueprint, {4}, 4), int64_t{0});
        QCOMPARE(estimate::weightBytes(blueprint, {4}), 4 * blueprint.parameters());
        // Gate and up [48, 32].
        QCOMPARE(estimate::unpackedBytes(blueprint, {4, Quantization::Nf4}, 4),
                 int64_t{2 * 48 * 32 * 4});
    }
};

QTEST_GUILESS_MAIN(TestWeightBytes)
#include "tst_weight_bytes.moc"
