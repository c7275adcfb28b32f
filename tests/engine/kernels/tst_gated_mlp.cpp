// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/gated_mlp.h"
#include "engine/kernels/reference.h"
#include "tests/support/gradient_check.h"

#include <ATen/core/grad_mode.h>

#include <QtTest>

using namespace engine::kernels;
using tests::numbers;

namespace {

constexpr int64_t kWidth = 6;
constexpr int64_t kInner = 10;

FrozenMatrix
matrix(int64_t out, int64_t in, int64_t rank, bool hasBias, double dropout, int64_t seed)
{
    FrozenMatrix result{
        numbers({out, in}, seed), hasBias ? numbers({out}, seed + 1) : Tensor(), {}};
    if (rank > 0) {
        result.updates.push_back({numbers({rank, in}, seed + 2),
                                  numbers({out, rank}, seed + 3),
                                  0.8,
                                  RowSlice::plain(0, out),
                                  dropout,
                                  static_cast<uint64_t>(seed)});
    }
    return result;
}

struct Case
{
    const char* name;
    int64_t tokens;
    int64_t gateRank;
    int64_t upRank;
    int64_t downRank;
    bool hasBias;
    double dropout;
    Activation activation;
};

const Case kCases[] = {
    {"all adapted", 5, 2, 3, 2, false, 0, Activation::Silu},
    {"none adapted", 5, 0, 0, 0, false, 0, Activation::Silu},
    {"only down", 5, 0, 0, 2, true, 0, Activation::GeluTanh},
    {"only gate, with dropout", 5, 2, 0, 0, true, 0.3, Activation::GeluErf},
    {"all with dropout", 5, 2, 2, 2, false, 0.3, Activation::Silu},
    {"one token", 1, 2, 2, 2, false, 0, Activation::GeluTanh},
    {"relu", 5, 2, 2, 2, false, 0, Activation::Relu},
    {"tanh", 5, 2, 0, 2, true, 0, Activation::Tanh},
    {"no tokens", 0, 2, 2, 2, false, 0, Activation::Silu},
};

std::vector<FrozenMatrix> matricesOf(const Case& test)
{
    return {matrix(kInner, kWidth, test.gateRank, test.hasBias, test.dropout, 10),
            matrix(kInner, kWidth, test.upRank, test.hasBias, test.dropout, 20),
            matrix(kWidth, kInner, test.downRank, test.hasBias, test.dropout, 30)};
}

std::vector<Tensor> inputsOf(const Case& test)
{
    std::vector<Tensor> inputs{numbers({test.tokens, kWidth}, 3)};
    for (const Tensor& parameter : groupParameters(matricesOf(test))) {
        inputs.push_back(parameter);
    }
    return inputs;
}

tests::TensorFunction with(decltype(gatedMlp) function, const Case& test)
{
    return [=](const std::vector<Tensor>& in) {
        const auto m = withParameters(matricesOf(test), at::TensorList(in).slice(1));
        return std::vector<Tensor>{function(in[0], m[0], m[1], m[2], test.activation)};
    };
}

} // namespace

class TestGatedMlp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fusedEqualsPlain_data()
    {
        QTest::addColumn<int>("test");
        QTest::addColumn<int>("type");
        for (int i = 0; i < int(std::size(kCases)); ++i) {
            for (int j = 0; j < int(std::size(tests::kComparedTypes)); ++j) {
                QTest::addRow("%s, %s", kCases[i].name, tests::kComparedTypes[j].name) << i << j;
            }
        }
    }
    void fusedEqualsPlain()
    {
        QFETCH(int, test);
        QFETCH(int, type);
        const auto [name, scalar, tolerance] = tests::kComparedTypes[type];
        QCOMPARE(tests::fusedEqualsPlain(with(gatedMlp, kCases[test]),
                                         with(gatedMlpReference, kCases[test]),
                                         inputsOf(kCases[test]),
                                         scalar,
                                         tolerance),
                 QString());
    }

    // Gate and up made again in the backward, dropout and all: the very same numbers.
    void recomputedEqualsSaved_data()
    {
        QTest::addColumn<int>("test");
        for (int i = 0; i < int(std::size(kCases)); ++i) {
            QTest::addRow("%s", kCases[i].name) << i;
        }
    }
    void recomputedEqualsSaved()
    {
        QFETCH(int, test);
        QCOMPARE(tests::fusedEqualsPlain(with(gatedMlpRecomputed, kCases[test]),
                                         with(gatedMlp, kCases[test]),
                                         inputsOf(kCases[test]),
                                         at::kFloat,
                                         0),
                 QString());
    }

    void gradientsMatchFiniteDifferences_data()
    {
        QTest::addColumn<int>("test");
        for (int i = 0; i < int(std::size(kCases)); ++i) {
            QTest::addRow("%s", kCases[i].name) << i;
        }
    }
    void gradientsMatchFiniteDifferences()
    {
        QFETCH(int, test);
        QCOMPARE(
            tests::matchesFiniteDifferences(with(gatedMlp, kCases[test]), inputsOf(kCases[test])),
            QString());
    }

    void aFrozenInputGetsNoGradient()
    {
        const Tensor x = numbers({5, kWidth}, 3);
        auto m = matricesOf(kCases[0]);
        m[1].updates[0].b.requires_grad_();
        gatedMlp(x, m[0], m[1], m[2], Activation::Silu).sum().backward();
        QVERIFY(!x.grad().defined());
        QVERIFY(!m[2].updates[0].a.grad().defined());
        QVERIFY(m[1].updates[0].b.grad().defined());
    }

    void withoutGradientsNothingIsKept()
    {
        const at::NoGradGuard guard;
        auto m = matricesOf(kCases[0]);
        m[0].updates[0].a.requires_grad_();
        QVERIFY(!gatedMlp(numbers({5, kWidth}, 3), m[0], m[1], m[2], Activation::Silu).grad_fn());
    }
};

QTEST_GUILESS_MAIN(TestGatedMlp)
#include "tst_gated_mlp.moc"
