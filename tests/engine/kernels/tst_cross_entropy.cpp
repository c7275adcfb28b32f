// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/cross_entropy.h"
#include "engine/kernels/loss_rows.h"
#include "engine/kernels/quantized_weight.h"
#include "engine/kernels/reference.h"
#include "tests/support/gradient_check.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/linear.h>

#include <QtTest>

using namespace engine::kernels;
using tests::numbers;

namespace {

struct Case
{
    const char* name;
    std::vector<int64_t> targets;
    int64_t vocabulary;
    bool hasBias;
};

const Case kCases[] = {
    {"every token", {3, 0, 6, 6}, 7, false},
    {"some tokens", {-100, 2, -100, 18, 5, -100}, 19, true},
    {"one token", {1}, 40, false},
    {"none trained", {-100, -100}, 7, false},
    {"no tokens", {}, 7, true},
};

constexpr int64_t kWidth = 5;
constexpr LossForm kForms[] = {{0, 0}, {0.1, 0}, {1, 0}, {0, 1.5}, {0.1, 1.5}};

Tensor targetsOf(const Case& test)
{
    return at::tensor(test.targets, at::kLong);
}

Tensor hiddenOf(const Case& test)
{
    return numbers({static_cast<int64_t>(test.targets.size()), kWidth}, 1);
}

struct Head
{
    Tensor weight;
    Tensor bias;
};

Head headOf(const Case& test, at::ScalarType type = at::kDouble)
{
    return {numbers({test.vocabulary, kWidth}, 2).mul(2).to(type),
            test.hasBias ? numbers({test.vocabulary}, 3).to(type) : Tensor()};
}

Tensor capped(const Tensor& logits, double cap)
{
    return cap > 0 ? logits.div(cap).tanh().mul(cap) : logits;
}

tests::TensorFunction fusedLoss(const Case& test, LossForm form)
{
    return [=](const std::vector<Tensor>& in) {
        const Head head = headOf(test, in[0].scalar_type());
        return std::vector<Tensor>{
            frozenHeadCrossEntropy(in[0], {head.weight, head.bias}, targetsOf(test), form).lossSum};
    };
}

tests::TensorFunction plainLoss(const Case& test, LossForm form)
{
    return [=](const std::vector<Tensor>& in) {
        const Head head = headOf(test, in[0].scalar_type());
        Tensor logits = at::linear(in[0], head.weight);
        if (head.bias.defined()) {
            logits = logits.add(head.bias);
        }
        return std::vector<Tensor>{
            crossEntropyReference(capped(logits, form.cap), targetsOf(test), form.smoothing)};
    };
}

tests::TensorFunction fusedLogitLoss(const Case& test, LossForm form)
{
    return [=](const std::vector<Tensor>& in) {
        return std::vector<Tensor>{crossEntropy(in[0], targetsOf(test), form).lossSum};
    };
}

void addCases()
{
    QTest::addColumn<int>("test");
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("form");
    for (int i = 0; i < int(std::size(kCases)); ++i) {
        for (int j = 0; j < int(std::size(tests::kComparedTypes)); ++j) {
            for (int form = 0; form < int(std::size(kForms)); ++form) {
                QTest::addRow("%s, %s, smoothed by %g, capped at %g",
                              kCases[i].name,
                              tests::kComparedTypes[j].name,
                              kForms[form].smoothing,
                              kForms[form].cap)
                    << i << j << form;
            }
        }
    }
}

} // namespace

