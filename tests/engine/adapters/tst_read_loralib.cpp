// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// loralib's checkpoints against its own formula (lora.md 1.2).
#include "engine/adapters/adapter_folder.h"
#include "tests/engine/tensors/made_files.h"
#include "tests/support/tuned_models.h"

#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

using namespace engine;
using namespace tests;
namespace fs = std::filesystem;

namespace {

constexpr int64_t kWidth = 32; // of the tiny GPT-2
constexpr int64_t kRank = 3;
const std::string kModule = "transformer.h.0.attn.c_attn";

using Tensors = std::vector<std::pair<std::string, Tensor>>;

struct Merged
{
    Tensor a;
    Tensor b;
};

Merged mergedLinear(int64_t groups)
{
    return {numbers({groups * kRank, kWidth}, 1).to(at::kFloat),
            numbers({groups * kWidth, kRank}, 2).to(at::kFloat)};
}

// MergedLinear: a grouped 1×1 convolution, its outputs put at the enabled thirds.
Tensor deltaOf(const Merged& merged, const std::vector<bool>& enabled, double scale)
{
    Tensor delta = at::zeros({static_cast<int64_t>(enabled.size()) * kWidth, kWidth}, at::kFloat);
    int64_t group = 0;
    for (std::size_t part = 0; part < enabled.size(); ++part) {
        if (enabled[part]) {
            const Tensor product = merged.b.narrow(0, group * kWidth, kWidth)
                                       .matmul(merged.a.narrow(0, group * kRank, kRank));
            delta.narrow(0, static_cast<int64_t>(part) * kWidth, kWidth).copy_(product * scale);
            ++group;
        }
    }
    return delta;
}

fs::path write(const QTemporaryDir& folder, const Tensors& tensors, const std::string& side = {})
{
    const fs::path file = pathOf(folder) / "x.safetensors";
    tensors::saveTensors(file, tensors);
    if (!side.empty()) {
        put(folder, "x.json", side);
    }
    return file;
}

Tensor sumOf(const methods::AdapterState& state, int64_t rows)
{
    Tensor sum = at::zeros({rows, kWidth}, at::kFloat);
    for (const methods::LowRankFactors& factors : state.factors) {
        sum.index_add_(0, nn::rowIndices(factors.rows), factors.delta());
    }
    return sum;
}

} // namespace

