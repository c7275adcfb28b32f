// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Every fused part on the GPU against its plain form on the processor, forward and gradients.
#include "engine/kernels/adamw.h"
#include "engine/kernels/attention.h"
#include "engine/kernels/cross_entropy.h"
#include "engine/kernels/dropout.h"
#include "engine/kernels/gated_mlp.h"
#include "engine/kernels/lora_linear.h"
#include "engine/kernels/nf4.h"
#include "engine/kernels/reference.h"
#include "engine/kernels/rms_norm.h"
#include "tests/cuda/gpu.h"
#include "tests/support/gradient_check.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/tensor.h>

#include <QtTest>

#include <bit>

using namespace engine::kernels;
using tests::numbers;

namespace {

const at::Device kGpu(at::kCUDA, 0);

Tensor onGpu(const Tensor& x)
{
    return x.defined() ? x.to(kGpu) : x;
}

// The function on copies of its inputs on the GPU; results and gradients come back.
tests::TensorFunction gpu(const tests::TensorFunction& function)
{
    return [function](const std::vector<Tensor>& in) {
        std::vector<Tensor> moved;
        std::transform(in.begin(), in.end(), std::back_inserter(moved), onGpu);
        std::vector<Tensor> out = function(moved);
        for (Tensor& x : out) {
            x = x.to(at::kCPU);
        }
        return out;
    };
}

constexpr tests::ComparedType kTypes[] = {{"float32", at::kFloat, 2e-5},
                                          {"bfloat16", at::kBFloat16, 3e-2}};

void addTypes()
{
    QTest::addColumn<int>("type");
    for (int i = 0; i < int(std::size(kTypes)); ++i) {
        QTest::newRow(kTypes[i].name) << i;
    }
}

QString compared(const tests::TensorFunction& fused,
                 const tests::TensorFunction& plain,
                 const std::vector<Tensor>& inputs)
{
    QFETCH(int, type);
    return tests::fusedEqualsPlain(
        gpu(fused), plain, inputs, kTypes[type].type, kTypes[type].tolerance);
}

FrozenMatrix matrix(const Tensor& weight, const Tensor& a, const Tensor& b, double dropout)
{
    return {weight, {}, {{a, b, 0.5, RowSlice::plain(0, weight.size(0)), dropout, 7}}};
}

} // namespace

