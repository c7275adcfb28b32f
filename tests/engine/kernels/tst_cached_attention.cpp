// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/cached_attention.h"

#include <QtTest>

#include <cmath>
#include <random>
#include <vector>

using namespace engine::kernels;

namespace {

struct Shape
{
    int64_t position = 0;
    int64_t count = 0;
    int64_t heads = 0;
    int64_t headDim = 0;
    int64_t window = kNoWindow;
    double softCap = 0;

    int64_t length() const { return position + count; }
    int64_t width() const { return heads * headDim; }
    double scale() const { return 1 / std::sqrt(static_cast<double>(headDim)); }
};

std::vector<float> numbers(std::mt19937& random, int64_t count)
{
    std::normal_distribution<float> normal;
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values) {
        value = normal(random);
    }
    return values;
}

float roundedTo(PackedType type, float value)
{
    return type == PackedType::Float32 ? value : static_cast<float>(c10::BFloat16(value));
}

// A sequence's keys and values as plain rows and as the matrices that a cache holds, with room
// behind the last position.
struct Cache
{
    Cache(const Shape& shape, PackedType type, std::mt19937& random)
        : keys(numbers(random, shape.length() * shape.headDim)),
          values(numbers(random, shape.length() * shape.headDim)),
          packedKeys(shape.length() + 20, shape.headDim, type),
          packedValues(shape.headDim, roundedUp(shape.length(), kPanelFeatures) + 32, type)
    {
        for (int64_t i = 0; i < shape.length(); ++i) {
            for (int64_t d = 0; d < shape.headDim; ++d) {
                float& key = keys[i * shape.headDim + d];
                float& value = values[i * shape.headDim + d];
                packedKeys.set(i, d, key);
                packedValues.set(d, i, value);
                key = roundedTo(type, key);
                value = roundedTo(type, value);
            }
        }
    }

    std::vector<float> keys, values;
    PackedMatrix packedKeys, packedValues;
};

// From the definition, in float64: query row, head and dimension of the result.
double
expected(const Shape& shape, const Cache& cache, const float* query, int64_t row, int64_t dimension)
{
    double sum = 0;
    double mixed = 0;
    const int64_t last = shape.position + row;
    for (int64_t i = std::max<int64_t>(0, last - shape.window + 1); i <= last; ++i) {
        double score = 0;
        for (int64_t d = 0; d < shape.headDim; ++d) {
            score += static_cast<double>(query[d]) * cache.keys[i * shape.headDim + d];
        }
        score *= shape.scale();
        const double cap = shape.softCap;
        const double p = std::exp(cap > 0 ? cap * std::tanh(score / cap) : score);
        sum += p;
        mixed += p * cache.values[i * shape.headDim + dimension];
    }
    return mixed / sum;
}

constexpr float kUntouched = 77;

} // namespace

class TestCachedAttention : public QObject
{
    Q_OBJECT

private:
    static CachedHeads workOf(const Shape& shape,
                              const Cache& cache,
                              const std::vector<float>& queries,
                              std::vector<float>& out,
                              int64_t stride)
    {
        CachedHeads work;
        work.keys = &cache.packedKeys;
        work.values = &cache.packedValues;
        work.position = shape.position;
        work.count = shape.count;
        work.heads = shape.heads;
        work.headDim = shape.headDim;
        work.scale = static_cast<float>(shape.scale());
        work.window = shape.window;
        work.softCap = static_cast<float>(shape.softCap);
        work.q = {queries.data(), shape.width()};
        work.out = {out.data(), stride};
        return work;
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (instructionSet() == InstructionSet::None) {
            QSKIP("this processor has no packed kernels");
        }
    }

    void agreesWithTheDefinition_data()
    {
        QTest::addColumn<int>("position");
        QTest::addColumn<int>("count");
        QTest::addColumn<int>("headDim");
        QTest::addColumn<qint64>("window");
        QTest::addColumn<double>("cap");
        for (const int position : {0, 5, 16, 24, 61}) {
            for (const int count : {1, 3, 16, 40}) {
                for (const int headDim : {4, 8, 20, 64}) {
                    QTest::addRow("%d at %d, %d wide", count, position, headDim)
                        << position << count << headDim << qint64(kNoWindow) << 0.0;
                }
                for (const int window : {1, 7, 16, 19, 50}) {
                    QTest::addRow("%d at %d, the last %d seen", count, position, window)
                        << position << count << 20 << qint64(window)
                        << (window % 2 == 0 ? 0.8 : 0.0);
                }
            }
        }
    }
    void agreesWithTheDefinition()
    {
        QFETCH(int, position);
        QFETCH(int, count);
        QFETCH(int, headDim);
        QFETCH(qint64, window);
        QFETCH(double, cap);
        const Shape shape{position, count, 3, headDim, window, cap};
        const int64_t stride = shape.width() + 5;
        std::mt19937 random(7);
        std::vector<float> queries = numbers(random, shape.count * shape.width());
        CachedAttention attention;
        for (const PackedType type : {PackedType::Float32, PackedType::BFloat16}) {
            const Cache cache(shape, type, random);
            for (float& query : queries) {
                query = roundedTo(type, query);
            }
            // Pairs round the probabilities.
            const bool hasPairs =
                type == PackedType::BFloat16 && pairKernels(instructionSet()) != nullptr;
            const double tolerance = hasPairs ? 4e-3 : 1e-5;
            std::vector<float> out(static_cast<std::size_t>(count * stride), kUntouched);
            attention.attend(workOf(shape, cache, queries, out, stride));
            for (int64_t i = 0; i < shape.count * stride; ++i) {
                const int64_t row = i / stride;
                const int64_t column = i % stride;
                if (column >= shape.width()) {
                    QCOMPARE(out[i], kUntouched);
                    continue;
                }
                const float* const query =
                    queries.data() + row * shape.width() + column / headDim * headDim;
                const double wanted = expected(shape, cache, query, row, column % headDim);
                QVERIFY2(std::abs(out[i] - wanted) < tolerance,
                         qPrintable(QString("row %1, column %2: %3 is not %4")
                                        .arg(row)
                                        .arg(column)
                                        .arg(double(out[i]))
                                        .arg(wanted)));
            }
        }
    }

    // Whichever thread takes which queries, the numbers stay.
    void queriesAreIndependent()
    {
        std::mt19937 random(3);
        const Shape shape{21, 37, 2, 16, 18};
        const std::vector<float> queries = numbers(random, shape.count * shape.width());
        for (const PackedType type : {PackedType::Float32, PackedType::BFloat16}) {
            const Cache cache(shape, type, random);
            std::vector<float> whole(queries.size()), parts(queries.size());
            CachedAttention attention;
            attention.attend(workOf(shape, cache, queries, whole, shape.width()));
            for (int64_t first = 0, count = 1; first < shape.count; first += count, count += 3) {
                CachedHeads work = workOf(shape, cache, queries, parts, shape.width());
                work.position += first;
                work.count = std::min(count, shape.count - first);
                work.q = work.q.from(first);
                work.out = work.out.from(first);
                attention.attend(work);
            }
            QCOMPARE(parts, whole);
        }
    }
};

QTEST_APPLESS_MAIN(TestCachedAttention)
#include "tst_cached_attention.moc"
