// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Attention of many tokens on the GPU, by whatever computes it there: against float32, which is
// composed, and against itself.
#include "engine/kernels/attention.h"

#include "tests/cuda/gpu.h"
#include "tests/support/gradient_check.h"

#include <ATen/Context.h>
#include <ATen/ops/cat.h>

#include <QtTest>

using namespace engine::kernels;
using tests::numbers;

namespace {

const at::Device kGpu(at::kCUDA, 0);
constexpr double kScale = 0.08;

// A result and its gradients, on the GPU.
struct Attended
{
    Tensor out;
    Tensor q;
    Tensor k;
    Tensor v;

    std::vector<Tensor> all() const { return {out, q, k, v}; }
};

struct Inputs
{
    Tensor q;
    Tensor k;
    Tensor v;
    Tensor gradient;

    // q, k and v side by side in one buffer, as a product of stacked weights leaves them.
    static Inputs made(int64_t tokens, int64_t heads, int64_t kvHeads, int64_t headDim)
    {
        const Tensor all =
            numbers({tokens, heads + 2 * kvHeads, headDim}, 1).to(kGpu, at::kBFloat16);
        return {all.narrow(1, 0, heads),
                all.narrow(1, heads, kvHeads),
                all.narrow(1, heads + kvHeads, kvHeads),
                numbers({tokens, heads, headDim}, 2).to(kGpu, at::kBFloat16)};
    }

    Inputs inFloat() const
    {
        return {q.to(at::kFloat), k.to(at::kFloat), v.to(at::kFloat), gradient.to(at::kFloat)};
    }
    // Of every tensor its part, of `parts`.
    Inputs heads(int64_t part, int64_t parts) const
    {
        const auto of = [&](const Tensor& x) { return x.chunk(parts, 1)[part]; };
        return {of(q), of(k), of(v), of(gradient)};
    }
};

Attended attend(const Inputs& in, const Sequences& sequences)
{
    const DeviceKernels& gpu = deviceKernels();
    const AttentionForward forward = gpu.attention(in.q, in.k, in.v, sequences, kScale);
    const AttentionGradients gradients = gpu.attentionBackward(
        in.gradient, in.q, in.k, in.v, forward.out, forward.saved, sequences, kScale);
    return {forward.out, gradients.q, gradients.k, gradients.v};
}

// cuDNN where it takes room for itself, else flash: nobody else may have answered.
bool isByTheFastest()
{
    const bool hasCudnn = deviceKernels().attentionBytes(kGpu) > 0;
    return deviceKernels().attentionBackend() == (hasCudnn ? "cudnn" : "flash");
}

// Of the largest number there.
double relativeDifference(const Tensor& actual, const Tensor& expected)
{
    const Tensor reference = expected.to(at::kFloat);
    const double worst = (actual.to(at::kFloat) - reference).abs().max().item<double>();
    return worst / reference.abs().max().item<double>();
}

} // namespace

class TestAttention : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!tests::whyNoGpu().isEmpty()) {
            QSKIP(qPrintable(tests::whyNoGpu()));
        }
        at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/false);
    }

    void raggedSequencesEqualFloat32()
    {
        const Sequences sequences{{0, 700, 1901, 1902, 2000}, {0, 700, 1901, 1902, 2000}};
        const Inputs in = Inputs::made(2000, 8, 2, 128);
        const std::vector<Tensor> actual = attend(in, sequences).all();
        QVERIFY2(isByTheFastest(), deviceKernels().attentionBackend().c_str());
        const std::vector<Tensor> expected = attend(in.inFloat(), sequences).all();
        for (std::size_t i = 0; i < actual.size(); ++i) {
            const double difference = relativeDifference(actual[i], expected[i]);
            QVERIFY2(difference < 0.02, qPrintable(QString("%1: %2").arg(i).arg(difference)));
        }
    }

    void theSameBitsEveryTime()
    {
        const Sequences sequences{{0, 1500, 4000}, {0, 1500, 4000}};
        const Inputs in = Inputs::made(4000, 8, 2, 128);
        const std::vector<Tensor> first = attend(in, sequences).all();
        QVERIFY2(isByTheFastest(), deviceKernels().attentionBackend().c_str());
        for (int i = 0; i < 3; ++i) {
            const std::vector<Tensor> again = attend(in, sequences).all();
            for (std::size_t j = 0; j < first.size(); ++j) {
                QVERIFY2(first[j].equal(again[j]), std::to_string(j).c_str());
            }
        }
    }

    // So many scores that heads are taken in parts, where cuDNN computes.
    void headsInPartsGiveWhatTheyGiveAlone()
    {
        const Sequences sequences{{0, 8192}, {0, 8192}};
        const Inputs in = Inputs::made(8192, 32, 4, 64);
        const std::vector<Tensor> together = attend(in, sequences).all();
        QVERIFY2(isByTheFastest(), deviceKernels().attentionBackend().c_str());
        const std::vector<Tensor> left = attend(in.heads(0, 2), sequences).all();
        const std::vector<Tensor> right = attend(in.heads(1, 2), sequences).all();
        for (std::size_t i = 0; i < together.size(); ++i) {
            const double difference =
                relativeDifference(together[i], at::cat({left[i], right[i]}, 1));
            QVERIFY2(difference < 0.01, qPrintable(QString("%1: %2").arg(i).arg(difference)));
        }
    }
};

QTEST_GUILESS_MAIN(TestAttention)
#include "tst_attention.moc"