class TestParts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!tests::whyNoGpu().isEmpty()) {
            QSKIP(qPrintable(tests::whyNoGpu()));
        }
    }

    void rmsNorm_data() { addTypes(); }
    void rmsNorm()
    {
        for (const int64_t width : {64, 77, 4096}) { // in packs of 16 bytes and not
            const auto with = [](decltype(engine::kernels::rmsNorm) function) {
                return [=](const std::vector<Tensor>& in) {
                    return std::vector<Tensor>{function(in[0], in[1], 1e-5)};
                };
            };
            QCOMPARE(compared(with(engine::kernels::rmsNorm),
                              with(rmsNormReference),
                              {numbers({9, width}, 1).mul(3), numbers({width}, 2)}),
                     QString());
        }
    }

    void aResidualIsAddedBeforeTheNorm()
    {
        const Tensor x = numbers({6, 96}, 1).to(at::kFloat);
        const Tensor residual = numbers({6, 96}, 2).to(at::kFloat);
        const Tensor weight = numbers({96}, 3).to(at::kFloat);
        const NormForward result =
            deviceKernels().rmsNorm(onGpu(x), onGpu(residual), onGpu(weight), 1e-5);
        const Tensor sum = x.add(residual);
        QCOMPARE(tests::difference("sum", result.sum.cpu(), sum, 1e-6), QString());
        QCOMPARE(tests::difference("y", result.y.cpu(), rmsNormReference(sum, weight, 1e-5), 1e-5),
                 QString());
        const Tensor gradient = onGpu(numbers({6, 96}, 4).to(at::kFloat));
        const Tensor more = onGpu(numbers({6, 96}, 5).to(at::kFloat));
        const auto backward = [&](const Tensor& added) {
            return deviceKernels().rmsNormBackward(
                gradient, result.sum, onGpu(weight), result.inverseRoots, added);
        };
        QCOMPARE(tests::difference("dx", backward(more).cpu(), backward({}).add(more).cpu(), 1e-5),
                 QString());
    }

    // Through autograd, as a block uses it.
    void aSumAndItsNorm_data() { addTypes(); }
    void aSumAndItsNorm()
    {
        for (const int64_t width : {77, 256}) {
            QCOMPARE(compared(
                         [](const std::vector<Tensor>& in) {
                             const NormedSum both =
                                 rmsNormOfSum(in[0], in[1], in[2].detach(), 1e-5);
                             return std::vector<Tensor>{both.y, both.sum};
                         },
                         [](const std::vector<Tensor>& in) {
                             const Tensor sum = in[0].add(in[1]);
                             return std::vector<Tensor>{rmsNormReference(sum, in[2].detach(), 1e-5),
                                                        sum};
                         },
                         {numbers({9, width}, 1), numbers({9, width}, 2), numbers({width}, 3)}),
                     QString());
        }
    }

    void rotary_data() { addTypes(); }
    void rotary()
    {
        const RotaryTable table = rotaryTable(numbers({12}, 3).abs(), 32, 1.1);
        const Tensor positions = at::tensor({0, 1, 2, 0, 1, 31}, at::kLong);
        const RotaryTable moved{table.cos, table.sin};
        QCOMPARE(compared(
                     [&](const std::vector<Tensor>& in) {
                         return std::vector<Tensor>{engine::kernels::rotary(
                             in[0], onGpu(positions), {onGpu(table.cos), onGpu(table.sin)})};
                     },
                     [&](const std::vector<Tensor>& in) {
                         return std::vector<Tensor>{rotaryReference(in[0], positions, table)};
                     },
                     {numbers({6, 3, 32}, 1)}),
                 QString());
    }

    void aPositionOutsideTheTableGivesNoNumber()
    {
        const RotaryTable table = rotaryTable(onGpu(numbers({4}, 3).abs()), 8);
        const Tensor y = engine::kernels::rotary(
            onGpu(numbers({1, 1, 8}, 1).to(at::kFloat)), onGpu(at::tensor({8}, at::kLong)), table);
        QVERIFY(y.isnan().all().item<bool>());
    }

    void gatedMlp_data() { addTypes(); }
    void gatedMlp()
    {
        for (const Activation activation : {Activation::Silu,
                                            Activation::GeluTanh,
                                            Activation::GeluErf,
                                            Activation::Relu,
                                            Activation::Tanh}) {
            const auto with = [=](auto function) {
                return [=](const std::vector<Tensor>& in) {
                    return std::vector<Tensor>{function(in[0],
                                                        matrix(in[1], in[4], in[5], 0),
                                                        matrix(in[2], in[6], in[7], 0),
                                                        matrix(in[3], in[8], in[9], 0),
                                                        activation)};
                };
            };
            QCOMPARE(compared(with(engine::kernels::gatedMlp),
                              with(gatedMlpReference),
                              {numbers({6, 16}, 1),
                               numbers({24, 16}, 2),
                               numbers({24, 16}, 3),
                               numbers({16, 24}, 4),
                               numbers({2, 16}, 5),
                               numbers({24, 2}, 6),
                               numbers({2, 16}, 7),
                               numbers({24, 2}, 8),
                               numbers({2, 24}, 9),
                               numbers({16, 2}, 10)}),
                     QString());
        }
    }

    void gatedMlpRecomputedIsGatedMlp()
    {
        const auto with = [](auto function) {
            return gpu([=](const std::vector<Tensor>& in) {
                return std::vector<Tensor>{function(in[0],
                                                    matrix(in[1], in[4], in[5], 0.1),
                                                    matrix(in[2], in[6], in[7], 0.1),
                                                    FrozenMatrix{in[3], {}, {}},
                                                    Activation::Silu)};
            });
        };
        QCOMPARE(tests::fusedEqualsPlain(with(engine::kernels::gatedMlpRecomputed),
                                         with(engine::kernels::gatedMlp),
                                         {numbers({6, 16}, 1),
                                          numbers({24, 16}, 2),
                                          numbers({24, 16}, 3),
                                          numbers({16, 24}, 4),
                                          numbers({2, 16}, 5),
                                          numbers({24, 2}, 6),
                                          numbers({2, 16}, 7),
                                          numbers({24, 2}, 8)},
                                         at::kFloat,
                                         1e-6),
                 QString());
    }

    void placedTargets_data() { addTypes(); }
    void placedTargets()
    {
        const Tensor head = numbers({50, 16}, 2);
        const auto tensor = [](std::initializer_list<int64_t> list) {
            return at::tensor(std::vector<int64_t>(list), at::kLong);
        };
        for (const LossForm& form : {LossForm{}, LossForm{0.1, 1.5}}) {
            QCOMPARE(compared(
                         [&](const std::vector<Tensor>& in) {
                             const PlacedTargets placed{onGpu(tensor({0, 3, 0, 0})),
                                                        onGpu(tensor({7, 49, -100, -100})),
                                                        onGpu(tensor({0, 4, 4, 1, 4}))};
                             const Tensor weight = onGpu(head).to(in[0].scalar_type());
                             return std::vector<Tensor>{
                                 frozenHeadCrossEntropy(in[0], {weight}, placed, form).lossSum};
                         },
                         [&](const std::vector<Tensor>& in) {
                             Tensor logits = in[0].mm(head.to(in[0].scalar_type()).t());
                             if (form.cap > 0) {
                                 logits = logits.div(form.cap).tanh().mul(form.cap);
                             }
                             return std::vector<Tensor>{crossEntropyReference(
                                 logits, tensor({7, -100, -100, 49, -100}), form.smoothing)};
                         },
                         {numbers({5, 16}, 1)}),
                     QString());
        }
    }

    void loraLinear_data() { addTypes(); }
    void loraLinear()
    {
        for (const double dropout : {0.0, 0.25}) {
            const auto with = [=](auto function) {
                return [=](const std::vector<Tensor>& in) {
                    return function(
                        in[0],
                        std::vector<FrozenMatrix>{matrix(in[1], in[3], in[4], dropout),
                                                  matrix(in[2], in[5], in[6], dropout)});
                };
            };
            QCOMPARE(compared(with(engine::kernels::loraLinear),
                              with(loraLinearReference),
                              {numbers({8, 32}, 1),
                               numbers({16, 32}, 2),
                               numbers({8, 32}, 3),
                               numbers({4, 32}, 4),
                               numbers({16, 4}, 5),
                               numbers({4, 32}, 6),
                               numbers({8, 4}, 7)}),
                     QString());
        }
    }

    void attention_data() { addTypes(); }
    void attention()
    {
        const Sequences sequences{{0, 1, 40, 200}, {0, 1, 40, 200}};
        const auto with = [&](auto function) {
            return [&sequences, function](const std::vector<Tensor>& in) {
                return std::vector<Tensor>{function(in[0], in[1], in[2], sequences, 0.125)};
            };
        };
        QCOMPARE(
            compared(
                with(engine::kernels::attention),
                with(attentionReference),
                {numbers({200, 4, 64}, 1), numbers({200, 2, 64}, 2), numbers({200, 2, 64}, 3)}),
            QString());
        qInfo("attention: %s", deviceKernels().attentionBackend().c_str());
    }

    void crossEntropy_data() { addTypes(); }
    void crossEntropy()
    {
        QFETCH(int, type);
        const auto [name, scalar, tolerance] = kTypes[type];
        for (const int64_t vocabulary : {7, 1000, 50257}) {
            const Tensor logits = numbers({5, vocabulary}, 1).mul(4).to(scalar);
            const Tensor targets = at::tensor(
                {int64_t{0}, vocabulary - 1, int64_t{3}, int64_t{-100}, int64_t{2}}, at::kLong);
            Tensor reference = logits.to(at::kDouble).requires_grad_();
            const Tensor loss = crossEntropyReference(reference, targets);
            loss.backward();
            Tensor moved = onGpu(logits);
            Tensor losses = onGpu(at::full({5}, -1.0F));
            Tensor correct = onGpu(at::full({5}, 9, at::kByte));
            deviceKernels().crossEntropy(moved, onGpu(targets), true, losses, correct);
            QCOMPARE(tests::difference("loss", losses.sum().cpu(), loss, tolerance), QString());
            QCOMPARE(tests::difference("gradient", moved.cpu(), reference.grad(), tolerance),
                     QString());
            const Tensor expected = logits.argmax(1).eq(targets).to(at::kByte);
            QVERIFY(correct.cpu().equal(expected));
        }
    }

    void dropoutIsTheProcessorsBitForBit_data() { addTypes(); }
    void dropoutIsTheProcessorsBitForBit()
    {
        QFETCH(int, type);
        const Tensor x = numbers({37, 41}, 1).to(kTypes[type].type);
        const uint64_t seed = 0x123456789abcdef0;
        QVERIFY(deviceKernels()
                    .dropout(onGpu(x), 0.05, seed)
                    .cpu()
                    .equal(counterDropout(x, 0.05, seed)));
    }

    void aSeedMayLieOnTheDevice()
    {
        const Tensor x = numbers({37, 41}, 1).to(at::kFloat);
        const uint64_t seed = 0xf23456789abcdef0;
        const Tensor placed =
            onGpu(at::full({1}, std::bit_cast<int64_t>(seed), at::dtype(at::kLong)));
        QVERIFY(deviceKernels()
                    .dropoutByPlacedSeed(onGpu(x), 0.2, placed)
                    .cpu()
                    .equal(counterDropout(x, 0.2, seed)));
    }

    void nf4_data() { addTypes(); }
    void nf4()
    {
        QFETCH(int, type);
        Nf4Weight weight;
        weight.shape = {33, 67};
        const int64_t blocks = (weight.numbers() + 63) / 64;
        weight.codes = at::arange((weight.numbers() + 1) / 2).mul(37).remainder(256).to(at::kByte);
        weight.scales = at::arange(blocks).mul(11).remainder(256).to(at::kByte);
        weight.scaleTable = at::arange(256, at::kFloat).div(255);
        weight.scaleScales = at::full({(blocks + 255) / 256}, 2.5F);
        weight.offset = 0.125;
        Nf4Weight moved = weight;
        for (Tensor* part : {&moved.codes, &moved.scales, &moved.scaleTable, &moved.scaleScales}) {
            *part = onGpu(*part);
        }
        QCOMPARE(tests::difference("weight",
                                   dequantizeNf4(moved, kTypes[type].type).cpu(),
                                   dequantizeNf4(weight, kTypes[type].type),
                                   kTypes[type].type == at::kFloat ? 1e-6 : 1e-2),
                 QString());
    }

    void adamw()
    {
        AdamwSettings settings;
        settings.weightDecay = 0.1;
        std::vector<Tensor> cpu, gpu;
        for (int64_t i = 0; i < 4; ++i) {
            Tensor x = numbers({5000}, i).to(at::kFloat);
            cpu.push_back(i == 3 ? x.abs() : x); // second moments are no negative numbers
            gpu.push_back(onGpu(cpu.back()));
        }
        Tensor control = onGpu(at::tensor({1e-3F, 0.0F, 1.0F}));
        for (int64_t step = 1; step <= 3; ++step) {
            adamwReference(cpu[0], cpu[1], cpu[2], cpu[3], step, settings);
            if (step < 3) {
                adamwStep(gpu[0], gpu[1], gpu[2], gpu[3], step, settings);
            } else { // the same from numbers on the device
                control[1].fill_(static_cast<double>(step));
                settings.learningRate = 1; // times the one there
                deviceKernels().adamwByControl(gpu[0], gpu[1], gpu[2], gpu[3], control, settings);
            }
        }
        for (const std::size_t i : {0, 2, 3}) {
            QCOMPARE(tests::difference("buffer", gpu[i].cpu(), cpu[i], 1e-5), QString());
        }
    }

    void gradientsAreClippedToTheirLimit()
    {
        Tensor control = onGpu(at::full({3}, -1.0F));
        const Tensor gradients = onGpu(at::full({100}, 0.5F)); // of length 5
        QCOMPARE(deviceKernels().clipFactor(gradients, 1.0, control).item<float>(), 5.0F);
        QCOMPARE(control[2].item<float>(), 0.2F);
        deviceKernels().clipFactor(gradients, 9.0, control);
        QCOMPARE(control[2].item<float>(), 1.0F);
    }
};

QTEST_GUILESS_MAIN(TestParts)
#include "tst_parts.moc"
