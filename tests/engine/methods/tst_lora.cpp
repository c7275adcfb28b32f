// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/lora/lora.h"

#include "tests/support/tuned_models.h"

#include <ATen/ops/matmul.h>

#include <cmath>

using namespace engine;
using namespace tests;
using engine::methods::lora::kLora;

namespace {

Value list(const std::vector<std::string>& names)
{
    return Value::list(names);
}

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
                        {"vocab_size", 32000}});
}

std::vector<nn::TrainableTensor> planOf(const Value& config,
                                        const std::vector<Value::Member>& settings)
{
    return kLora.plan(settingsOf(kLora, settings), blueprintOf(config));
}

Error planFailure(const Value& config, const std::vector<Value::Member>& settings)
{
    return failureOf([&] { planOf(config, settings); });
}

std::vector<std::string> namesOf(const std::vector<nn::TrainableTensor>& tensors)
{
    std::vector<std::string> names;
    for (const nn::TrainableTensor& tensor : tensors) {
        names.push_back(tensor.name);
    }
    return names;
}

std::unique_ptr<methods::Tuning> attached(nn::Decoder& decoder,
                                          const std::vector<Value::Member>& settings)
{
    return kLora.attach(settingsOf(kLora, settings), decoder, 3);
}

} // namespace

class TestLora : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Hu et al. 2021, and computed by hand for LLaMA: rank · (in + out) summed over the targets.
    void parametersAreCountedFromTheConfig_data()
    {
        QTest::addColumn<Value>("config");
        QTest::addColumn<Value>("targets");
        QTest::addColumn<int>("rank");
        QTest::addColumn<qint64>("parameters");
        const Value qv = list({"q", "v"});
        QTest::newRow("GPT-2 S") << gpt2(768, 12) << qv << 4 << qint64(147456);
        QTest::newRow("GPT-2 M") << gpt2(1024, 24) << qv << 4 << qint64(393216);
        QTest::newRow("GPT-2 L") << gpt2(1280, 36) << qv << 4 << qint64(737280);
        QTest::newRow("GPT-2 XL") << gpt2(1600, 48) << qv << 4 << qint64(1228800);
        QTest::newRow("LLaMA-7B") << llama7b() << qv << 8 << qint64(4194304);
        QTest::newRow("LLaMA-7B, all")
            << llama7b() << Value("all-linear") << 64 << qint64(159907840);
    }
    void parametersAreCountedFromTheConfig()
    {
        QFETCH(Value, config);
        QFETCH(Value, targets);
        QFETCH(int, rank);
        QFETCH(qint64, parameters);
        int64_t sum = 0;
        for (const auto& tensor : planOf(config, {{"targets", targets}, {"rank", rank}})) {
            sum += tensor.numel();
        }
        QCOMPARE(sum, int64_t(parameters));
    }

    void anUpdateTrainsItsTwoFactors()
    {
        const auto tensors = planOf(llamaConfig(),
                                    {{"targets", list({"v"})},
                                     {"layers", Value::List{1}},
                                     {"rank", 4},
                                     {"lora_plus_ratio", 16}});
        QCOMPARE(namesOf(tensors),
                 (std::vector<std::string>{"model.layers.1.self_attn.v_proj.lora_A",
                                           "model.layers.1.self_attn.v_proj.lora_B"}));
        QCOMPARE(tensors[0].shape, (std::vector<int64_t>{4, 32}));
        QCOMPARE(tensors[1].shape, (std::vector<int64_t>{16, 4}));
        QCOMPARE(tensors[0].learningRateFactor, 1.0);
        QCOMPARE(tensors[1].learningRateFactor, 16.0);
        QVERIFY(tensors[0].decays && tensors[1].decays);
    }

    // Liu et al. 2024: a length per output row beside A and B. As PEFT's LoRA+ has every vector,
    // lengths learn at the rate of B and do not decay.
    void doraTrainsALengthPerRow()
    {
        const auto tensors = planOf(gpt2Config(),
                                    {{"targets", list({"q"})},
                                     {"layers", Value::List{1}},
                                     {"rank", 4},
                                     {"use_dora", true},
                                     {"lora_plus_ratio", 16}});
        QCOMPARE(namesOf(tensors),
                 (std::vector<std::string>{"transformer.h.1.attn.c_attn.q.lora_A",
                                           "transformer.h.1.attn.c_attn.q.lora_B",
                                           "transformer.h.1.attn.c_attn.q.lora_magnitude_vector"}));
        QCOMPARE(tensors[2].shape, (std::vector<int64_t>{32}));
        QCOMPARE(tensors[2].learningRateFactor, 16.0);
        QVERIFY(!tensors[2].decays);
        int64_t sum = 0;
        for (const auto& tensor :
             planOf(llama7b(), {{"targets", list({"q", "v"})}, {"rank", 8}, {"use_dora", true}})) {
            sum += tensor.numel();
        }
        QCOMPARE(sum, int64_t(4194304 + 32 * 2 * 4096));
    }

    // peft (optimizers/loraplus.py): vectors learn at the rate of B, matrices at that of A.
    void vectorsLearnAtTheRateOfB()
    {
        const auto tensors = planOf(gpt2Config(),
                                    {{"targets", list({"q"})},
                                     {"bias", "lora_only"},
                                     {"modules_to_save", list({"wpe"})},
                                     {"lora_plus_ratio", 16}});
        for (const nn::TrainableTensor& tensor : tensors) {
            const bool isFast = tensor.shape.size() == 1 || tensor.name.ends_with(".lora_B");
            QCOMPARE(tensor.learningRateFactor, isFast ? 16.0 : 1.0);
        }
    }

    // The lengths of an untrained adapter are those of the weight's rows.
    void doraStartsWithTheLengthsOfTheBase()
    {
        const auto decoder = tinyDecoder(tinyModel("gpt2"));
        const auto tuning = attached(*decoder, {{"targets", list({"v"})}, {"use_dora", true}});
        for (const methods::LowRankFactors& factors : tuning->state().factors) {
            const Tensor lengths = decoder->linear(factors.module)->weight().square().sum(1).sqrt();
            QCOMPARE(difference("slice",
                                factors.magnitude,
                                lengths.index_select(0, nn::rowIndices(factors.rows)),
                                1e-6),
                     QString());
            QCOMPARE(difference("module", factors.moduleMagnitude, lengths, 1e-6), QString());
        }
    }

    void parametersBesideTheFactors_data()
    {
        QTest::addColumn<QString>("bias");
        QTest::addColumn<Value>("saved");
        QTest::addColumn<QStringList>("names");
        QTest::newRow("none") << "none" << list({}) << QStringList();
        QTest::newRow("of the targets")
            << "lora_only" << list({}) << QStringList{"transformer.h.0.attn.c_attn.bias"};
        QTest::newRow("all") << "all" << list({})
                             << QStringList{"transformer.h.0.ln_1.bias",
                                            "transformer.h.0.attn.c_attn.bias",
                                            "transformer.h.0.attn.c_proj.bias",
                                            "transformer.h.0.ln_2.bias",
                                            "transformer.h.0.mlp.c_fc.bias",
                                            "transformer.h.0.mlp.c_proj.bias",
                                            "transformer.ln_f.bias"};
        QTest::newRow("saved") << "none" << list({"ln_f", "wpe"})
                               << QStringList{"transformer.wpe.weight",
                                              "transformer.ln_f.weight",
                                              "transformer.ln_f.bias"};
        QTest::newRow("once") << "lora_only" << list({"mlp.c_proj"})
                              << QStringList{"transformer.h.0.attn.c_attn.bias",
                                             "transformer.h.0.mlp.c_proj.weight",
                                             "transformer.h.0.mlp.c_proj.bias"};
    }
    void parametersBesideTheFactors()
    {
        QFETCH(QString, bias);
        QFETCH(Value, saved);
        QFETCH(QStringList, names);
        const auto tensors = planOf(gpt2Config({{"n_layer", 1}}),
                                    {{"targets", list({"c_attn"})},
                                     {"bias", bias.toStdString()},
                                     {"modules_to_save", saved}});
        QStringList found;
        for (std::size_t i = 2; i < tensors.size(); ++i) {
            found.append(QString::fromStdString(tensors[i].name));
            QCOMPARE(tensors[i].decays, tensors[i].shape.size() == 2);
        }
        QCOMPARE(found, names);
    }

    void aSavedModuleIsNoTarget()
    {
        const auto names = namesOf(
            planOf(llamaConfig(),
                   {{"targets", list({"lm_head", "q"})}, {"modules_to_save", list({"lm_head"})}}));
        QCOMPARE(std::count(names.begin(), names.end(), "lm_head.weight"), 1);
        QCOMPARE(std::count(names.begin(), names.end(), "lm_head.lora_A"), 0);
    }

    void targetsCanBeExcluded_data()
    {
        QTest::addColumn<Value>("config");
        QTest::addColumn<Value>("targets");
        QTest::addColumn<Value>("exclude");
        QTest::addColumn<int>("updates");
        const Value all = "all-linear";
        QTest::newRow("short name") << llamaConfig() << all << list({"down"}) << 12;
        QTest::newRow("expression") << llamaConfig() << all << Value(".*self_attn.*") << 6;
        QTest::newRow("slice") << gpt2Config() << list({"q", "v"}) << list({"c_attn.v"}) << 2;
        QTest::newRow("whole") << gpt2Config() << list({"q", "o"}) << list({"c_attn"}) << 2;
    }
    void targetsCanBeExcluded()
    {
        QFETCH(Value, config);
        QFETCH(Value, targets);
        QFETCH(Value, exclude);
        QFETCH(int, updates);
        const auto tensors = planOf(config, {{"targets", targets}, {"exclude", exclude}});
        QCOMPARE(tensors.size(), std::size_t(2 * updates));
    }

    void impossiblePlansAreRefused_data()
    {
        QTest::addColumn<Value>("config");
        QTest::addColumn<std::vector<Value::Member>>("settings");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("where");
        using Settings = std::vector<Value::Member>;
        const auto row = [](const char* name,
                            const Value& config,
                            const Settings& settings,
                            const char* code,
                            const char* where) {
            QTest::newRow(name) << config << settings << QString(code) << QString(where);
        };
        row("no target",
            llamaConfig(),
            {{"targets", list({"query"})}},
            "no_target",
            "method.targets");
        row("no layer", llamaConfig(), {{"layers", Value::List{2}}}, "bad_field", "method.layers");
        row("nothing left",
            llamaConfig(),
            {{"exclude", "all-linear"}},
            "nothing_to_train",
            "method.targets");
        row("unknown exclusion",
            llamaConfig(),
            {{"exclude", list({"x"})}},
            "no_target",
            "method.exclude");
        row("part of a whole",
            gpt2Config(),
            {{"exclude", list({"q"})}},
            "bad_field",
            "method.exclude");
        row("unknown module",
            llamaConfig(),
            {{"modules_to_save", list({"wte"})}},
            "no_target",
            "method.modules_to_save");
        row("tied head",
            gpt2Config(),
            {{"modules_to_save", list({"lm_head"})}},
            "bad_field",
            "method.modules_to_save");
        row("rank pattern",
            llamaConfig(),
            {{"rank_pattern", Value::object({{"x", 2}})}},
            "no_target",
            "method.rank_pattern");
        row("alpha pattern",
            llamaConfig(),
            {{"alpha_pattern", Value::object({{"(", 2}})}},
            "bad_field",
            "method.alpha_pattern");
        row("start of an embedding",
            gpt2Config(),
            {{"targets", list({"wpe"})}, {"init", "pissa"}, {"rank", 4}},
            "bad_field",
            "method.init");
        row("odd rank in a pattern",
            llamaConfig(),
            {{"init", "orthogonal"}, {"rank_pattern", Value::object({{"q", 3}})}},
            "bad_field",
            "method.rank");
        row("more rank than directions",
            llamaConfig(),
            {{"targets", list({"v"})}, {"init", "olora"}, {"rank", 17}},
            "bad_field",
            "method.rank");
    }
    void impossiblePlansAreRefused()
    {
        QFETCH(Value, config);
        QFETCH(std::vector<Value::Member>, settings);
        QFETCH(QString, code);
        QFETCH(QString, where);
        const Error error = planFailure(config, settings);
        QCOMPARE(QString::fromStdString(error.code), code);
        QCOMPARE(QString::fromStdString(error.where), where);
        QVERIFY(!error.hint.empty());
    }

    void settingsOutOfRangeAreRefused_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<Value>("value");
        QTest::newRow("rank 0") << "rank" << Value(0);
        QTest::newRow("dropout 1") << "dropout" << Value(1.0);
        QTest::newRow("bias") << "bias" << Value("some");
        QTest::newRow("init") << "init" << Value("random");
        QTest::newRow("rank in a pattern") << "rank_pattern" << Value::object({{"q", 0}});
        QTest::newRow("half a rank") << "rank_pattern" << Value::object({{"q", 2.5}});
        QTest::newRow("text in a pattern") << "alpha_pattern" << Value::object({{"q", "8"}});
        QTest::newRow("unknown") << "ranks" << Value(8);
    }
    void settingsOutOfRangeAreRefused()
    {
        QFETCH(QString, key);
        QFETCH(Value, value);
        const Error error = failureOf([&] { settingsOf(kLora, {{key.toStdString(), value}}); });
        QCOMPARE(error.code, std::string("bad_field"));
    }

    void theStartIsPeftsDefault()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const auto tuning = attached(*decoder, {});
        for (const methods::LowRankFactors& factors : tuning->state().factors) {
            const double bound = 1 / std::sqrt(static_cast<double>(factors.a.size(1)));
            const double largest = factors.a.abs().max().item<double>();
            QVERIFY(largest <= bound && largest > 0.9 * bound);
            QVERIFY(factors.a.mean().abs().item<double>() < 0.15 * bound);
            QCOMPARE(factors.b.abs().sum().item<double>(), 0.0);
        }
    }

    void theScaleFollowsItsRule_data()
    {
        QTest::addColumn<bool>("isRslora");
        QTest::addColumn<double>("scale");
        QTest::newRow("alpha / rank") << false << 6.0;
        QTest::newRow("alpha / √rank") << true << 12.0;
    }
    void theScaleFollowsItsRule()
    {
        QFETCH(bool, isRslora);
        QFETCH(double, scale);
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const auto tuning = attached(
            *decoder,
            {{"rank", 4}, {"alpha", 24}, {"use_rslora", isRslora}, {"targets", list({"lm_head"})}});
        disturb(*tuning);
        const methods::LowRankFactors factors = tuning->state().factors.front();
        QCOMPARE(factors.scale(), scale);
        const nn::Pass pass = nn::packedPass({5});
        const Tensor hidden = decoder->hidden(tokens(5), pass);
        const Tensor with = decoder->logits(hidden, pass);
        const Tensor without = at::matmul(hidden, decoder->linear("lm_head")->weight().t());
        const Tensor update = at::matmul(at::matmul(hidden, factors.a.t()), factors.b.t());
        QCOMPARE(difference("update", with - without, update * scale, 1e-5), QString());
    }

    void dropoutIsOfTheTrainingPassAndItsSeed()
    {
        const auto decoder = tinyDecoder(tinyModel("gpt2"));
        const auto tuning = attached(*decoder, {{"dropout", 0.5}});
        disturb(*tuning);
        const auto hidden = [&decoder](const nn::Pass& pass) {
            return decoder->hidden(tokens(9), pass);
        };
        QVERIFY(at::equal(hidden(nn::packedPass({9})), hidden(nn::packedPass({9}))));
        QVERIFY(at::equal(hidden(trainingPass(9, 1)), hidden(trainingPass(9, 1))));
        QVERIFY(!at::equal(hidden(trainingPass(9, 1)), hidden(trainingPass(9, 2))));
        QVERIFY(!at::equal(hidden(trainingPass(9, 1)), hidden(nn::packedPass({9}))));
    }

    void everyUpdateDropsOutByItself()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const auto tuning = attached(*decoder, {{"dropout", 0.5}, {"targets", list({"q"})}});
        std::set<uint64_t> seeds;
        for (const char* name :
             {"model.layers.0.self_attn.q_proj", "model.layers.1.self_attn.q_proj"}) {
            const auto update = decoder->linear(name)->adapters().front()->lowRank(trainingPass(1));
            QCOMPARE(update->dropout, 0.5);
            seeds.insert(update->seed);
        }
        QCOMPARE(seeds.size(), std::size_t(2));
    }

    void startsThatDoNotFitAreRefused_data()
    {
        QTest::addColumn<std::vector<Value::Member>>("settings");
        QTest::addColumn<QString>("text");
        using Settings = std::vector<Value::Member>;
        const Value qv = list({"q", "v"});
        QTest::newRow("fewer modules")
            << Settings{{"targets", list({"q", "k", "v"})}, {"rank", 4}} << "lacks";
        QTest::newRow("more modules")
            << Settings{{"targets", list({"q"})}, {"rank", 4}} << "does not train";
        QTest::newRow("rank") << Settings{{"targets", qv}, {"rank", 8}} << "differs";
        QTest::newRow("alpha") << Settings{{"targets", qv}, {"rank", 4}, {"alpha", 8}} << "differs";
        QTest::newRow("rule") << Settings{{"targets", qv}, {"rank", 4}, {"use_rslora", true}}
                              << "differs";
        QTest::newRow("DoRA") << Settings{{"targets", qv}, {"rank", 4}, {"use_dora", true}}
                              << "differs";
        QTest::newRow("a start inside the base")
            << Settings{{"targets", qv}, {"rank", 4}, {"init", "pissa"}} << "differs";
        QTest::newRow("bias") << Settings{{"targets", qv}, {"rank", 4}, {"bias", "all"}} << "lacks";
    }
    void startsThatDoNotFitAreRefused()
    {
        QFETCH(std::vector<Value::Member>, settings);
        QFETCH(QString, text);
        const auto decoder = tinyDecoder(tinyModel("gpt2"));
        const methods::AdapterState state =
            attached(*decoder, {{"targets", list({"q", "v"})}, {"rank", 4}})->state();
        const auto tuning = attached(*decoder, settings);
        const Error error = failureOf([&] { tuning->load(state); });
        QCOMPARE(error.code, std::string("incompatible"));
        QVERIFY2(QString::fromStdString(error.message).contains(text), error.message.c_str());
        QCOMPARE(error.where, std::string("method.start_from"));
    }

    void anotherModelsShapesAreRefusedAsAStart()
    {
        const auto small = tinyDecoder({"small", llamaConfig({{"intermediate_size", 40}})});
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const std::vector<Value::Member> settings = {{"targets", list({"up"})}};
        const methods::AdapterState state = attached(*small, settings)->state();
        const auto tuning = attached(*decoder, settings);
        QCOMPARE(failureOf([&] { tuning->load(state); }).code, std::string("incompatible"));
    }
};

QTEST_GUILESS_MAIN(TestLora)
#include "tst_lora.moc"
