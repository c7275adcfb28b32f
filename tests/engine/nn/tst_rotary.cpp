// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/rotary.h"
#include "tests/support/gradient_check.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>

#include <QtTest>

using namespace engine;
using nn::Rotary;
using tests::numbers;

namespace {

constexpr int64_t kContext = 5000;

at::Tensor frequencies(double first = 0.5)
{
    return at::tensor(std::vector<float>{static_cast<float>(first), 0.1F, 0.01F}, at::kFloat);
}

nn::Pass passAt(const std::vector<std::vector<int64_t>>& sequences)
{
    nn::Pass pass;
    std::vector<int64_t> positions;
    for (const std::vector<int64_t>& sequence : sequences) {
        positions.insert(positions.end(), sequence.begin(), sequence.end());
        pass.sequences.queryOffsets.push_back(static_cast<int64_t>(positions.size()));
    }
    pass.sequences.keyOffsets = pass.sequences.queryOffsets;
    pass.positions = at::tensor(positions, at::kLong);
    return pass;
}

at::Tensor turned(const at::Tensor& x, const nn::Pass& pass, const at::Tensor& by)
{
    return kernels::rotary(x, pass.positions, kernels::rotaryTable(by, kContext));
}

} // namespace

class RotaryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tablesGrowAndTheEarlierOnesStay()
    {
        const Rotary rotary(frequencies(), kContext);
        const kernels::RotaryTable* first = rotary.tableFor(passAt({{0, 1}}));
        const float* data = first->cos.const_data_ptr<float>();
        const at::Tensor copy = first->cos.clone();
        const nn::Pass far = passAt({{4998, 4999}});
        const at::Tensor x = numbers({2, 3, 8}, 1).to(at::kFloat);
        QVERIFY(at::equal(rotary.forward(x, far), turned(x, far, frequencies())));
        QCOMPARE(rotary.tableFor(far)->cos.size(0), kContext);
        QCOMPARE(first->cos.const_data_ptr<float>(), data);
        QVERIFY(at::equal(first->cos, copy));
        QVERIFY_EXCEPTION_THROWN(rotary.forward(x, passAt({{4999, 5000}})), c10::Error);
    }

    void longerSequencesTurnOtherwise_data()
    {
        QTest::addColumn<bool>("isOneSet");
        QTest::newRow("one set") << true;
        QTest::newRow("one for each length") << false;
    }
    void longerSequencesTurnOtherwise()
    {
        QFETCH(bool, isOneSet);
        const auto longer = [isOneSet](int64_t length) {
            return frequencies(isOneSet ? 2 : static_cast<double>(length));
        };
        const Rotary rotary(frequencies(), 1, kContext, {4, longer, isOneSet});
        const at::Tensor x = numbers({9, 2, 6}, 1).to(at::kFloat);
        const nn::Pass pass = passAt({{0, 1, 2, 3}, {4}, {2, 3, 4, 5}});
        const at::Tensor result = rotary.forward(x, pass);
        const auto rows = [&](int64_t first, int64_t count, const at::Tensor& by) {
            return turned(x, pass, by).narrow(0, first, count);
        };
        QVERIFY(at::equal(result.narrow(0, 0, 4), rows(0, 4, frequencies())));
        QVERIFY(at::equal(result.narrow(0, 4, 1), rows(4, 1, longer(5))));
        QVERIFY(at::equal(result.narrow(0, 5, 4), rows(5, 4, longer(6))));
        QVERIFY(rotary.tableFor(pass) == nullptr);
        QVERIFY(rotary.tableFor(passAt({{0, 1, 2, 3}, {1}})) != nullptr);
        QCOMPARE(rotary.tableFor(passAt({{4}, {5}})) != nullptr, isOneSet);
        QCOMPARE(rotary.turnsAnew(4, 5), isOneSet);
        QVERIFY(!rotary.turnsAnew(3, 4) && !rotary.turnsAnew(5, 6) && !rotary.turnsAnew(0, 9));
    }
};

QTEST_GUILESS_MAIN(RotaryTest)
#include "tst_rotary.moc"
