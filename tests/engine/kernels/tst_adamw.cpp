// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/adamw.h"
#include "engine/kernels/reference.h"
#include "tests/support/gradient_check.h"

#include <QtTest>

#include <ATen/ops/equal.h>

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
    void threeStepsGiveTheWeights_data()
    {
        QTest::addColumn<AdamwForm>("form");
        QTest::addColumn<double>("weightDecay");
        QTest::addColumn<std::vector<float>>("weights");
        using Weights = std::vector<float>;
        QTest::newRow("torch") << AdamwForm::Torch << 0.0
                               << Weights{
                                      0.970848262F, -2.02326751F, 0.521343291F, 3, -0.278949022F};
        QTest::newRow("torch, decay")
            << AdamwForm::Torch << 0.1
            << Weights{0.967880964F, -2.01724482F, 0.519816458F, 2.991009F, -0.278170466F};
        QTest::newRow("loralib") << AdamwForm::Loralib << 0.0
                                 << Weights{
                                        0.970849175F, -2.02326705F, 0.52134298F, 3, -0.278018557F};
        QTest::newRow("loralib, decay")
            << AdamwForm::Loralib << 0.1
            << Weights{0.967910908F, -2.01722108F, 0.519794834F, 2.991009F, -0.277213317F};
    }
    void threeStepsGiveTheWeights()
    {
        QFETCH(AdamwForm, form);
        QFETCH(double, weightDecay);
        QFETCH(std::vector<float>, weights);
        Buffers buffers(at::tensor({1.0, -2.0, 0.5, 3.0, -0.25}));
        const AdamwSettings settings{0.01, 0.9, 0.98, 1e-6, weightDecay, form};
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

    // Columns of a matrix that is itself a part, each as if it were trained alone.
    void rowsCountTheirOwnSteps_data()
    {
        QTest::addColumn<AdamwForm>("form");
        QTest::newRow("torch") << AdamwForm::Torch;
        QTest::newRow("loralib") << AdamwForm::Loralib;
    }
    void rowsCountTheirOwnSteps()
    {
        QFETCH(AdamwForm, form);
        Buffers whole(numbers({6, 5}, 1));
        const AdamwSettings settings{1e-2, 0.9, 0.99, 1e-8, 0.1, form};
        const auto partOf = [](const Tensor& matrix) { return matrix.narrow(1, 1, 3); };
        const Tensor before = whole.parameters.clone();
        Tensor parameters = partOf(whole.parameters);
        Tensor m = partOf(whole.m);
        Tensor v = partOf(whole.v);
        m.copy_(numbers({6, 3}, 2).mul(0.1));
        v.copy_(numbers({6, 3}, 3).square());
        const Tensor gradients = numbers({6, 3}, 4).to(at::kFloat);
        const std::vector<int64_t> steps = {7, 1, 30};
        std::vector<Buffers> alone;
        for (int64_t column = 0; column < 3; ++column) {
            Buffers one(parameters.select(1, column));
            one.m.copy_(m.select(1, column));
            one.v.copy_(v.select(1, column));
            adamwStep(one.parameters,
                      gradients.select(1, column).contiguous(),
                      one.m,
                      one.v,
                      steps[static_cast<std::size_t>(column)],
                      settings);
            alone.push_back(one);
        }
        adamwStepBySteps(
            parameters, gradients, m, v, at::tensor(steps, at::kDouble).unsqueeze(0), settings);
        for (int64_t column = 0; column < 3; ++column) {
            const Buffers& one = alone[static_cast<std::size_t>(column)];
            QCOMPARE(
                tests::difference("parameters", parameters.select(1, column), one.parameters, 1e-6),
                QString());
            QCOMPARE(tests::difference("m", m.select(1, column), one.m, 1e-6), QString());
            QCOMPARE(tests::difference("v", v.select(1, column), one.v, 1e-6), QString());
        }
        for (const int64_t column : {0, 4}) {
            QVERIFY(at::equal(whole.parameters.select(1, column), before.select(1, column)));
        }
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
