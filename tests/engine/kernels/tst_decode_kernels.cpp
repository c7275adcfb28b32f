// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The decoding kernels of every instruction set that this processor has, against plain loops in
// float64: whole vectors, tails and single numbers.
#include "engine/kernels/decode_kernels.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

using namespace engine::kernels;

namespace {

using Floats = std::vector<float>;

// Fixed numbers in [-1, 1] without structure.
Floats numbers(int64_t count, double seed)
{
    Floats values;
    for (int64_t i = 0; i < count; ++i) {
        values.push_back(static_cast<float>(std::sin(seed + 1.7 * static_cast<double>(i * i))));
    }
    return values;
}

float asHalf(float value)
{
    uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    bits = (bits + 0x7fffU + ((bits >> 16) & 1U)) & 0xffff0000U;
    std::memcpy(&value, &bits, sizeof bits);
    return value;
}

uint16_t halfBits(float value)
{
    uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    return static_cast<uint16_t>((bits + 0x7fffU + ((bits >> 16) & 1U)) >> 16);
}

void compare(const Floats& actual, const std::vector<double>& expected, double tolerance)
{
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double difference = std::abs(actual[i] - expected[i]);
        if (!(difference <= tolerance * std::max(1.0, std::abs(expected[i])))) {
            QFAIL(qPrintable(QString("[%1] is %2, expected %3")
                                 .arg(i)
                                 .arg(static_cast<double>(actual[i]))
                                 .arg(expected[i])));
        }
    }
}

} // namespace

class DecodeKernelsTest : public QObject
{
    Q_OBJECT

private:
    // The kernels of the row; null when the processor lacks them.
    static const DecodeKernels* kernels()
    {
        QFETCH(int, set);
        const auto wanted = static_cast<InstructionSet>(set);
        return wanted <= bestInstructionSet() ? decodeKernels(wanted) : nullptr;
    }
    static void addRows(const std::vector<int64_t>& sizes)
    {
        QTest::addColumn<int>("set");
        QTest::addColumn<qlonglong>("size");
        for (const InstructionSet set :
             {InstructionSet::Avx2, InstructionSet::Avx512, InstructionSet::Avx512Bf16}) {
            for (const int64_t size : sizes) {
                QTest::addRow("%s, %lld", nameOf(set).data(), static_cast<long long>(size))
                    << static_cast<int>(set) << static_cast<qlonglong>(size);
            }
        }
    }

private Q_SLOTS:
    void thereIsNoneWithoutAnInstructionSet() { QVERIFY(!decodeKernels(InstructionSet::None)); }

    // The longest are not taken to stay in the cache, in one type or both.
    void multipliesAVector_data() { addRows({1, 2, 16, 63, 64, 172, 300, 603}); }
    void multipliesAVector()
    {
        const DecodeKernels* const set = kernels();
        if (set == nullptr) {
            QSKIP("this processor lacks the instruction set");
        }
        QFETCH(qlonglong, size);
        constexpr int64_t kFeatures = 40; // two and a half panels
        const double tolerance = 1e-5 * std::max(1.0, static_cast<double>(size) / 172);
        for (const PackedType type : {PackedType::Float32, PackedType::BFloat16}) {
            const bool isHalf = type == PackedType::BFloat16;
            const Floats weight = numbers(kFeatures * size, 1);
            Floats x = numbers(size, 2);
            x.resize(static_cast<std::size_t>(roundedUp(size, 2)));
            PackedMatrix matrix(kFeatures, size, type);
            std::vector<uint16_t> halves;
            for (float& value : x) {
                value = isHalf ? asHalf(value) : value;
                halves.push_back(halfBits(value));
            }
            const Floats bias = numbers(matrix.features(), 3);
            std::vector<double> expected(bias.begin(), bias.end());
            for (int64_t i = 0; i < kFeatures; ++i) {
                for (int64_t k = 0; k < size; ++k) {
                    const float w = weight[static_cast<std::size_t>(i * size + k)];
                    matrix.set(i, k, w);
                    expected[static_cast<std::size_t>(i)] +=
                        static_cast<double>(isHalf ? asHalf(w) : w)
                        * x[static_cast<std::size_t>(k)];
                }
            }
            const void* const input = isHalf ? static_cast<const void*>(halves.data()) : x.data();
            Floats y(static_cast<std::size_t>(matrix.features()), 7);
            // The second panel alone, then everything, then everything on top.
            set->matvec({&matrix, 1, 1, 0, matrix.depth(), input, y.data(), bias.data(), false});
            QCOMPARE(y[15], 7.0F);
            QCOMPARE(y[32], 7.0F);
            compare({y[16], y[31]}, {expected[16], expected[31]}, tolerance);
            set->matvec({&matrix, 0, 3, 0, matrix.depth(), input, y.data(), bias.data(), false});
            compare(y, expected, tolerance);
            set->matvec({&matrix, 0, 3, 0, matrix.depth(), input, y.data(), nullptr, true});
            for (std::size_t i = 0; i < expected.size(); ++i) {
                expected[i] = 2 * expected[i] - bias[i];
            }
            compare(y, expected, tolerance);
            // The same in two parts of the depth.
            const int64_t first = matrix.depth() / 4 * 2;
            set->matvec({&matrix, 0, 3, 0, first, input, y.data(), nullptr, true});
            set->matvec(
                {&matrix, 0, 3, first, matrix.depth() - first, input, y.data(), nullptr, true});
            for (std::size_t i = 0; i < expected.size(); ++i) {
                expected[i] = (3 * expected[i] - bias[i]) / 2;
            }
            compare(y, expected, tolerance);
        }
    }

