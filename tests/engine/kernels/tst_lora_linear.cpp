// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/lora_linear.h"
#include "engine/kernels/quantized_weight.h"
#include "engine/kernels/reference.h"
#include "tests/support/gradient_check.h"

#include <ATen/core/grad_mode.h>

#include <QtTest>

using namespace engine::kernels;
using tests::numbers;

namespace {

constexpr int64_t kIn = 6;

LowRank update(int64_t rank, RowSlice rows, double dropout = 0, uint64_t seed = 0)
{
    LowRank result;
    result.a = numbers({rank, kIn}, static_cast<int64_t>(seed) + 11);
    result.b = numbers({rows.rows(), rank}, static_cast<int64_t>(seed) + 12);
    result.scale = 1.7;
    result.rows = rows;
    result.dropout = dropout;
    result.seed = seed;
    return result;
}

LowRank scaled(LowRank update)
{
    const auto seed = static_cast<int64_t>(update.seed);
    update.innerScale = numbers({update.a.size(0)}, seed + 13);
    update.outerScale = numbers({update.b.size(0)}, seed + 14);
    return update;
}

FrozenMatrix matrix(int64_t out, std::vector<LowRank> updates, bool hasBias = false)
{
    return {
        numbers({out, kIn}, out), hasBias ? numbers({out}, out + 1) : Tensor(), std::move(updates)};
}

FrozenMatrix conv1d(int64_t out, std::vector<LowRank> updates)
{
    return {numbers({kIn, out}, out).t(), numbers({out}, out + 1), std::move(updates)};
}

struct Case
{
    const char* name;
    int64_t tokens;
    std::vector<FrozenMatrix> group;
};

const std::vector<Case>& cases()
{
    static const std::vector<Case> kCases{
        {"no update", 5, {matrix(4, {}, true)}},
        {"one token", 1, {matrix(4, {update(2, RowSlice::plain(0, 4))})}},
        {"no tokens", 0, {matrix(4, {update(2, RowSlice::plain(0, 4))})}},
        {"rank above width", 5, {matrix(4, {update(9, RowSlice::plain(0, 4))})}},
        {"query, key, value",
         7,
         {matrix(8, {update(2, RowSlice::plain(0, 8), 0, 1)}, true),
          matrix(4, {}, true),
          matrix(4, {update(3, RowSlice::plain(0, 4), 0, 2)}, true)}},
        {"query and value of a fused matrix",
         7,
         {conv1d(
             12,
             {update(2, RowSlice::plain(0, 4), 0, 1), update(2, RowSlice::plain(8, 4), 0, 2)})}},
        {"interleaved heads", 7, {matrix(12, {update(2, {2, 2, 6, 2})})}},
        {"dropout", 7, {matrix(8, {update(2, RowSlice::plain(0, 8), 0.3, 5)})}},
        {"dropout beside none",
         7,
         {matrix(8, {update(2, RowSlice::plain(0, 8), 0.5, 5), update(1, RowSlice::plain(3, 2))}),
          matrix(4, {update(2, RowSlice::plain(0, 4), 0.5, 6)})}},
        {"two updates on the same rows",
         7,
         {matrix(
             8, {update(2, RowSlice::plain(0, 8), 0, 1), update(3, RowSlice::plain(0, 8), 0, 2)})}},
        {"scales",
         7,
         {matrix(8,
                 {scaled(update(2, RowSlice::plain(0, 8), 0.3, 5)),
                  update(3, RowSlice::plain(0, 8), 0, 2)},
                 true),
          matrix(12, {scaled(update(3, {2, 2, 6, 2}, 0, 7))})}},
    };
    return kCases;
}

std::vector<Tensor> inputsOf(const Case& test)
{
    std::vector<Tensor> inputs{numbers({test.tokens, kIn}, 3)};
    for (const Tensor& parameter : groupParameters(test.group)) {
        inputs.push_back(parameter);
    }
    return inputs;
}

tests::TensorFunction with(std::vector<Tensor> (*function)(const Tensor&,
                                                           const std::vector<FrozenMatrix>&),
                           const std::vector<FrozenMatrix>& group)
{
    return [=](const std::vector<Tensor>& in) {
        return function(in[0], withParameters(group, at::TensorList(in).slice(1)));
    };
}

} // namespace

