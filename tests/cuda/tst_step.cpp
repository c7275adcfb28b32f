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
    explicit Step(int64_t tokens = 64)
        : x(made({tokens, 128}, 1).requires_grad_()), sequences{{0, tokens}, {0, tokens}}
    {
        x.mutable_grad() = at::zeros_like(x);
    }

    Tensor x;
    Tensor weight = made({128}, 2);
    Tensor loss = at::zeros({}, at::dtype(at::kFloat).device(kGpu));
    Sequences sequences;

    void run()
    {
        x.mutable_grad().zero_();
        const Tensor heads = rmsNorm(x, weight, 1e-5).view({x.size(0), 2, 64});
        const Tensor sum = attention(heads, heads, heads, sequences, 0.125).to(at::kFloat).sum();
        sum.backward();
        loss.copy_(sum.detach());
    }
};

// Launched once on the stream of recordings, then recorded there.
std::unique_ptr<RecordedStep> recordingOf(Step& step)
{
    std::unique_ptr<RecordedStep> graph;
    deviceKernels().onRecordingStream(kGpu, [&] {
        step.run();
        graph = deviceKernels().record(step.sequences, [&] { step.run(); });
    });
    return graph;
}

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

    // Short sequences, and long ones, which cuDNN takes where it may.
    void aRecordedStepGivesWhatTheStepGives_data()
    {
        QTest::addColumn<qint64>("times");
        QTest::newRow("64 tokens") << qint64{1};
        QTest::newRow("1024 tokens") << qint64{16};
    }
    void aRecordedStepGivesWhatTheStepGives()
    {
        QFETCH(qint64, times);
        Step recorded(64 * times);
        recorded.sequences = {{0, 20 * times, 30 * times, 64 * times},
                              {0, 20 * times, 30 * times, 64 * times}};
        const auto graph = recordingOf(recorded);
        Step plain(64 * times);
        // Other numbers and other sequences than it was recorded with.
        for (Step* step : {&recorded, &plain}) {
            const at::NoGradGuard noGrad;
            step->x.copy_(made({64 * times, 128}, 9));
        }
        plain.sequences = {{0, 34 * times, 64 * times}, {0, 34 * times, 64 * times}};
        plain.run();
        deviceKernels().onRecordingStream(kGpu, [&] { graph->play(plain.sequences); });
        QCOMPARE(tests::difference("loss", recorded.loss.cpu(), plain.loss.cpu(), 1e-6), QString());
        QCOMPARE(tests::difference("gradient", recorded.x.grad().cpu(), plain.x.grad().cpu(), 1e-3),
                 QString());
    }

    // What is launched afterwards with the sequences of the recording reads its own offsets.
    void aRecordingKeepsItsOffsetsToItself()
    {
        Step recorded;
        recorded.sequences = {{0, 20, 30, 64}, {0, 20, 30, 64}};
        const auto graph = recordingOf(recorded);
        const Sequences others{{0, 34, 64}, {0, 34, 64}};
        deviceKernels().onRecordingStream(kGpu, [&] { graph->play(others); });
        Step plain;
        plain.sequences = recorded.sequences;
        plain.run();
        Step again;
        again.sequences = {{0, 20, 30, 64, 64}, {0, 20, 30, 64, 64}};
        again.run();
        QCOMPARE(tests::difference("loss", plain.loss.cpu(), again.loss.cpu(), 1e-6), QString());
    }

    void sequencesThatDoNotFitTheRecordingAreRefused()
    {
        Step step;
        step.sequences = {{0, 32, 64}, {0, 32, 64}};
        const auto graph = recordingOf(step);
        for (const std::vector<int64_t>& offsets :
             {std::vector<int64_t>{0, 5, 10, 15, 20, 25, 30, 35, 40, 64},
              {0, 40, 64},
              {0, 32, 60}}) {
            QVERIFY_EXCEPTION_THROWN(graph->play(Sequences{offsets, offsets}), c10::Error);
        }
    }

    void workThatWaitsIsNotRecorded()
    {
        const Tensor x = made({8}, 1);
        deviceKernels().onRecordingStream(kGpu, [&] {
            QVERIFY_EXCEPTION_THROWN(deviceKernels().record({}, [&] { x.sum().item<float>(); }),
                                     c10::Error);
        });
        QVERIFY(x.sum().isfinite().item<bool>()); // the stream is as it was
    }

    void memoryIsCounted()
    {
        const int64_t before = deviceKernels().freeBytes(kGpu);
        constexpr int64_t kBytes = int64_t{256} << 20;
        const Tensor x = at::zeros({kBytes}, at::dtype(at::kByte).device(kGpu));
        QVERIFY(deviceKernels().freeBytes(kGpu) <= before - kBytes / 2);
        QVERIFY(deviceKernels().peakBytes(kGpu) >= kBytes);
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
