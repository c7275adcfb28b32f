// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/attention.h"
#include "engine/kernels/reference.h"
#include "tests/support/gradient_check.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <QtTest>

using namespace engine::kernels;
using tests::numbers;

namespace {

struct Case
{
    const char* name;
    std::vector<int64_t> queries;
    std::vector<int64_t> keys;
    int64_t heads;
    int64_t kvHeads;
    int64_t headDim;
};

const Case kCases[] = {
    {"one token", {1}, {1}, 2, 2, 8},
    {"ragged sequences", {5, 1, 130, 64}, {5, 1, 130, 64}, 2, 2, 8},
    {"grouped queries", {70, 3}, {70, 3}, 4, 2, 16},
    {"odd head", {67}, {67}, 3, 1, 5},
    {"large head", {40, 90}, {40, 90}, 2, 1, 64},
    {"cached keys", {1, 7, 65}, {90, 71, 66}, 4, 2, 8},
    {"an empty sequence", {4, 0, 3}, {4, 0, 3}, 1, 1, 8},
    {"keys without queries", {4, 0}, {4, 6}, 1, 1, 8},
};

std::vector<int64_t> offsets(const std::vector<int64_t>& lengths)
{
    std::vector<int64_t> result{0};
    for (const int64_t length : lengths) {
        result.push_back(result.back() + length);
    }
    return result;
}

Sequences sequencesOf(const Case& test)
{
    return {offsets(test.queries), offsets(test.keys)};
}

std::vector<Tensor> inputsOf(const Case& test)
{
    const Sequences sequences = sequencesOf(test);
    const int64_t keys = sequences.keyOffsets.back();
    return {numbers({sequences.queryOffsets.back(), test.heads, test.headDim}, 1).mul(2),
            numbers({keys, test.kvHeads, test.headDim}, 2).mul(2),
            numbers({keys, test.kvHeads, test.headDim}, 3)};
}

tests::TensorFunction with(Tensor (*function)(const Tensor&,
                                              const Tensor&,
                                              const Tensor&,
                                              const Sequences&,
                                              const AttentionScores&),
                           const Sequences& sequences,
                           const AttentionScores& scores = 0.3)
{
    return [=](const std::vector<Tensor>& in) {
        return std::vector<Tensor>{function(in[0], in[1], in[2], sequences, scores)};
    };
}

} // namespace

