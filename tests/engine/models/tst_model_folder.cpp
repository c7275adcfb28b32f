// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/model_folder.h"

#include "engine/models/rope.h"
#include "tests/engine/tensors/made_files.h"
#include "tests/support/tiny_models.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/ones.h>

#include <limits>

using namespace engine;
using namespace tests;
namespace fs = std::filesystem;

namespace {

Value gpt2(int64_t hidden, int64_t layers)
{
    return gpt2Config(
        {{"n_embd", hidden}, {"n_layer", layers}, {"n_positions", 1024}, {"vocab_size", 50257}});
}

Value llama7b()
{
    return llamaConfig({{"hidden_size", 4096},
                        {"intermediate_size", 11008},
                        {"num_hidden_layers", 32},
                        {"num_attention_heads", 32},
                        {"num_key_value_heads", 32},
                        {"vocab_size", 32000},
                        {"max_position_embeddings", 2048}});
}

// The problems of a tiny model whose tensors `change` altered, as "code: message" lines.
template <typename Change>
std::vector<std::string> problemsOf(const TinyModel& model, Change&& change)
{
    std::map<std::string, Tensor> weights = tinyWeights(model);
    change(weights);
    const QTemporaryDir folder;
    writeModel(pathOf(folder), model.config, weights);
    const models::ModelFolder opened = models::ModelFolder::open(pathOf(folder));
    std::vector<std::string> lines;
    for (const models::Problem& problem : opened.problems()) {
        lines.push_back(problem.code + ": " + problem.message);
    }
    return lines;
}

Tensor frequenciesOf(const models::ModelConfig& config, int64_t headDim)
{
    return models::ropeOf(config, models::ropeObjectOf(config), headDim, 64, {}).frequencies;
}

using Weights = std::map<std::string, Tensor>;
using Lines = std::vector<std::string>;

} // namespace

