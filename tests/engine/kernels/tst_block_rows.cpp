// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/block_rows.h"
#include "engine/kernels/vectors.h"

#include <QtTest>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace engine::kernels;

Q_DECLARE_METATYPE(Activation)

namespace {

// Of the definition, in float64.
struct Curve
{
    double value;
    double slope;
};

Curve curveOf(Activation activation, double x)
{
    if (activation == Activation::Silu) {
        const double share = 1 / (1 + std::exp(-x));
        return {x * share, share * (1 + x * (1 - share))};
    }
    if (activation == Activation::GeluTanh) {
        const double factor = std::sqrt(2 / M_PI);
        const double tangent = std::tanh(factor * (x + 0.044715 * x * x * x));
        const double slope = (1 - tangent * tangent) * factor * (1 + 3 * 0.044715 * x * x);
        return {0.5 * x * (1 + tangent), 0.5 * (1 + tangent) + 0.5 * x * slope};
    }
    if (activation == Activation::Relu) {
        return {std::max(x, 0.0), x > 0 ? 1.0 : 0.0};
    }
    if (activation == Activation::Tanh) {
        return {std::tanh(x), 1 / (std::cosh(x) * std::cosh(x))};
    }
    const double share = 0.5 * (1 + std::erf(x / std::sqrt(2.0)));
    return {x * share, share + x * std::exp(-0.5 * x * x) / std::sqrt(2 * M_PI)};
}

constexpr int64_t kRows = 2;
constexpr float kUntouched = 77;

template <typename T>
std::vector<T> numbers(int64_t width, float spread, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0, spread);
    std::vector<T> values(static_cast<std::size_t>(kRows * (width + 3)), T(kUntouched));
    for (int64_t row = 0; row < kRows; ++row) {
        for (int64_t i = 0; i < width; ++i) {
            values[row * (width + 3) + i] = T(normal(random));
        }
    }
    return values;
}

} // namespace

class TestBlockRows : public QObject
{
    Q_OBJECT

private:
    // Rounding to T aside.
    template <typename T>
    static bool isNear(T actual, double expected, double magnitude)
    {
        const double step = std::is_same_v<T, float> ? 2e-6 : 1.2e-2;
        return std::abs(static_cast<float>(actual) - expected)
               <= step * (std::abs(expected) + 0.1 * magnitude) + 1e-7;
    }

    template <typename T>
    void compare(Activation activation, int64_t width, float spread, bool isGated)
    {
        const int64_t stride = width + 3;
        const std::vector<T> gate = numbers<T>(width, spread, 1);
        const std::vector<T> up = numbers<T>(width, 1, 2);
        const std::vector<T> dh = numbers<T>(width, 1, 3);
        std::vector<T> h(gate.size(), T(kUntouched)), again = dh, dGate = h, dUp = h;
        const RowsOf<const T> second =
            isGated ? RowsOf<const T>{up.data(), stride} : RowsOf<const T>{};
        activateRows<T>(
            activation, {gate.data(), stride}, second, {h.data(), stride}, width, kRows);
        activateRowsBackward<T>(activation,
                                {gate.data(), stride},
                                second,
                                {again.data(), stride},
                                {dGate.data(), stride},
                                {dUp.data(), stride},
                                width,
                                kRows);
        for (int64_t i = 0; i < kRows * stride; ++i) {
            if (i % stride >= width) {
                for (const T value : {h[i], again[i], dGate[i], dUp[i]}) {
                    QCOMPARE(static_cast<float>(value), kUntouched);
                }
                continue;
            }
            const double x = static_cast<float>(gate[i]);
            const double gradient = static_cast<float>(dh[i]);
            const double other = isGated ? static_cast<float>(up[i]) : 1.0;
            const Curve expected = curveOf(activation, x);
            QVERIFY2(isNear(h[i], expected.value * other, std::abs(other)),
                     qPrintable(QString("h of %1 is %2").arg(x).arg(static_cast<float>(h[i]))));
            QVERIFY(isNear(again[i], expected.value * other, std::abs(other)));
            QVERIFY2(
                isNear(dGate[i], gradient * other * expected.slope, std::abs(gradient * other)),
                qPrintable(QString("slope of %1 is %2")
                               .arg(x)
                               .arg(static_cast<float>(dGate[i]) / gradient / other)));
            if (isGated) {
                QVERIFY(isNear(dUp[i], gradient * expected.value, std::abs(gradient)));
            } else {
                QCOMPARE(static_cast<float>(dUp[i]), kUntouched);
            }
        }
    }

private Q_SLOTS:
    void activationsAgreeWithTheDefinition_data()
    {
        QTest::addColumn<Activation>("activation");
        QTest::addColumn<int>("width");
        QTest::addColumn<float>("spread");
        QTest::addColumn<bool>("isGated");
        const std::pair<const char*, Activation> kinds[] = {{"silu", Activation::Silu},
                                                            {"gelu tanh", Activation::GeluTanh},
                                                            {"gelu", Activation::GeluErf},
                                                            {"relu", Activation::Relu},
                                                            {"tanh", Activation::Tanh}};
        for (const auto& [name, kind] : kinds) {
            for (const int width : {1, 15, 16, 33, 172}) {
                for (const float spread : {0.01F, 2.0F, 300.0F}) {
                    for (const bool isGated : {true, false}) {
                        QTest::addRow("%s, %d wide, %g, %s",
                                      name,
                                      width,
                                      double(spread),
                                      isGated ? "gated" : "plain")
                            << kind << width << spread << isGated;
                    }
                }
            }
        }
    }
    void activationsAgreeWithTheDefinition()
    {
        QFETCH(Activation, activation);
        QFETCH(int, width);
        QFETCH(float, spread);
        QFETCH(bool, isGated);
        compare<float>(activation, width, spread, isGated);
        compare<c10::BFloat16>(activation, width, spread, isGated);
    }

    // Where 1 + erf(x / √2) has none left.
    void thinTailsKeepTheirDigits()
    {
        for (float x = -12; x <= 12; x += 0.001F) {
            const double expected = 0.5 * std::erfc(-static_cast<double>(x) / std::sqrt(2.0));
            QVERIFY(std::abs(normalShare(x) - expected) < (x < -6 ? 8e-6 : 3e-6) * expected);
        }
        constexpr float kInfinity = std::numeric_limits<float>::infinity();
        QCOMPARE(normalShare(-kInfinity), 0.0F);
        QCOMPARE(normalShare(kInfinity), 1.0F);
    }

    void whatIsNotANumberStaysSo()
    {
        for (const Activation activation : {Activation::Silu,
                                            Activation::GeluTanh,
                                            Activation::GeluErf,
                                            Activation::Relu,
                                            Activation::Tanh}) {
            const std::vector<float> gate(20, std::numeric_limits<float>::quiet_NaN());
            std::vector<float> h(20, 1), dGate = h;
            activateRows<float>(activation, {gate.data(), 20}, {}, {h.data(), 20}, 20, 1);
            QVERIFY(std::all_of(h.begin(), h.end(), [](float x) { return std::isnan(x); }));
            h.assign(20, 1);
            activateRowsBackward<float>(
                activation, {gate.data(), 20}, {}, {h.data(), 20}, {dGate.data(), 20}, {}, 20, 1);
            QVERIFY(std::all_of(h.begin(), h.end(), [](float x) { return std::isnan(x); }));
            QVERIFY(std::all_of(dGate.begin(), dGate.end(), [](float x) { return std::isnan(x); }));
        }
    }
};

QTEST_APPLESS_MAIN(TestBlockRows)
#include "tst_block_rows.moc"