class TestReadLoralib : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void groupsBecomeSlices_data()
    {
        QTest::addColumn<std::vector<bool>>("enabled");
        QTest::addColumn<QString>("side");
        QTest::addColumn<double>("scale");
        using Flags = std::vector<bool>;
        QTest::newRow("query and value, alpha 1") << Flags{true, false, true} << "" << 1.0 / kRank;
        QTest::newRow("alpha") << Flags{true, false, true} << R"({"lora_alpha": 32})"
                               << 32.0 / kRank;
        QTest::newRow("query and key")
            << Flags{true, true, false} << R"({"enable_lora": [true, true, false]})" << 1.0 / kRank;
        QTest::newRow("by module")
            << Flags{false, true, true} << R"({"enable_lora": {"c_attn": [false, true, true]}})"
            << 1.0 / kRank;
        QTest::newRow("one group") << Flags{false, true, false}
                                   << R"({"enable_lora": [false, true, false]})" << 1.0 / kRank;
        QTest::newRow("all") << Flags{true, true, true} << "" << 1.0 / kRank;
    }
    void groupsBecomeSlices()
    {
        QFETCH(std::vector<bool>, enabled);
        QFETCH(QString, side);
        QFETCH(double, scale);
        const auto groups = std::count(enabled.begin(), enabled.end(), true);
        const Merged merged = mergedLinear(groups);
        const QTemporaryDir folder;
        const fs::path file =
            write(folder,
                  {{kModule + ".lora_A", merged.a}, {kModule + ".lora_B", merged.b}},
                  side.toStdString());
        const adapters::StoredAdapter stored = adapters::readAdapter(file);
        QCOMPARE(stored.format, std::string("loralib"));
        // As PEFT would hold it: rank n · r, alpha n · alpha.
        QCOMPARE(stored.state.factors[0].rank(), groups * kRank);
        QCOMPARE(stored.state.factors[0].scale(), scale);
        const nn::Blueprint blueprint = blueprintOf(gpt2Config());
        const methods::AdapterState state = adapters::fitted(stored, blueprint);
        QCOMPARE(state.factors.size(), static_cast<std::size_t>(groups));
        const Tensor expected = deltaOf(merged, enabled, scale);
        QCOMPARE(difference("divided", sumOf(state, 3 * kWidth), expected, 1e-6), QString());
        QCOMPARE(difference("whole", sumOf(stored.state, 3 * kWidth), expected, 1e-6), QString());
    }

    // Rows that are no slices of this model stay where loralib puts them.
    void interleavedWeightsAreNotDivided()
    {
        const std::string module = "gpt_neox.layers.0.attention.query_key_value";
        const Merged merged = mergedLinear(2);
        const QTemporaryDir folder;
        const fs::path file =
            write(folder, {{module + ".lora_A", merged.a}, {module + ".lora_B", merged.b}});
        const methods::AdapterState state =
            adapters::fitted(adapters::readAdapter(file), blueprintOf(neoxConfig()));
        QCOMPARE(state.factors.size(), std::size_t(1));
        QCOMPARE(difference("whole",
                            sumOf(state, 3 * kWidth),
                            deltaOf(merged, {true, false, true}, 1.0 / kRank),
                            1e-6),
                 QString());
    }

    void linearsEmbeddingsAndBiasesAreRead()
    {
        const Tensor a = numbers({2, kWidth}, 5).to(at::kFloat);
        const Tensor b = numbers({kWidth, 2}, 6).to(at::kFloat);
        const Tensor rows = numbers({2, 40}, 7).to(at::kFloat);
        const QTemporaryDir folder;
        const fs::path file = write(folder,
                                    {{"module.transformer.h.1.attn.c_proj.lora_A", a},
                                     {"module.transformer.h.1.attn.c_proj.lora_B", b},
                                     {"model_state_dict.transformer.wte.lora_A", rows},
                                     {"model_state_dict.transformer.wte.lora_B", b},
                                     {"transformer.ln_f.bias", at::ones({kWidth})}});
        const methods::AdapterState state =
            adapters::fitted(adapters::readAdapter(file), blueprintOf(gpt2Config()));
        QCOMPARE(state.factors.size(), std::size_t(2));
        QCOMPARE(state.factors[0].module, std::string("transformer.h.1.attn.c_proj"));
        QVERIFY(at::equal(state.factors[0].delta(), b.matmul(a) * 0.5));
        QVERIFY(state.factors[1].isEmbedding);
        QVERIFY(at::equal(state.factors[1].delta(), (b.matmul(rows) * 0.5).t()));
        QCOMPARE(state.replaced.size(), std::size_t(1));
        QCOMPARE(state.replaced[0].name, std::string("transformer.ln_f.bias"));
    }

    void othersAreRefused_data()
    {
        QTest::addColumn<Tensors>("tensors");
        QTest::addColumn<QString>("text");
        const Tensor a = at::zeros({6, kWidth});
        QTest::newRow("no B") << Tensors{{"x.lora_A", a}} << "x: lora_B is missing";
        QTest::newRow("groups of unequal size")
            << Tensors{{"x.lora_A", a}, {"x.lora_B", at::zeros({31, 3})}} << "do not fit";
        QTest::newRow("ranks") << Tensors{{"x.lora_A", a}, {"x.lora_B", at::zeros({32, 4})}}
                               << "do not fit";
        QTest::newRow("kohya") << Tensors{{"lora_unet_x.lora_down.alpha", at::zeros({1})}}
                               << "no tensor of a loralib checkpoint";
        QTest::newRow("a model") << Tensors{{"x.weight", a}} << "no low-rank update";
    }
    void othersAreRefused()
    {
        QFETCH(Tensors, tensors);
        QFETCH(QString, text);
        const QTemporaryDir folder;
        const fs::path file = write(folder, tensors);
        const Error error = failureOf([&file] { adapters::readAdapter(file); });
        QVERIFY2(QString::fromStdString(error.message).contains(text), error.message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestReadLoralib)
#include "tst_read_loralib.moc"
