// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Several methods trained together: what goes together and what not, and that one buffer trains,
// saves and restores all of them.
#include "engine/methods/combination.h"

#include "engine/adapters/adapter_folder.h"
#include "engine/adapters/loaded_adapter.h"
#include "tests/support/tuned_models.h"

using namespace engine;
using namespace tests;

namespace {

using Members = std::vector<Value::Member>;

contract::MethodSection section(const std::string& id,
                                const Members& settings,
                                const std::vector<std::pair<std::string, Members>>& with)
{
    contract::MethodSection made;
    made.id = id;
    made.settings = settingsOf(*methods::findMethod(id), settings);
    for (const auto& [further, changes] : with) {
        made.with.push_back({further, settingsOf(*methods::findMethod(further), changes)});
    }
    return made;
}

struct Case
{
    std::string name;
    contract::MethodSection section;
    std::string model;
};

std::vector<Case> cases()
{
    std::vector<Case> all;
    const Members placed = {{"prefix_tokens", 2}, {"infix_tokens", 3}};
    const Members three = {{"num_virtual_tokens", 3}};
    const Members rank = {{"rank", 3}};
    for (const char* model : {"llama tied, biases", "gpt2", "gemma2", "phi3", "gpt_neox"}) {
        all.push_back({"lora + prefix_embedding",
                       section("lora", rank, {{"prefix_embedding", placed}}),
                       model});
        all.push_back(
            {"lora + prefix_layer", section("lora", rank, {{"prefix_layer", placed}}), model});
        all.push_back({"prefix_embedding + lora",
                       section("prefix_embedding", placed, {{"lora", rank}}),
                       model});
    }
    all.push_back(
        {"lora + prompt_tuning", section("lora", rank, {{"prompt_tuning", three}}), "qwen3"});
    all.push_back(
        {"lora + prefix_tuning", section("lora", rank, {{"prefix_tuning", three}}), "mistral"});
    all.push_back({"dylora + prefix_embedding",
                   section("dylora", rank, {{"prefix_embedding", placed}}),
                   "llama"});
    all.push_back({"lora + bitfit", section("lora", rank, {{"bitfit", {}}}), "gpt2"});
    all.push_back({"adalora + bitfit", section("adalora", {}, {{"bitfit", {}}}), "gpt2"});
    all.push_back(
        {"vera + prefix_tuning", section("vera", rank, {{"prefix_tuning", three}}), "llama"});
    all.push_back(
        {"ia3 + prefix_embedding", section("ia3", {}, {{"prefix_embedding", placed}}), "phi3"});
    all.push_back(
        {"adapter_h + prompt_tuning + bitfit",
         section("adapter_h", {{"bottleneck", 4}}, {{"prompt_tuning", three}, {"bitfit", {}}}),
         "gpt2"});
    return all;
}

void addRows()
{
    QTest::addColumn<int>("index");
    const std::vector<Case> all = cases();
    for (std::size_t i = 0; i < all.size(); ++i) {
        QTest::addRow("%s on %s", all[i].name.c_str(), all[i].model.c_str()) << int(i);
    }
}

Case rowAt(int index)
{
    return cases()[static_cast<std::size_t>(index)];
}

nn::Pass promptPass(int64_t count, int64_t prompt)
{
    nn::Pass pass = trainingPass(count);
    pass.prompts = {prompt};
    return pass;
}

QString combinedDifference(const methods::AdapterState& x, const methods::AdapterState& y)
{
    if (x.with.size() != y.with.size()) {
        return QStringLiteral("other methods");
    }
    QString found = stateDifference(x, y);
    for (const methods::AdapterState& one : x.with) {
        const auto other = std::find_if(y.with.begin(), y.with.end(), [&one](const auto& state) {
            return state.method == one.method;
        });
        found += other == y.with.end() ? QStringLiteral("no other") : stateDifference(one, *other);
    }
    return found;
}

} // namespace

