// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/module_pattern.h"

#include "tests/support/tiny_models.h"

using namespace engine;
using namespace tests;

namespace {

using Names = std::vector<std::string>;

Value list(const Names& names)
{
    return Value::list(names);
}

const nn::Blueprint& blueprint(const QString& family)
{
    static const nn::Blueprint llama = blueprintOf(llamaConfig());
    static const nn::Blueprint gpt2 = blueprintOf(gpt2Config());
    static const nn::Blueprint neox = blueprintOf(neoxConfig());
    return family == "llama" ? llama : family == "gpt2" ? gpt2 : neox;
}

Names namesOf(const std::vector<methods::Target>& targets)
{
    Names names;
    for (const methods::Target& target : targets) {
        names.push_back(target.name());
    }
    return names;
}

Error failureFor(const QString& family, const Value& pattern)
{
    return failureOf([&] { methods::selectTargets(pattern, blueprint(family), "method.targets"); });
}

} // namespace

class TestModulePattern : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void patternsSelectInForwardOrder_data()
    {
        QTest::addColumn<QString>("family");
        QTest::addColumn<Value>("pattern");
        QTest::addColumn<Names>("names");
        const auto row =
            [](const char* name, const char* family, const Value& pattern, const Names& names) {
                QTest::newRow(name) << QString(family) << pattern << names;
            };
        const Names llamaQ = {"model.layers.0.self_attn.q_proj", "model.layers.1.self_attn.q_proj"};
        const Names llamaQv = {"model.layers.0.self_attn.q_proj",
                               "model.layers.0.self_attn.v_proj",
                               "model.layers.1.self_attn.q_proj",
                               "model.layers.1.self_attn.v_proj"};
        const Names fused = {"transformer.h.0.attn.c_attn", "transformer.h.1.attn.c_attn"};
        const Names slices = {"transformer.h.0.attn.c_attn.q",
                              "transformer.h.0.attn.c_attn.v",
                              "transformer.h.1.attn.c_attn.q",
                              "transformer.h.1.attn.c_attn.v"};
        row("suffix", "llama", list({"q_proj"}), llamaQ);
        row("longer suffix", "llama", list({"self_attn.q_proj"}), llamaQ);
        row("order of the model", "llama", list({"v_proj", "q_proj"}), llamaQv);
        row("short names", "llama", list({"q", "v"}), llamaQv);
        row("twice", "llama", list({"q", "q_proj"}), llamaQ);
        row("whole name",
            "llama",
            list({"model.layers.1.mlp.up_proj"}),
            {"model.layers.1.mlp.up_proj"});
        row("head by name", "llama", list({"lm_head"}), {"lm_head"});
        row("every family's head is lm_head", "gpt_neox", list({"lm_head"}), {"embed_out"});
        row("also in an expression", "gpt_neox", "lm_head|x", {"embed_out"});
        row("embedding", "llama", list({"embed_tokens"}), {"model.embed_tokens"});
        row("embeddings by expression",
            "gpt2",
            "transformer\\.w.e",
            {"transformer.wte", "transformer.wpe"});
        row("expression", "llama", "model\\.layers\\.\\d+\\.self_attn\\.[qv]_proj", llamaQv);
        row("expression of short names", "llama", "q|v", llamaQv);
        row("fused", "gpt2", list({"c_attn"}), fused);
        row("short names of slices", "gpt2", list({"q", "v"}), slices);
        row("slices", "gpt2", list({"c_attn.q", "c_attn.v"}), slices);
        row("whole before slice", "gpt2", list({"q", "c_attn"}), fused);
        row("expression of slices", "gpt2", ".*c_attn\\.[qv]", slices);
        row("suffix of two modules",
            "gpt2",
            list({"c_proj"}),
            {"transformer.h.0.attn.c_proj",
             "transformer.h.0.mlp.c_proj",
             "transformer.h.1.attn.c_proj",
             "transformer.h.1.mlp.c_proj"});
        row("parts of names do not match",
            "gpt2",
            "[qkvo]?",
            {"transformer.h.0.attn.c_attn.q",
             "transformer.h.0.attn.c_attn.k",
             "transformer.h.0.attn.c_attn.v",
             "transformer.h.0.attn.c_proj",
             "transformer.h.1.attn.c_attn.q",
             "transformer.h.1.attn.c_attn.k",
             "transformer.h.1.attn.c_attn.v",
             "transformer.h.1.attn.c_proj"});
    }
    void patternsSelectInForwardOrder()
    {
        QFETCH(QString, family);
        QFETCH(Value, pattern);
        QFETCH(Names, names);
        QCOMPARE(namesOf(methods::selectTargets(pattern, blueprint(family), "f")), names);
    }

    void allLinearLeavesTheHeadOut_data()
    {
        QTest::addColumn<QString>("family");
        QTest::addColumn<int>("perBlock");
        QTest::newRow("llama") << "llama" << 7;
        QTest::newRow("gpt2") << "gpt2" << 4;
    }
    void allLinearLeavesTheHeadOut()
    {
        QFETCH(QString, family);
        QFETCH(int, perBlock);
        const auto targets = methods::selectTargets("all-linear", blueprint(family), "f");
        QCOMPARE(targets.size(), std::size_t(2 * perBlock));
        for (const methods::Target& target : targets) {
            QVERIFY(target.slice == nullptr && !target.module->outputHead);
        }
    }

    void whatMatchesNothingIsRefusedWithTheKnownNames_data()
    {
        QTest::addColumn<QString>("family");
        QTest::addColumn<Value>("pattern");
        QTest::addColumn<QString>("known");
        QTest::newRow("list") << "llama" << list({"q", "c_attn"}) << "\"gate\", \"up\", \"down\"";
        QTest::newRow("part of a name")
            << "llama" << list({"proj"}) << "\"q\", \"k\", \"v\", \"o\"";
        QTest::newRow("expression") << "gpt2" << Value("q_proj") << "\"q\", \"k\", \"v\"";
        QTest::newRow("expression is not a search") << "llama" << Value("q_pro") << "\"q\"";
        QTest::newRow("empty entry") << "gpt2" << list({""}) << "\"fc_in\"";
    }
    void whatMatchesNothingIsRefusedWithTheKnownNames()
    {
        QFETCH(QString, family);
        QFETCH(Value, pattern);
        QFETCH(QString, known);
        const Error error = failureFor(family, pattern);
        QCOMPARE(error.code, std::string("no_target"));
        QCOMPARE(error.where, std::string("method.targets"));
        QVERIFY2(QString::fromStdString(error.hint).contains(known), error.hint.c_str());
    }

    void brokenExpressionsAreRefused_data()
    {
        QTest::addColumn<QString>("pattern");
        QTest::newRow("bracket") << "[q";
        QTest::newRow("group") << "(q";
        QTest::newRow("long") << QString(5000, 'q');
    }
    void brokenExpressionsAreRefused()
    {
        QFETCH(QString, pattern);
        QCOMPARE(failureFor("llama", pattern.toStdString()).code, std::string("bad_field"));
    }

    void layersFilterTargets()
    {
        const auto all = methods::selectTargets(list({"q"}), blueprint("llama"), "f");
        const Value second(Value::List{1});
        QCOMPARE(namesOf(methods::inLayers(all, second, blueprint("llama"), "f")),
                 (Names{"model.layers.1.self_attn.q_proj"}));
        QCOMPARE(methods::inLayers(all, "all", blueprint("llama"), "f").size(), std::size_t(2));
    }

    void unknownLayersAreRefused_data()
    {
        QTest::addColumn<Value>("layer");
        QTest::newRow("above") << Value(2);
        QTest::newRow("negative") << Value(-1);
        QTest::newRow("text") << Value("0");
    }
    void unknownLayersAreRefused()
    {
        QFETCH(Value, layer);
        const Error error = failureOf([&layer] {
            methods::inLayers({}, Value::List{layer}, blueprint("llama"), "method.layers");
        });
        QCOMPARE(error.code, std::string("bad_field"));
        QVERIFY2(error.message.find("0…1") != std::string::npos, error.message.c_str());
    }

    // As PEFT: (.*\.)?(key)$ and the first key wins.
    void patternsGiveValues_data()
    {
        QTest::addColumn<Value>("patterns");
        QTest::addColumn<std::vector<double>>("values");
        const auto row =
            [](const char* name, const Value& patterns, const std::vector<double>& values) {
                QTest::newRow(name) << patterns << values; // of q and v in two blocks
            };
        row("none", Value(Value::Object()), {9, 9, 9, 9});
        row("suffix", Value::object({{"q_proj", 4}}), {4, 9, 4, 9});
        row("short name", Value::object({{"v", 3}}), {9, 3, 9, 3});
        row("first wins", Value::object({{"q_proj", 4}, {".*_proj", 2}}), {4, 2, 4, 2});
        row("first wins, other order",
            Value::object({{".*_proj", 2}, {"q_proj", 4}}),
            {2, 2, 2, 2});
        row("block", Value::object({{"layers\\.1\\..*", 5}}), {9, 9, 5, 5});
        row("whole name", Value::object({{"model.layers.0.self_attn.v_proj", 6}}), {9, 6, 9, 9});
    }
    void patternsGiveValues()
    {
        QFETCH(Value, patterns);
        QFETCH(std::vector<double>, values);
        const auto targets = methods::selectTargets(list({"q", "v"}), blueprint("llama"), "f");
        QCOMPARE(methods::valuesByPattern(patterns, targets, 9, "f"), values);
    }

    void aModulesPatternReachesItsSlices()
    {
        const auto targets = methods::selectTargets(list({"q", "v"}), blueprint("gpt2"), "f");
        const Value patterns = Value::object({{"c_attn.q", 4}, {"c_attn", 2}});
        QCOMPARE(methods::valuesByPattern(patterns, targets, 9, "f"),
                 (std::vector<double>{4, 2, 4, 2}));
    }

    void patternsThatReachNothingAreRefused()
    {
        const auto targets = methods::selectTargets(list({"q"}), blueprint("llama"), "f");
        const Error error = failureOf([&targets] {
            methods::valuesByPattern(
                Value::object({{"v_proj", 4}}), targets, 9, "method.rank_pattern");
        });
        QCOMPARE(error.code, std::string("no_target"));
        QCOMPARE(error.where, std::string("method.rank_pattern"));
    }

    void modulesOfAnyKindAreSelected()
    {
        const auto modules =
            methods::selectModules({"norm", "embed_tokens", "norm"}, blueprint("llama"), "f");
        QCOMPARE(modules.size(), std::size_t(2));
        QCOMPARE(modules[0]->name, std::string("model.embed_tokens"));
        QCOMPARE(modules[1]->name, std::string("model.norm"));
    }
};

QTEST_GUILESS_MAIN(TestModulePattern)
#include "tst_module_pattern.moc"
