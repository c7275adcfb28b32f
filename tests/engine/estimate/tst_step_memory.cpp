// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a step is said to hold against what a process holds at its peak. Every case trains in a
// process of its own: this program again, with the case's description, which first takes a step of
// a model of the same form that weighs nothing, so that code and threads are there, and then counts
// from what it has.
#include "engine/device/memory.h"
#include "engine/estimate/estimate.h"
#include "engine/estimate/step_memory.h"
#include "engine/methods/combination.h"
#include "engine/models/held_dtype.h"
#include "engine/train/optimizer.h"
#include "tests/support/packed_models.h"
#include "tests/support/tuned_models.h"

#include <ATen/Parallel.h>

#include <QProcess>

#include <iostream>

using namespace engine;
using namespace tests;

namespace {

constexpr int64_t kVocabulary = 2000;
constexpr int64_t kLength = 192;
constexpr int64_t kContext = 256; // room for virtual tokens
constexpr int64_t kSequences = 4;
constexpr int64_t kThreads = 2;
// Of the measured peak. Allocators round, pages are whole, and what LibTorch holds between two
// operators is not counted to the last tensor.
constexpr double kTolerance = 0.15;

// The same blocks, so wide that they count, or so narrow that they do not.
Value configOf(const std::string& family, bool isWide)
{
    const int64_t hidden = isWide ? 384 : 64;
    const int64_t layers = isWide ? 4 : 2;
    if (family == "gpt2") {
        return gpt2Config({{"n_embd", hidden},
                           {"n_layer", layers},
                           {"n_head", hidden / 64},
                           {"n_positions", kContext},
                           {"vocab_size", kVocabulary}});
    }
    return familyConfig(family.c_str(),
                        {{"hidden_size", hidden},
                         {"intermediate_size", isWide ? 1024 : 128},
                         {"num_hidden_layers", layers},
                         {"num_attention_heads", hidden / 64},
                         {"num_key_value_heads", isWide ? 2 : 1},
                         {"head_dim", 64},
                         {"vocab_size", kVocabulary},
                         {"max_position_embeddings", kContext}});
}

struct Case
{
    std::string family;
    std::string method;
    std::vector<Value::Member> settings;
    at::ScalarType type = at::kFloat;
    nn::Recompute recompute = nn::Recompute::None;
    kernels::Quantization base = kernels::Quantization::None;
    bool keepsCopies = true;

