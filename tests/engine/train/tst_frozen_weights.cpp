// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What training keeps for frozen weights: nothing. For every method the memory of all tensors is
// counted over whole steps of the optimiser; a copy, gradient or moment of one frozen weight is
// more than what is allowed to stay, one of all of them more than what may be there for a moment.
#include "engine/device/memory.h"
#include "engine/train/optimizer.h"
#include "tests/support/counted_tensors.h"
#include "tests/support/tuned_models.h"

using namespace engine;
using namespace tests;

namespace {

constexpr int64_t kTokens = 9;

// Weights large beside the activations of a few tokens; their file is mapped, not counted.
TinyModel wideModel(const std::string& family, int64_t hidden, int64_t layers)
{
    if (family == "gpt2") {
        return {family, gpt2Config({{"n_embd", hidden}, {"n_layer", layers}})};
    }
    return {family,
            familyConfig(family.c_str(),
                         {{"hidden_size", hidden},
                          {"intermediate_size", hidden * 11 / 4},
                          {"num_hidden_layers", layers}})};
}

int64_t bytesOf(const std::vector<methods::ReplacedParameter>& tensors)
{
    int64_t bytes = 0;
    for (const methods::ReplacedParameter& tensor : tensors) {
        bytes += static_cast<int64_t>(tensor.value.nbytes());
    }
    return bytes;
}

int64_t frozenBytes(nn::Decoder& decoder)
{
    int64_t bytes = 0;
    for (const nn::Parameter& parameter : decoder.parameters()) {
        bytes += static_cast<int64_t>(parameter.tensor->nbytes());
    }
    return bytes;
}

struct Case
{
    const methods::Method* method;
    std::vector<Value::Member> settings;
    TinyModel model;
};

// Every method with its defaults, and the forms of LoRA that need the frozen weights themselves.
void addRows()
{
    QTest::addColumn<Case>("row");
    const auto add = [](const methods::Method& method,
                        const char* form,
                        const std::vector<Value::Member>& settings) {
        for (const char* family : {"llama", "gpt2"}) {
            const TinyModel model = wideModel(family, 128, 3);
            try {
                method.plan(settingsOf(method, settings), blueprintOf(model.config));
            } catch (const Failure&) {
                continue; // a Llama has no biases for BitFit
            }
            QTest::addRow("%s%s on %s", std::string(method.id).c_str(), form, family)
                << Case{&method, settings, model};
        }
    };
    for (const methods::Method* method : methods::methods()) {
        // VeRA's rank of 256 is more than these weights have, and so would be the factors of a
        // call.
        const bool isWide = method->id == "vera";
        add(*method,
            "",
            isWide ? std::vector<Value::Member>{{"rank", 32}} : std::vector<Value::Member>{});
    }
    const methods::Method& lora = *methods::findMethod("lora");
    add(lora, " dora", {{"use_dora", true}});
    add(lora, " pissa", {{"init", "pissa"}, {"rank", 4}});
    add(lora, " olora", {{"init", "olora"}, {"rank", 4}});
    add(lora, " dropout", {{"dropout", 0.1}});
}

// One step of the optimiser, as the training loop makes it.
void step(methods::Tuning& tuning,
          train::Optimizer& optimizer,
          const nn::Decoder& decoder,
          int64_t index)
{
    tuning.parameters().gradients().zero_();
    tuning.beginStep(index, 2);
    (lossOf(decoder, trainingPass(kTokens), tokens(kTokens)) / 8.0).backward();
    tuning.addGradients();
    optimizer.clipGradients();
    optimizer.step(1e-3, tuning.partialUpdates());
    tuning.endStep(index, 2);
}

} // namespace

class TestFrozenWeights : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void trainingKeepsNothingForThem_data() { addRows(); }
    void trainingKeepsNothingForThem()
    {
        QFETCH(Case, row);
        CountedTensors& counted = CountedTensors::instance();
        const auto decoder = tinyDecoder(row.model);
        const int64_t frozen = frozenBytes(*decoder);
        logitsOf(*decoder, tokens(kTokens)); // whatever a model makes once
        const int64_t before = counted.bytes();
        counted.forgetPeak();

        const auto tuning = row.method->attach(settingsOf(*row.method, row.settings), *decoder, 11);
        nn::ParameterBuffer& buffer = tuning->parameters();
        train::Optimizer optimizer(buffer, {});
        for (int64_t i = 0; i < 2; ++i) {
            step(*tuning, optimizer, *decoder, i);
        }
        const int64_t kept = counted.bytes() - before;
        const int64_t peak = counted.peakBytes() - before;

        QCOMPARE(buffer.values().numel(), buffer.numbers());
        QCOMPARE(buffer.gradients().numel(), buffer.numbers());
        QCOMPARE(optimizer.firstMoments().numel(), buffer.numbers());
        QCOMPARE(optimizer.secondMoments().numel(), buffer.numbers());
        std::set<std::string> trained;
        for (const nn::TrainableTensor& tensor : buffer.tensors()) {
            trained.insert(tensor.name);
        }
        for (const nn::Parameter& parameter : decoder->parameters()) {
            const bool isTrained = trained.contains(parameter.name);
            QCOMPARE(parameter.tensor->requires_grad(), isTrained);
            QVERIFY(isTrained || !parameter.tensor->grad().defined());
        }

        // Value, gradient, two moments; what a method says that it has beside them.
        const int64_t allowed =
            16 * buffer.numbers() + bytesOf(tuning->memory()) + bytesOf(tuning->state().frozen);
        // Copies of trained numbers: the first factors of a start inside the base, those that
        // DoRA's lengths are of, with these lengths, and what a pass makes of DyLoRA's and
        // AdaLoRA's.
        const Value settings = settingsOf(*row.method, row.settings);
        const std::string init = settings["init"].toString();
        const bool keepsFactors = settings["use_dora"].toBool() || init == "pissa"
                                  || init == "olora" || row.method->id == "dylora"
                                  || row.method->id == "adalora";
        int64_t copies = keepsFactors ? 4 * buffer.numbers() : 0;
        for (const nn::TrainableTensor& tensor : buffer.tensors()) {
            copies += tensor.name.ends_with(".lora_magnitude_vector") ? 8 * tensor.numel() : 0;
        }
        const QByteArray story = QString("%1 kept, %2 at most, %3 allowed, %4 frozen")
                                     .arg(kept)
                                     .arg(peak)
                                     .arg(allowed + copies)
                                     .arg(frozen)
                                     .toUtf8();
        QVERIFY2(kept <= allowed + copies + (16 << 10), story);
        QVERIFY2(peak <= allowed + copies + frozen / 2, story);
    }
};

QTEST_GUILESS_MAIN(TestFrozenWeights)
#include "tst_frozen_weights.moc"