    void multipliesRowsAsIfEachWereAlone_data() { addRows({1, 8, 63, 300, 603}); }
    void multipliesRowsAsIfEachWereAlone()
    {
        const DecodeKernels* const set = kernels();
        if (set == nullptr) {
            QSKIP("this processor lacks the instruction set");
        }
        QFETCH(qlonglong, size);
        constexpr int64_t kPanels = 7;
        constexpr int64_t kFeatures = kPanels * kPanelFeatures;
        const int64_t xStride = roundedUp(size, 2) + 6;
        constexpr int64_t kYStride = kFeatures + 5;
        const Floats bias = numbers(kFeatures, 3);
        for (const PackedType type : {PackedType::Float32, PackedType::BFloat16}) {
            PackedMatrix matrix(kFeatures, size, type);
            const Floats weight = numbers(kFeatures * size, 1);
            for (int64_t i = 0; i < kFeatures * size; ++i) {
                matrix.set(i / size, i % size, weight[static_cast<std::size_t>(i)]);
            }
            for (int64_t rows = 1; rows <= 5; ++rows) {
                const Floats x = numbers(rows * xStride, 2);
                std::vector<uint16_t> halves;
                std::transform(x.begin(), x.end(), std::back_inserter(halves), halfBits);
                const auto row = [&](int64_t number) {
                    const int64_t at = number * xStride;
                    return type == PackedType::BFloat16
                               ? static_cast<const void*>(halves.data() + at)
                               : x.data() + at;
                };
                Floats together(static_cast<std::size_t>(rows * kYStride), 7);
                Floats alone = together;
                Matvec product{
                    &matrix, 0, kPanels, 0, matrix.depth(), row(0), together.data(), bias.data()};
                product.rows = rows;
                product.xStride = xStride;
                product.yStride = kYStride;
                set->matvec(product);
                product.rows = 1;
                product.panels = 1;
                for (int64_t i = 0; i < rows * kPanels; ++i) {
                    product.firstPanel = i % kPanels;
                    product.x = row(i / kPanels);
                    product.y = alone.data() + i / kPanels * kYStride;
                    set->matvec(product);
                }
                QCOMPARE(together, alone);
            }
        }
    }

