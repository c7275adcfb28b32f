// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Which modules an adapter_config.json selects, against PEFT's rules.
#include "engine/adapters/peft_patterns.h"

#include "tests/support/tiny_models.h"

using namespace engine;
using namespace tests;

namespace {

Value list(std::vector<Value> entries)
{
    return Value::List(entries.begin(), entries.end());
}

} // namespace

class TestPeftPatterns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void modulesAreSelected_data()
    {
        QTest::addColumn<Value>("config");
        QTest::addColumn<std::vector<std::string>>("names"); // without the blocks' prefix
        const auto row = [](const char* name,
                            const std::vector<Value::Member>& config,
                            const std::vector<std::string>& names) {
            QTest::newRow(name) << changed(Value(Value::Object()), config) << names;
        };
        const std::string q0 = "model.layers.0.self_attn.q_proj";
        const std::string q1 = "model.layers.1.self_attn.q_proj";
        const std::string v0 = "model.layers.0.self_attn.v_proj";
        const std::string v1 = "model.layers.1.self_attn.v_proj";
        row("suffix", {{"target_modules", list({"q_proj"})}}, {q0, q1});
        row("whole name", {{"target_modules", list({Value(q1)})}}, {q1});
        row("part of a name only", {{"target_modules", list({"proj"})}}, {});
        row("embedding and head",
            {{"target_modules", list({"embed_tokens", "lm_head"})}},
            {"model.embed_tokens", "lm_head"});
        row("expression", {{"target_modules", R"(.*\.1\.self_attn\.[qv]_proj)"}}, {q1, v1});
        row("an expression matches the whole", {{"target_modules", "q_proj"}}, {});
        row("one layer",
            {{"target_modules", list({"q_proj"})}, {"layers_to_transform", list({1})}},
            {q1});
        row("a number for the layer",
            {{"target_modules", list({"q_proj", "embed_tokens"})}, {"layers_to_transform", 0}},
            {q0});
        row("no layers are all",
            {{"target_modules", list({"q_proj"})}, {"layers_to_transform", list({})}},
            {q0, q1});
        row("layers do not bind an expression",
            {{"target_modules", R"(.*q_proj)"}, {"layers_to_transform", list({1})}},
            {q0, q1});
        row("nor a name in full",
            {{"target_modules", list({Value(q0)})}, {"layers_to_transform", list({1})}},
            {q0});
        row("pattern of layers",
            {{"target_modules", list({"q_proj"})},
             {"layers_to_transform", list({1})},
             {"layers_pattern", "layers"}},
            {q1});
        row("pattern of other layers",
            {{"target_modules", list({"q_proj"})},
             {"layers_to_transform", list({1})},
             {"layers_pattern", list({"h", "blocks"})}},
            {});
        row("excluded by name",
            {{"target_modules", list({"q_proj", "v_proj"})},
             {"exclude_modules", list({"v_proj", "layers.0.self_attn.q_proj"})}},
            {q1});
        row("excluded by expression",
            {{"target_modules", list({"q_proj"})}, {"exclude_modules", R"(.*\.0\..*)"}},
            {q1});
        row("saved modules are no targets",
            {{"target_modules", list({"v_proj", "lm_head"})},
             {"modules_to_save", list({"lm_head"})}},
            {v0, v1});
    }
    void modulesAreSelected()
    {
        QFETCH(Value, config);
        QFETCH(std::vector<std::string>, names);
        const nn::Blueprint blueprint = blueprintOf(llamaConfig());
        std::vector<std::string> found;
        const auto targets = adapters::targetsOf(config, blueprint);
        QVERIFY(targets);
        for (const nn::ModuleSpec* module : *targets) {
            found.push_back(module->name);
        }
        QCOMPARE(found, names);
    }

    void allLinearLeavesTheHeadOut()
    {
        const nn::Blueprint blueprint = blueprintOf(llamaConfig());
        const auto found =
            adapters::targetsOf(Value::object({{"target_modules", "all-linear"}}), blueprint);
        QCOMPARE(found->size(), std::size_t(2 * 7));
    }

    void whatPythonAloneReadsIsNotJudged_data()
    {
        QTest::addColumn<Value>("targets");
        QTest::newRow("look behind") << Value("(?<=x)q_proj");
        QTest::newRow("very long") << Value(std::string(5000, 'q'));
        QTest::newRow("nothing said") << Value();
    }
    void whatPythonAloneReadsIsNotJudged()
    {
        QFETCH(Value, targets);
        QVERIFY(!adapters::targetsOf(Value::object({{"target_modules", targets}}),
                                     blueprintOf(llamaConfig())));
    }

    void theFirstPatternWins()
    {
        const Value patterns = Value::object({{R"(layers\.1\.q)", 2}, {"q", 3}, {".*", 4}});
        QCOMPARE(adapters::valueByPattern(patterns, "m.layers.1.q", 9), 2.0);
        QCOMPARE(adapters::valueByPattern(patterns, "m.layers.0.q", 9), 3.0);
        QCOMPARE(adapters::valueByPattern(patterns, "m.layers.0.v", 9), 4.0);
        QCOMPARE(adapters::valueByPattern(Value::object({{"q", 3}}), "m.xq", 9), 9.0);
    }
};

QTEST_GUILESS_MAIN(TestPeftPatterns)
#include "tst_peft_patterns.moc"
