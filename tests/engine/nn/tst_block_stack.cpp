// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Runs of blocks over packed weights against the same blocks composed from parts: results and
// gradients, for Llama and GPT-2 shapes.
#include "engine/nn/block_stack.h"

#include "engine/kernels/processor.h"
#include "engine/nn/stack_buffers.h"
#include "tests/support/stack_runs.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/randn.h>

#include <QtTest>

#include <map>
#include <set>

using namespace engine;
using namespace engine::nn;
using namespace tests;

namespace {

std::set<std::string> targetsOf(const QString& text)
{
    std::set<std::string> targets;
    for (const QString& name : text.split(' ', Qt::SkipEmptyParts)) {
        targets.insert(name.toStdString());
    }
    return targets;
}

const char* const kAll = "q k v o gate up down";

} // namespace

Q_DECLARE_METATYPE(Shape)
Q_DECLARE_METATYPE(Updates)

class TestBlockStack : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        at::manual_seed(11);
        if (kernels::instructionSet() == kernels::InstructionSet::None) {
            QSKIP("this processor has no packed kernels");
        }
    }

    void equalsTheComposedForm_data()
    {
        QTest::addColumn<Shape>("shape");
        QTest::addColumn<bool>("isFloat");
        QTest::addColumn<QString>("targets");
        QTest::addColumn<double>("dropout");
        QTest::addColumn<QList<int64_t>>("lengths");
        QTest::addColumn<int>("threads");
        QTest::addColumn<Updates>("updates");

        const Shape llama;
        const Shape deep{.blocks = 4}; // the third, made again, has the most ranks
        const Shape odd{
            .hidden = 52, .heads = 5, .kvHeads = 5, .headDim = 10, .inner = 61, .hasBias = true};
        const Shape gpt2 = gpt2Shape();
        Shape qwen3 = deep;
        qwen3.hasHeadNorms = true;
        Shape oddHeads = odd;
        oddHeads.hasHeadNorms = true;
        Shape layerHeads = gpt2;
        layerHeads.hasHeadNorms = true;
        Shape joined = deep;
        joined.joinsGate = true;
        joined.inner = 176;
        Shape gemma3 = qwen3;
        gemma3.hasOutputNorms = gemma3.isTwiceRotary = true;
        gemma3.scoreScale = 0.2;
        gemma3.window = 19;
        Shape gemma2 = gemma3;
        gemma2.hasHeadNorms = gemma2.isTwiceRotary = false;
        gemma2.isOffset = true;
        gemma2.softCap = 0.7;
        Shape oddCaps = odd;
        oddCaps.softCap = 0.3;
        Shape windows = deep;
        windows.window = 30;
        Shape oddOutputs = oddHeads;
        oddOutputs.hasOutputNorms = true;
        Shape layerOutputs = gpt2;
        layerOutputs.hasOutputNorms = true;
        Shape erf = gpt2;
        erf.activation = kernels::Activation::GeluErf;
        Shape neox = neoxShape();
        neox.blocks = 3;
        Shape byPart = neox;
        byPart.isByHead = false;
        Shape byHead = neox;
        byHead.isParallel = false;
        Shape twice = neox;
        twice.isTwiceRotary = true;
        Shape gatedPair = llama;
        gatedPair.isParallel = true;
        const QList<int64_t> even = {40, 40};
        const QList<int64_t> ragged = {3, 70, 1, 33, 150};
        const auto row = [](const char* name,
                            const Shape& shape,
                            bool isFloat,
                            const char* targets,
                            double dropout,
                            const QList<int64_t>& lengths,
                            int threads,
                            Updates updates = Updates::Trained) {
            QTest::newRow(name) << shape << isFloat << QString(targets) << dropout << lengths
                                << threads << updates;
        };
        row("llama", llama, true, kAll, 0, even, 2);
        row("four llama blocks", deep, true, kAll, 0, even, 2);
        row("four llama blocks dropout", deep, true, kAll, 0.2, even, 2);
        row("llama one thread", llama, true, kAll, 0, even, 1);
        row("llama ragged", llama, true, kAll, 0, ragged, 2);
        row("llama one long sequence", llama, true, kAll, 0, {300}, 2);
        row("llama one token", llama, true, kAll, 0, {1}, 2);
        row("llama q v", llama, true, "q v", 0, even, 2);
        row("llama down alone", llama, true, "down", 0, even, 2);
        row("llama k up", llama, true, "k up", 0, even, 2);
        row("llama frozen", llama, true, "", 0, even, 2);
        row("llama dropout", llama, true, kAll, 0.2, ragged, 2);
        row("llama bfloat16", llama, false, kAll, 0, even, 2);
        row("llama bfloat16 ragged dropout", llama, false, kAll, 0.1, ragged, 2);
        row("odd sizes", odd, true, kAll, 0, ragged, 2);
        row("odd sizes dropout", odd, true, kAll, 0.3, even, 2);
        row("odd sizes bfloat16", odd, false, kAll, 0, ragged, 1);
        row("gpt2", gpt2, true, "q k v o up down", 0, even, 2);
        row("gpt2 slices q v", gpt2, true, "q v", 0, ragged, 2);
        row("gpt2 interleaved slice", gpt2, true, "interleaved down", 0.1, even, 2);
        row("gpt2 bfloat16", gpt2, false, "q k v o up down", 0, ragged, 2);
        row("gpt2 erf", erf, true, "k o up", 0, even, 2);
        const char* const all = "q k v o up down";
        row("parallel", neox, true, all, 0, even, 2);
        row("parallel ragged dropout", neox, true, all, 0.2, ragged, 2);
        row("parallel one long sequence", neox, true, "q v up", 0, {300}, 2);
        row("parallel bfloat16", neox, false, all, 0, ragged, 2);
        row("parallel by part", byPart, true, all, 0, ragged, 2);
        row("by head alone", byHead, true, all, 0, ragged, 2);
        row("by head, two rotations", twice, true, "k o", 0, even, 2);
        row("parallel with a gate", gatedPair, true, kAll, 0.1, ragged, 2);
        row("parallel lengths", neox, true, "q o down", 0, ragged, 2, Updates::Lengths);
        row("norms over heads", qwen3, true, kAll, 0, even, 2);
        row("norms over heads ragged dropout", qwen3, true, kAll, 0.2, ragged, 2);
        row("norms over heads one long sequence", qwen3, true, "q v", 0, {300}, 2);
        row("norms over heads bfloat16", qwen3, false, kAll, 0, ragged, 2);
        row("norms over heads odd sizes", oddHeads, true, kAll, 0, ragged, 2);
        row("layer norms over heads", layerHeads, true, "q k o", 0, ragged, 2);
        row("windows", windows, true, kAll, 0, {300, 40}, 2);
        row("windows dropout", windows, true, kAll, 0.2, ragged, 2);
        row("windows bfloat16", windows, false, kAll, 0, {300}, 2);
        row("norms behind sub-layers", gemma3, true, kAll, 0, even, 2);
        row("norms behind sub-layers ragged dropout", gemma3, true, kAll, 0.2, ragged, 2);
        row("norms behind sub-layers one long sequence", gemma3, true, "q up", 0, {300}, 2);
        row("norms behind sub-layers bfloat16", gemma3, false, kAll, 0, ragged, 2);
        row("soft caps", gemma2, true, kAll, 0, even, 2);
        row("soft caps ragged dropout", gemma2, true, kAll, 0.2, ragged, 2);
        row("soft caps one long sequence", gemma2, true, "q k", 0, {300}, 2);
        row("soft caps bfloat16", gemma2, false, kAll, 0, ragged, 2);
        row("soft caps odd sizes", oddCaps, true, kAll, 0, ragged, 2);
        row("norms behind sub-layers odd sizes", oddOutputs, true, kAll, 0, ragged, 2);
        row("layer norms behind sub-layers", layerOutputs, true, "q o down", 0, ragged, 2);
        row("norms behind sub-layers scaled", gemma3, true, kAll, 0.1, even, 2, Updates::Both);
        row("gate and up in one", joined, true, kAll, 0, even, 2);
        row("gate and up in one bfloat16", joined, false, "v up", 0.1, ragged, 2);
        row("norms over heads scaled", qwen3, true, "q k v", 0.1, ragged, 2, Updates::Both);
        row("llama dropout but for k and up", llama, true, kAll, 0.2, ragged, 2, Updates::Mixed);
        row("scaled", llama, true, kAll, 0, even, 2, Updates::Scaled);
        row("scaled ragged dropout", deep, true, kAll, 0.2, ragged, 2, Updates::Scaled);
        row("scaled q v beside trained", llama, true, "q v", 0, even, 1, Updates::Both);
        row("scaled beside trained dropout", deep, true, kAll, 0.2, even, 2, Updates::Both);
        row("scaled bfloat16", llama, false, kAll, 0.1, ragged, 2, Updates::Scaled);
        row("scaled odd sizes", odd, true, kAll, 0, ragged, 2, Updates::Both);
        row("scaled slices", gpt2, true, "q v down", 0, ragged, 2, Updates::Scaled);
        row("scaled interleaved", gpt2, true, "interleaved", 0.1, even, 2, Updates::Both);
        row("lengths", llama, true, kAll, 0, even, 2, Updates::Lengths);
        row("lengths ragged", deep, true, kAll, 0, ragged, 2, Updates::Lengths);
        row("lengths one long sequence", llama, true, "q o down", 0, {300}, 2, Updates::Lengths);
        row("lengths bfloat16", deep, false, kAll, 0, ragged, 2, Updates::Lengths);
        row("lengths odd sizes", odd, true, kAll, 0, ragged, 1, Updates::Lengths);
        row("lengths odd sizes bfloat16", odd, false, kAll, 0, even, 2, Updates::Lengths);
        row("lengths of slices", gpt2, true, "q v down", 0, ragged, 2, Updates::Lengths);
        row("lengths interleaved", gpt2, true, "interleaved up", 0, even, 2, Updates::Lengths);
        row("lengths under norms", gemma3, true, kAll, 0, ragged, 2, Updates::Lengths);
        row("lengths dropout", llama, true, kAll, 0.2, even, 2, Updates::Lengths);
        row("lengths ragged dropout", deep, true, kAll, 0.1, ragged, 2, Updates::Lengths);
        row("lengths dropout bfloat16", llama, false, kAll, 0.1, even, 2, Updates::Lengths);
        row("lengths odd sizes dropout", odd, true, kAll, 0.2, ragged, 2, Updates::Lengths);
        row("lengths of slices dropout", gpt2, true, "q v down", 0.2, even, 2, Updates::Lengths);
        row("some lengths dropout", deep, true, kAll, 0.2, ragged, 2, Updates::SomeLengths);
        row("lengths beside dropout", deep, true, kAll, 0.2, ragged, 2, Updates::SparedLengths);
        row("lengths beside dropout bfloat16",
            llama,
            false,
            kAll,
            0.1,
            even,
            2,
            Updates::SparedLengths);

        const auto quantized = [](Shape shape, kernels::Quantization quantization) {
            shape.quantization = quantization;
            return shape;
        };
        const kernels::Quantization nf4 = kernels::Quantization::Nf4;
        const kernels::Quantization int8 = kernels::Quantization::Int8;
        const auto given = [](Shape shape, int64_t rows) {
            shape.given = rows;
            return shape;
        };
        row("given keys", given(deep, 7), true, "", 0, even, 2);
        row("given keys one thread", given(llama, 7), true, "", 0, ragged, 1);
        row("given keys beside updates", given(deep, 20), true, kAll, 0.2, ragged, 2);
        row("given keys one long sequence", given(llama, 150), true, "k up", 0, {300}, 2);
        row("given keys bfloat16", given(llama, 7), false, "", 0, ragged, 2);
        row("given keys in windows", given(windows, 3), true, "", 0, {100, 40}, 2);
        row("given keys norms over heads", given(qwen3, 5), true, "q k", 0, ragged, 2);
        row("given keys learnt positions", given(gpt2, 5), true, "", 0, ragged, 2);
        row("given keys nf4", given(quantized(llama, nf4), 5), true, "", 0, ragged, 2);
        row("llama nf4", quantized(deep, nf4), true, kAll, 0, even, 2);
        row("llama nf4 ragged dropout", quantized(llama, nf4), true, kAll, 0.2, ragged, 2);
        row("llama nf4 bfloat16", quantized(deep, nf4), false, kAll, 0, even, 2);
        row("llama nf4 one long sequence", quantized(llama, nf4), true, "q v", 0, {300}, 2);
        row("odd sizes int8", quantized(odd, int8), true, kAll, 0, ragged, 2);
        row("gpt2 nf4", quantized(gpt2, nf4), true, "q k v o up down", 0, ragged, 2);
        row("gate and up in one nf4", quantized(joined, nf4), true, kAll, 0, even, 2);
        row("gpt2 int8 bfloat16", quantized(gpt2, int8), false, "q v", 0, even, 1);
        row("lengths nf4", quantized(deep, nf4), true, kAll, 0, even, 2, Updates::Lengths);
        row("lengths nf4 dropout",
            quantized(llama, nf4),
            true,
            kAll,
            0.2,
            ragged,
            2,
            Updates::Lengths);
        row("lengths int8 bfloat16",
            quantized(llama, int8),
            false,
            kAll,
            0,
            {300},
            2,
            Updates::Lengths);
    }

    void equalsTheComposedForm()
    {
        QFETCH(Shape, shape);
        QFETCH(bool, isFloat);
        QFETCH(QString, targets);
        QFETCH(double, dropout);
        QFETCH(QList<int64_t>, lengths);
        QFETCH(int, threads);
        QFETCH(Updates, updates);
        at::set_num_threads(threads);
        const at::ScalarType dtype = isFloat ? at::kFloat : at::kBFloat16;
        Model model(shape, dtype, targetsOf(targets), dropout, updates);
        Pass pass = model.pass({lengths.begin(), lengths.end()});
        pass.training = true;
        pass.seed = 5;
        QCOMPARE(differenceOfForms(model, pass), QString());
    }

    // The first block's, too, where nothing before it is trained.
    void givenKeysTrainWhateverTheInputDoes()
    {
        Model model({.given = 7}, at::kFloat, {}, 0);
        const Pass pass = model.pass({40, 40});
        const at::Tensor x = at::randn({pass.positions.size(0), model.shape.hidden});
        const at::Tensor tracked = runOf(model, x, pass, x, true).gradients.back();
        model.stack->run(0, model.shape.blocks, x, pass).mul(x).sum().backward();
        QVERIFY(model.given.rows.grad().equal(tracked));
    }

    // Bit by bit: the panels are the same, and so is the order of all sums.
    void aQuantizedBlockEqualsADenseOneOfTheSameNumbers_data()
    {
        QTest::addColumn<bool>("isFloat");
        QTest::addColumn<QList<int64_t>>("lengths");
        for (const bool isFloat : {true, false}) {
            const char* const type = isFloat ? "float32" : "bfloat16";
            QTest::addRow("%s sequences", type) << isFloat << QList<int64_t>{40, 40};
            QTest::addRow("%s rows", type) << isFloat << QList<int64_t>{90};
        }
    }
    void aQuantizedBlockEqualsADenseOneOfTheSameNumbers()
    {
        QFETCH(bool, isFloat);
        QFETCH(QList<int64_t>, lengths);
        at::set_num_threads(2);
        const at::ScalarType dtype = isFloat ? at::kFloat : at::kBFloat16;
        Shape shape{.blocks = 3};
        Model dense(shape, dtype, targetsOf(kAll), 0.1);
        at::manual_seed(11);
        shape.quantization = kernels::Quantization::Nf4;
        Model quantized(shape, dtype, targetsOf(kAll), 0.1);
        for (std::size_t i = 0; i < quantized.blocks.size(); ++i) {
            const std::vector<Linear*> layers = quantized.blocks[i].linears();
            for (std::size_t j = 0; j < layers.size(); ++j) {
                dense.blocks[i].linears()[j]->weight() = layers[j]->dense(dtype);
            }
        }
        Pass pass = packedPass({lengths.begin(), lengths.end()});
        pass.training = true;
        const int64_t tokens = pass.positions.size(0);
        const at::Tensor x = at::randn({tokens, shape.hidden}).to(dtype);
        const at::Tensor direction = at::randn({tokens, shape.hidden}).to(dtype);
        for (const Recompute policy : {Recompute::None, Recompute::Block}) {
            pass.recompute = policy;
            const Result mine = runOf(quantized, x, pass, direction, true);
            const Result other = runOf(dense, x, pass, direction, true);
            QVERIFY(isSame(mine, other));
        }
    }

    // What the header of stack_buffers.h says, up to the padding of rows and pages.
    void savesWhatThePolicyNames()
    {
        Model model({}, at::kFloat, {}, 0);
        const Linear& down = *model.blocks[0].linears().back();
        const PackedGroup& group = model.packed.group({&down}, kernels::PackedType::Float32);
        const LowRankGroup none(group, {});
        StackPlan plan;
        plan.shape.hidden = plan.shape.inner = 256;
        plan.shape.heads = plan.shape.kvHeads = 4;
        plan.shape.headDim = 64;
        plan.shape.attendFeatures = 3 * 256;
        plan.shape.expandFeatures = 2 * 256;
        plan.tokens = 1024;
        plan.isTracked = true;
        plan.blocks.resize(8);
        for (BlockPlan& block : plan.blocks) {
            for (ProductPlan& product : block.products) {
                product.low = &none;
            }
        }
        std::map<Recompute, double> bytes;
        for (const Recompute policy : {Recompute::None, Recompute::Mlp, Recompute::Block}) {
            plan.recompute = policy;
            StackBuffers buffers;
            buffers.arrange(plan, sizeof(float));
            bytes[policy] = static_cast<double>(buffers.bytes());
        }
        const double rest = 7.0 * 1024 * 4; // of all blocks but one, tokens in float32
        const double inner = (bytes[Recompute::None] - bytes[Recompute::Mlp]) / rest;
        QVERIFY2(inner >= 512 && inner < 1.15 * 512, qPrintable(QString::number(inner)));
        const double block = (bytes[Recompute::None] - bytes[Recompute::Block]) / rest;
        const double all = 3 * 256 + 256 + 256 + 512 + 4;
        QVERIFY2(block >= all && block < 1.15 * all, qPrintable(QString::number(block)));
    }

    void twoGraphsMayLiveAtOnce()
    {
        Model model({}, at::kFloat, targetsOf(kAll), 0.1);
        Pass pass = packedPass({20, 30});
        pass.training = true;
        const at::Tensor x = at::randn({50, 64});
        Pass other = pass;
        other.seed = 99;
        const at::Tensor direction = at::randn({50, 64});
        const Result first = runOf(model, x, pass, direction, true);
        const Result second = runOf(model, x, other, direction, true);

        const at::Tensor y1 = model.stack->run(0, 2, x, pass);
        const at::Tensor y2 = model.stack->run(0, 2, x, other);
        y1.mul(direction).sum().backward();
        y2.mul(direction).sum().backward();
        const std::vector<at::Tensor> parameters = model.parameters;
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const at::Tensor sum = first.gradients[i + 1] + second.gradients[i + 1];
            QVERIFY(difference(parameters[i].grad(), sum) < 1e-6);
        }
    }

    // The first one's panels are made, those of the second are kept.
    void aGraphKeepsTheRoomItsPanelsAreMadeIn()
    {
        Model model({}, at::kFloat, targetsOf(kAll), 0);
        Pass pass = packedPass({20, 30});
        pass.training = true;
        const at::Tensor x = at::randn({50, 64});
        const at::Tensor y1 = model.stack->run(0, 2, x, pass);
        const at::Tensor y2 = model.stack->run(0, 2, x, pass);
        QVERIFY(y1.equal(y2));
        y1.sum().backward();
        std::vector<at::Tensor> gradients;
        for (const at::Tensor& parameter : model.parameters) {
            gradients.push_back(parameter.grad().clone());
            parameter.mutable_grad() = at::Tensor();
        }
        y2.sum().backward();
        for (std::size_t i = 0; i < gradients.size(); ++i) {
            QVERIFY(model.parameters[i].grad().equal(gradients[i]));
        }
    }

    void whatIsNotStandardRunsComposed()
    {
        class Nothing final : public SiteModule
        {
            at::Tensor
            forward(const at::Tensor& output, const at::Tensor&, const Pass&) const override
            {
                return output;
            }
        };
        Shape shape;
        shape.blocks = 4;
        Model model(shape, at::kFloat, targetsOf(kAll), 0);
        const Pass pass = packedPass({8});
        const at::Tensor x = at::randn({8, 64});
        const Nothing site;
        model.blocks[1].attach(Site::MlpOutput, &site);
        QCOMPARE(model.stack->standardRun(0, x, pass), 1);
        QCOMPARE(model.stack->standardRun(1, x, pass), 0);
        QCOMPARE(model.stack->standardRun(2, x, pass), 2);
        QCOMPARE(model.stack->standardRun(2, x.to(at::kDouble), pass), 0);

        shape.joinsGate = true; // up begins in the middle of a panel
        QCOMPARE(Model(shape, at::kFloat, {}, 0).stack->standardRun(0, x, pass), 0);
    }

    // Trained factors with scales are not what shares its factors.
    void trainedFactorsWithScalesRunComposed()
    {
        Model model({}, at::kFloat, targetsOf("down"), 0, Updates::Scaled);
        const Pass pass = packedPass({8});
        const at::Tensor x = at::randn({8, 64});
        QCOMPARE(model.stack->standardRun(0, x, pass), 2);
        Model trained({}, at::kFloat, {}, 0);
        kernels::LowRank update = *model.adapters.back()->lowRank(pass);
        update.a = update.a.detach().clone().set_requires_grad(true);
        const TestAdapter adapter(update);
        trained.blocks[1].linears().back()->attach(&adapter);
        QCOMPARE(trained.stack->standardRun(0, x, pass), 1);
    }

    // The masks of such rows do not end with pairs of features.
    void interleavedLengthsUnderDropoutRunComposed()
    {
        Shape shape;
        shape.isGpt2 = true;
        Model model(shape, at::kFloat, targetsOf("interleaved"), 0.1, Updates::Lengths);
        Pass pass = packedPass({8});
        const at::Tensor x = at::randn({8, 64});
        QCOMPARE(model.stack->standardRun(0, x, pass), 2);
        pass.training = true;
        QCOMPARE(model.stack->standardRun(0, x, pass), 0);
    }

    // The other's part has no gain.
    void lengthsBesideAnUpdateOfTheirRowsRunComposed()
    {
        Model model({}, at::kFloat, targetsOf("down"), 0, Updates::Lengths);
        const Pass pass = packedPass({8});
        const at::Tensor x = at::randn({8, 64});
        QCOMPARE(model.stack->standardRun(0, x, pass), 2);
        kernels::LowRank update = model.adapters.back()->lengthUpdate(pass)->update;
        const TestAdapter other(std::move(update));
        model.blocks[1].linears().back()->attach(&other);
        QCOMPARE(model.stack->standardRun(0, x, pass), 1);
    }

    void aReplacedWeightIsPackedAnew()
    {
        Model model({}, at::kFloat, {}, 0);
        const Pass pass = packedPass({8});
        const at::Tensor x = at::randn({8, 64});
        const at::NoGradGuard noGrad;
        const at::Tensor before = model.stack->run(0, 2, x, pass);
        Linear* down = model.blocks[1].linears().back();
        down->weight() = down->weight() * 2;
        at::Tensor expected = x;
        for (int64_t i = 0; i < 2; ++i) {
            expected = model.blocks[static_cast<std::size_t>(i)].forward(expected, pass, i);
        }
        QVERIFY(difference(before, expected) > 1e-3);
        QVERIFY(difference(model.stack->run(0, 2, x, pass), expected) < 1e-6);
        down->weight().mul_(0.5);
        QVERIFY(difference(model.stack->run(0, 2, x, pass), before) < 1e-6);
    }
};

QTEST_GUILESS_MAIN(TestBlockStack)
#include "tst_block_stack.moc"