    void projectsAndExpandsLowRankFactors_data() { addRows({1, 2, 5, 8, 16, 21}); }
    void projectsAndExpandsLowRankFactors()
    {
        const DecodeKernels* const set = kernels();
        if (set == nullptr) {
            QSKIP("this processor lacks the instruction set");
        }
        QFETCH(qlonglong, size); // the rank
        constexpr int64_t kDepth = 50;
        constexpr int64_t kRows = 27;
        const Floats a = numbers(size * kDepth, 4);
        const Floats b = numbers(kRows * size, 5);
        const Floats x = numbers(kDepth, 6);
        std::vector<double> inner(static_cast<std::size_t>(size));
        Floats y = numbers(kRows, 7);
        std::vector<double> expected(y.begin(), y.end());
        for (int64_t r = 0; r < size; ++r) {
            for (int64_t k = 0; k < kDepth; ++k) {
                inner[static_cast<std::size_t>(r)] +=
                    0.5 * a[static_cast<std::size_t>(r * kDepth + k)]
                    * static_cast<double>(x[static_cast<std::size_t>(k)]);
            }
            for (int64_t i = 0; i < kRows; ++i) {
                expected[static_cast<std::size_t>(i)] +=
                    b[static_cast<std::size_t>(i * size + r)] * inner[static_cast<std::size_t>(r)];
            }
        }
        Floats actual(static_cast<std::size_t>(size));
        // The first columns and the others.
        constexpr int64_t kFirst = 18;
        Floats rest(actual.size());
        set->project({a.data(), size, kFirst, kDepth}, x.data(), 0.5F, actual.data());
        set->project({a.data() + kFirst, size, kDepth - kFirst, kDepth},
                     x.data() + kFirst,
                     0.5F,
                     rest.data());
        std::transform(actual.begin(), actual.end(), rest.begin(), rest.begin(), std::plus<>());
        compare(rest, inner, 1e-5);
        set->project({a.data(), size, kDepth, kDepth}, x.data(), 0.5F, actual.data());
        compare(actual, inner, 1e-5);
        set->expand(b.data(), kRows, size, actual.data(), y.data());
        compare(y, expected, 1e-5);
    }

    void normalisesRows_data() { addRows({1, 15, 16, 64, 100}); }
    void normalisesRows()
    {
        const DecodeKernels* const set = kernels();
        if (set == nullptr) {
            QSKIP("this processor lacks the instruction set");
        }
        QFETCH(qlonglong, size);
        const Floats x = numbers(size, 8);
        const Floats weight = numbers(size, 9);
        const Floats bias = numbers(size, 10);
        double squares = 0;
        double mean = 0;
        for (const float value : x) {
            squares += static_cast<double>(value) * value / static_cast<double>(size);
            mean += value / static_cast<double>(size);
        }
        double variance = 0;
        for (const float value : x) {
            variance += (value - mean) * (value - mean) / static_cast<double>(size);
        }
        std::vector<double> rms;
        std::vector<double> layer;
        for (std::size_t i = 0; i < x.size(); ++i) {
            rms.push_back(weight[i] * x[i] / std::sqrt(squares + 1e-5));
            layer.push_back(weight[i] * (x[i] - mean) / std::sqrt(variance + 1e-5) + bias[i]);
        }
        Floats y(x.size() + 1, 7);
        set->rmsNorm(x.data(), weight.data(), size, 1e-5, y.data());
        compare(y, rms, 1e-5);
        set->layerNorm(x.data(), weight.data(), bias.data(), size, 1e-5, y.data());
        compare(y, layer, 1e-4);
        QCOMPARE(y.back(), 7.0F); // nothing beyond the row
    }

