// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/low_rank_start.h"

#include "tests/support/failing.h"
#include "tests/support/gradient_check.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/linalg_qr.h>
#include <ATen/ops/linalg_svd.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/zeros.h>

#include <QtTest>

#include <cmath>

using namespace engine;
using at::Tensor;
using engine::methods::StartPlace;
using tests::difference;
using tests::numbers;

namespace {

struct Started
{
    Tensor a;
    Tensor b;

    Tensor product(double scale) const { return at::matmul(b, a) * scale; }
};

Started started(const char* init, const StartPlace& place, const Tensor& weight, uint64_t seed = 3)
{
    const Started result{at::zeros({place.rank, place.inputs}),
                         at::zeros({place.rows, place.rank})};
    methods::start(init, place, weight, seed, result.a, result.b);
    return result;
}

double spread(const Tensor& values)
{
    return values.square().mean().sqrt().item<double>();
}

// Whose singular values fall by a tenth each.
Tensor decaying(int64_t rows, int64_t inputs)
{
    const int64_t rank = std::min(rows, inputs);
    const auto basis = [](int64_t size, int64_t count, int64_t seed) {
        return std::get<0>(at::linalg_qr(numbers({size, count}, seed).to(at::kFloat)));
    };
    const Tensor values = at::pow(0.9, at::arange(rank, at::kFloat));
    return at::matmul(basis(rows, rank, 1) * values, basis(inputs, rank, 2).t());
}

} // namespace

class TestLowRankStart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Eckart and Young: nothing of that rank is nearer to W.
    void pissaIsTheBestApproximation_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("inputs");
        QTest::addColumn<double>("tolerance");
        QTest::newRow("tall") << 40 << 24 << 1e-5;
        QTest::newRow("wide") << 24 << 40 << 1e-5;
        QTest::newRow("by subspace iteration") << 800 << 900 << 1e-4;
    }
    void pissaIsTheBestApproximation()
    {
        QFETCH(int, rows);
        QFETCH(int, inputs);
        QFETCH(double, tolerance);
        const Tensor w = decaying(rows, inputs);
        const Started start = started("pissa", {"q", false, rows, inputs, 6, 0.25}, w);
        const Tensor rest =
            std::get<1>(at::linalg_svd(w - start.product(0.25), /*full_matrices=*/false));
        QVERIFY(std::abs(rest[0].item<double>() - std::pow(0.9, 6)) < tolerance);
        // Both factors share the size of each direction.
        QCOMPARE(difference("sizes", start.a.square().sum(1), start.b.square().sum(0), tolerance),
                 QString());
    }

    // What rounding takes away has no leading directions to speak of.
    void flatSpectraAreApproximatedAlmostAsWell()
    {
        const Tensor w = numbers({800, 900}, 5).to(at::kFloat);
        const Started start{at::zeros({8, 900}), at::zeros({800, 8})};
        methods::approximate({"q", false, 800, 900, 8, 4}, w, 3, start.a, start.b);
        const Tensor values = std::get<1>(at::linalg_svd(w, /*full_matrices=*/false));
        const auto best = values.narrow(0, 0, 8).norm().item<double>();
        const auto found = start.product(4).norm().item<double>();
        const auto left = (w - start.product(4)).norm().item<double>();
        const auto tail = values.narrow(0, 8, 792).norm().item<double>();
        QVERIFY2(found > 0.98 * best && left < 1.001 * tail,
                 qPrintable(QStringLiteral("%1 of %2, %3 of %4 left")
                                .arg(found)
                                .arg(best)
                                .arg(left)
                                .arg(tail)));
    }

    void oloraIsTheBeginningOfQr()
    {
        const Tensor w = numbers({20, 12}, 4).to(at::kFloat);
        const Started start = started("olora", {"q", false, 20, 12, 5, 2}, w);
        const auto [q, r] = at::linalg_qr(w);
        QCOMPARE(difference("B", start.b, q.narrow(1, 0, 5), 1e-5), QString());
        QCOMPARE(difference("A", start.a, r.narrow(0, 0, 5), 1e-5), QString());
    }

    void orthogonalFactorsHaveNoProduct()
    {
        const Started start = started("orthogonal", {"q", false, 200, 300, 8, 2}, {});
        QVERIFY(start.product(1).abs().max().item<double>() < 1e-6);
        QVERIFY(std::abs(spread(start.a) - std::sqrt(0.5) / 10) < 0.01);
        QVERIFY(std::abs(spread(start.b) - std::sqrt(0.5) / 10) < 0.01);
    }

    void randomStartsHaveTheirSpread_data()
    {
        QTest::addColumn<QString>("init");
        QTest::addColumn<bool>("isEmbedding");
        QTest::addColumn<double>("a");
        QTest::addColumn<double>("b");
        const double uniform = 1 / std::sqrt(3.0);
        QTest::newRow("default") << "default" << false << uniform / std::sqrt(300.0) << 0.0;
        QTest::newRow("gaussian") << "gaussian" << false << 1 / 4.0 << 0.0;
        QTest::newRow("none") << "none" << false << uniform / std::sqrt(300.0)
                              << uniform / std::sqrt(4.0);
        QTest::newRow("default, embedding") << "default" << true << 0.0 << 1.0;
        QTest::newRow("gaussian, embedding") << "gaussian" << true << 0.0 << 1.0;
        QTest::newRow("none, embedding") << "none" << true << 1.0 << 1.0;
    }
    void randomStartsHaveTheirSpread()
    {
        QFETCH(QString, init);
        QFETCH(bool, isEmbedding);
        QFETCH(double, a);
        QFETCH(double, b);
        const std::string name = init.toStdString();
        const Started start = started(name.c_str(), {"q", isEmbedding, 200, 300, 4, 2}, {});
        QVERIFY(std::abs(spread(start.a) - a) <= 0.08 * a);
        QVERIFY(std::abs(spread(start.b) - b) <= 0.08 * b);
        QVERIFY(!(a > 0 && b > 0)
                || !at::equal(start.a.reshape(-1).narrow(0, 0, 8),
                              start.b.reshape(-1).narrow(0, 0, 8)));
    }

    void whatAStartCannotDoIsRefused_data()
    {
        QTest::addColumn<QString>("init");
        QTest::addColumn<StartPlace>("place");
        QTest::addColumn<QString>("field");
        for (const char* init : {"pissa", "olora", "orthogonal", "loftq"}) {
            QTest::addRow("%s of an embedding", init)
                << init << StartPlace{"wte", true, 32, 40, 4, 1} << "method.init";
        }
        for (const char* init : {"pissa", "olora", "loftq"}) {
            QTest::addRow("%s of too high a rank", init)
                << init << StartPlace{"q", false, 8, 40, 9, 1} << "method.rank";
            QTest::addRow("%s without a scale", init)
                << init << StartPlace{"q", false, 8, 40, 4, 0} << "method.alpha";
        }
        QTest::newRow("an odd rank")
            << "orthogonal" << StartPlace{"q", false, 8, 40, 3, 1} << "method.rank";
    }
    void whatAStartCannotDoIsRefused()
    {
        QFETCH(QString, init);
        QFETCH(StartPlace, place);
        QFETCH(QString, field);
        const Error error =
            tests::failureOf([&] { methods::requireStart(init.toStdString(), place); });
        QCOMPARE(error.code, std::string("bad_field"));
        QCOMPARE(QString::fromStdString(error.where), field);
        QVERIFY(error.message.starts_with(error.where));
        QVERIFY(error.message.find(place.name) != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestLowRankStart)
#include "tst_low_rank_start.moc"