class TestCrossEntropy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void frozenHeadEqualsPlain_data() { addCases(); }
    void frozenHeadEqualsPlain()
    {
        QFETCH(int, test);
        QFETCH(int, type);
        QFETCH(int, form);
        const auto [name, scalar, tolerance] = tests::kComparedTypes[type];
        QCOMPARE(tests::fusedEqualsPlain(fusedLoss(kCases[test], kForms[form]),
                                         plainLoss(kCases[test], kForms[form]),
                                         {hiddenOf(kCases[test])},
                                         scalar,
                                         tolerance),
                 QString());
    }

    void logitsEqualPlain_data() { addCases(); }
    void logitsEqualPlain()
    {
        QFETCH(int, test);
        QFETCH(int, type);
        QFETCH(int, form);
        const auto [name, scalar, tolerance] = tests::kComparedTypes[type];
        const Case& chosen = kCases[test];
        const auto plain = [&](const std::vector<Tensor>& in) {
            return std::vector<Tensor>{crossEntropyReference(
                capped(in[0], kForms[form].cap), targetsOf(chosen), kForms[form].smoothing)};
        };
        const int64_t tokens = static_cast<int64_t>(chosen.targets.size());
        QCOMPARE(tests::fusedEqualsPlain(fusedLogitLoss(chosen, kForms[form]),
                                         plain,
                                         {numbers({tokens, chosen.vocabulary}, 4).mul(3)},
                                         scalar,
                                         tolerance),
                 QString());
    }

    void gradientsMatchFiniteDifferences()
    {
        for (const LossForm& form : kForms) {
            QCOMPARE(
                tests::matchesFiniteDifferences(fusedLoss(kCases[1], form), {hiddenOf(kCases[1])}),
                QString());
            QCOMPARE(tests::matchesFiniteDifferences(fusedLogitLoss(kCases[1], form),
                                                     {numbers({6, 19}, 4).mul(3)}),
                     QString());
        }
    }

    // What a device computes whose kernel neither smooths nor caps; the third target is unused
    // room.
    void composedRowsEqualTheKernel_data()
    {
        QTest::addColumn<bool>("isHalf");
        QTest::newRow("float32") << false;
        QTest::newRow("bfloat16") << true;
    }
    void composedRowsEqualTheKernel()
    {
        QFETCH(bool, isHalf);
        const auto type = isHalf ? at::kBFloat16 : at::kFloat;
        const Tensor targets = at::tensor({4, 0, -100, 17}, at::kLong);
        const Tensor kept = at::tensor({0, 1, 3}, at::kLong);
        for (const LossForm& form : kForms) {
            Tensor made = numbers({4, 18}, 4).mul(3).to(type);
            const Tensor logits = made.clone().requires_grad_();
            const TokenLoss expected = crossEntropy(logits, targets, form);
            expected.lossSum.backward();
            Tensor losses = at::empty({4}, at::kFloat);
            Tensor correct = at::empty({4}, at::kByte);
            composedRowLosses(made, targets, form, true, losses, correct);
            QCOMPARE(tests::difference("loss", losses.sum(), expected.lossSum, 1e-5), QString());
            QCOMPARE(tests::difference("gradient",
                                       made,
                                       logits.grad(),
                                       isHalf         ? 1e-2
                                       : form.cap > 0 ? 1e-5
                                                      : 1e-6),
                     QString());
            QCOMPARE(correct.index_select(0, kept).sum().item<int64_t>(), expected.correct);
            QCOMPARE(losses[2].item<float>(), 0.0F);
            QCOMPARE(correct[2].item<int>(), 0);
        }
    }

    // Three chunks: 2^20 logits of float64 are 8 MiB, so eight rows fill the workspace.
    void chunksAddUp()
    {
        const int64_t vocabulary = int64_t{1} << 20;
        const Tensor hidden = numbers({17, 1}, 1);
        const Tensor weight = numbers({vocabulary, 1}, 2);
        const Tensor targets = at::arange(17, at::kLong).mul(60000);
        const auto fused = [&](const std::vector<Tensor>& in) {
            return std::vector<Tensor>{frozenHeadCrossEntropy(in[0], {weight}, targets).lossSum};
        };
        const auto plain = [&](const std::vector<Tensor>& in) {
            return std::vector<Tensor>{crossEntropyReference(at::linear(in[0], weight), targets)};
        };
        QCOMPARE(tests::fusedEqualsPlain(fused, plain, {hidden}, at::kDouble, 1e-9), QString());
    }

    void trainedAndCorrectTargetsAreCounted()
    {
        const Tensor logits =
            at::tensor({0.0, 2.0, 1.0, 5.0, 5.0, 1.0, 0.0, 0.0, 9.0, 1.0, 0.0, 0.0})
                .reshape({4, 3});
        // Right; the later of two equal logits; not trained; wrong.
        const TokenLoss loss = crossEntropy(logits, at::tensor({1, 1, -100, 2}, at::kLong));
        QCOMPARE(loss.tokens, 3);
        QCOMPARE(loss.correct, 1);
    }

    void lossIsTheSameWithoutGradients()
    {
        const Case& test = kCases[1];
        const Head head = headOf(test);
        const Tensor hidden = hiddenOf(test).requires_grad_();
        const auto tracked =
            frozenHeadCrossEntropy(hidden, {head.weight, head.bias}, targetsOf(test), {0.3, 2});
        const at::NoGradGuard guard;
        const auto untracked =
            frozenHeadCrossEntropy(hidden, {head.weight, head.bias}, targetsOf(test), {0.3, 2});
        QVERIFY(tracked.lossSum.equal(untracked.lossSum));
        QCOMPARE(untracked.correct, tracked.correct);
        QVERIFY(!untracked.lossSum.grad_fn());
    }

    void tokenNllSumsToTheLoss_data()
    {
        QTest::addColumn<double>("cap");
        QTest::newRow("plain") << 0.0;
        QTest::newRow("capped") << 1.5;
    }
    void tokenNllSumsToTheLoss()
    {
        QFETCH(double, cap);
        const Case& test = kCases[1];
        const Head head = headOf(test);
        const Tensor nll = tokenNll(hiddenOf(test), {head.weight, head.bias}, targetsOf(test), cap);
        const auto loss = frozenHeadCrossEntropy(
            hiddenOf(test), {head.weight, head.bias}, targetsOf(test), {.cap = cap});
        QCOMPARE(nll.sum().item<double>(), loss.lossSum.item<double>());
        QCOMPARE(nll[0].item<double>(), 0.0);
        QVERIFY(nll[1].item<double>() > 0);
    }

    // By LibTorch's products, which make a part of its weight dense at a time.
    void aQuantizedHeadIsTheNumbersItStandsFor_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("form");
        for (const at::ScalarType type : {at::kFloat, at::kDouble, at::kBFloat16, at::kHalf}) {
            for (const auto form : {Quantization::Nf4, Quantization::Int8}) {
                QTest::addRow(
                    "%s, %s", c10::toString(type), form == Quantization::Nf4 ? "nf4" : "int8")
                    << int(type) << int(form);
            }
        }
    }
    void aQuantizedHeadIsTheNumbersItStandsFor()
    {
        QFETCH(int, type);
        QFETCH(int, form);
        const auto compute = static_cast<at::ScalarType>(type);
        const auto weight = std::make_shared<const QuantizedWeight>(
            quantize(numbers({200, 48}, 2).to(at::kFloat), static_cast<Quantization>(form)));
        const Tensor bias = numbers({200}, 3).to(compute);
        const Tensor targets = at::tensor({3, -100, 199, 0, 7}, at::kLong);
        const FrozenMatrix quantized{{}, bias, {}, weight};
        const FrozenMatrix dense{dequantize(*weight, compute), bias};
        const Tensor one = numbers({5, 48}, 1).to(compute).requires_grad_();
        const Tensor other = one.detach().clone().requires_grad_();
        const auto expected = frozenHeadCrossEntropy(one, dense, targets, {0.1, 1.5});
        const auto actual = frozenHeadCrossEntropy(other, quantized, targets, {0.1, 1.5});
        const double tolerance = compute == at::kBFloat16 || compute == at::kHalf ? 1e-2 : 1e-6;
        QCOMPARE(tests::difference("loss", actual.lossSum, expected.lossSum, tolerance), QString());
        QCOMPARE(actual.correct, expected.correct);
        expected.lossSum.backward();
        actual.lossSum.backward();
        QCOMPARE(tests::difference("gradient", other.grad(), one.grad(), tolerance), QString());
        QCOMPARE(tests::difference("nll",
                                   tokenNll(one, quantized, targets, 2),
                                   tokenNll(one, dense, targets, 2),
                                   tolerance),
                 QString());
        const PlacedTargets placed{at::tensor({0, 2, 3, 4, 0}, at::kLong),
                                   at::tensor({3, 199, 0, 7, -100}, at::kLong),
                                   at::tensor({0, 5, 1, 2, 3}, at::kLong)};
        QCOMPARE(
            tests::difference("placed",
                              frozenHeadCrossEntropy(one, quantized, placed, {0.1, 1.5}).lossSum,
                              expected.lossSum,
                              tolerance),
            QString());
    }

    void noTrainedTokenIsNoLoss()
    {
        const Case& test = kCases[3];
        const Head head = headOf(test);
        const Tensor hidden = hiddenOf(test).requires_grad_();
        const auto loss =
            frozenHeadCrossEntropy(hidden, {head.weight, head.bias}, targetsOf(test), {.cap = 1.5});
        loss.lossSum.backward();
        QCOMPARE(loss.lossSum.item<double>(), 0.0);
        QCOMPARE(hidden.grad().abs().max().item<double>(), 0.0);
    }

    void aTargetOutsideTheVocabularyIsRefused_data()
    {
        QTest::addColumn<int>("target");
        QTest::newRow("too large") << 7;
        QTest::newRow("negative") << -1;
    }
    void aTargetOutsideTheVocabularyIsRefused()
    {
        QFETCH(int, target);
        QVERIFY_EXCEPTION_THROWN(crossEntropy(numbers({1, 7}, 1), at::tensor({target}, at::kLong)),
                                 c10::Error);
    }

    // Trained rows in a buffer with room for more of them, as a recorded step has them.
    void placedTargetsGiveTheSame_data()
    {
        QTest::addColumn<int>("test");
        QTest::addColumn<int>("spare");
        for (int i = 0; i < int(std::size(kCases)) - 1; ++i) { // all with tokens
            QTest::addRow("%s", kCases[i].name) << i << 0;
            QTest::addRow("%s, room for more", kCases[i].name) << i << 3;
        }
    }
    void placedTargetsGiveTheSame()
    {
        QFETCH(int, test);
        QFETCH(int, spare);
        const Case& asked = kCases[test];
        const Head head = headOf(asked);
        std::vector<int64_t> rows, targets, places;
        for (std::size_t i = 0; i < asked.targets.size(); ++i) {
            const bool isTrained = asked.targets[i] >= 0;
            places.push_back(isTrained ? static_cast<int64_t>(rows.size()) : -1);
            if (isTrained) {
                rows.push_back(static_cast<int64_t>(i));
                targets.push_back(asked.targets[i]);
            }
        }
        rows.resize(rows.size() + static_cast<std::size_t>(spare), 0);
        targets.resize(rows.size(), kIgnoredTarget);
        for (int64_t& place : places) {
            place = place < 0 ? static_cast<int64_t>(rows.size()) : place;
        }
        const PlacedTargets placed{at::tensor(rows, at::kLong),
                                   at::tensor(targets, at::kLong),
                                   at::tensor(places, at::kLong)};
        const Tensor one = hiddenOf(asked).requires_grad_();
        const Tensor other = hiddenOf(asked).requires_grad_();
        const LossForm form{spare * 0.1, spare * 0.5};
        const auto expected =
            frozenHeadCrossEntropy(one, {head.weight, head.bias}, targetsOf(asked), form);
        const auto actual = frozenHeadCrossEntropy(other, {head.weight, head.bias}, placed, form);
        QCOMPARE(actual.lossSum.item<double>(), expected.lossSum.item<double>());
        QCOMPARE(actual.correctSum.item<int64_t>(), expected.correct);
        expected.lossSum.mul(0.5).backward();
        actual.lossSum.mul(0.5).backward();
        QCOMPARE(tests::difference("gradient", other.grad(), one.grad(), 1e-14), QString());

        const at::NoGradGuard withoutGradient;
        const auto plain = frozenHeadCrossEntropy(one, {head.weight, head.bias}, placed, form);
        QCOMPARE(plain.lossSum.item<double>(), expected.lossSum.item<double>());
        QCOMPARE(plain.correctSum.item<int64_t>(), expected.correct);
    }

    void nonFiniteLogitsReachTheLoss()
    {
        Tensor logits = numbers({2, 30}, 1).to(at::kFloat);
        logits.view(-1)[12] = std::numeric_limits<float>::quiet_NaN();
        const auto loss = crossEntropy(logits, at::tensor({1, 2}, at::kLong));
        QVERIFY(!loss.lossSum.isfinite().item<bool>());
    }
};

QTEST_GUILESS_MAIN(TestCrossEntropy)
#include "tst_cross_entropy.moc"