    void rotatesActivatesAndRounds_data() { addRows({1, 4, 16, 37}); }
    void rotatesActivatesAndRounds()
    {
        const DecodeKernels* const set = kernels();
        if (set == nullptr) {
            QSKIP("this processor lacks the instruction set");
        }
        QFETCH(qlonglong, size);
        const auto count = static_cast<std::size_t>(size);
        const Floats x = numbers(2 * size, 11);
        const Floats cos = numbers(size, 12);
        const Floats sin = numbers(size, 13);
        std::vector<double> turned(2 * count);
        for (std::size_t i = 0; i < count; ++i) {
            turned[i] = x[i] * cos[i] - static_cast<double>(x[count + i]) * sin[i];
            turned[count + i] = x[count + i] * cos[i] + static_cast<double>(x[i]) * sin[i];
        }
        Floats y = x;
        set->rotate(y.data(), cos.data(), sin.data(), size);
        compare(y, turned, 1e-6);

        const Floats up = numbers(size, 14);
        for (const Activation kind : {Activation::Silu,
                                      Activation::GeluTanh,
                                      Activation::GeluErf,
                                      Activation::Relu,
                                      Activation::Tanh}) {
            std::vector<double> expected;
            std::vector<double> gated;
            Floats wide = x;
            for (std::size_t i = 0; i < count; ++i) {
                wide[i] *= 30; // far into both tails
                const double v = wide[i];
                const double inner = 0.7978845608028654 * (v + 0.044715 * v * v * v);
                expected.push_back(kind == Activation::Relu   ? std::max(v, 0.0)
                                   : kind == Activation::Tanh ? std::tanh(v)
                                   : kind == Activation::Silu ? v / (1 + std::exp(-v))
                                   : kind == Activation::GeluTanh
                                       ? 0.5 * v * (1 + std::tanh(inner))
                                       : 0.5 * v * (1 + std::erf(v / std::sqrt(2.0))));
                gated.push_back(expected.back() * up[i]);
            }
            Floats result(count);
            set->activate(kind, wide.data(), nullptr, size, result.data());
            compare(result, expected, 2e-6);
            set->activate(kind, wide.data(), up.data(), size, wide.data());
            compare(wide, gated, 2e-6);
            wide.assign(count, std::nanf(""));
            set->activate(kind, wide.data(), nullptr, size, result.data());
            QVERIFY(std::all_of(
                result.begin(), result.end(), [](float value) { return std::isnan(value); }));
        }

        std::vector<uint16_t> halves(count + 1, 7);
        set->toHalf(x.data(), size, halves.data());
        for (std::size_t i = 0; i < count; ++i) {
            QCOMPARE(halves[i], halfBits(x[i]));
        }
        QCOMPARE(halves.back(), uint16_t{7});
    }

    void reducesRows_data() { addRows({1, 15, 16, 33, 512}); }
    void reducesRows()
    {
        const DecodeKernels* const set = kernels();
        if (set == nullptr) {
            QSKIP("this processor lacks the instruction set");
        }
        QFETCH(qlonglong, size);
        Floats x = numbers(size, 15);
        const auto best = std::max_element(x.begin(), x.end());
        const RowMaximum found = set->maximum(x.data(), size);
        QCOMPARE(found.value, *best);
        QCOMPARE(found.index, static_cast<int64_t>(best - x.begin()));
        QVERIFY(found.isFinite);
        double sum = 0;
        std::vector<double> weights;
        for (const float value : x) {
            weights.push_back(std::exp(3.0 * (value - *best)));
            sum += std::exp(static_cast<double>(value) - *best);
        }
        QVERIFY(std::abs(set->sumOfExponentials(x.data(), size, *best) - sum) < 1e-5 * sum);

        for (const float cap : {0.5F, 50.0F}) {
            Floats capped = x;
            capped.push_back(7);
            std::vector<double> bent;
            for (const float value : x) {
                bent.push_back(cap * std::tanh(3.0 * value / cap));
            }
            set->softCap(capped.data(), size, 3, cap);
            QCOMPARE(capped.back(), 7.0F);
            capped.pop_back();
            compare(capped, bent, 1e-5);
        }

        Floats padded = x;
        padded.resize(static_cast<std::size_t>(roundedUp(size, 16)), 7);
        const float total = set->softmax(padded.data(), size, 3);
        compare(padded, weights, 1e-5);
        double expected = 0;
        for (const double weight : weights) {
            expected += weight;
        }
        QVERIFY(std::abs(total - expected) < 1e-5 * expected);
        QVERIFY(std::all_of(padded.begin() + size, padded.end(), [](float v) { return v == 0; }));

        for (const float bad : {std::numeric_limits<float>::quiet_NaN(),
                                std::numeric_limits<float>::infinity(),
                                -std::numeric_limits<float>::infinity()}) {
            Floats broken = x;
            broken.back() = bad;
            QVERIFY(!set->maximum(broken.data(), size).isFinite);
        }
    }
};

QTEST_GUILESS_MAIN(DecodeKernelsTest)
#include "tst_decode_kernels.moc"
