// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/adapter_folder.h"

#include "engine/adapters/peft_keys.h"
#include "engine/tensors/safetensors_file.h"
#include "tests/engine/tensors/torch_bytes.h"
#include "tests/support/tuned_models.h"

#include <cmath>
#include <limits>

using namespace engine;
using namespace tests;
namespace fs = std::filesystem;

namespace {

constexpr const char* kQ = "base_model.model.model.layers.0.self_attn.q_proj";

using Tensors = std::map<std::string, Tensor>;

// What PEFT writes for one update of the tiny Llama.
struct Files
{
    Value config = Value::object({{"peft_type", "LORA"},
                                  {"r", 4},
                                  {"lora_alpha", 8},
                                  {"target_modules", Value::List{"q_proj"}},
                                  {"layers_to_transform", Value::List{0}}});
    Tensors tensors = {
        {std::string(kQ) + ".lora_A.weight", numbers({4, 32}, 1).to(at::kFloat)},
        {std::string(kQ) + ".lora_B.weight", numbers({32, 4}, 2).to(at::kFloat)},
    };

    void write(const QTemporaryDir& folder) const
    {
        put(folder, "adapter_config.json", toJson(config));
        tensors::saveTensors(pathOf(folder) / "adapter_model.safetensors",
                             {tensors.begin(), tensors.end()});
    }
};

using Change = std::function<void(Files&)>;

Change set(const char* key, const Value& value)
{
    return [=](Files& files) { files.config.set(key, value); };
}

Change put(const std::string& suffix, const Tensor& tensor)
{
    return [=](Files& files) { files.tensors[kQ + suffix] = tensor; };
}

} // namespace

