// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/adapter_folder.h"
#include "tests/engine/tensors/made_files.h"
#include "tests/support/tuned_models.h"

using namespace engine;
using namespace tests;

namespace {

using Tensors = std::map<std::string, Tensor>;

struct Files
{
    Value config = Value::object(
        {{"fine_tune_type", "lora"},
         {"model", "hub/base"},
         {"num_layers", 16},
         {"lora_parameters", Value::object({{"rank", 4}, {"scale", 10.0}, {"dropout", 0.25}})}});
    Tensors tensors = {
        {"model.layers.0.self_attn.v_proj.lora_a", numbers({32, 4}, 1).to(at::kFloat)},
        {"model.layers.0.self_attn.v_proj.lora_b", numbers({4, 16}, 2).to(at::kFloat)},
    };

    void write(const QTemporaryDir& folder) const
    {
        put(folder, "adapter_config.json", toJson(config));
        tensors::saveTensors(pathOf(folder) / "adapters.safetensors",
                             {tensors.begin(), tensors.end()});
    }
};

using Change = std::function<void(Files&)>;

} // namespace

class TestReadMlx : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // ΔW = scale · (lora_a lora_b)ᵀ: conventions.md A.2.
    void theUpdateIsTransposedAndItsScaleWhole()
    {
        const QTemporaryDir folder;
        const Files files;
        files.write(folder);
        const adapters::StoredAdapter stored = adapters::readAdapter(pathOf(folder));
        QCOMPARE(stored.format, std::string("mlx"));
        QCOMPARE(stored.baseName, std::string("hub/base"));
        QCOMPARE(stored.state.dropout, 0.25);
        const methods::AdapterState state = adapters::fitted(stored, blueprintOf(llamaConfig()));
        QCOMPARE(state.factors.size(), std::size_t(1));
        QCOMPARE(state.factors[0].scale(), 10.0);
        const Tensor a = files.tensors.at("model.layers.0.self_attn.v_proj.lora_a");
        const Tensor b = files.tensors.at("model.layers.0.self_attn.v_proj.lora_b");
        QCOMPARE(difference("update", state.factors[0].delta(), (a.matmul(b)).t() * 10, 1e-6),
                 QString());
    }

    void anEmbeddingIsNotTransposed()
    {
        const QTemporaryDir folder;
        Files files;
        const Tensor a = numbers({40, 4}, 3).to(at::kFloat);
        const Tensor b = numbers({4, 32}, 4).to(at::kFloat);
        files.tensors = {{"model.embed_tokens.lora_a", a}, {"model.embed_tokens.lora_b", b}};
        files.write(folder);
        const auto state =
            adapters::fitted(adapters::readAdapter(pathOf(folder)), blueprintOf(llamaConfig()));
        QVERIFY(state.factors[0].isEmbedding);
        QCOMPARE(difference("update", state.factors[0].delta(), a.matmul(b) * 10, 1e-6), QString());
    }

    void familiesWithOtherNamesAreFound_data()
    {
        QTest::addColumn<QString>("mlx");
        QTest::addColumn<QString>("name");
        QTest::newRow("gpt2") << "model.h.1.attn.c_attn"
                              << "transformer.h.1.attn.c_attn";
        QTest::newRow("gpt2's embedding") << "model.wte"
                                          << "transformer.wte";
        QTest::newRow("gpt_neox") << "model.h.1.attention.query_key_value"
                                  << "gpt_neox.layers.1.attention.query_key_value";
        QTest::newRow("gpt_neox's mlp") << "model.h.0.mlp.dense_4h_to_h"
                                        << "gpt_neox.layers.0.mlp.dense_4h_to_h";
        QTest::newRow("gpt_neox's head") << "model.embed_out"
                                         << "lm_head";
        QTest::newRow("as everywhere") << "model.layers.0.mlp.up_proj"
                                       << "model.layers.0.mlp.up_proj";
        QTest::newRow("head") << "lm_head"
                              << "lm_head";
    }
    void familiesWithOtherNamesAreFound()
    {
        QFETCH(QString, mlx);
        QFETCH(QString, name);
        const QTemporaryDir folder;
        Files files;
        files.tensors = {{mlx.toStdString() + ".lora_a", at::zeros({32, 4})},
                         {mlx.toStdString() + ".lora_b", at::zeros({4, 32})}};
        files.write(folder);
        const adapters::StoredAdapter stored = adapters::readAdapter(pathOf(folder));
        QCOMPARE(QString::fromStdString(stored.state.factors[0].module), name);
    }

    void othersAreRefused_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("text");
        const auto row = [](const char* name, const Change& change, const char* text) {
            QTest::newRow(name) << change << QString(text);
        };
        row(
            "DoRA",
            [](Files& files) { files.config.set("fine_tune_type", "dora"); },
            "fine_tune_type dora");
        row(
            "DoRA's tensor",
            [](Files& files) {
                files.tensors["model.layers.0.self_attn.v_proj.m"] = at::zeros({16});
            },
            "v_proj.m");
        row(
            "whole weights",
            [](Files& files) { files.config.set("fine_tune_type", "full"); },
            "fine_tune_type full");
        row(
            "no B",
            [](Files& files) { files.tensors.erase("model.layers.0.self_attn.v_proj.lora_b"); },
            "lora_B is missing");
        row(
            "nothing", [](Files& files) { files.tensors.clear(); }, "no low-rank update");
    }
    void othersAreRefused()
    {
        QFETCH(Change, change);
        QFETCH(QString, text);
        const QTemporaryDir folder;
        Files files;
        change(files);
        files.write(folder);
        const Error error = failureOf([&folder] { adapters::readAdapter(pathOf(folder)); });
        QVERIFY2(QString::fromStdString(error.message).contains(text), error.message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestReadMlx)
#include "tst_read_mlx.moc"