    Value value() const
    {
        return Value::object({{"family", family},
                              {"method", method},
                              {"settings", Value(settings)},
                              {"is_half", type == at::kBFloat16},
                              {"recompute", static_cast<int64_t>(recompute)},
                              {"base", static_cast<int64_t>(base)},
                              {"keeps_copies", keepsCopies}});
    }
    static Case of(const Value& value)
    {
        return {value["family"].toString(),
                value["method"].toString(),
                value["settings"].toObject(),
                value["is_half"].toBool() ? at::kBFloat16 : at::kFloat,
                static_cast<nn::Recompute>(value["recompute"].toInteger()),
                static_cast<kernels::Quantization>(value["base"].toInteger()),
                value["keeps_copies"].toBool()};
    }
    contract::MethodSection section() const
    {
        contract::MethodSection section;
        section.id = method;
        section.settings = settingsOf(*methods::findMethod(method), settings);
        return section;
    }
};

// Steps of the optimiser over full sequences, as the training loop makes them.
void train(const Case& row, const std::filesystem::path& folder)
{
    const models::ModelFolder model = models::ModelFolder::open(folder);
    const auto decoder = models::loadDecoder(
        model, row.type, models::heldDtype(model, row.type), at::kCPU, {row.base, true});
    decoder->packed().setKeepsCopies(row.keepsCopies);
    const methods::Method& method = *methods::findMethod(row.method);
    const auto tuning = method.attach(row.section().settings, *decoder, 11);
    train::Optimizer optimizer(tuning->parameters(), {});
    const Tensor ids = tokens(kSequences * kLength, 3, kVocabulary);
    for (int64_t i = 0; i < 2; ++i) {
        nn::Pass pass = nn::packedPass(std::vector<int64_t>(kSequences, kLength));
        pass.training = true;
        pass.recompute = row.recompute;
        tuning->parameters().gradients().zero_();
        tuning->beginStep(i, 2);
        (lossOf(*decoder, pass, ids) / 1000.0).backward();
        tuning->addGradients();
        optimizer.clipGradients();
        optimizer.step(1e-4, tuning->partialUpdates());
        tuning->endStep(i, 2);
    }
}

// In the process of the case: how much its peak lies above what it had.
int measure(const char* description, const char* narrow, const char* wide)
{
    const Case row = Case::of(valueOrThrow(contract::parseJson(description)));
    at::set_num_threads(static_cast<int>(kThreads));
    train(row, narrow);
    device::trimHeap();
    const auto before = static_cast<int64_t>(device::residentBytes());
    train(row, wide);
    std::cout << static_cast<int64_t>(device::peakResidentBytes()) - before << std::endl;
    return 0;
}

void addRows()
{
    QTest::addColumn<Case>("row");
    const auto add = [](const char* name, const Case& row) {
        QTest::addRow("%s %s", row.family.c_str(), name) << row;
    };
    const auto mlp = nn::Recompute::Mlp;
    const auto block = nn::Recompute::Block;
    const auto once = nn::Recompute::None;
    const auto nf4 = kernels::Quantization::Nf4;
    add("lora", {"llama", "lora", {}});
    add("lora, mlp again", {"llama", "lora", {}, at::kFloat, mlp});
    add("lora, blocks again", {"llama", "lora", {}, at::kFloat, block});
    add("lora bfloat16", {"llama", "lora", {}, at::kBFloat16});
    add("lora nf4", {"llama", "lora", {}, at::kFloat, once, nf4});
    add("lora nf4 bfloat16, blocks again", {"llama", "lora", {}, at::kBFloat16, block, nf4});
    const auto dense = kernels::Quantization::None;
    add("lora without copies", {"llama", "lora", {}, at::kFloat, once, dense, false});
    add("lora bfloat16, blocks again, without copies",
        {"llama", "lora", {}, at::kBFloat16, block, dense, false});
    const std::vector<Value::Member> dora = {{"use_dora", true}};
    add("dora", {"llama", "lora", dora});
    add("dora bfloat16, mlp again", {"llama", "lora", dora, at::kBFloat16, mlp});
    add("dora nf4, blocks again", {"llama", "lora", dora, at::kFloat, block, nf4});
    add("dora of q and v",
        {"llama", "lora", {{"use_dora", true}, {"targets", Value::List{"q", "v"}}}});
    add("vera", {"llama", "vera", {}});
    add("full", {"llama", "full", {}});
    add("full, mlp again", {"llama", "full", {}, at::kFloat, mlp});
    add("full, blocks again", {"llama", "full", {}, at::kFloat, block});
    add("full bfloat16", {"llama", "full", {}, at::kBFloat16});
    add("adapter_h", {"llama", "adapter_h", {}});
    add("adapter_h, blocks again", {"llama", "adapter_h", {}, at::kFloat, block});
    add("adapter_l bfloat16, mlp again", {"gpt2", "adapter_l", {}, at::kBFloat16, mlp});
    add("bitfit", {"gpt2", "bitfit", {}});
    add("top layers", {"llama", "top_layers", {{"count", 1}}});
    add("prompt tuning", {"llama", "prompt_tuning", {}});
    add("prefix tuning", {"llama", "prefix_tuning", {}});
    add("prefix tuning bfloat16, blocks again",
        {"gpt2", "prefix_tuning", {}, at::kBFloat16, block});
    add("lora bfloat16, mlp again", {"gpt2", "lora", {}, at::kBFloat16, mlp});
    add("lora, blocks again", {"gpt2", "lora", {}, at::kFloat, block});
    add("lora nf4", {"gpt2", "lora", {}, at::kFloat, once, nf4});
    add("lora bfloat16 without copies", {"gpt2", "lora", {}, at::kBFloat16, once, dense, false});
    add("vera", {"gpt2", "vera", {}});
    add("full", {"gpt2", "full", {}});
    add("full bfloat16", {"gpt2", "full", {}, at::kBFloat16});
    add("ia3", {"gpt2", "ia3", {}});
    add("ia3 bfloat16, blocks again", {"llama", "ia3", {}, at::kBFloat16, block});
    add("lora", {"qwen3", "lora", {}});
    add("lora bfloat16, blocks again", {"qwen3", "lora", {}, at::kBFloat16, block});
    add("lora", {"gemma3_text", "lora", {}});
    add("lora bfloat16, mlp again", {"gemma3_text", "lora", {}, at::kBFloat16, mlp});
    // Blocks that the packed kernels do not know.
    add("lora bfloat16, mlp again", {"gemma2", "lora", {}, at::kBFloat16, mlp});
}

} // namespace