class TestAdapterFolder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void peftsFilesAreRead()
    {
        const QTemporaryDir folder;
        Files files;
        files.config.set("alpha_pattern", Value::object({{"q_proj", 12}, {".*proj", 99}}));
        files.config.set("use_rslora", true);
        files.config.set("base_model_name_or_path", "hub/model");
        for (auto& [name, tensor] : files.tensors) {
            tensor = tensor.to(at::kBFloat16);
        }
        files.write(folder);
        const adapters::StoredAdapter stored = adapters::readAdapter(pathOf(folder));
        QCOMPARE(stored.baseName, std::string("hub/model"));
        QVERIFY(stored.baseSha256.empty());
        const methods::AdapterState state = adapters::fitted(stored, blueprintOf(llamaConfig()));
        QCOMPARE(state.factors.size(), std::size_t(1));
        QCOMPARE(state.factors[0].module, std::string("model.layers.0.self_attn.q_proj"));
        QCOMPARE(state.factors[0].a.scalar_type(), at::kFloat);
        QCOMPARE(state.factors[0].scale(), 12 / std::sqrt(4.0));
    }

    void hostileFoldersAreRefused_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("text");
        const auto row =
            [](const char* name, const Change& change, const char* code, const char* text) {
                QTest::newRow(name) << change << QString(code) << QString(text);
            };
        const auto without = [](const char* suffix) {
            return [=](Files& files) { files.tensors.erase(std::string(kQ) + suffix); };
        };
        row("no A", without(".lora_A.weight"), "bad_adapter", "lora_A is missing");
        row("no B", without(".lora_B.weight"), "bad_adapter", "lora_B is missing");
        row(
            "nothing",
            [](Files& files) { files.tensors.clear(); },
            "bad_adapter",
            "no low-rank update");
        row(
            "biases only",
            [](Files& files) {
                files.tensors = {{"base_model.model.model.norm.weight", at::zeros({32})}};
            },
            "bad_adapter",
            "no low-rank update");
        row("ranks differ", put(".lora_B.weight", at::zeros({32, 3})), "bad_adapter", "do not fit");
        row("rank of the config", set("r", 8), "bad_adapter", "lora_A is [4, 32], which is not");
        row("one dimension", put(".lora_A.weight", at::zeros({4})), "bad_adapter", "do not fit");
        row(
            "rank 0",
            [](Files& files) {
                files.tensors = {{std::string(kQ) + ".lora_A.weight", at::zeros({0, 32})},
                                 {std::string(kQ) + ".lora_B.weight", at::zeros({32, 0})}};
            },
            "bad_adapter",
            "do not fit");
        row("NaN",
            put(".lora_A.weight",
                at::zeros({4, 32}).fill_(std::numeric_limits<double>::quiet_NaN())),
            "non_finite",
            "lora_A");
        row(
            "long name",
            [](Files& files) {
                const std::string name = "base_model.model." + std::string(200000, 'x');
                files.config.set("alpha_pattern", Value::object({{"q_proj", 12}}));
                files.tensors = {{name + ".lora_A.weight", at::zeros({4, 32})},
                                 {name + ".lora_B.weight", at::zeros({32, 4})}};
            },
            "bad_adapter",
            "characters long");
        row("DoRA without lengths",
            set("use_dora", true),
            "bad_adapter",
            "lora_magnitude_vector is missing");
        row("lengths without DoRA",
            put(".lora_magnitude_vector", at::zeros({32})),
            "bad_adapter",
            "use_dora false");
        row(
            "lengths of another size",
            [](Files& files) {
                files.config.set("use_dora", true);
                files.tensors[std::string(kQ) + ".lora_magnitude_vector"] = at::zeros({31});
            },
            "bad_adapter",
            "lora_magnitude_vector [31] does not fit");
        row(
            "DoRA with a bias of B",
            [](Files& files) {
                files.config.set("use_dora", true);
                files.tensors[std::string(kQ) + ".lora_magnitude_vector"] = at::zeros({32});
                files.tensors[std::string(kQ) + ".lora_B.bias"] = at::zeros({32});
            },
            "unsupported",
            "use_dora with a bias");
        row(
            "half of an embedding's update",
            [](Files& files) {
                files.tensors["base_model.model.model.embed_tokens.lora_embedding_A"] =
                    at::zeros({4, 40});
            },
            "bad_adapter",
            "embed_tokens: lora_B is missing");
        row("a bias of another size",
            put(".lora_B.bias", at::zeros({31})),
            "bad_adapter",
            "bias of lora_B");
        row(
            "no PEFT name",
            [](Files& files) {
                files.tensors["layers.0.q_proj.lora_A.weight"] = at::zeros({4, 32});
            },
            "unsupported",
            "layers.0.q_proj.lora_A.weight");
        row("other method", set("peft_type", "LOHA"), "unsupported", "peft_type LOHA");
        row("no method", set("peft_type", nullptr), "bad_adapter", "peft_type is missing");
        row("replication",
            set("layer_replication", Value::List{Value::List{0, 1}}),
            "unsupported",
            "layer_replication");
        row("mlx-lm", set("fine_tune_type", "lora"), "unsupported", "mlx-lm");
        row("bad pattern",
            set("alpha_pattern", Value::object({{"(", 3}})),
            "bad_adapter",
            "not a regular expression");
        row("long pattern",
            set("alpha_pattern", Value::object({{std::string(5000, 'q'), 3}})),
            "bad_adapter",
            "longer than 1000");
        row(
            "no object",
            [](Files& files) { files.config = Value(Value::List()); },
            "bad_file",
            "adapter_config.json");
    }
    void hostileFoldersAreRefused()
    {
        QFETCH(Change, change);
        QFETCH(QString, code);
        QFETCH(QString, text);
        const QTemporaryDir folder;
        Files files;
        change(files);
        files.write(folder);
        const Error error = failureOf([&folder] { adapters::readAdapter(pathOf(folder)); });
        QCOMPARE(QString::fromStdString(error.code), code);
        QVERIFY2(QString::fromStdString(error.message).contains(text), error.message.c_str());
    }

    void incompleteFoldersAreRefused_data()
    {
        QTest::addColumn<QStringList>("files");
        QTest::addColumn<QString>("code");
        QTest::newRow("no config") << QStringList{"adapter_model.safetensors"} << "not_found";
        QTest::newRow("no tensors") << QStringList{"adapter_config.json"} << "not_found";
    }
    void incompleteFoldersAreRefused()
    {
        QFETCH(QStringList, files);
        QFETCH(QString, code);
        const QTemporaryDir made;
        Files().write(made);
        const QTemporaryDir folder;
        for (const QString& file : files) {
            fs::copy(pathOf(made) / file.toStdString(), pathOf(folder));
        }
        const Error error = failureOf([&folder] { adapters::readAdapter(pathOf(folder)); });
        QCOMPARE(QString::fromStdString(error.code), code);
    }

    void aMissingFolderIsRefused()
    {
        const Error error = failureOf([] { adapters::readAdapter("/no/such/adapter"); });
        QCOMPARE(error.code, std::string("not_found"));
        QCOMPARE(error.where, std::string("/no/such/adapter"));
    }

    // As PEFT wrote them before safetensors.
    void olderTorchFilesAreRead()
    {
        const QTemporaryDir folder;
        const Files files;
        files.write(folder);
        std::filesystem::remove(pathOf(folder) / "adapter_model.safetensors");
        const auto factor = [](const char* name, std::vector<std::uint64_t> shape) {
            return shortText(std::string(kQ) + name)
                   + pickledTensor({"0", "FloatStorage", 128, 0, shape, {shape[1], 1}});
        };
        put(folder,
            "adapter_model.bin",
            zipOf({{"x/data.pkl",
                    "\x80\x02}(" + factor(".lora_A.weight", {4, 32})
                        + factor(".lora_B.weight", {32, 4}) + "u."},
                   {"x/data/0", std::string(512, '\0')}}));
        const adapters::StoredAdapter adapter = adapters::readAdapter(pathOf(folder));
        QCOMPARE(adapter.state.factors.size(), std::size_t(1));
        QCOMPARE(adapter.state.factors.front().module,
                 std::string("model.layers.0.self_attn.q_proj"));
    }

    // Updates of a weight's thirds as PEFT 0.2 stored them, B in three dimensions.
    void groupedUpdatesOfOldAreRead()
    {
        const fs::path folder = sharedModel("adapters/peft_bloom560m_legacy_bin");
        if (folder.empty()) {
            QSKIP("the shared models are not there");
        }
        const adapters::StoredAdapter adapter = adapters::readAdapter(folder);
        QCOMPARE(adapter.state.factors.size(), std::size_t(24));
        const methods::LowRankFactors& first = adapter.state.factors.front();
        QCOMPARE(first.module, std::string("transformer.h.0.self_attention.query_key_value"));
        QCOMPARE(first.rank(), int64_t(2 * 8));
        QCOMPARE(first.scale(), 16.0 / 8);
        QCOMPARE(first.b.size(0), int64_t(3 * 1024));
        QCOMPARE(first.b.narrow(0, 1024, 1024).count_nonzero().item<int64_t>(), int64_t(0));
        QCOMPARE(first.b.narrow(0, 0, 1024).narrow(1, 8, 8).count_nonzero().item<int64_t>(),
                 int64_t(0));
    }

    void otherModelsAreNamedTensorByTensor()
    {
        const QTemporaryDir folder;
        Files files;
        files.tensors["base_model.model.model.layers.7.mlp.up_proj.lora_A.weight"] =
            at::zeros({4, 32});
        files.tensors["base_model.model.model.layers.7.mlp.up_proj.lora_B.weight"] =
            at::zeros({48, 4});
        files.tensors["base_model.model.model.norm.bias"] = at::zeros({32});
        files.tensors["base_model.model.model.norm.weight"] = at::zeros({31});
        files.write(folder);
        const adapters::StoredAdapter stored = adapters::readAdapter(pathOf(folder));
        const nn::Blueprint wide = blueprintOf(llamaConfig({{"hidden_size", 64}}));
        std::vector<std::string> names;
        for (const adapters::Mismatch& mismatch : adapters::findMismatches(stored, wide)) {
            names.push_back(mismatch.tensor);
        }
        QCOMPARE(names,
                 (std::vector<std::string>{"model.layers.0.self_attn.q_proj",
                                           "model.layers.7.mlp.up_proj",
                                           "model.norm.bias",
                                           "model.norm.weight"}));
        QCOMPARE(failureOf([&] { adapters::fitted(stored, wide); }).code,
                 std::string("incompatible"));
    }

    void sameStateSameBytes()
    {
        const auto decoder = tinyDecoder(tinyModel("llama tied, biases"));
        const methods::AdapterState state =
            trainedLora(*decoder, {{"bias", "all"}, {"modules_to_save", Value::List{"norm"}}});
        const QTemporaryDir folder;
        for (const char* name : {"a", "b", "b"}) { // the second b replaces the first
            adapters::writeAdapter(pathOf(folder) / name, state, decoder->blueprint(), {"x", "y"});
        }
        for (const char* file : {"adapter_config.json", "adapter_model.safetensors", "README.md"}) {
            QCOMPARE(device::readFile(pathOf(folder) / "a" / file),
                     device::readFile(pathOf(folder) / "b" / file));
        }
    }

    // Names as PEFT gives them: targets are wrapped, saved modules are not.
    void parametersAreNamedAsInPeft()
    {
        const auto decoder = tinyDecoder(tinyModel("gpt2"));
        const methods::AdapterState state =
            trainedLora(*decoder,
                        {{"targets", Value::List{"c_fc"}},
                         {"layers", Value::List{0}},
                         {"bias", "lora_only"},
                         {"modules_to_save", Value::List{"attn.c_proj"}}});
        const QTemporaryDir folder;
        adapters::writeAdapter(pathOf(folder) / "a", state, decoder->blueprint(), {});
        const auto file =
            tensors::SafetensorsFile::open(pathOf(folder) / "a" / "adapter_model.safetensors");
        const std::string block = "base_model.model.transformer.h.0.";
        QVERIFY(file.find(block + "mlp.c_fc.base_layer.bias") != nullptr);
        QVERIFY(file.find(block + "mlp.c_fc.lora_A.weight") != nullptr);
        const auto* saved = file.find(block + "attn.c_proj.weight");
        QVERIFY(saved != nullptr);
        // Conv1D is stored [in, out].
        QVERIFY(at::equal(file.tensor(*saved),
                          std::find_if(state.replaced.begin(), state.replaced.end(), [](auto& r) {
                              return r.name == "transformer.h.0.attn.c_proj.weight";
                          })->value.t()));
    }

    void peftKeysComeBack_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("name");
        QTest::newRow("A") << "base_model.model.a.b.lora_A.weight"
                           << "a.b";
        QTest::newRow("B") << "base_model.model.a.b.lora_B.weight"
                           << "a.b";
        QTest::newRow("parameter") << "base_model.model.ln_f.bias"
                                   << "ln_f.bias";
        QTest::newRow("wrapped") << "base_model.model.a.base_layer.bias"
                                 << "a.bias";
        QTest::newRow("no prefix") << "model.a.lora_A.weight"
                                   << "";
        QTest::newRow("adapter's name") << "base_model.model.a.lora_A.default.weight"
                                        << "a";
        QTest::newRow("two names") << "base_model.model.a.lora_A.x.y.weight"
                                   << "";
        QTest::newRow("DeepSpeed") << "module.base_model.model.a.lora_A.weight"
                                   << "a";
        QTest::newRow("torch.compile") << "base_model.model._orig_mod.a.lora_B.weight"
                                       << "a";
        QTest::newRow("FSDP")
            << "_fsdp_wrapped_module.base_model.model.a._fsdp_wrapped_module.b.lora_B.weight"
            << "a.b";
        QTest::newRow("bias of B") << "base_model.model.a.b.lora_B.bias"
                                   << "a.b";
        QTest::newRow("embedding") << "base_model.model.wte.lora_embedding_A"
                                   << "wte";
        QTest::newRow("embedding with a name") << "base_model.model.wte.lora_embedding_B.default"
                                               << "wte";
        QTest::newRow("DoRA") << "base_model.model.a.lora_magnitude_vector"
                              << "a";
        QTest::newRow("DoRA with a name") << "base_model.model.a.lora_magnitude_vector.default"
                                          << "a";
        QTest::newRow("DoRA as in memory")
            << "base_model.model.a.lora_magnitude_vector.default.weight"
            << "a";
        QTest::newRow("empty") << ""
                               << "";
    }
    void peftKeysComeBack()
    {
        QFETCH(QString, key);
        QFETCH(QString, name);
        const auto parsed = adapters::parsePeftKey(key.toStdString());
        QCOMPARE(parsed.has_value(), !name.isEmpty());
        QCOMPARE(QString::fromStdString(parsed ? parsed->name : ""), name);
    }
};

QTEST_GUILESS_MAIN(TestAdapterFolder)
#include "tst_adapter_folder.moc"