class TestAttention : public QObject
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
        const Sequences sequences = sequencesOf(kCases[test]);
        const auto [name, scalar, tolerance] = tests::kComparedTypes[type];
        QCOMPARE(tests::fusedEqualsPlain(with(attention, sequences),
                                         with(attentionReference, sequences),
                                         inputsOf(kCases[test]),
                                         scalar,
                                         tolerance),
                 QString());
    }

    void windowsAndCapsEqualPlain_data()
    {
        QTest::addColumn<int>("test");
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("window");
        QTest::addColumn<double>("cap");
        for (int i = 0; i < int(std::size(kCases)); ++i) {
            for (int j = 0; j < int(std::size(tests::kComparedTypes)); ++j) {
                for (const auto& [window, cap] : std::vector<std::pair<int, double>>{
                         {2, 0}, {7, 0}, {64, 0}, {0, 1.5}, {66, 0.7}, {1000, 0}}) {
                    QTest::addRow("%s, %s, window %d, cap %g",
                                  kCases[i].name,
                                  tests::kComparedTypes[j].name,
                                  window,
                                  cap)
                        << i << j << window << cap;
                }
            }
        }
    }
    void windowsAndCapsEqualPlain()
    {
        QFETCH(int, test);
        QFETCH(int, type);
        QFETCH(int, window);
        QFETCH(double, cap);
        const Sequences sequences = sequencesOf(kCases[test]);
        const auto [name, scalar, tolerance] = tests::kComparedTypes[type];
        const AttentionScores scores(0.3, window, cap);
        QCOMPARE(tests::fusedEqualsPlain(with(attention, sequences, scores),
                                         with(attentionReference, sequences, scores),
                                         inputsOf(kCases[test]),
                                         scalar,
                                         tolerance),
                 QString());
    }

    // A query sees itself and the window − 1 keys before it.
    void aWindowHidesWhatIsBeforeIt()
    {
        const Tensor q = numbers({90, 2, 8}, 1);
        const Tensor v = numbers({90, 2, 8}, 2);
        const AttentionScores scores(0.3, 5);
        const Tensor whole = attention(q, q, v, {{0, 90}, {0, 90}}, scores);
        for (const int64_t i : {4, 40, 89}) {
            const Tensor keys = q.narrow(0, i - 4, 5);
            const Tensor alone =
                attention(q.narrow(0, i, 1), keys, v.narrow(0, i - 4, 5), {{0, 1}, {0, 5}}, 0.3);
            QCOMPARE(tests::difference("row", whole.narrow(0, i, 1), alone, 1e-12), QString());
        }
    }

    void gradientsMatchFiniteDifferences()
    {
        const Case test{"", {3, 5}, {3, 7}, 2, 1, 3};
        QCOMPARE(
            tests::matchesFiniteDifferences(with(attention, sequencesOf(test)), inputsOf(test)),
            QString());
        QCOMPARE(
            tests::matchesFiniteDifferences(
                with(attention, sequencesOf(test), AttentionScores(0.3, 3, 0.8)), inputsOf(test)),
            QString());
    }

    void noTokensGiveAnEmptyResult()
    {
        const Tensor q = numbers({0, 4, 8}, 1).requires_grad_();
        const Tensor k = numbers({0, 2, 8}, 1);
        const Tensor out = attention(q, k, k, {}, 1);
        out.sum().backward();
        QVERIFY(out.sizes() == q.sizes());
        QVERIFY(q.grad().sizes() == q.sizes());
    }

    // q, k and v as slices of one fused projection, heads first.
    void stridedInputsEqualDenseOnes()
    {
        const Sequences sequences{{0, 9, 20}, {0, 9, 20}};
        const Tensor qkv = numbers({20, 3, 2, 8}, 4);
        const auto slice = [&](int64_t i) { return qkv.select(1, i); };
        QVERIFY(attention(slice(0), slice(1), slice(2), sequences, 0.3)
                    .equal(attention(slice(0).contiguous(),
                                     slice(1).contiguous(),
                                     slice(2).contiguous(),
                                     sequences,
                                     0.3)));
    }

    void aSequenceIsBlindToItsNeighbours()
    {
        const Tensor q = numbers({12, 2, 8}, 5);
        const Tensor whole = attention(q, q, q, {{0, 5, 12}, {0, 5, 12}}, 0.3);
        const Tensor part = q.narrow(0, 5, 7);
        QVERIFY(whole.narrow(0, 5, 7).equal(attention(part, part, part, {{0, 7}, {0, 7}}, 0.3)));
    }

    void resultsDoNotDependOnThreads()
    {
        const auto function = with(attention, {{0, 150, 201}, {0, 150, 201}});
        const std::vector<Tensor> inputs{
            numbers({201, 4, 8}, 1), numbers({201, 2, 8}, 2), numbers({201, 2, 8}, 3)};
        const int threads = at::get_num_threads();
        at::set_num_threads(1);
        const auto one = tests::evaluate(function, inputs, at::kFloat);
        at::set_num_threads(threads);
        const auto many = tests::evaluate(function, inputs, at::kFloat);
        QVERIFY(one.outputs[0].equal(many.outputs[0]));
        for (size_t i = 0; i < inputs.size(); ++i) {
            QVERIFY(one.gradients[i].equal(many.gradients[i]));
        }
    }

    void largeScoresStayFinite()
    {
        const Tensor q = numbers({30, 1, 8}, 6).mul(300).to(at::kFloat);
        const Tensor out = attention(q, q, q, {{0, 30}, {0, 30}}, 1);
        QVERIFY(out.isfinite().all().item<bool>());
        QCOMPARE(
            tests::difference("out", out, attentionReference(q, q, q, {{0, 30}, {0, 30}}, 1), 1e-4),
            QString());
    }

    void badShapesAreRefused_data()
    {
        QTest::addColumn<int>("kvHeads");
        QTest::addColumn<int>("lastQuery");
        QTest::addColumn<int>("lastKey");
        QTest::newRow("heads that do not divide") << 3 << 6 << 6;
        QTest::newRow("offsets past the end") << 2 << 7 << 6;
        QTest::newRow("fewer keys than queries") << 2 << 6 << 5;
    }
    void badShapesAreRefused()
    {
        QFETCH(int, kvHeads);
        QFETCH(int, lastQuery);
        QFETCH(int, lastKey);
        const Tensor q = numbers({6, 4, 8}, 1);
        const Tensor k = numbers({lastKey, kvHeads, 8}, 1);
        QVERIFY_EXCEPTION_THROWN(attention(q, k, k, {{0, lastQuery}, {0, lastKey}}, 1), c10::Error);
    }
};

QTEST_GUILESS_MAIN(TestAttention)
#include "tst_attention.moc"