class TestStepMemory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isThePeakOfAProcess_data() { addRows(); }
    void isThePeakOfAProcess()
    {
        QFETCH(Case, row);
        if (device::peakResidentBytes() == 0) {
            QSKIP("this system does not tell a process' peak");
        }
        const QTemporaryDir narrow;
        const QTemporaryDir wide;
        write(pathOf(narrow), row, false);
        write(pathOf(wide), row, true);
        QProcess process;
        process.start(
            QCoreApplication::applicationFilePath(),
            {"measure", QString::fromStdString(toJson(row.value())), narrow.path(), wide.path()});
        QVERIFY(process.waitForFinished(120000));
        QVERIFY2(process.exitCode() == 0, process.readAllStandardError());
        const auto measured = process.readAllStandardOutput().trimmed().toDouble();

        contract::Job job;
        job.method = row.section();
        const nn::Blueprint blueprint = blueprintOf(configOf(row.family, true));
        const auto size = static_cast<int64_t>(c10::elementSize(row.type));
        estimate::StepSettings settings;
        settings.longest = kLength + methods::virtualTokensOf(job.method);
        settings.tokens = kSequences * settings.longest;
        settings.compute = row.type;
        settings.held = {size, row.base, true};
        settings.storedBytes = size;
        settings.recompute = row.recompute;
        settings.threads = kThreads;
        settings.keepsCopies = row.keepsCopies;
        const estimate::StepMemory step =
            estimate::stepMemory(methods::planOf(job.method, blueprint), blueprint, settings);
        const int64_t trained = estimate::estimate(job, blueprint).trainedBytes;
        const auto told =
            static_cast<double>(step.weights + trained + step.activations + step.workspace);
        const auto megabytes = [](auto bytes) { return static_cast<double>(bytes) / 1e6; };
        const QString story =
            QStringLiteral("told %1 MB = weights %2 + trained %3 + activations %4 + workspace %5, "
                           "measured %6: %7")
                .arg(megabytes(told), 0, 'f', 1)
                .arg(megabytes(step.weights), 0, 'f', 1)
                .arg(megabytes(trained), 0, 'f', 1)
                .arg(megabytes(step.activations), 0, 'f', 1)
                .arg(megabytes(step.workspace), 0, 'f', 1)
                .arg(megabytes(measured), 0, 'f', 1)
                .arg(told / measured, 0, 'f', 3);
        qInfo("%s", qPrintable(story));
        QVERIFY2(std::abs(told - measured) <= kTolerance * measured, qPrintable(story));
    }

    // Around a start inside the base.
    void whatDoraKeepsPartByPartIsNotKnown()
    {
        const nn::Blueprint blueprint = blueprintOf(configOf("llama", true));
        const auto isCounted = [&blueprint](bool usesDora, const char* init) {
            const contract::MethodSection section =
                Case{"llama", "lora", {{"use_dora", usesDora}, {"init", init}}}.section();
            estimate::StepSettings settings;
            settings.tokens = settings.longest = kLength;
            settings.startsInside = methods::savedBeside(section, blueprint) > 0;
            return estimate::stepMemory(methods::planOf(section, blueprint), blueprint, settings)
                .isCounted;
        };
        QVERIFY(isCounted(true, "default") && isCounted(false, "pissa"));
        QVERIFY(!isCounted(true, "pissa"));
    }

private:
    static void write(const std::filesystem::path& folder, const Case& row, bool isWide)
    {
        const TinyModel model{row.family, configOf(row.family, isWide), row.type};
        writeModel(folder,
                   changed(model.config, {{"torch_dtype", device::nameOf(row.type)}}),
                   tinyWeights(model));
    }
};

int main(int argc, char* argv[])
{
    if (argc == 5 && std::string_view(argv[1]) == "measure") {
        return measure(argv[2], argv[3], argv[4]);
    }
    QCoreApplication app(argc, argv);
    TestStepMemory test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_step_memory.moc"
