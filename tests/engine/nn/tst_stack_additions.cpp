// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Packed runs of blocks with what is trained beside or in place of low-rank updates: bottleneck
// adapters at their sites, biases, and factors of outputs and inputs.
#include "engine/kernels/processor.h"
#include "tests/support/stack_runs.h"

#include <QtTest>

using namespace engine;
using namespace engine::nn;
using namespace tests;

Q_DECLARE_METATYPE(Shape)

class TestStackAdditions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        at::manual_seed(13);
        at::set_num_threads(2);
        if (kernels::instructionSet() == kernels::InstructionSet::None) {
            QSKIP("this processor has no packed kernels");
        }
    }

    void equalTheComposedForm_data()
    {
        QTest::addColumn<Shape>("shape");
        QTest::addColumn<bool>("isFloat");
        QTest::addColumn<bool>("hasUpdates");
        QTest::addColumn<QList<int64_t>>("lengths");
        const QList<int64_t> even = {40, 40};
        const QList<int64_t> ragged = {3, 70, 1, 33, 150};
        const auto row = [](const char* name,
                            const Shape& shape,
                            const Sites& sites,
                            bool isFloat,
                            bool hasUpdates,
                            const QList<int64_t>& lengths) {
            Shape all = shape;
            all.sites = sites;
            QTest::newRow(name) << all << isFloat << hasUpdates << lengths;
        };
        const Shape llama{.blocks = 3};
        const Shape gpt2 = gpt2Shape();
        Shape odd{.hidden = 52, .heads = 5, .kvHeads = 5, .headDim = 10, .inner = 61};
        Shape gemma = llama;
        gemma.hasOutputNorms = gemma.isOffset = true;
        Shape nf4 = llama;
        nf4.quantization = kernels::Quantization::Nf4;
        Shape given = llama;
        given.given = 5;

        const Sites h{.atAttention = true, .atMlp = true};
        const Sites p{.atMlp = true, .readsStream = true};
        const Sites l{.atMlp = true, .readsStream = true, .hasNorm = true};
        Sites everything = h;
        everything.readsStream = everything.hasNorm = true;
        const auto with = [](Sites sites, kernels::Activation activation, int64_t inner) {
            sites.activation = activation;
            sites.inner = inner;
            return sites;
        };
        const auto dropping = [](Sites sites) {
            sites.dropout = 0.2;
            return sites;
        };
        row("outputs", llama, h, true, false, even);
        row("outputs ragged", llama, h, true, false, ragged);
        row("outputs one long sequence", llama, h, true, false, {300});
        row("outputs of attention alone", llama, {.atAttention = true}, true, false, even);
        row("streams", llama, p, true, false, even);
        row("normed streams", llama, l, true, false, ragged);
        row("normed streams at both", llama, everything, true, false, even);
        row("silu", llama, with(h, kernels::Activation::Silu, 33), true, false, even);
        row("gelu", llama, with(h, kernels::Activation::GeluErf, 64), true, false, even);
        row("tanh", llama, with(p, kernels::Activation::Tanh, 1), true, false, ragged);
        row("dropout", llama, dropping(h), true, false, ragged);
        row("normed streams dropout", llama, dropping(everything), true, false, even);
        row("streams dropout", llama, dropping(p), true, false, {300});
        row("beside updates", llama, dropping(h), true, true, ragged);
        // Of relu, noise of bfloat16 turns whole gradients on and off.
        const auto smooth = [&with](const Sites& sites) {
            return with(sites, kernels::Activation::Silu, 17);
        };
        row("bfloat16", llama, smooth(h), false, false, even);
        row("normed streams bfloat16", llama, smooth(l), false, false, ragged);
        row("dropout bfloat16", llama, dropping(smooth(p)), false, true, even);
        row("odd sizes", odd, everything, true, true, ragged);
        row("odd sizes bfloat16", odd, smooth(h), false, false, even);
        row("gpt2", gpt2, h, true, false, ragged);
        row("behind norms", gemma, dropping(h), true, false, even);
        row("normed streams behind norms", gemma, everything, true, true, ragged);
        row("behind norms bfloat16", gemma, smooth(p), false, false, even);
        row("nf4", nf4, everything, true, false, ragged);
        row("given keys", given, h, true, true, even);
        Shape neox = neoxShape();
        neox.given = 3;
        row("given keys by head", neox, {}, true, true, ragged);

        const auto biased = [](Shape shape) {
            shape.hasBias = shape.trainsBiases = true;
            return shape;
        };
        row("biases", biased(llama), {}, true, false, even);
        row("biases ragged", biased(llama), {}, true, false, ragged);
        row("biases one long sequence", biased(llama), {}, true, false, {300});
        row("biases gpt2", biased(gpt2), {}, true, false, ragged);
        row("biases gpt2 bfloat16", biased(gpt2), {}, false, false, even);
        row("biases odd sizes", biased(odd), {}, true, false, even);
        row("biases bfloat16", biased(odd), {}, false, false, ragged);
        row("biases behind norms", biased(gemma), {}, true, false, ragged);
        row("biases beside updates and sites", biased(gpt2), everything, true, true, ragged);
        row("biases nf4", biased(nf4), {}, true, false, even);

        const auto factored = [](Shape shape) {
            shape.hasFactors = true;
            return shape;
        };
        Shape biasedLlama = llama;
        biasedLlama.hasBias = true;
        Shape joined = llama;
        joined.joinsGate = true;
        joined.inner = 176;
        row("factors", factored(llama), {}, true, false, even);
        row("factors ragged", factored(llama), {}, true, false, ragged);
        row("factors one long sequence", factored(llama), {}, true, false, {300});
        row("factors behind biases", factored(biasedLlama), {}, true, false, even);
        row("factors beside trained biases", factored(biased(odd)), {}, true, false, ragged);
        row("factors behind updates", factored(biasedLlama), h, true, true, ragged);
        row("factors of slices", factored(gpt2), {}, true, false, ragged);
        row("factors gate and up in one", factored(joined), {}, true, false, even);
        row("factors behind norms", factored(gemma), {}, true, true, even);
        row("factors nf4", factored(nf4), {}, true, false, even);
        row("factors parallel", factored(neoxShape()), {}, true, false, ragged);
        row("biases parallel", biased(neoxShape()), {}, true, false, ragged);
        row("factors bfloat16", factored(biasedLlama), {}, false, true, ragged);
        row("factors of slices bfloat16", factored(gpt2), {}, false, false, even);
    }
    void equalTheComposedForm()
    {
        QFETCH(Shape, shape);
        QFETCH(bool, isFloat);
        QFETCH(bool, hasUpdates);
        QFETCH(QList<int64_t>, lengths);
        const std::set<std::string> targets =
            hasUpdates ? std::set<std::string>{"q", "v", "o", "down"} : std::set<std::string>();
        Model model(shape, isFloat ? at::kFloat : at::kBFloat16, targets, 0.1);
        Pass pass = model.pass({lengths.begin(), lengths.end()});
        pass.training = true;
        pass.seed = 5;
        QCOMPARE(differenceOfForms(model, pass), QString());
    }

    // DoRA's gains multiply what a layer gives before its bias.
    void biasesBesideLengths()
    {
        Shape shape{.hasBias = true, .trainsBiases = true};
        Model model(shape, at::kFloat, {"q", "k", "o", "up"}, 0.2, Updates::Lengths);
        Pass pass = model.pass({40, 33});
        pass.training = true;
        QCOMPARE(differenceOfForms(model, pass), QString());
    }

    void theFirstBlockTrainsWhateverTheInputDoes_data()
    {
        QTest::addColumn<Shape>("shape");
        QTest::newRow("biases of norms, sites")
            << Shape{.kvHeads = 8,
                     .isGpt2 = true,
                     .hasBias = true,
                     .sites = {.atAttention = true, .atMlp = true},
                     .trainsBiases = true};
        QTest::newRow("biases of layers") << Shape{.hasBias = true, .trainsBiases = true};
        QTest::newRow("factors") << Shape{.hasFactors = true};
    }
    // Where nothing before the blocks is trained the first one's are no less.
    void theFirstBlockTrainsWhateverTheInputDoes()
    {
        QFETCH(Shape, shape);
        Model model(shape, at::kFloat, {}, 0);
        const Pass pass = model.pass({40, 40});
        const at::Tensor x = at::randn({pass.positions.size(0), shape.hidden});
        const Result tracked = runOf(model, x, pass, x, true);
        model.stack->run(0, shape.blocks, x, pass).mul(x).sum().backward();
        for (std::size_t i = 0; i < model.parameters.size(); ++i) {
            QVERIFY(model.parameters[i].grad().equal(tracked.gradients[i + 1]));
        }
    }

    void whatWasTrainedIsReadAgain()
    {
        Shape shape{.isGpt2 = true, .hasBias = true, .trainsBiases = true};
        shape.kvHeads = shape.heads;
        shape.sites = {.atMlp = true, .readsStream = true, .hasNorm = true};
        Model model(shape, at::kFloat, {}, 0);
        const Pass pass = model.pass({40, 40});
        const at::Tensor x = at::randn({pass.positions.size(0), shape.hidden});
        runOf(model, x, pass, x, true);
        changeSilently(model);
        QCOMPARE(differenceOfForms(model, pass), QString());
    }

    // Nor does it say that training ends or begins.
    void biasesAreReadAgainWhenTrainingEndsOrBegins()
    {
        Shape shape{.kvHeads = 8, .isGpt2 = true, .hasBias = true, .trainsBiases = true};
        Model model(shape, at::kFloat, {}, 0);
        const Pass pass = model.pass({40});
        const at::Tensor x = at::randn({40, shape.hidden});
        for (const bool isTrained : {true, false, true}) {
            for (at::Tensor& parameter : model.parameters) {
                parameter.set_requires_grad(isTrained);
            }
            changeSilently(model);
            QVERIFY(seesChanges(model, x, pass));
        }
    }

    void isNoRunWithGainsOfTwoKinds()
    {
        Shape shape{.hasFactors = true};
        Model model(shape, at::kFloat, {"q"}, 0, Updates::Lengths);
        const Pass pass = model.pass({40});
        QCOMPARE(model.stack->standardRun(0, at::randn({40, shape.hidden}), pass), 0);
        Model scaled(shape, at::kFloat, {"q"}, 0, Updates::Scaled);
        QCOMPARE(scaled.stack->standardRun(0, at::randn({40, shape.hidden}), pass), 0);
        Model down(shape, at::kFloat, {"down"}, 0, Updates::Scaled);
        QCOMPARE(down.stack->standardRun(0, at::randn({40, shape.hidden}), pass), 2);
    }

    void isNoRunWithTwoFactorsOfAnOutput()
    {
        Model model({.hasFactors = true}, at::kFloat, {}, 0);
        const Pass pass = model.pass({40});
        const at::Tensor x = at::randn({40, model.shape.hidden});
        const auto runs = [&](int64_t blocks, const kernels::RowSlice& rows) {
            const methods::OutputScale more(at::ones({rows.rows(), 1}), rows);
            Linear& query = *model.blocks[1].linears()[0];
            const methods::OutputScale first(at::ones({9, 1}), kernels::RowSlice::plain(7, 9));
            query.attach(&first);
            query.attach(&more);
            QCOMPARE(model.stack->standardRun(0, x, pass), blocks);
            query.detach(&more);
            query.detach(&first);
        };
        runs(2, kernels::RowSlice::plain(0, 7));
        runs(2, kernels::RowSlice{5, 2, 11, 2}); // 5 6, 16 17
        runs(1, kernels::RowSlice{5, 2, 10, 2}); // … 15 16
        runs(1, kernels::RowSlice::plain(15, 3));
    }

    // Of what an update adds later it knows nothing.
    void isNoRunWithAnUpdateBehindFactors()
    {
        Model model({.hasFactors = true}, at::kFloat, {}, 0);
        const Pass pass = model.pass({40});
        const at::Tensor x = at::randn({40, model.shape.hidden});
        kernels::LowRank update;
        update.a = at::randn({2, model.shape.hidden});
        update.b = at::randn({32, 2});
        update.rows = kernels::RowSlice::plain(0, 32);
        const TestAdapter adapter(update);
        model.blocks[1].linears()[1]->attach(&adapter);
        QCOMPARE(model.stack->standardRun(0, x, pass), 1);
    }

    // Whose module would read what the other has added to.
    void isNoRunWithModulesBesideParallelSubLayers()
    {
        Shape shape = neoxShape();
        Model model(shape, at::kFloat, {}, 0);
        const Pass pass = model.pass({40});
        const at::Tensor x = at::randn({40, shape.hidden});
        QCOMPARE(model.stack->standardRun(0, x, pass), 2);
        shape.sites = {.atMlp = true};
        QCOMPARE(Model(shape, at::kFloat, {}, 0).stack->standardRun(0, x, pass), 0);
        shape.sites = {};
        shape.hasOutputNorms = true;
        QCOMPARE(Model(shape, at::kFloat, {}, 0).stack->standardRun(0, x, pass), 0);
        shape.hasOutputNorms = false;
        shape.hasHeadNorms = true; // whose rows are kept part by part
        QCOMPARE(Model(shape, at::kFloat, {}, 0).stack->standardRun(0, x, pass), 0);
    }

    void isNoRunWithTwoModulesAtASite()
    {
        Model model({.sites = {.atMlp = true}}, at::kFloat, {}, 0);
        const Pass pass = model.pass({40});
        const at::Tensor x = at::randn({40, model.shape.hidden});
        QCOMPARE(model.stack->standardRun(0, x, pass), 2);
        model.blocks[1].attach(Site::MlpOutput, model.bottlenecks[0].get());
        QCOMPARE(model.stack->standardRun(0, x, pass), 1);
    }
};

QTEST_GUILESS_MAIN(TestStackAdditions)
#include "tst_stack_additions.moc"
