// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// An adapter against a model: everything that does not fit is named; embeddings, heads and biases
// of B come and go as PEFT has them.
#include "engine/adapters/adapter_folder.h"
#include "engine/adapters/loaded_adapter.h"
#include "engine/tensors/tensor_file.h"
#include "tests/engine/tensors/made_files.h"
#include "tests/support/tuned_models.h"

#include <ATen/ops/ones.h>

using namespace engine;
using namespace tests;

namespace {

using Tensors = std::map<std::string, Tensor>;

struct Files
{
    Value config;
    Tensors tensors;

    void write(const QTemporaryDir& folder) const
    {
        put(folder, "adapter_config.json", toJson(config));
        tensors::saveTensors(pathOf(folder) / "adapter_model.safetensors",
                             {tensors.begin(), tensors.end()});
    }
};

std::string key(const std::string& name)
{
    return "base_model.model." + name;
}

void addPair(Tensors& tensors, const std::string& module, int64_t out, int64_t in)
{
    tensors[key(module) + ".lora_A.weight"] = numbers({4, in}, 1).to(at::kFloat);
    tensors[key(module) + ".lora_B.weight"] = numbers({out, 4}, 2).to(at::kFloat);
}

Value configWith(const std::vector<Value::Member>& fields)
{
    return changed(Value::object({{"peft_type", "LORA"}, {"r", 4}, {"lora_alpha", 8}}), fields);
}

Value names(std::vector<Value> entries)
{
    return Value::List(entries.begin(), entries.end());
}

std::vector<std::string> mismatchesOf(const Files& files, const nn::Blueprint& blueprint)
{
    const QTemporaryDir folder;
    files.write(folder);
    std::vector<std::string> found;
    for (const adapters::Mismatch& mismatch :
         adapters::findMismatches(adapters::readAdapter(pathOf(folder)), blueprint)) {
        found.push_back(mismatch.tensor);
    }
    return found;
}

} // namespace

