// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/failure.h"
#include "engine/estimate/estimate.h"
#include "engine/methods/registry.h"
#include "tests/support/tiny_models.h"

#include <map>

using namespace engine;
using contract::Value;
using estimate::Part;

class PartsTest : public QObject
{
    Q_OBJECT

private:
    const tests::TinyModel m_llama{"llama", tests::llamaConfig()};
    const tests::TinyModel m_gpt2{"gpt2", tests::gpt2Config()};
    const std::unique_ptr<nn::Decoder> m_decoder = tests::tinyDecoder(m_llama);
    const std::unique_ptr<nn::Decoder> m_biased = tests::tinyDecoder(m_gpt2);

    static std::vector<nn::TrainableTensor>
    planOf(std::string_view id, const nn::Decoder& decoder, const Value& settings = Value::Object())
    {
        const methods::Method* method = methods::findMethod(id);
        return method->plan(valueOrThrow(method->schema().complete(settings, "method")),
                            decoder.blueprint());
    }

    static std::map<std::string, Part> partsById(const std::vector<nn::TrainableTensor>& tensors,
                                                 const nn::Decoder& decoder)
    {
        std::map<std::string, Part> parts;
        for (const Part& part : estimate::partsOf(tensors, decoder.blueprint())) {
            parts[part.id] = part;
        }
        return parts;
    }

private Q_SLOTS:
    void partsOfEveryMethodSumToItsCount()
    {
        for (const methods::Method* method : methods::methods()) {
            const auto tensors = planOf(method->id, *m_biased);
            int64_t numbers = 0;
            int64_t inParts = 0;
            for (const nn::TrainableTensor& tensor : tensors) {
                numbers += tensor.numel();
            }
            for (const Part& part : estimate::partsOf(tensors, m_biased->blueprint())) {
                QVERIFY2(!part.name.empty(), part.id.c_str());
                inParts += part.parameters;
            }
            QCOMPARE(inParts, numbers);
        }
    }

    void biasesStandByThePlaceTheyAreIn()
    {
        const auto parts = partsById(planOf("bitfit", *m_biased), *m_biased);
        QVERIFY(parts.contains("attention_bias"));
        QVERIFY(parts.contains("mlp_bias"));
        QVERIFY(parts.contains("norm_bias"));
        QVERIFY(!parts.contains("attention"));
        QCOMPARE(parts.at("attention_bias").layers, m_biased->blueprint().layers);
    }

    void blocksAreCounted()
    {
        const auto tensors = planOf("top_layers", *m_decoder, Value::object({{"count", 1}}));
        QCOMPARE(partsById(tensors, *m_decoder).at("mlp").layers, int64_t(1));
        QVERIFY(!partsById(tensors, *m_decoder).contains("embedding"));
        QVERIFY(partsById(planOf("full", *m_decoder), *m_decoder).contains("embedding"));
    }

    void aMethodsOwnTensorsAreCalledWhatTheyAre()
    {
        const auto modules = partsById(planOf("adapter_h", *m_decoder), *m_decoder);
        QCOMPARE(modules.at("attention_adapter").layers, m_decoder->blueprint().layers);
        QVERIFY(modules.contains("mlp_adapter"));
        const auto tokens = partsById(planOf("prompt_tuning", *m_decoder), *m_decoder);
        QCOMPARE(tokens.size(), std::size_t(1));
        QCOMPARE(tokens.begin()->second.name, std::string("Virtual tokens"));
        QCOMPARE(tokens.begin()->second.layers, int64_t(0));
    }

    void outlooksSayWhatThereIsNothingToTrainFor()
    {
        const auto all = estimate::outlooks(m_decoder->blueprint());
        QCOMPARE(all.size(), methods::methods().size());
        for (const estimate::Outlook& outlook : all) {
            // This model has no biases.
            QCOMPARE(outlook.refusal.empty(), outlook.method != "bitfit");
            QCOMPARE(outlook.trainableParameters > 0, outlook.refusal.empty());
        }
    }

    void everyMethodButTheWholeModelNamesItsPaper()
    {
        for (const methods::Method* method : methods::methods()) {
            QCOMPARE(method->paper.empty(), method->approach == methods::Approach::Everything);
        }
    }
};

QTEST_GUILESS_MAIN(PartsTest)
#include "tst_parts.moc"
