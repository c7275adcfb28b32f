// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// DoRA of one layer against its definition and its gradients against autograd's of that definition.
#include "engine/methods/dora_adapter.h"

#include "engine/device/seeds.h"
#include "engine/kernels/dropout.h"
#include "engine/nn/row_slices.h"
#include "tests/support/tuned_models.h"

#include <ATen/ops/matmul.h>
#include <ATen/ops/ones_like.h>

using namespace engine;
using namespace tests;
using engine::methods::DoraAdapter;

namespace {

constexpr int64_t kTokens = 5;
constexpr int64_t kIn = 6;
constexpr int64_t kOut = 12;
constexpr double kDropout = 0.5;

struct Case
{
    bool isTransposed = false;
    bool hasBias = true;
    kernels::RowSlice rows = kernels::RowSlice::plain(0, kOut);
    double dropout = 0;
    bool hasFixed = false;
};

Tensor floats(at::IntArrayRef shape, int64_t seed)
{
    return numbers(shape, seed).to(at::kFloat);
}

// A layer, an update of it, and what both are made of.
struct Setting
{
    explicit Setting(const Case& row)
        : layer(spec(row),
                row.isTransposed ? floats({kIn, kOut}, 1).t() : floats({kOut, kIn}, 1),
                row.hasBias ? floats({kOut}, 2) : Tensor()),
          x(floats({kTokens, kIn}, 3).requires_grad_()),
          magnitude(floats({row.rows.rows()}, 4).add(2).requires_grad_())
    {
        update.a = floats({3, kIn}, 5).requires_grad_();
        update.b = floats({row.rows.rows(), 3}, 6).requires_grad_();
        update.scale = 1.5;
        update.rows = row.rows;
        update.dropout = row.dropout;
        fixed.a = floats({2, kIn}, 7);
        fixed.b = floats({row.rows.rows(), 2}, 8);
        fixed.scale = -0.5;
        fixed.rows = row.rows;
    }

    static nn::ModuleSpec spec(const Case& row)
    {
        nn::ModuleSpec spec;
        spec.name = "layer";
        spec.kind = row.isTransposed ? nn::ModuleKind::Conv1d : nn::ModuleKind::Linear;
        spec.out = kOut;
        spec.in = kIn;
        spec.bias = row.hasBias;
        return spec;
    }

    // x Wᵀ + b, and on the rows of the update, W being W + fixed there, what the header says.
    Tensor defined(const Case& row, const nn::Pass& pass) const
    {
        const auto product = [](const kernels::LowRank& one) {
            return at::matmul(one.b, one.a) * one.scale;
        };
        const Tensor indices = nn::rowIndices(row.rows);
        const Tensor rest = row.hasFixed ? product(fixed) : Tensor();
        Tensor w = layer.weight().index_select(0, indices);
        w = row.hasFixed ? w + rest : w;
        const Tensor length = (w + product(update)).detach().square().sum(1).sqrt();
        const Tensor gain = magnitude / length;
        Tensor dropped = x;
        if (pass.training && row.dropout > 0) {
            dropped = x
                      * kernels::counterDropout(
                          at::ones_like(x), row.dropout, device::derivedSeed(pass.seed, "update"));
        }
        Tensor y = at::matmul(x, layer.weight().t());
        y = row.hasBias ? y + layer.bias() : y;
        Tensor change = (gain - 1) * at::matmul(dropped, w.t())
                        + gain * at::matmul(dropped, product(update).t());
        change = row.hasFixed ? change + at::matmul(x, rest.t()) : change;
        return y.index_add(1, indices, change);
    }

    std::unique_ptr<DoraAdapter> adapter(const Case& row, const std::string& name = "update") const
    {
        return std::make_unique<DoraAdapter>(
            name, layer, update, magnitude, row.hasFixed ? &fixed : nullptr);
    }

    std::vector<Tensor> gradients(const Tensor& y)
    {
        const std::vector<Tensor> leaves = {x, update.a, update.b, magnitude};
        for (const Tensor& leaf : leaves) {
            leaf.mutable_grad() = Tensor();
        }
        (y * floats({kTokens, kOut}, 9)).sum().backward();
        std::vector<Tensor> found;
        for (const Tensor& leaf : leaves) {
            found.push_back(leaf.grad().clone());
        }
        return found;
    }

