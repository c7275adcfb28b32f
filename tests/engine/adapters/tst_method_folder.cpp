// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/method_folder.h"

#include "engine/adapters/adapter_files.h"
#include "engine/tensors/safetensors_writer.h"
#include "tests/support/tuned_models.h"

#include <fstream>

using namespace engine;
using namespace tests;

namespace {

methods::AdapterState stateOf(const std::string& id, nn::Decoder& decoder)
{
    const methods::Method& method = *methods::findMethod(id);
    return method.attach(settingsOf(method), decoder, 3)->state();
}

void rewriteConfig(const std::filesystem::path& folder, const std::string& key, const Value& value)
{
    Value config = adapters::readAdapter(folder).config;
    config.set(key, value);
    std::ofstream(folder / "adapter_config.json") << toJson(config);
}

methods::AdapterState trainedState(const std::string& id,
                                   nn::Decoder& decoder,
                                   const std::vector<Value::Member>& settings)
{
    const methods::Method& method = *methods::findMethod(id);
    const auto tuning = method.attach(settingsOf(method, settings), decoder, 3);
    disturb(*tuning);
    return tuning->state();
}

// The tensors as another program writes them: without our record.
void rewriteTensors(const std::filesystem::path& folder, const std::string& without = {})
{
    const auto path = folder / "adapter_model.safetensors";
    adapters::NamedTensors file = adapters::readTensors(path);
    std::erase_if(file.tensors, [&without](const auto& one) { return one.first == without; });
    for (auto& [name, tensor] : file.tensors) {
        tensor = tensor.clone();
    }
    tensors::saveTensors(path, file.tensors, {{"format", "pt"}});
}

Value list(const std::vector<std::string>& names)
{
    return Value::list(names);
}

} // namespace

