// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/finite_check.h"

#include "engine/tensors/weights.h"
#include "tests/engine/tensors/made_files.h"

#include <QTest>

#include <limits>

using namespace engine;
using namespace engine::tensors;
using namespace tests;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

} // namespace

class TestFiniteCheck : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsEachKindInEachType_data()
    {
        QTest::addColumn<int>("dtype");
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("text");
        const auto rows = [](const char* name, at::ScalarType type) {
            QTest::addRow("%s NaN", name) << int(type) << kNaN << "holds NaN at [1, 2]";
            QTest::addRow("%s infinity", name)
                << int(type) << kInfinity << "holds infinity at [1, 2]";
            QTest::addRow("%s -infinity", name)
                << int(type) << -kInfinity << "holds -infinity at [1, 2]";
        };
        rows("float32", at::kFloat);
        rows("bfloat16", at::kBFloat16);
        rows("float16", at::kHalf);
        rows("float64", at::kDouble);
    }
    void findsEachKindInEachType()
    {
        QFETCH(int, dtype);
        QFETCH(double, value);
        QFETCH(QString, text);
        const Tensor tensor = at::zeros({2, 4}, static_cast<at::ScalarType>(dtype));
        tensor[1][2].fill_(value);
        const auto found = firstNonFinite(tensor);
        QVERIFY(found.has_value());
        QCOMPARE(QString::fromStdString(describe(*found)), text);
    }

    void finiteValuesPass_data()
    {
        QTest::addColumn<int>("dtype");
        QTest::addColumn<double>("largest");
        QTest::newRow("float32") << int(at::kFloat) << double(std::numeric_limits<float>::max());
        QTest::newRow("bfloat16") << int(at::kBFloat16)
                                  << double(std::numeric_limits<c10::BFloat16>::lowest());
        QTest::newRow("float16") << int(at::kHalf) << 65504.0;
        QTest::newRow("float64") << int(at::kDouble) << std::numeric_limits<double>::lowest();
        QTest::newRow("int32, all bits set") << int(at::kInt) << -1.0;
    }
    void finiteValuesPass()
    {
        QFETCH(int, dtype);
        QFETCH(double, largest);
        const Tensor tensor = at::zeros({3}, static_cast<at::ScalarType>(dtype)).fill_(largest);
        QVERIFY(!firstNonFinite(tensor));
    }

    void theFirstOfSeveralIsFound_data()
    {
        QTest::addColumn<int>("position");
        QTest::newRow("first element") << 0;
        QTest::newRow("end of a chunk") << 16383;
        QTest::newRow("begin of the next") << 16384;
        QTest::newRow("last element") << 39'999;
    }
    void theFirstOfSeveralIsFound()
    {
        QFETCH(int, position);
        const Tensor tensor = at::zeros({40'000});
        tensor[position].fill_(kNaN);
        tensor[39'999].fill_(kNaN);
        QCOMPARE(firstNonFinite(tensor)->index, std::vector<std::int64_t>{position});
    }

    void viewsAreSeenInTheirOwnOrder()
    {
        const Tensor tensor = at::zeros({2, 3});
        tensor[1][0].fill_(kNaN);
        QCOMPARE(firstNonFinite(tensor.t())->index, (std::vector<std::int64_t>{0, 1}));
    }

    void emptyTensorsAndScalarsAreFine()
    {
        QVERIFY(!firstNonFinite(at::empty({0, 2})));
        QCOMPARE(describe(*firstNonFinite(at::zeros({}).fill_(kNaN))),
                 std::string("holds NaN at []"));
    }

    void theErrorNamesTensorAndFile()
    {
        const Error error =
            failureOf([] { requireFinite(at::zeros({1}).fill_(kNaN), "model.norm.weight", "f"); });
        QCOMPARE(error.code, std::string(code::kNonFinite));
        QCOMPARE(error.message, std::string("tensor model.norm.weight holds NaN at [0]"));
        QCOMPARE(error.where, std::string("f"));
    }

    void theSharedNanIsFound()
    {
        const auto path = sharedModel("nasty/21_nan_weight");
        if (path.empty()) {
            QSKIP("the shared hostile files are not there");
        }
        const auto weights = Weights::open(path);
        int bad = 0;
        for (const std::string& name : weights.names()) {
            bad += firstNonFinite(weights.tensor(name)) ? 1 : 0;
        }
        QCOMPARE(bad, 1);
    }
};

QTEST_GUILESS_MAIN(TestFiniteCheck)
#include "tst_finite_check.moc"