    nn::Linear layer;
    Tensor x;
    Tensor magnitude;
    kernels::LowRank update;
    kernels::LowRank fixed;
};

} // namespace

class TestDoraAdapter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itIsItsDefinition_data()
    {
        QTest::addColumn<Case>("row");
        QTest::newRow("whole") << Case{};
        QTest::newRow("no bias") << Case{false, false};
        QTest::newRow("Conv1D") << Case{true};
        const kernels::RowSlice slice = kernels::RowSlice::plain(4, 5);
        const kernels::RowSlice heads = {1, 2, 4, 3};
        QTest::newRow("slice") << Case{false, true, slice};
        QTest::newRow("slice of Conv1D") << Case{true, true, slice};
        QTest::newRow("by head") << Case{false, true, heads};
        QTest::newRow("dropout") << Case{false, true, kernels::RowSlice::plain(0, kOut), kDropout};
        QTest::newRow("slice with dropout") << Case{true, false, slice, kDropout};
        QTest::newRow("start inside the base")
            << Case{false, true, kernels::RowSlice::plain(0, kOut), 0, true};
        QTest::newRow("start inside the base, dropout") << Case{false, true, heads, kDropout, true};
    }
    void itIsItsDefinition()
    {
        QFETCH(Case, row);
        Setting setting(row);
        const auto adapter = setting.adapter(row);
        setting.layer.attach(adapter.get());
        const nn::Pass pass = trainingPass(kTokens);
        const Tensor actual = setting.layer.forward(setting.x, pass);
        const Tensor expected = setting.defined(row, pass);
        QCOMPARE(difference("y", actual, expected, 1e-5), QString());
        const std::vector<Tensor> mine = setting.gradients(actual);
        const std::vector<Tensor> plain = setting.gradients(expected);
        const char* names[] = {"x", "A", "B", "m"};
        for (std::size_t i = 0; i < mine.size(); ++i) {
            QCOMPARE(difference(names[i], mine[i], plain[i], 1e-5), QString());
        }
        const nn::Pass later = nn::packedPass({kTokens});
        QCOMPARE(difference("without dropout",
                            setting.layer.forward(setting.x, later),
                            setting.defined(row, later),
                            1e-5),
                 QString());
    }

    // Everyone changes the base, not what another has made of it.
    void severalOnOneLayerAddUp()
    {
        const Case row;
        Setting setting(row);
        const nn::Pass pass = nn::packedPass({kTokens});
        const Tensor base = setting.layer.forward(setting.x, pass);
        const auto first = setting.adapter(row);
        setting.layer.attach(first.get());
        const Tensor alone = setting.layer.forward(setting.x, pass);
        const auto second = setting.adapter(row, "other");
        setting.layer.attach(second.get());
        QCOMPARE(difference(
                     "y", setting.layer.forward(setting.x, pass), base + (alone - base) * 2, 1e-5),
                 QString());
    }

    // Two slices of one layer read its output, of the other rows each.
    void slicesOfOneLayerDoNotMeet()
    {
        const Case first{false, true, kernels::RowSlice::plain(0, 4)};
        const Case second{false, true, kernels::RowSlice::plain(8, 4)};
        Setting one(first);
        Setting other(second);
        const nn::Pass pass = nn::packedPass({kTokens});
        const auto mine = one.adapter(first);
        const DoraAdapter theirs("other", one.layer, other.update, other.magnitude);
        one.layer.attach(mine.get());
        one.layer.attach(&theirs);
        const Tensor y = one.layer.forward(one.x, pass);
        QCOMPARE(
            difference("first", y.narrow(1, 0, 4), one.defined(first, pass).narrow(1, 0, 4), 1e-5),
            QString());
        QCOMPARE(
            difference(
                "second", y.narrow(1, 8, 4), other.defined(second, pass).narrow(1, 8, 4), 1e-5),
            QString());
    }
};

QTEST_GUILESS_MAIN(TestDoraAdapter)
#include "tst_dora_adapter.moc"