class TestLoraLinear : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fusedEqualsPlain_data()
    {
        QTest::addColumn<int>("test");
        QTest::addColumn<int>("type");
        for (int i = 0; i < int(cases().size()); ++i) {
            for (int j = 0; j < int(std::size(tests::kComparedTypes)); ++j) {
                QTest::addRow("%s, %s", cases()[i].name, tests::kComparedTypes[j].name) << i << j;
            }
        }
    }
    void fusedEqualsPlain()
    {
        QFETCH(int, test);
        QFETCH(int, type);
        const Case& chosen = cases()[test];
        const auto [name, scalar, tolerance] = tests::kComparedTypes[type];
        QCOMPARE(tests::fusedEqualsPlain(with(loraLinear, chosen.group),
                                         with(loraLinearReference, chosen.group),
                                         inputsOf(chosen),
                                         scalar,
                                         tolerance),
                 QString());
    }

    void gradientsMatchFiniteDifferences_data()
    {
        QTest::addColumn<int>("test");
        for (int i = 0; i < int(cases().size()); ++i) {
            QTest::addRow("%s", cases()[i].name) << i;
        }
    }
    void gradientsMatchFiniteDifferences()
    {
        QFETCH(int, test);
        const Case& chosen = cases()[test];
        QCOMPARE(tests::matchesFiniteDifferences(with(loraLinear, chosen.group), inputsOf(chosen)),
                 QString());
    }

    void theInterleavedSliceTouchesOnlyItsRows()
    {
        FrozenMatrix plain = matrix(12, {});
        const FrozenMatrix adapted = matrix(12, {update(2, {2, 2, 6, 2})});
        const Tensor x = numbers({4, kIn}, 3);
        const Tensor moved = loraLinear(x, {adapted})[0].ne(loraLinear(x, {plain})[0]).all(0);
        const std::vector<int64_t> rows{2, 3, 8, 9};
        for (int64_t row = 0; row < 12; ++row) {
            const bool isInSlice = std::find(rows.begin(), rows.end(), row) != rows.end();
            QCOMPARE(moved[row].item<bool>(), isInSlice);
        }
    }

    void aFrozenInputGetsNoGradient()
    {
        const Tensor x = numbers({4, kIn}, 3);
        FrozenMatrix frozen = matrix(4, {update(2, RowSlice::plain(0, 4), 0.2, 1)}, true);
        frozen.updates[0].a.requires_grad_();
        frozen.updates[0].b.requires_grad_();
        loraLinear(x, {frozen})[0].sum().backward();
        QVERIFY(!x.grad().defined());
        QVERIFY(!frozen.weight.grad().defined());
        QVERIFY(!frozen.bias.grad().defined());
        QVERIFY(frozen.updates[0].a.grad().defined());
        QVERIFY(frozen.updates[0].b.grad().defined());
    }

    void scalesAloneMayBeTrained()
    {
        FrozenMatrix frozen = matrix(4, {scaled(update(2, RowSlice::plain(0, 4)))});
        LowRank& update = frozen.updates[0];
        update.innerScale.requires_grad_();
        update.outerScale.requires_grad_();
        loraLinear(numbers({4, kIn}, 3), {frozen})[0].sum().backward();
        QVERIFY(update.innerScale.grad().defined());
        QVERIFY(update.outerScale.grad().defined());
        QVERIFY(!update.a.grad().defined());
        QVERIFY(!update.b.grad().defined());
    }

    void anUnusedOutputCountsAsZero()
    {
        const std::vector<FrozenMatrix> group{matrix(4, {update(2, RowSlice::plain(0, 4), 0, 1)}),
                                              matrix(8, {update(2, RowSlice::plain(0, 8), 0, 2)})};
        const auto second = [&](auto function) -> tests::TensorFunction {
            return [=](const std::vector<Tensor>& in) {
                const auto parameters = at::TensorList(in).slice(1);
                return std::vector<Tensor>{
                    function(in[0], withParameters(group, parameters)).back()};
            };
        };
        const auto inputs = inputsOf({"", 5, group});
        const auto fused = tests::evaluate(second(loraLinear), inputs, at::kDouble);
        const auto plain = tests::evaluate(second(loraLinearReference), inputs, at::kDouble);
        QCOMPARE(tests::difference("dx", fused.gradients[0], plain.gradients[0], 1e-9), QString());
        QVERIFY(!fused.gradients[1].defined());
    }

    void masterGradientsComeBackInFloat32()
    {
        FrozenMatrix half = matrix(4, {update(2, RowSlice::plain(0, 4))});
        half.weight = half.weight.to(at::kBFloat16);
        half.updates[0].a = half.updates[0].a.to(at::kFloat).requires_grad_();
        half.updates[0].b = half.updates[0].b.to(at::kFloat).requires_grad_();
        const Tensor y = loraLinear(numbers({4, kIn}, 3).to(at::kBFloat16), {half})[0];
        y.sum().backward();
        QVERIFY(y.scalar_type() == at::kBFloat16);
        QVERIFY(half.updates[0].a.grad().scalar_type() == at::kFloat);
        QVERIFY(half.updates[0].b.grad().scalar_type() == at::kFloat);
    }

    // Results and gradients are those of the dense weight with the same numbers; the weight itself
    // is no parameter.
    void aQuantizedWeightCountsAsItsNumbers_data()
    {
        QTest::addColumn<int>("form");
        QTest::newRow("nf4") << static_cast<int>(Quantization::Nf4);
        QTest::newRow("int8") << static_cast<int>(Quantization::Int8);
    }
    void aQuantizedWeightCountsAsItsNumbers()
    {
        QFETCH(int, form);
        std::vector<FrozenMatrix> dense{matrix(8, {update(2, RowSlice::plain(0, 8), 0, 1)}, true),
                                        conv1d(12, {update(2, RowSlice::plain(8, 4), 0.3, 2)}),
                                        matrix(4, {})};
        std::vector<FrozenMatrix> quantized = dense;
        for (std::size_t i = 0; i < dense.size(); ++i) {
            for (std::vector<FrozenMatrix>* group : {&dense, &quantized}) {
                for (LowRank& low : (*group)[i].updates) {
                    low.a = low.a.detach().to(at::kFloat).clone().requires_grad_();
                    low.b = low.b.detach().to(at::kFloat).clone().requires_grad_();
                }
                Tensor& bias = (*group)[i].bias;
                bias = bias.defined() ? bias.to(at::kFloat).clone() : bias;
            }
            const auto weight = std::make_shared<const QuantizedWeight>(
                quantize(dense[i].weight.to(at::kFloat), static_cast<Quantization>(form)));
            dense[i].weight = dequantize(*weight, at::kFloat);
            quantized[i].weight = Tensor();
            quantized[i].quantized = weight;
        }
        quantized[0].bias.requires_grad_();
        dense[0].bias.requires_grad_();
        QCOMPARE(groupParameters(quantized).size(), groupParameters(dense).size() - 3);
        const auto gradientOf = [](const std::vector<FrozenMatrix>& group) {
            Tensor x = numbers({7, kIn}, 3).to(at::kFloat).requires_grad_();
            Tensor sum;
            for (const Tensor& y : loraLinear(x, group)) {
                sum = sum.defined() ? sum + y.square().sum() : y.square().sum();
            }
            sum.backward();
            return x.grad();
        };
        QVERIFY(gradientOf(quantized).equal(gradientOf(dense)));
        for (std::size_t i = 0; i < dense.size(); ++i) {
            for (std::size_t j = 0; j < dense[i].updates.size(); ++j) {
                QVERIFY(quantized[i].updates[j].a.grad().equal(dense[i].updates[j].a.grad()));
                QVERIFY(quantized[i].updates[j].b.grad().equal(dense[i].updates[j].b.grad()));
            }
        }
        QVERIFY(quantized[0].bias.grad().equal(dense[0].bias.grad()));
    }

    void withoutGradientsNothingIsKept()
    {
        const at::NoGradGuard guard;
        FrozenMatrix adapted = matrix(4, {update(2, RowSlice::plain(0, 4))});
        adapted.updates[0].a.requires_grad_();
        QVERIFY(!loraLinear(numbers({4, kIn}, 3), {adapted})[0].grad_fn());
    }
};

QTEST_GUILESS_MAIN(TestLoraLinear)
#include "tst_lora_linear.moc"
