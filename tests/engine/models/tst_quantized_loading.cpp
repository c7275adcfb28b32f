// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Models whose blocks are quantised while they are read: what is packed, what stays dense, and what
// the numbers are.
#include "engine/kernels/quantized_weight.h"
#include "tests/support/packed_models.h"

#include <ATen/core/grad_mode.h>

using namespace engine;
using namespace tests;

namespace {

std::unique_ptr<nn::Decoder> loaded(const models::ModelFolder& folder,
                                    kernels::Quantization quantization,
                                    at::ScalarType compute = at::kFloat,
                                    bool hasEmbeddings = false)
{
    return models::loadDecoder(
        folder, compute, compute, at::Device(at::kCPU), {quantization, true, hasEmbeddings});
}

} // namespace

class TestQuantizedLoading : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // A fused module whole, a Conv1D as [out, in]; numbers of NF4 are rounded to the stored type,
    // those of int8 are float32, as bitsandbytes unpacks them.
    void everyModuleOfTheBlocksIsPackedAsStored_data() { addTinyModelRows(); }
    void everyModuleOfTheBlocksIsPackedAsStored()
    {
        QFETCH(QString, model);
        const auto folder = openTiny(tinyModel(model.toStdString()));
        for (const auto form : {kernels::Quantization::Nf4, kernels::Quantization::Int8}) {
            const auto decoder = loaded(folder, form);
            for (const nn::Linear* layer : decoder->linears()) {
                const nn::ModuleSpec& spec = layer->spec();
                QCOMPARE(layer->isQuantized(), spec.layer >= 0);
                if (!layer->isQuantized()) {
                    continue;
                }
                const Tensor stored = folder.weights().tensor(folder.storedName(spec.weightName()));
                const Tensor oriented =
                    spec.kind == nn::ModuleKind::Conv1d ? stored.t().contiguous() : stored;
                const kernels::QuantizedWeight expected = kernels::quantize(oriented, form);
                const at::ScalarType dtype =
                    form == kernels::Quantization::Nf4 ? stored.scalar_type() : at::kFloat;
                QVERIFY(layer->quantized()->dtype == dtype);
                QVERIFY((layer->quantized()->shape() == std::vector<int64_t>{spec.out, spec.in}));
                QVERIFY(layer->dense(at::kFloat).equal(kernels::dequantize(expected, at::kFloat)));
                QVERIFY(layer->dense().scalar_type() == dtype);
            }
        }
    }

    void logitsAreThoseOfTheNumbers_data() { addTinyModelRows(); }
    void logitsAreThoseOfTheNumbers()
    {
        QFETCH(QString, model);
        const at::NoGradGuard noGrad;
        const auto folder = openTiny(tinyModel(model.toStdString()));
        for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
            const auto quantized = loaded(folder, kernels::Quantization::Nf4, type);
            const auto dense = loaded(folder, kernels::Quantization::None, type);
            for (nn::Linear* layer : quantized->linears()) {
                dense->linear(layer->spec().name)->weight() = layer->dense(type);
            }
            QCOMPARE(difference("logits",
                                logitsOf(*quantized),
                                logitsOf(*dense),
                                type == at::kFloat ? 1e-5 : 2e-2),
                     QString());
        }
    }

    // The embedding as [tokens, hidden] and a head of its own as [vocabulary, hidden]; one packed
    // tensor of a tied head. Positions stay as they are.
    void theVocabularyIsPackedToo_data() { addTinyModelRows(); }
    void theVocabularyIsPackedToo()
    {
        QFETCH(QString, model);
        const at::NoGradGuard noGrad;
        const auto folder = openTiny(tinyModel(model.toStdString()));
        for (const auto form : {kernels::Quantization::Nf4, kernels::Quantization::Int8}) {
            const auto decoder = loaded(folder, form, at::kFloat, true);
            const nn::Embedding& table = decoder->parts().tokenEmbedding;
            const nn::Linear& head = *decoder->parts().head;
            QVERIFY(table.isQuantized() && head.isQuantized());
            const auto storedNumbers = [&](const nn::ModuleSpec& module) {
                const Tensor stored =
                    folder.weights().tensor(folder.storedName(module.weightName()));
                return kernels::dequantize(kernels::quantize(stored, form), at::kFloat);
            };
            const nn::ModuleSpec& embedding = decoder->blueprint().modules.front();
            QVERIFY(table.dense().to(at::kFloat).equal(storedNumbers(embedding)));
            if (decoder->blueprint().tiedHead) {
                QVERIFY(head.quantized() == table.quantized());
            } else {
                QVERIFY(head.dense(at::kFloat).equal(storedNumbers(head.spec())));
            }
            QVERIFY(!decoder->parts().positionEmbedding.isQuantized());
            const Tensor ids = tokens(9);
            QVERIFY(table.rows(ids).equal(table.dense().to(at::kFloat).index_select(0, ids)));

            const auto dense = loaded(folder, kernels::Quantization::None);
            for (nn::Linear* layer : decoder->linears()) {
                dense->linear(layer->spec().name)->weight() = layer->dense(at::kFloat);
            }
            for (const nn::Parameter& parameter : dense->parameters()) {
                if (parameter.module->tokenEmbedding) {
                    *parameter.tensor = table.dense().to(at::kFloat);
                }
            }
            QCOMPARE(difference("logits", logitsOf(*decoder), logitsOf(*dense), 1e-5), QString());
        }
    }

    // The blocks as they are stored, what is dense of the vocabulary packed the same way.
    void aPackedCheckpointCanHaveItPackedToo()
    {
        for (const char* name : {"llama", "llama tied, biases", "gpt2"}) {
            const TinyModel& tiny = tinyModel(name);
            const auto stored = openPacked(tiny, {Quantization::Nf4, false});
            const auto decoder = loaded(stored, kernels::Quantization::None, at::kFloat, true);
            const auto expected = models::loadDecoder(openTiny(tiny),
                                                      at::kFloat,
                                                      at::kFloat,
                                                      at::Device(at::kCPU),
                                                      {Quantization::Nf4, false, true});
            QVERIFY(decoder->parts().tokenEmbedding.isQuantized());
            QVERIFY(logitsOf(*decoder).equal(logitsOf(*expected)));
            QVERIFY(
                !loaded(stored, kernels::Quantization::None)->parts().tokenEmbedding.isQuantized());
        }
    }

    void nothingIsPackedOfADenseBase()
    {
        const auto decoder =
            loaded(openTiny(tinyModel("llama")), kernels::Quantization::None, at::kFloat, true);
        QVERIFY(decoder->quantizedModules().empty());
    }

    void aWeightThatIsNotFiniteIsNamed()
    {
        const TinyModel& model = tinyModel("llama");
        std::map<std::string, Tensor> weights = tinyWeights(model);
        const std::string name = "model.layers.1.mlp.down_proj.weight";
        weights[name].view({-1})[5] = std::numeric_limits<float>::quiet_NaN();
        const QTemporaryDir folder;
        writeModel(pathOf(folder), model.config, weights);
        const auto opened = models::ModelFolder::open(pathOf(folder));
        const Error error = failureOf([&] { loaded(opened, kernels::Quantization::Int8); });
        QCOMPARE(error.code, std::string(code::kNonFinite));
        QVERIFY2(error.message.starts_with(name + ": "), error.message.c_str());
    }

    void formsHaveNames()
    {
        for (const auto form : {kernels::Quantization::None,
                                kernels::Quantization::Nf4,
                                kernels::Quantization::Int8}) {
            QCOMPARE(models::quantizationNamed(models::nameOf(form)), form);
        }
        QCOMPARE(failureOf([] { models::quantizationNamed("int3"); }).code,
                 std::string(code::kBadArgument));
    }
};

QTEST_GUILESS_MAIN(TestQuantizedLoading)
#include "tst_quantized_loading.moc"
