// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/adamw.h"
#include "engine/kernels/reference.h"
#include "tests/support/gradient_check.h"

#include <QtTest>

using namespace engine::kernels;
using tests::numbers;

namespace {

struct Buffers
{
    Tensor parameters;
    Tensor m;
    Tensor v;

    explicit Buffers(const Tensor& start)
        : parameters(start.to(at::kFloat).clone()), m(at::zeros_like(parameters)),
          v(at::zeros_like(parameters))
    {
    }
};

} // namespace

class TestAdamw : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Weights after the third step, printed by adamw_reference.py.
    void threeStepsGiveTorchsWeights_data()
    {
        QTest::addColumn<double>("weightDecay");
        QTest::addColumn<std::vector<float>>("weights");
        QTest::newRow("no decay")
            << 0.0
            << std::vector<float>{0.970848262F, -2.02326751F, 0.521343291F, 3.0F, -0.278949022F};
        QTest::newRow("decay") << 0.1
                               << std::vector<float>{0.967880964F,
                                                     -2.01724482F,
                                                     0.519816458F,
                                                     2.991009F,
                                                     -0.278170466F};
    }
    void threeStepsGiveTorchsWeights()
    {
        QFETCH(double, weightDecay);
        QFETCH(std::vector<float>, weights);
        Buffers buffers(at::tensor({1.0, -2.0, 0.5, 3.0, -0.25}));
        const AdamwSettings settings{0.01, 0.9, 0.98, 1e-6, weightDecay};
        for (int64_t step = 1; step <= 3; ++step) {
            const Tensor gradient = at::tensor({0.1F, -0.2F, 0.3F, 0.0F, 1e-4F})
                                        .mul(step)
                                        .add(at::tensor({0.0F, 0.5F, -0.7F, 0.0F, 0.0F}));
            adamwStep(buffers.parameters, gradient, buffers.m, buffers.v, step, settings);
        }
        QCOMPARE(tests::difference("weights", buffers.parameters, at::tensor(weights), 1e-7),
                 QString());
    }

    void largeBuffersEqualPlain()
    {
        Buffers fused(numbers({40001}, 1));
        Buffers plain(numbers({40001}, 1));
        const AdamwSettings settings{2e-4, 0.9, 0.999, 1e-8, 0.01};
        for (int64_t step = 1; step <= 5; ++step) {
            const Tensor gradient = numbers({40001}, step + 1).to(at::kFloat);
            adamwStep(fused.parameters, gradient, fused.m, fused.v, step, settings);
            adamwReference(plain.parameters, gradient, plain.m, plain.v, step, settings);
        }
        QCOMPARE(tests::difference("parameters", fused.parameters, plain.parameters, 1e-6),
                 QString());
        QCOMPARE(tests::difference("m", fused.m, plain.m, 1e-6), QString());
        QCOMPARE(tests::difference("v", fused.v, plain.v, 1e-6), QString());
    }

    void aZeroGradientStillDecays()
    {
        Buffers buffers(at::tensor({2.0}));
        adamwStep(buffers.parameters,
                  at::zeros({1}),
                  buffers.m,
                  buffers.v,
                  1,
                  {0.1, 0.9, 0.999, 1e-8, 0.5});
        QCOMPARE(buffers.parameters.item<float>(), 1.9F);
    }

    void noNumbersAreNoWork()
    {
        Buffers buffers(at::zeros({0}));
        adamwStep(buffers.parameters, at::zeros({0}), buffers.m, buffers.v, 1, {});
        QCOMPARE(buffers.parameters.numel(), 0);
    }
};

QTEST_GUILESS_MAIN(TestAdamw)
#include "tst_adamw.moc"
