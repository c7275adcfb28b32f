// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Updates added to stored matrices, against the sum in float64.
#include "engine/kernels/merged_rows.h"

#include "tests/support/gradient_check.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>

#include <QtTest>

#include <limits>

using namespace engine;
using kernels::addUpdates;
using kernels::RectangleUpdate;

class TestMergedRows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalsTheSum_data();
    void equalsTheSum();
    void withoutUpdatesItIsTheStoredMatrix();
    void saysWhatIsNotFinite_data();
    void saysWhatIsNotFinite();
};

namespace {

at::Tensor floats(at::IntArrayRef shape, int64_t seed)
{
    return tests::numbers(shape, seed).to(at::kFloat);
}

} // namespace

void TestMergedRows::equalsTheSum_data()
{
    QTest::addColumn<int>("stored");
    QTest::addColumn<int>("written");
    const auto types = {at::kFloat, at::kBFloat16, at::kHalf};
    for (const at::ScalarType stored : types) {
        for (const at::ScalarType written : types) {
            QTest::addRow("%s to %s", c10::toString(stored), c10::toString(written))
                << static_cast<int>(stored) << static_cast<int>(written);
        }
    }
}

void TestMergedRows::equalsTheSum()
{
    QFETCH(int, stored);
    QFETCH(int, written);
    // Wider than a strip, ranks that are no multiple of four, rectangles that meet and that end
    // inside.
    const at::Tensor base = floats({9, 2100}, 1).to(static_cast<at::ScalarType>(stored));
    const std::vector<RectangleUpdate> updates = {{0, 0, floats({9, 7}, 2), floats({7, 2100}, 3)},
                                                  {2, 1000, floats({5, 1}, 4), floats({1, 500}, 5)},
                                                  {8, 2099, floats({1, 4}, 6), floats({4, 1}, 7)}};
    at::Tensor expected = base.to(at::kDouble);
    for (const RectangleUpdate& update : updates) {
        expected.narrow(0, update.row, update.left.size(0))
            .narrow(1, update.column, update.right.size(1)) +=
            update.left.to(at::kDouble).matmul(update.right.to(at::kDouble));
    }
    const auto dtype = static_cast<at::ScalarType>(written);
    at::Tensor result = at::empty(base.sizes(), base.options().dtype(dtype));
    QVERIFY(addUpdates(base, updates, result));
    const double tolerance = dtype == at::kFloat ? 1e-6 : dtype == at::kHalf ? 1e-3 : 8e-3;
    QCOMPARE(tests::difference("sum", result.to(at::kDouble), expected, tolerance), QString());
    // Rounded once: the numbers of the float32 result, cast.
    at::Tensor wide = at::empty(base.sizes(), base.options().dtype(at::kFloat));
    QVERIFY(addUpdates(base, updates, wide));
    QVERIFY(at::equal(wide.to(dtype), result));
}

void TestMergedRows::withoutUpdatesItIsTheStoredMatrix()
{
    const at::Tensor base = floats({3, 17}, 1).to(at::kBFloat16);
    at::Tensor result = at::empty(base.sizes(), base.options());
    QVERIFY(addUpdates(base, {}, result));
    QVERIFY(at::equal(result, base));
}

void TestMergedRows::saysWhatIsNotFinite_data()
{
    QTest::addColumn<QString>("where");
    QTest::addColumn<double>("value");
    for (const char* where : {"stored", "left", "right"}) {
        QTest::addRow("%s NaN", where)
            << QString(where) << std::numeric_limits<double>::quiet_NaN();
        QTest::addRow("%s infinity", where)
            << QString(where) << -std::numeric_limits<double>::infinity();
    }
    QTest::newRow("too large for float16") << QString("stored") << 70000.0;
}

void TestMergedRows::saysWhatIsNotFinite()
{
    QFETCH(QString, where);
    QFETCH(double, value);
    at::Tensor base = floats({4, 1100}, 1);
    at::Tensor left = floats({4, 3}, 2);
    at::Tensor right = floats({3, 1100}, 3);
    at::Tensor& damaged = where == "stored" ? base : where == "left" ? left : right;
    at::Tensor result = at::empty(base.sizes(), base.options().dtype(at::kHalf));
    const std::vector<RectangleUpdate> updates = {{0, 0, left, right}};
    QVERIFY(addUpdates(base, updates, result));
    damaged.view(-1)[damaged.numel() - 1] = value;
    QVERIFY(!addUpdates(base, updates, result));
}

QTEST_GUILESS_MAIN(TestMergedRows)
#include "tst_merged_rows.moc"