class TestMethodFolder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatDoesNotFitIsNamed_data()
    {
        QTest::addColumn<QString>("id");
        for (const char* id : {"full", "adapter_l", "prompt_tuning"}) {
            QTest::newRow(id) << id;
        }
    }
    void whatDoesNotFitIsNamed()
    {
        QFETCH(QString, id);
        const auto decoder = tinyDecoder(tinyModel("gpt2"));
        methods::AdapterState state = stateOf(id.toStdString(), *decoder);
        const QTemporaryDir folder;
        const auto path = pathOf(folder) / "adapter";
        adapters::writeAdapter(path, state, decoder->blueprint(), {"base", "abc"});
        QVERIFY(
            adapters::findMismatches(adapters::readAdapter(path), decoder->blueprint()).empty());
        // Another model: other places, other widths.
        const nn::Blueprint other = blueprintOf(llamaConfig({{"hidden_size", 64}}));
        const adapters::StoredAdapter stored = adapters::readAdapter(path);
        QVERIFY(!adapters::findMismatches(stored, other).empty());
        QCOMPARE(failureOf([&] { adapters::fitted(stored, other); }).code,
                 std::string("incompatible"));
        // A tensor is gone.
        auto& tensors = state.own.empty() ? state.replaced : state.own;
        const std::string gone = tensors.back().name;
        tensors.pop_back();
        adapters::writeAdapter(path, state, decoder->blueprint(), {"base", "abc"});
        const auto found =
            adapters::findMismatches(adapters::readAdapter(path), decoder->blueprint());
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(found.front().tensor, gone);
        QVERIFY(found.front().message.find("missing") != std::string::npos);
    }

    void anUnknownMethodAndBrokenSettingsAreRefused()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const QTemporaryDir folder;
        const auto path = pathOf(folder) / "adapter";
        adapters::writeAdapter(
            path, stateOf("adapter_h", *decoder), decoder->blueprint(), {"base", "abc"});
        rewriteConfig(path, "lora_studio_settings", Value::object({{"bottleneck", 0}}));
        const Error broken = failureOf([&] { adapters::readAdapter(path); });
        QCOMPARE(broken.code, std::string("bad_adapter"));
        QVERIFY(broken.message.find("bottleneck") != std::string::npos);
        std::ofstream(path / "adapter_config.json") << R"({"lora_studio_method": "sorcery"})";
        const Error unknown = failureOf([&] { adapters::readAdapter(path); });
        QCOMPARE(unknown.code, std::string("unsupported"));
        QVERIFY(unknown.message.find("sorcery") != std::string::npos);
    }

    void aFolderOfAnotherProgramMeansTheSame_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("model");
        for (const QString id : {"ia3", "vera", "adalora"}) {
            for (const QString model : {"llama", "gpt2", "gpt_neox"}) {
                QTest::newRow(qPrintable(id + " on " + model)) << id << model;
            }
        }
    }
    void aFolderOfAnotherProgramMeansTheSame()
    {
        QFETCH(QString, id);
        QFETCH(QString, model);
        const auto decoder = tinyDecoder(tinyModel(model.toStdString()));
        methods::AdapterState state = trainedState(id.toStdString(), *decoder, {});
        const QTemporaryDir folder;
        const auto path = pathOf(folder) / "adapter";
        adapters::writeAdapter(path, state, decoder->blueprint(), {"base", "abc"});
        rewriteTensors(path);
        adapters::StoredAdapter stored = adapters::readAdapter(path);
        QVERIFY(stored.baseSha256.empty());
        QCOMPARE(stored.state.parameters(), state.parameters());
        methods::AdapterState read = adapters::fitted(stored, decoder->blueprint());
        QVERIFY(read.settings["targets"].isList()); // by name
        read.settings = state.settings;
        QCOMPARE(stateDifference(read, state), QString());
        QCOMPARE(read.scales.size(), state.scales.size());
        // What it announces and what it holds are the same modules.
        const std::string gone = stored.state.own.front().name;
        rewriteTensors(path, "base_model.model." + gone);
        const auto found =
            adapters::findMismatches(adapters::readAdapter(path), decoder->blueprint());
        QVERIFY(!found.empty());
        QVERIFY2(found.front().message.find("missing") != std::string::npos
                     || found.front().message.find("lacks") != std::string::npos,
                 found.front().message.c_str());
    }

    void whatPeftHasBesideItIsRefused()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const QTemporaryDir folder;
        const auto path = pathOf(folder) / "adapter";
        const auto refusedWith = [&](const char* key, const Value& value) {
            adapters::writeAdapter(
                path, stateOf("vera", *decoder), decoder->blueprint(), {"base", "abc"});
            rewriteConfig(path, key, value);
            return failureOf([&] { adapters::readAdapter(path); });
        };
        QVERIFY(refusedWith("bias", "all").message.find("bias all") != std::string::npos);
        QVERIFY(refusedWith("modules_to_save", list({"lm_head"})).message.find("modules_to_save")
                != std::string::npos);
    }

    // Each slice has vectors or triplets of its own, which PEFT cannot say; of IA³ it can.
    void slicesAreOfOurOwnForm()
    {
        const auto decoder = tinyDecoder(tinyModel("gpt2"));
        const QTemporaryDir folder;
        for (const char* id : {"vera", "adalora", "ia3"}) {
            const auto path = pathOf(folder) / id;
            const auto state = trainedState(id, *decoder, {{"targets", list({"q", "v"})}});
            adapters::writeAdapter(path, state, decoder->blueprint(), {"base", "abc"});
            const Value config = adapters::readAdapter(path).config;
            QCOMPARE(config.contains("peft_type"), std::string(id) == "ia3");
        }
        const auto vectors =
            adapters::readTensors(pathOf(folder) / "ia3/adapter_model.safetensors");
        const Tensor& fused = vectors.tensors.front().second;
        QCOMPARE(fused.sizes(), at::IntArrayRef({96, 1}));
        QVERIFY(fused.narrow(0, 32, 32).eq(1).all().item<bool>());
        QVERIFY(fused.narrow(0, 0, 32).ne(1).any().item<bool>());
    }

    void prunedTripletsAreWrittenAsPeftHasThem()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        methods::AdapterState state = trainedState(
            "adalora", *decoder, {{"targets", list({"q"})}, {"init_r", 4}, {"target_r", 2}});
        const std::string q = "model.layers.0.self_attn.q_proj";
        const std::string other = "model.layers.1.self_attn.q_proj";
        state.record = Value::object(
            {{"total_step", 7},
             {"rank_pattern",
              Value::object(
                  {{q, Value::list(std::vector<bool>{true, false, false, true})},
                   {other, Value::list(std::vector<bool>{false, false, false, false})}})}});
        const QTemporaryDir folder;
        const auto path = pathOf(folder) / "adapter";
        adapters::writeAdapter(path, state, decoder->blueprint(), {"base", "abc"});
        rewriteTensors(path);
        const adapters::StoredAdapter stored = adapters::readAdapter(path);
        QCOMPARE(stored.config["total_step"].toInteger(), int64_t(7));
        QCOMPARE(stored.config["rank_pattern"][q + ".lora_E"].toList().size(), std::size_t(4));
        const methods::AdapterState read = adapters::fitted(stored, decoder->blueprint());
        QCOMPARE(read.factors.size(), std::size_t(1)); // nothing is left of the other
        QCOMPARE(read.factors[0].rank(), int64_t(2));
        QVERIFY(at::equal(read.own[0].value[3], state.own[0].value[3]));
        QCOMPARE(read.own[0].value[1].abs().max().item<float>(), 0.0F);
        QCOMPARE(read.record, state.record);
        Value pattern = stored.config["rank_pattern"];
        pattern.set(q + ".lora_E", Value::list(std::vector<bool>{true}));
        rewriteConfig(path, "rank_pattern", pattern);
        const auto found =
            adapters::findMismatches(adapters::readAdapter(path), decoder->blueprint());
        QVERIFY(!found.empty());
        QVERIFY2(found.front().message.find("rank_pattern") != std::string::npos,
                 found.front().message.c_str());
    }

    void onlyPeftsTypesSaySo()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const QTemporaryDir folder;
        const auto configOf = [&](const std::string& id) {
            const auto path = pathOf(folder) / id;
            adapters::writeAdapter(
                path, stateOf(id, *decoder), decoder->blueprint(), {"base", "abc"});
            return adapters::readAdapter(path).config;
        };
        QCOMPARE(configOf("prefix_tuning")["peft_type"].toString(), std::string("PREFIX_TUNING"));
        QVERIFY(!configOf("prefix_tuning").contains("lora_studio_method"));
        QCOMPARE(configOf("full")["lora_studio_method"].toString(), std::string("full"));
        QVERIFY(!configOf("full").contains("peft_type"));
    }
};

QTEST_GUILESS_MAIN(TestMethodFolder)
#include "tst_method_folder.moc"