class TestFitAdapter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsMissingOrNotAnnouncedIsNamed_data()
    {
        QTest::addColumn<std::vector<Value::Member>>("fields");
        QTest::addColumn<std::vector<std::string>>("mismatches");
        using Fields = std::vector<Value::Member>;
        using Names = std::vector<std::string>;
        const std::string q0 = "model.layers.0.self_attn.q_proj";
        const std::string q1 = "model.layers.1.self_attn.q_proj";
        QTest::newRow("all there") << Fields{{"target_modules", names({Value(q0)})}} << Names{};
        QTest::newRow("a block is missing")
            << Fields{{"target_modules", names({"q_proj"})}} << Names{q1};
        QTest::newRow("the head is missing")
            << Fields{{"target_modules", names({Value(q0), "lm_head"})}} << Names{"lm_head"};
        QTest::newRow("not a target")
            << Fields{{"target_modules", names({"k_proj"})}, {"layers_to_transform", names({0})}}
            << Names{q0, "model.layers.0.self_attn.k_proj"};
        QTest::newRow("its bias") << Fields{{"target_modules", names({Value(q0)})},
                                            {"bias", "lora_only"}}
                                  << Names{q0 + ".bias"};
        QTest::newRow("a module saved whole")
            << Fields{{"target_modules", names({Value(q0)})},
                      {"modules_to_save", names({"embed_tokens"})}}
            << Names{"model.embed_tokens.weight"};
    }
    void whatIsMissingOrNotAnnouncedIsNamed()
    {
        QFETCH(std::vector<Value::Member>, fields);
        QFETCH(std::vector<std::string>, mismatches);
        Files files{configWith(fields), {}};
        addPair(files.tensors, "model.layers.0.self_attn.q_proj", 32, 32);
        const nn::Blueprint blueprint = blueprintOf(llamaConfig({{"attention_bias", true}}));
        QCOMPARE(mismatchesOf(files, blueprint), mismatches);
    }

    void anEmbeddingOfAnotherVocabularyIsNamed()
    {
        Files files{configWith({{"target_modules", names({"embed_tokens", "lm_head"})}}), {}};
        files.tensors[key("model.embed_tokens.lora_embedding_A")] = at::ones({4, 39});
        files.tensors[key("model.embed_tokens.lora_embedding_B")] = at::ones({32, 4});
        files.tensors[key("lm_head.lora_embedding_A")] = at::ones({4, 40});
        files.tensors[key("lm_head.lora_embedding_B")] = at::ones({32, 4});
        QCOMPARE(mismatchesOf(files, blueprintOf(llamaConfig())),
                 (std::vector<std::string>{"lm_head", "model.embed_tokens"}));
    }

    // transformers 5 says lm_head, the weights of GPT-NeoX say embed_out.
    void bothNamesOfAHeadAreOne_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("of transformers 5") << "lm_head";
        QTest::newRow("of transformers 4") << "embed_out";
    }
    void bothNamesOfAHeadAreOne()
    {
        QFETCH(QString, name);
        const std::string head = name.toStdString();
        Files files{configWith({{"target_modules", names({Value(head)})}}), {}};
        addPair(files.tensors, head, 40, 32);
        const nn::Blueprint blueprint = blueprintOf(neoxConfig());
        QCOMPARE(mismatchesOf(files, blueprint), std::vector<std::string>());
        const QTemporaryDir folder;
        files.write(folder);
        const auto state = adapters::fitted(adapters::readAdapter(pathOf(folder)), blueprint);
        QCOMPARE(state.factors[0].module, std::string("embed_out"));
        adapters::writeAdapter(pathOf(folder) / "out", state, blueprint, {});
        const auto written = adapters::readAdapter(pathOf(folder) / "out");
        QCOMPARE(written.state.factors[0].module, std::string("lm_head"));
        QCOMPARE(written.config["target_modules"], names({"lm_head"}));
    }

    void embeddingsComeBackAsPeftHasThem()
    {
        const auto decoder = tinyDecoder(tinyModel("gpt2"));
        const methods::AdapterState state = trainedLora(
            *decoder, {{"targets", names({"wte", "wpe", "lm_head"})}, {"rank", 3}, {"alpha", 6}});
        const QTemporaryDir folder;
        adapters::writeAdapter(pathOf(folder) / "a", state, decoder->blueprint(), {});
        const auto file =
            tensors::openTensorFile(pathOf(folder) / "a" / "adapter_model.safetensors");
        const auto shapeOf = [&file](const std::string& name) {
            return file->tensor(key(name)).sizes().vec();
        };
        using Shape = std::vector<int64_t>;
        QCOMPARE(shapeOf("transformer.wte.lora_embedding_A"), (Shape{3, 40}));
        QCOMPARE(shapeOf("transformer.wte.lora_embedding_B"), (Shape{32, 3}));
        QCOMPARE(shapeOf("transformer.wpe.lora_embedding_A"), (Shape{3, 64}));
        QCOMPARE(shapeOf("lm_head.lora_B.weight"), (Shape{40, 3}));
        const auto read =
            adapters::fitted(adapters::readAdapter(pathOf(folder) / "a"), decoder->blueprint());
        QCOMPARE(stateDifference(state, read), QString());
    }

    // y += scale · bias of B, with and without a bias of the layer's own.
    void theBiasOfBIsScaled()
    {
        for (const char* module : {"model.layers.0.self_attn.q_proj", "lm_head"}) {
            const auto decoder = tinyDecoder(tinyModel("llama tied, biases"));
            const int64_t out = decoder->linear(module)->spec().out;
            const Tensor base = logitsOf(*decoder);
            Files files{configWith({{"target_modules", names({Value(std::string(module))})},
                                    {"lora_bias", true}}),
                        {}};
            addPair(files.tensors, module, out, 32);
            const Tensor bias = numbers({out}, 3).to(at::kFloat);
            files.tensors[key(module) + ".lora_B.bias"] = bias;
            const QTemporaryDir folder;
            files.write(folder);
            const auto state =
                adapters::fitted(adapters::readAdapter(pathOf(folder)), decoder->blueprint());
            Tensor loaded;
            {
                const adapters::LoadedAdapter adapter(*decoder, state, 0.5);
                loaded = logitsOf(*decoder);
            }
            QVERIFY(at::equal(logitsOf(*decoder), base)); // put back
            nn::Linear& layer = *decoder->linear(module);
            layer.weight() = layer.weight() + state.factors[0].delta() * 0.5;
            layer.bias() = bias + (layer.bias().defined() ? layer.bias() : at::zeros({out}));
            QCOMPARE(difference("logits", loaded, logitsOf(*decoder), 1e-5), QString());

            adapters::writeAdapter(pathOf(folder) / "out", state, decoder->blueprint(), {});
            const auto again = adapters::readAdapter(pathOf(folder) / "out");
            QVERIFY(at::equal(again.state.factors[0].bias, bias));
            QVERIFY(again.config["lora_bias"].toBool());
        }
    }
};

QTEST_GUILESS_MAIN(TestFitAdapter)
#include "tst_fit_adapter.moc"
