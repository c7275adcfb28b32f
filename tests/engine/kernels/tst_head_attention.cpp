// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/head_attention.h"

#include <QtTest>

#include <cmath>
#include <random>
#include <vector>

using namespace engine::kernels;

namespace {

struct Shape
{
    int64_t tokens = 0;
    int64_t heads = 0;
    int64_t headDim = 0;
    int64_t window = kNoWindow;
    double softCap = 0;

    int64_t width() const { return heads * headDim; }
};

// Everything in float64, written from the definition.
struct Reference
{
    std::vector<double> out, dq, dk, dv, logSums;

    Reference(const Shape& shape,
              const std::vector<double>& q,
              const std::vector<double>& k,
              const std::vector<double>& v,
              const std::vector<double>& gradient,
              double scale)
        : out(q.size()), dq(q.size()), dk(k.size()), dv(v.size()),
          logSums(static_cast<std::size_t>(shape.tokens * shape.heads))
    {
        const int64_t size = shape.headDim;
        for (int64_t head = 0; head < shape.heads; ++head) {
            for (int64_t i = 0; i < shape.tokens; ++i) {
                const int64_t row = i * shape.width() + head * size;
                std::vector<double> p(static_cast<std::size_t>(i + 1));
                std::vector<double> steepness(p.size(), 1);
                const int64_t first = std::max<int64_t>(0, i - shape.window + 1);
                double sum = 0;
                for (int64_t j = first; j <= i; ++j) {
                    double score = scale * dot(&q[row], &k[j * size], size);
                    if (shape.softCap > 0) {
                        const double tangent = std::tanh(score / shape.softCap);
                        score = shape.softCap * tangent;
                        steepness[j] = 1 - tangent * tangent;
                    }
                    p[j] = std::exp(score);
                    sum += p[j];
                }
                logSums[head * shape.tokens + i] = std::log2(sum);
                double delta = 0;
                for (int64_t j = first; j <= i; ++j) {
                    p[j] /= sum;
                    for (int64_t d = 0; d < size; ++d) {
                        out[row + d] += p[j] * v[j * size + d];
                    }
                    delta += p[j] * dot(&gradient[row], &v[j * size], size);
                }
                for (int64_t j = first; j <= i; ++j) {
                    const double slope = scale * steepness[j] * p[j]
                                         * (dot(&gradient[row], &v[j * size], size) - delta);
                    for (int64_t d = 0; d < size; ++d) {
                        dv[j * size + d] += p[j] * gradient[row + d];
                        dq[row + d] += slope * k[j * size + d];
                        dk[j * size + d] += slope * q[row + d];
                    }
                }
            }
        }
    }

private:
    static double dot(const double* a, const double* b, int64_t count)
    {
        double sum = 0;
        for (int64_t i = 0; i < count; ++i) {
            sum += a[i] * b[i];
        }
        return sum;
    }
};

// Rows with something between and behind them that must stay as it is.
template <typename T>
struct Rows
{
    static constexpr float kUntouched = 77;

    Rows(int64_t tokens, int64_t width) : width(width), stride(width + 5)
    {
        data.assign(static_cast<std::size_t>(tokens * stride), T(kUntouched));
    }

    std::vector<double> randomise(std::mt19937& random, double spread)
    {
        std::normal_distribution<float> normal(0, static_cast<float>(spread));
        std::vector<double> values;
        for (std::size_t i = 0; i < data.size(); ++i) {
            if (static_cast<int64_t>(i) % stride < width) {
                data[i] = T(normal(random));
                values.push_back(static_cast<float>(data[i]));
            }
        }
        return values;
    }
    double difference(const std::vector<double>& expected) const
    {
        double worst = 0, largest = 0.1;
        for (std::size_t i = 0, at = 0; i < data.size(); ++i) {
            const double value = static_cast<float>(data[i]);
            if (static_cast<int64_t>(i) % stride < width) {
                worst = std::max(worst, std::abs(value - expected[at]));
                largest = std::max(largest, std::abs(expected[at++]));
            } else if (value != kUntouched) {
                return 1e9;
            }
        }
        return worst / largest;
    }
    RowsOf<const T> read() const { return {data.data(), stride}; }
    RowsOf<T> write() { return {data.data(), stride}; }

    int64_t width;
    int64_t stride;
    std::vector<T> data;
};

} // namespace