class TestCombination : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneBufferTrainsAllOfThem_data() { addRows(); }
    void oneBufferTrainsAllOfThem()
    {
        QFETCH(int, index);
        const Case row = rowAt(index);
        const auto decoder = tinyDecoder(tinyModel(row.model));
        const auto tuning = methods::attach(row.section, *decoder, 5);
        nn::ParameterBuffer& buffer = tuning->parameters();
        const auto plan = methods::planOf(row.section, decoder->blueprint());
        QCOMPARE(buffer.size(), plan.size());
        QCOMPARE(buffer.numbers(), tuning->state().parameters());
        disturb(*tuning);
        const auto loss = [&] { return lossOf(*decoder, promptPass(9, 4), tokens(9)); };
        loss().backward();
        for (std::size_t i = 0; i < buffer.size(); ++i) {
            const Tensor own =
                buffer.gradients().narrow(0, buffer.offset(i), buffer.tensors()[i].numel());
            QVERIFY2(buffer.tensors()[i].name.ends_with("k_proj.bias")
                         || own.abs().max().item<float>() > 0,
                     buffer.tensors()[i].name.c_str());
        }
        // Steps in the buffer move the loss as the gradient says.
        const Tensor gradient = buffer.gradients().clone();
        const Tensor direction = gradient / gradient.norm();
        const double step = 1e-3;
        buffer.values().add_(direction, step);
        const double above = loss().item<double>();
        buffer.values().add_(direction, -2 * step);
        const double slope = (above - loss().item<double>()) / (2 * step);
        const double expected = gradient.norm().item<double>();
        QVERIFY2(std::abs(slope - expected) < 0.02 * expected,
                 qPrintable(QStringLiteral("%1, not %2").arg(slope).arg(expected)));
    }

    void eachBeginsAsIfAlone_data() { addRows(); }
    void eachBeginsAsIfAlone()
    {
        QFETCH(int, index);
        const Case row = rowAt(index);
        const auto decoder = tinyDecoder(tinyModel(row.model));
        const Tensor base = logitsOf(*decoder);
        const methods::AdapterState state = methods::attach(row.section, *decoder, 5)->state();
        QVERIFY(at::equal(logitsOf(*decoder), base)); // all of them are gone
        const auto alone = [&](const std::string& id, const Value& settings) {
            return methods::findMethod(id)->attach(settings, *decoder, 5)->state();
        };
        methods::AdapterState first = state;
        first.with.clear();
        QCOMPARE(stateDifference(first, alone(row.section.id, row.section.settings)), QString());
        for (std::size_t i = 0; i < row.section.with.size(); ++i) {
            const auto& further = row.section.with[i];
            QCOMPARE(stateDifference(state.with[i], alone(further.id, further.settings)),
                     QString());
        }
    }

    void aSavedOneComesBackBitByBit_data() { addRows(); }
    void aSavedOneComesBackBitByBit()
    {
        QFETCH(int, index);
        const Case row = rowAt(index);
        const auto decoder = tinyDecoder(tinyModel(row.model));
        const Tensor base = logitsOf(*decoder);
        auto tuning = methods::attach(row.section, *decoder, 5);
        disturb(*tuning);
        nn::Pass pass = nn::packedPass({9});
        pass.prompts = {4};
        const Tensor logits = logitsOf(*decoder, tokens(9), pass);
        const methods::AdapterState state = tuning->state();
        tuning.reset();
        QVERIFY(at::equal(logitsOf(*decoder), base));

        const QTemporaryDir folder;
        const auto path = pathOf(folder) / "adapter";
        adapters::writeAdapter(path, state, decoder->blueprint(), {"base", "abc"});
        for (const contract::FurtherMethod& further : row.section.with) {
            QVERIFY(std::filesystem::exists(path / "with" / further.id / "adapter_config.json"));
        }
        const adapters::StoredAdapter stored = adapters::readAdapter(path);
        QCOMPARE(stored.with.size(), row.section.with.size());
        const methods::AdapterState read = adapters::fitted(stored, decoder->blueprint());
        QCOMPARE(combinedDifference(state, read), QString());
        QCOMPARE(read.parameters(), state.parameters()); // files hold slices of fused modules whole
        {
            const adapters::LoadedAdapter loaded(*decoder, read, 1);
            QCOMPARE(difference("loaded", logitsOf(*decoder, tokens(9), pass), logits, 1e-5),
                     QString());
        }
        QVERIFY(at::equal(logitsOf(*decoder), base));
        tuning = methods::attach(row.section, *decoder, 6);
        methods::requireSameMethods(row.section, read);
        tuning->load(read);
        QCOMPARE(combinedDifference(state, tuning->state()), QString());
        QVERIFY(at::equal(logitsOf(*decoder, tokens(9), pass), logits));
    }

    // A method that updates parts of its tensors, wherever those lie in the buffer.
    void theirStepsAreThoseOfEach_data()
    {
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("further");
        QTest::newRow("the further one") << "prefix_embedding"
                                         << "dylora";
        QTest::newRow("the first") << "dylora"
                                   << "prefix_embedding";
    }
    void theirStepsAreThoseOfEach()
    {
        QFETCH(QString, first);
        QFETCH(QString, further);
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const Members layer = {{"targets", Value::list(std::vector<std::string>{"q"})},
                               {"update", "single"}};
        const auto settingsFor = [&](const QString& id) {
            return id == "dylora" ? layer : Members{};
        };
        const auto both = section(first.toStdString(),
                                  settingsFor(first),
                                  {{further.toStdString(), settingsFor(further)}});
        const auto tuning = methods::attach(both, *decoder, 5);
        QVERIFY(tuning->hasSteps());
        QVERIFY(tuning->nestedRanks() != nullptr);
        tuning->beginStep(0, 3);
        const auto partial = tuning->partialUpdates();
        QVERIFY(!partial.empty());
        std::set<std::size_t> updated;
        for (const methods::PartialUpdate& part : partial) {
            const std::string& name = tuning->parameters().tensors().at(part.tensor).name;
            QVERIFY2(name.find("lora_") != std::string::npos, name.c_str());
            updated.insert(part.tensor);
        }
        QCOMPARE(updated.size(), tuning->parameters().size() - 1); // all but the embeddings
        tuning->endStep(0, 3);
        // What they remember finds its way back to each.
        const auto memory = tuning->memory();
        tuning->remember(memory);
        const auto again = tuning->memory();
        QCOMPARE(again.size(), memory.size());
        for (std::size_t i = 0; i < memory.size(); ++i) {
            QCOMPARE(again[i].name, memory[i].name);
            QVERIFY(at::equal(again[i].value, memory[i].value));
        }
    }

    void nestedRanksOfAFurtherOneAreFound()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const auto both = section("prefix_embedding", {}, {{"dylora", {}}});
        const methods::AdapterState state = methods::attach(both, *decoder, 5)->state();
        adapters::LoadedAdapter loaded(*decoder, state, 1);
        QVERIFY(loaded.nestedRanks() != nullptr);
        QCOMPARE(loaded.nestedRanks()->most(), int64_t(16));
    }

    void whatCannotBeAppliedLeavesNothingBehind_data()
    {
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("further");
        QTest::newRow("the further one") << "lora"
                                         << "prefix_embedding";
        QTest::newRow("the first") << "prefix_embedding"
                                   << "lora";
    }
    void whatCannotBeAppliedLeavesNothingBehind()
    {
        QFETCH(QString, first);
        QFETCH(QString, further);
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const Tensor base = logitsOf(*decoder);
        const auto both = section(first.toStdString(), {}, {{further.toStdString(), {}}});
        auto tuning = methods::attach(both, *decoder, 5);
        disturb(*tuning);
        const methods::AdapterState state = tuning->state();
        tuning.reset();
        const Error error = failureOf([&] { adapters::LoadedAdapter(*decoder, state, 0.5); });
        QCOMPARE(error.code, std::string("unsupported"));
        QVERIFY(at::equal(logitsOf(*decoder), base));
    }

    void whatOneFolderLacksIsNamed()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const contract::MethodSection both = section("lora", {}, {{"prefix_embedding", {}}});
        const QTemporaryDir folder;
        const auto path = pathOf(folder) / "adapter";
        adapters::writeAdapter(
            path, methods::attach(both, *decoder, 5)->state(), decoder->blueprint(), {"base", ""});
        const nn::Blueprint other = blueprintOf(llamaConfig({{"hidden_size", 64}}));
        const auto mismatches = adapters::findMismatches(adapters::readAdapter(path), other);
        QVERIFY(std::any_of(mismatches.begin(), mismatches.end(), [](const auto& mismatch) {
            return mismatch.tensor == "token_embeddings";
        }));
    }

    void theFurtherOneLearnsAtItsOwnRate()
    {
        const nn::Blueprint blueprint = blueprintOf(llamaConfig());
        const auto plan =
            methods::planOf(section("lora", {}, {{"prefix_embedding", {}}}), blueprint);
        QCOMPARE(plan.front().learningRateFactor, 1.0);
        QCOMPARE(plan.back().learningRateFactor, 1e-2 / 2e-4);
    }

    void whatDoesNotGoTogetherIsRefused_data()
    {
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("further");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* first, const char* further, const char* reason) {
            QTest::addRow("%s + %s", first, further) << first << further << reason;
        };
        row("prefix_embedding", "prompt_tuning", "both put tokens into the text");
        row("prefix_layer", "prefix_tuning", "both put tokens into the text");
        row("full", "prefix_embedding", "full trains the whole model already");
        row("lora", "full", "full trains the whole model already");
        row("lora", "lora", "both train updates of the model's layers");
        row("bitfit", "top_layers", "both train parameters of the model in place");
        row("adapter_h", "adapter_l", "both put modules behind the same sub-layers");
        row("top_layers", "lora", "would be trained and updated at once");
        row("vera", "lora", "both train updates of the model's layers");
        row("top_layers", "adalora", "would be trained and updated at once");
        row("ia3", "top_layers", "would be trained and scaled at once");
        row("bitfit", "ia3", "would be trained and scaled at once");
    }
    void whatDoesNotGoTogetherIsRefused()
    {
        QFETCH(QString, first);
        QFETCH(QString, further);
        QFETCH(QString, reason);
        const auto both = section(first.toStdString(), {}, {{further.toStdString(), {}}});
        const Error error = failureOf([&] { methods::planOf(both, blueprintOf(gpt2Config())); });
        QCOMPARE(error.code, std::string("bad_field"));
        QCOMPARE(error.where, std::string("method.with[0].id"));
        QVERIFY2(error.message.find(reason.toStdString()) != std::string::npos,
                 error.message.c_str());
    }

    void aParameterIsTrainedOnce()
    {
        const auto twice = section("lora", {{"bias", "all"}}, {{"bitfit", {}}});
        const Error error = failureOf([&] { methods::planOf(twice, blueprintOf(gpt2Config())); });
        QVERIFY2(error.message.find("would be trained twice") != std::string::npos,
                 error.message.c_str());
    }

    void aStartNeedsTheSameMethods()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const contract::MethodSection both = section("lora", {}, {{"prefix_embedding", {}}});
        const contract::MethodSection alone = section("lora", {}, {});
        const methods::AdapterState ofBoth = methods::attach(both, *decoder, 5)->state();
        const methods::AdapterState ofOne = methods::attach(alone, *decoder, 5)->state();
        methods::requireSameMethods(both, ofBoth);
        methods::requireSameMethods(alone, ofOne);
        for (const Error& error :
             {failureOf([&] { methods::requireSameMethods(both, ofOne); }),
              failureOf([&] { methods::requireSameMethods(alone, ofBoth); })}) {
            QCOMPARE(error.code, std::string("incompatible"));
            QVERIFY(error.message.find("prefix_embedding") != std::string::npos);
        }
    }
};

QTEST_GUILESS_MAIN(TestCombination)
#include "tst_combination.moc"