class TestModelFolder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parametersAreCountedFromTheConfig_data()
    {
        QTest::addColumn<Value>("config");
        QTest::addColumn<qint64>("parameters");
        QTest::newRow("GPT-2 S") << gpt2(768, 12) << qint64(124439808);
        QTest::newRow("GPT-2 M") << gpt2(1024, 24) << qint64(354823168);
        QTest::newRow("GPT-2 L") << gpt2(1280, 36) << qint64(774030080);
        QTest::newRow("GPT-2 XL") << gpt2(1600, 48) << qint64(1557611200);
        QTest::newRow("LLaMA-7B") << llama7b() << qint64(6738415616);
        // What a config leaves out has the default of transformers' class (5.17).
        const auto alone = [](const char* family, qint64 count) {
            QTest::newRow(family) << Value::object({{"model_type", family}}) << count;
        };
        alone("llama", 6738415616);
        alone("mistral", 7241732096);
        alone("qwen2", 12049846272);
        alone("qwen3", 12049461248);
        alone("gemma", 8537680896);
        alone("gemma2", 2614341888);
        alone("gemma3_text", 2628658432);
        alone("phi3", 3821079552);
        alone("gpt2", 124439808);
        alone("gpt_neox", 20554567680);
        QTest::newRow("GPT-2 in common names") << Value::object({{"model_type", "gpt2"},
                                                                 {"hidden_size", 1024},
                                                                 {"num_hidden_layers", 24},
                                                                 {"num_attention_heads", 16},
                                                                 {"max_position_embeddings", 1024}})
                                               << qint64(354823168);
    }
    void parametersAreCountedFromTheConfig()
    {
        QFETCH(Value, config);
        QFETCH(qint64, parameters);
        QCOMPARE(blueprintOf(config).parameters(), int64_t(parameters));
    }

    void damagedModelsSayWhatIsWrong_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("message");
        QTest::newRow("missing tensor") << "20_missing_tensor"
                                        << "the weights lack model.layers.3.mlp.up_proj.weight";
        QTest::newRow("layers") << "22_config_layers_6"
                                << "config.json says 6 layers, the file holds 5";
        QTest::newRow("hidden size")
            << "23_config_hidden_128"
            << "model.embed_tokens.weight is [512, 64], config.json wants [512, 128]";
        QTest::newRow("vocabulary")
            << "24_vocab_mismatch"
            << "model.embed_tokens.weight is [512, 64], config.json wants [600, 64]";
    }
    void damagedModelsSayWhatIsWrong()
    {
        QFETCH(QString, folder);
        QFETCH(QString, message);
        const fs::path path = sharedModel("nasty/" + folder.toStdString());
        if (path.empty()) {
            QSKIP("the shared models are not there");
        }
        const models::ModelFolder model = models::ModelFolder::open(path);
        const Error error = failureOf([&model] { models::loadDecoder(model, at::kFloat); });
        QCOMPARE(QString::fromStdString(error.code), QStringLiteral("bad_model"));
        QCOMPARE(QString::fromStdString(error.message), message);
        QVERIFY(!error.hint.empty());
    }

    void nonFiniteWeightsAreFound()
    {
        const fs::path path = sharedModel("nasty/21_nan_weight");
        if (path.empty()) {
            QSKIP("the shared models are not there");
        }
        const auto found = models::ModelFolder::open(path).nonFiniteTensors();
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(found[0].code, std::string("non_finite"));
        QVERIFY(!found[0].tensor.empty());
        QVERIFY2(found[0].message.starts_with(found[0].tensor + " holds NaN at ["),
                 found[0].message.c_str());
    }

    void aSoundModelHasNoProblem_data() { addTinyModelRows(); }
    void aSoundModelHasNoProblem()
    {
        QFETCH(QString, model);
        const models::ModelFolder folder = openTiny(tinyModel(model.toStdString()));
        QVERIFY(folder.problems().empty());
        QVERIFY(folder.nonFiniteTensors().empty());
        QCOMPARE(folder.storedDtype(), tinyModel(model.toStdString()).stored);
    }

    void theTextModelOfOneThatSeesImages_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("head");
        QTest::newRow("transformers 4.52 on") << "model.language_model."
                                              << "lm_head.";
        QTest::newRow("before") << "language_model.model."
                                << "language_model.lm_head.";
    }
    // Gemma 3 from 4B on: its text model alone is what that model would be as a file of its own.
    void theTextModelOfOneThatSeesImages()
    {
        QFETCH(QString, body);
        QFETCH(QString, head);
        TinyModel text = tinyModel("gemma3_text");
        text.config.set("tie_word_embeddings", false);
        Weights weights = {{"model.vision_tower.post_layernorm.weight", at::ones({4})},
                           {"multi_modal_projector.mm_soft_emb_norm.weight", at::ones({4})}};
        for (const auto& [name, tensor] : tinyWeights(text)) {
            const bool isHead = name.starts_with("lm_head.");
            const std::string prefix = isHead ? head.toStdString() : body.toStdString();
            weights[prefix + name.substr(isHead ? 8 : 6)] = tensor;
        }
        Value inner = text.config;
        inner.set("model_type", nullptr);
        const Value whole = Value::object({{"model_type", "gemma3"},
                                           {"tie_word_embeddings", false},
                                           {"torch_dtype", "bfloat16"},
                                           {"text_config", inner}});
        const QTemporaryDir folder;
        writeModel(pathOf(folder), whole, weights);
        const auto opened = models::ModelFolder::open(pathOf(folder));
        QCOMPARE(opened.family().id, std::string_view("gemma3_text"));
        QVERIFY(opened.problems().empty());
        QCOMPARE(opened.leftOutTensors(), std::size_t(2));
        QCOMPARE(opened.weights().names(), openTiny(text).weights().names());
        QCOMPARE(opened.config().dtype(), std::string("bfloat16"));
        QVERIFY(at::equal(logitsOf(*models::loadDecoder(opened, at::kFloat)),
                          logitsOf(*tinyDecoder(text))));
    }

    void fieldsOfATextModelAreNamedWhole()
    {
        const auto errorOf = [](const Value& text) {
            const QTemporaryDir folder;
            writeModel(pathOf(folder),
                       Value::object({{"model_type", "gemma3"}, {"text_config", text}}),
                       {{"a", at::ones({1})}});
            return failureOf([&folder] { models::ModelFolder::open(pathOf(folder)); });
        };
        QVERIFY(errorOf("x").message.starts_with("config.json: text_config: expected an object"));
        QVERIFY(errorOf(Value::object({{"hidden_size", 0}}))
                    .message.starts_with("config.json: text_config.hidden_size: "));
    }

    void anInfinityIsFound()
    {
        TinyModel model{"infinite", llamaConfig()};
        Weights weights = tinyWeights(model);
        weights["model.norm.weight"][3] = std::numeric_limits<float>::infinity();
        const QTemporaryDir folder;
        writeModel(pathOf(folder), model.config, weights);
        const auto found = models::ModelFolder::open(pathOf(folder)).nonFiniteTensors();
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(found[0].tensor, std::string("model.norm.weight"));
    }

    void everyLackIsListed()
    {
        const Lines lines = problemsOf(tinyModel("llama"), [](Weights& weights) {
            weights.erase("lm_head.weight");
            weights.erase("model.layers.1.self_attn.k_proj.weight");
        });
        QCOMPARE(lines,
                 (Lines{"bad_model: the weights lack model.layers.1.self_attn.k_proj.weight",
                        "bad_model: the weights lack lm_head.weight"}));
    }

    void aTransposedWeightIsNamed()
    {
        const Lines lines = problemsOf(tinyModel("gpt2"), [](Weights& weights) {
            Tensor& weight = weights["transformer.h.0.attn.c_attn.weight"];
            weight = weight.t().contiguous();
        });
        QCOMPARE(lines,
                 (Lines{"bad_model: transformer.h.0.attn.c_attn.weight is [96, 32], config.json "
                        "wants [32, 96]"}));
    }

    void anUnknownTensorIsNamed()
    {
        const Lines lines = problemsOf(tinyModel("llama"), [](Weights& weights) {
            weights["model.layers.0.self_attn.q_norm.weight"] = at::ones({8});
        });
        QCOMPARE(lines.size(), std::size_t(1));
        QVERIFY(lines[0].find("model.layers.0.self_attn.q_norm.weight belongs to no module")
                != std::string::npos);
    }

    void integersAreNoWeights()
    {
        const Lines lines = problemsOf(tinyModel("llama"), [](Weights& weights) {
            weights["model.norm.weight"] = at::ones({32}, at::kLong);
        });
        QCOMPARE(lines.size(), std::size_t(1));
        QVERIFY(lines[0].starts_with("unsupported: model.norm.weight is stored as I64"));
    }

    void blocksTooManyAreOneProblem()
    {
        TinyModel model{"two of three", llamaConfig({{"num_hidden_layers", 3}})};
        const Weights weights = tinyWeights(model);
        const QTemporaryDir folder;
        writeModel(pathOf(folder), llamaConfig(), weights);
        const auto problems = models::ModelFolder::open(pathOf(folder)).problems();
        QCOMPARE(problems.size(), std::size_t(1));
        QCOMPARE(problems[0].message, std::string("config.json says 2 layers, the file holds 3"));
    }

    void buffersAndATiedHeadAreIgnored_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("tensor");
        QTest::newRow("mask") << "gpt2"
                              << "transformer.h.0.attn.bias";
        QTest::newRow("masked bias") << "gpt2"
                                     << "transformer.h.1.attn.masked_bias";
        QTest::newRow("tied head") << "gpt2"
                                   << "lm_head.weight";
        QTest::newRow("frequencies") << "llama"
                                     << "model.layers.0.self_attn.rotary_emb.inv_freq";
    }
    void buffersAndATiedHeadAreIgnored()
    {
        QFETCH(QString, model);
        QFETCH(QString, tensor);
        QCOMPARE(problemsOf(tinyModel(model.toStdString()),
                            [&tensor](Weights& weights) {
                                weights[tensor.toStdString()] = at::ones({4});
                            }),
                 Lines());
    }

    void badConfigsNameTheField_data()
    {
        QTest::addColumn<Value>("config");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("text");
        const auto row =
            [](const char* name, const Value& config, const char* code, const char* text) {
                QTest::newRow(name) << config << QString(code) << QString(text);
            };
        row("no type", llamaConfig({{"model_type", nullptr}}), "unsupported", "model_type");
        row("other type", llamaConfig({{"model_type", "mamba"}}), "unsupported", "\"mamba\"");
        row("zero", llamaConfig({{"hidden_size", 0}}), "bad_model", "hidden_size");
        row("negative", llamaConfig({{"vocab_size", -1}}), "bad_model", "vocab_size");
        row("text", llamaConfig({{"num_hidden_layers", "2"}}), "bad_model", "num_hidden_layers");
        row("fraction", llamaConfig({{"hidden_size", 32.5}}), "bad_model", "hidden_size");
        row("huge", llamaConfig({{"vocab_size", int64_t{1} << 40}}), "bad_model", "vocab_size");
        row("many layers",
            llamaConfig({{"num_hidden_layers", int64_t{1} << 27}}),
            "bad_model",
            "at most 10000");
        row("beyond counting",
            llamaConfig({{"hidden_size", int64_t{1} << 28},
                         {"num_attention_heads", int64_t{1} << 27},
                         {"num_key_value_heads", 1},
                         {"head_dim", int64_t{1} << 27}}),
            "bad_model",
            "more numbers than any model has");
        row("many layers", gpt2Config({{"n_layer", 10001}}), "bad_model", "at most 10000");
        row("groups",
            llamaConfig({{"num_key_value_heads", 3}}),
            "bad_model",
            "num_key_value_heads");
        row("odd head", llamaConfig({{"head_dim", 7}}), "bad_model", "head_dim");
        row("no head",
            llamaConfig({{"num_attention_heads", 64}}),
            "bad_model",
            "num_attention_heads");
        row("heads", gpt2Config({{"n_head", 5}}), "bad_model", "n_head");
        row("later tokens",
            familyConfig("gemma3_text", {{"use_bidirectional_attention", "all"}}),
            "unsupported",
            "use_bidirectional_attention");
        row("no room between frequencies",
            llamaConfig({{"rope_scaling", changed(llama3Rope(), {{"high_freq_factor", 1.0}})}}),
            "bad_model",
            "rope_scaling.high_freq_factor");
        row("rotary bases by kind",
            llamaConfig(
                {{"rope_parameters",
                  Value::object({{"full_attention", Value::object({{"rope_type", "default"}})}})}}),
            "unsupported",
            "rope_parameters");
        row("flag", llamaConfig({{"attention_bias", 1}}), "bad_model", "attention_bias");
        row("attention",
            gpt2Config({{"add_cross_attention", true}}),
            "unsupported",
            "add_cross_attention");
        row("experts", llamaConfig({{"num_local_experts", 8}}), "unsupported", "num_local_experts");
        row("experts", familyConfig("qwen3", {{"num_experts", 128}}), "unsupported", "num_experts");
        row("quantised",
            llamaConfig({{"quantization_config", Value::object({{"quant_method", "gptq"}})}}),
            "unsupported",
            "quantization_config.quant_method");
        row("compressed",
            llamaConfig({{"compression_config", Value::object({{"format", "pack"}})}}),
            "unsupported",
            "compression_config");
        row("activation", llamaConfig({{"hidden_act", "relu2"}}), "unsupported", "hidden_act");
        row("activation", neoxConfig({{"hidden_act", "relu"}}), "unsupported", "hidden_act");
        row("both ways",
            familyConfig("gemma", {{"use_bidirectional_attention", true}}),
            "unsupported",
            "use_bidirectional_attention");
        row("kinds of layers",
            familyConfig(
                "gemma2",
                {{"layer_types",
                  Value::list(std::vector<std::string>{"full_attention", "linear_attention"})}}),
            "unsupported",
            "layer_types");
        row("too few kinds of layers",
            familyConfig(
                "gemma2",
                {{"layer_types", Value::list(std::vector<std::string>{"full_attention"})}}),
            "bad_model",
            "layer_types");
        row("window",
            familyConfig("mistral", {{"sliding_window", 0}}),
            "bad_model",
            "sliding_window");
        row("cap",
            familyConfig("gemma2", {{"final_logit_softcapping", -1.0}}),
            "bad_model",
            "final_logit_softcapping");
        row("scalar",
            familyConfig("gemma2", {{"query_pre_attn_scalar", 0}}),
            "bad_model",
            "query_pre_attn_scalar");
        row("part of a head",
            llamaConfig({{"partial_rotary_factor", 0.5}}),
            "unsupported",
            "partial_rotary_factor");
        row("part of a head", neoxConfig({{"rotary_pct", 1.5}}), "bad_model", "rotary_pct");
        row("factors",
            familyConfig(
                "phi3",
                {{"rope_parameters", changed(longRope(), {{"partial_rotary_factor", 1.0}})}}),
            "bad_model",
            "rope_parameters.long_factor");
    }
    void badConfigsNameTheField()
    {
        QFETCH(Value, config);
        QFETCH(QString, code);
        QFETCH(QString, text);
        const Error error = failureOf([&config] { blueprintOf(config); });
        QCOMPARE(QString::fromStdString(error.code), code);
        QVERIFY2(QString::fromStdString(error.message).contains(text), error.message.c_str());
        QCOMPARE(error.where, std::string("config.json"));
    }

    void unknownFunctionsAreRefusedBeforeComputing_data()
    {
        QTest::addColumn<Value>("config");
        QTest::addColumn<QString>("text");
        QTest::newRow("activation") << llamaConfig({{"hidden_act", "swish2"}}) << "hidden_act";
        QTest::newRow("rope") << llamaConfig({{"rope_scaling", Value::object({{"type", "mrope"}})}})
                              << "mrope";
        QTest::newRow("theta") << llamaConfig({{"rope_theta", -1.0}}) << "rope_theta";
        QTest::newRow("factor") << llamaConfig(
            {{"rope_scaling", Value::object({{"type", "linear"}, {"factor", 0.0}})}})
                                << "rope_scaling.factor";
    }
    void unknownFunctionsAreRefusedBeforeComputing()
    {
        QFETCH(Value, config);
        QFETCH(QString, text);
        const Error error = failureOf([&config] { tinyDecoder({"bad", config}); });
        QVERIFY2(QString::fromStdString(error.message).contains(text), error.message.c_str());
    }

    // Reference numbers: transformers, LlamaRotaryEmbedding.inv_freq.
    void llama3FrequenciesEqualTheReference()
    {
        const Value rope = changed(llama3Rope(),
                                   {{"rope_theta", 500000.0},
                                    {"low_freq_factor", 2.0},
                                    {"high_freq_factor", 6.0},
                                    {"original_max_position_embeddings", 8192}});
        const models::ModelConfig config(llamaConfig({{"rope_parameters", rope}}), "config.json");
        const Tensor frequencies = frequenciesOf(config, 128);
        const Tensor index = at::tensor({20, 25, 28, 30, 32, 36, 50, 63}, at::kLong);
        const Tensor expected = at::tensor({0.016560440883040428,
                                            0.005940730683505535,
                                            0.0019378591096028686,
                                            0.0006293352926149964,
                                            0.00017677668074611574,
                                            7.784655463183299e-05,
                                            4.411534519022098e-06,
                                            3.068925877869333e-07},
                                           at::kDouble);
        const Tensor actual = frequencies.to(at::kDouble).index_select(0, index);
        QVERIFY(((actual - expected) / expected).abs().max().item<double>() < 1e-5);
    }

    void linearRopeStretchesPositions()
    {
        const Value rope = Value::object({{"type", "linear"}, {"factor", 4.0}});
        const models::ModelConfig plain(llamaConfig(), "config.json");
        const models::ModelConfig linear(llamaConfig({{"rope_scaling", rope}}), "config.json");
        QVERIFY(at::allclose(frequenciesOf(linear, 8) * 8, frequenciesOf(plain, 8) * 2));
    }

    void theOlderThetaServesTheNewerForm()
    {
        const Value rope = Value::object({{"rope_type", "default"}});
        const models::ModelConfig plain(llamaConfig({{"rope_theta", 123.0}}), "config.json");
        const models::ModelConfig newer(
            llamaConfig({{"rope_theta", 123.0}, {"rope_parameters", rope}}), "config.json");
        QVERIFY(at::equal(frequenciesOf(newer, 8), frequenciesOf(plain, 8)));
    }

    void whatIsNoModelFolderIsSaid_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("code");
        QTest::newRow("no config") << "x" << QByteArray() << "not_found";
        QTest::newRow("no JSON") << "config.json" << QByteArray("{") << "bad_file";
        QTest::newRow("a list") << "config.json" << QByteArray("[]") << "bad_model";
        QTest::newRow("no weights") << "config.json" << QByteArray("{}") << "not_found";
    }
    void whatIsNoModelFolderIsSaid()
    {
        QFETCH(QString, file);
        QFETCH(QByteArray, bytes);
        QFETCH(QString, code);
        const QTemporaryDir folder;
        put(folder, file.toStdString(), bytes.toStdString());
        const Error error = failureOf([&folder] { models::ModelFolder::open(pathOf(folder)); });
        QCOMPARE(QString::fromStdString(error.code), code);
    }
};

QTEST_GUILESS_MAIN(TestModelFolder)
#include "tst_model_folder.moc"