class TestHeadAttention : public QObject
{
    Q_OBJECT

private:
    template <typename T>
    void compare(const Shape& shape, double spread, double tolerance)
    {
        if (instructionSet() == InstructionSet::None) {
            QSKIP("this processor has no packed kernels");
        }
        std::mt19937 random(11);
        Rows<T> q(shape.tokens, shape.width()), k(shape.tokens, shape.headDim),
            v(shape.tokens, shape.headDim), gradient(shape.tokens, shape.width());
        Rows<T> out(shape.tokens, shape.width()), dq = out, dk(shape.tokens, shape.headDim),
                                                  dv = dk;
        const double scale = 1 / std::sqrt(static_cast<double>(shape.headDim));
        const Reference expected(shape,
                                 q.randomise(random, spread),
                                 k.randomise(random, spread),
                                 v.randomise(random, 1),
                                 gradient.randomise(random, 1),
                                 scale);
        HeadGroup<T> group;
        group.q = q.read();
        group.k = k.read();
        group.v = v.read();
        group.tokens = shape.tokens;
        group.heads = shape.heads;
        group.headDim = shape.headDim;
        group.scale = static_cast<float>(scale);
        group.window = shape.window;
        group.softCap = static_cast<float>(shape.softCap);
        group.logSumStride = shape.tokens;
        std::vector<float> logSums(static_cast<std::size_t>(shape.tokens * shape.heads));
        HeadAttention<T> attention;
        attention.forward(group, out.write(), logSums.data());
        QVERIFY2(out.difference(expected.out) < tolerance,
                 qPrintable(QString::number(out.difference(expected.out))));
        for (std::size_t i = 0; i < logSums.size(); ++i) {
            QVERIFY(std::abs(logSums[i] - expected.logSums[i]) < 1e-4);
        }
        attention.backward(
            group, out.read(), gradient.read(), logSums.data(), dq.write(), dk.write(), dv.write());
        QVERIFY2(dq.difference(expected.dq) < tolerance,
                 qPrintable(QString::number(dq.difference(expected.dq))));
        QVERIFY2(dk.difference(expected.dk) < tolerance,
                 qPrintable(QString::number(dk.difference(expected.dk))));
        QVERIFY2(dv.difference(expected.dv) < tolerance,
                 qPrintable(QString::number(dv.difference(expected.dv))));
    }

private Q_SLOTS:
    void agreesWithTheDefinition_data()
    {
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("heads");
        QTest::addColumn<int>("headDim");
        for (const int tokens : {1, 7, 8, 16, 17, 40, 100}) {
            for (const int headDim : {4, 8, 20, 64}) {
                for (const int heads : {1, 3}) {
                    QTest::addRow("%d tokens, %d heads of %d", tokens, heads, headDim)
                        << tokens << heads << headDim;
                }
            }
        }
    }
    void agreesWithTheDefinition()
    {
        QFETCH(int, tokens);
        QFETCH(int, heads);
        QFETCH(int, headDim);
        compare<float>({tokens, heads, headDim}, 1, 1e-5);
        compare<c10::BFloat16>({tokens, heads, headDim}, 1, 1.5e-2);
    }

    // From a cap that bends nothing to one that all scores reach.
    void softCapsBendScores_data()
    {
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("headDim");
        QTest::addColumn<int>("window");
        QTest::addColumn<double>("cap");
        QTest::addColumn<double>("spread");
        for (const int tokens : {1, 17, 100}) {
            for (const double cap : {0.01, 0.7, 50.0}) {
                QTest::addRow("%d tokens at most %g", tokens, cap)
                    << tokens << 20 << tokens << cap << 1.0;
            }
        }
        QTest::newRow("a window") << 100 << 8 << 19 << 1.0 << 1.0;
        QTest::newRow("large scores") << 100 << 64 << 100 << 50.0 << 6.0;
    }
    void softCapsBendScores()
    {
        QFETCH(int, tokens);
        QFETCH(int, headDim);
        QFETCH(int, window);
        QFETCH(double, cap);
        QFETCH(double, spread);
        const Shape shape{tokens, 3, headDim, window, cap};
        compare<float>(shape, spread, 2e-5);
        compare<c10::BFloat16>(shape, spread, 2e-2);
    }

    void windowsHideWhatIsBeforeThem_data()
    {
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("window");
        for (const int tokens : {1, 16, 17, 40, 100}) {
            for (const int window : {1, 2, 7, 8, 9, 15, 16, 17, 33, 99, 100}) {
                QTest::addRow("%d tokens, the last %d seen", tokens, window) << tokens << window;
            }
        }
    }
    void windowsHideWhatIsBeforeThem()
    {
        QFETCH(int, tokens);
        QFETCH(int, window);
        compare<float>({tokens, 2, 20, window}, 1, 3e-5); // gradients of one key cancel
        compare<c10::BFloat16>({tokens, 2, 20, window}, 1, 1.5e-2);
        compare<float>({tokens, 1, 8, window}, 6, 1e-4); // what is hidden may be the largest
    }

    // Scores far apart: all but one probability vanish, nothing becomes infinite.
    void scoresMayBeFarApart() { compare<float>({40, 2, 16}, 9, 1e-4); }
};

QTEST_APPLESS_MAIN(TestHeadAttention)
#include "tst_head_attention.moc"
