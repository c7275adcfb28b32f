// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A recorded step against the same step launched piece by piece, and the pinned upload.
#include "engine/kernels/attention.h"
#include "engine/kernels/rms_norm.h"
#include "tests/cuda/gpu.h"
#include "tests/support/gradient_check.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <QtTest>

using namespace engine::kernels;
using tests::numbers;

namespace {

const at::Device kGpu(at::kCUDA, 0);

Tensor made(at::IntArrayRef shape, int64_t seed)
{
    return numbers(shape, seed).to(at::kBFloat16).to(kGpu);
}

// Norm and attention of packed sequences with their gradients, into buffers that stay.
struct Step
{
    Tensor x = made({64, 128}, 1).requires_grad_();
    Tensor weight = made({128}, 2);
    Tensor loss = at::zeros({}, at::dtype(at::kFloat).device(kGpu));
    Sequences sequences{{0, 64}, {0, 64}};

    Step() { x.mutable_grad() = at::zeros_like(x); }

    void run()
    {
        x.mutable_grad().zero_();
        const Tensor heads = rmsNorm(x, weight, 1e-5).view({64, 2, 64});
        const Tensor sum = attention(heads, heads, heads, sequences, 0.125).to(at::kFloat).sum();
        sum.backward();
        loss.copy_(sum.detach());
    }
};

} // namespace

class TestStep : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!tests::whyNoGpu().isEmpty()) {
            QSKIP(qPrintable(tests::whyNoGpu()));
        }
    }

    void aRecordedStepGivesWhatTheStepGives()
    {
        Step recorded;
        recorded.sequences = {{0, 20, 30, 64}, {0, 20, 30, 64}};
        const auto graph = deviceKernels().record([&] { recorded.run(); });
        Step plain;
        // Other numbers and other sequences than it was recorded with.
        for (Step* step : {&recorded, &plain}) {
            const at::NoGradGuard noGrad;
            step->x.copy_(made({64, 128}, 9));
        }
        plain.sequences = {{0, 34, 64}, {0, 34, 64}};
        plain.run();
        graph->play(plain.sequences);
        QCOMPARE(tests::difference("loss", recorded.loss.cpu(), plain.loss.cpu(), 1e-6), QString());
        QCOMPARE(tests::difference("gradient", recorded.x.grad().cpu(), plain.x.grad().cpu(), 1e-3),
                 QString());
    }

    void sequencesThatDoNotFitTheRecordingAreRefused()
    {
        Step step;
        step.sequences = {{0, 32, 64}, {0, 32, 64}};
        const auto graph = deviceKernels().record([&] { step.run(); });
        for (const std::vector<int64_t>& offsets :
             {std::vector<int64_t>{0, 20, 40, 64}, {0, 40, 64}, {0, 32, 60}}) {
            QVERIFY_EXCEPTION_THROWN(graph->play(Sequences{offsets, offsets}), c10::Error);
        }
    }

    // More than both pinned buffers, and no multiple of them.
    void anUploadArrivesWhole()
    {
        const Tensor source = at::arange((int64_t{5} << 25) + 3, at::kInt);
        Tensor target = at::empty_like(source, source.options().device(kGpu));
        deviceKernels().upload(source.const_data_ptr(), target);
        QVERIFY(target.cpu().equal(source));
    }
};

QTEST_GUILESS_MAIN(TestStep)
#include "tst_step.moc"
