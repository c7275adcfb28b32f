// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/method_folder.h"

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
