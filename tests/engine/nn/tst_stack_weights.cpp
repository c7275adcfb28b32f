// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Packed runs of blocks whose layers and norms are trained themselves.
#include "engine/kernels/processor.h"
#include "tests/support/stack_runs.h"

#include <QtTest>

using namespace engine;
using namespace engine::nn;
using namespace tests;

Q_DECLARE_METATYPE(Shape)

class TestStackWeights : public QObject
{
    Q_OBJECT

    static std::vector<std::size_t> all(std::size_t layers)
    {
        std::vector<std::size_t> numbers(layers);
        std::iota(numbers.begin(), numbers.end(), 0);
        return numbers;
    }

    static Shape whole(Shape shape)
    {
        shape.trained = all(shape.isGpt2 ? 4 : shape.joinsGate ? 6 : 7);
        shape.trainsNorms = true;
        return shape;
    }

    static Shape only(std::size_t layer)
    {
        Shape shape;
        shape.trained = {layer};
        return shape;
    }

    static at::Tensor inputOf(const Model& model, const Pass& pass)
    {
        return at::randn({pass.positions.size(0), model.shape.hidden}).to(model.dtype);
    }

private Q_SLOTS:
    void init()
    {
        at::manual_seed(17);
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
        const QList<int64_t> pieces = {300, 233}; // of three, the last one odd
        const auto row = [](const char* name,
                            const Shape& shape,
                            bool isFloat,
                            const QList<int64_t>& lengths,
                            bool hasUpdates = false) {
            QTest::newRow(name) << shape << isFloat << hasUpdates << lengths;
        };
        const Shape llama{.blocks = 3};
        const Shape odd{.hidden = 52, .heads = 5, .kvHeads = 5, .headDim = 10, .inner = 61};
        Shape gpt2 = gpt2Shape();
        gpt2.trainsBiases = true;
        Shape heads = llama;
        heads.hasHeadNorms = true;
        Shape gemma = llama;
        gemma.hasOutputNorms = gemma.isOffset = true;
        Shape joined{.inner = 176, .joinsGate = true};
        joined.hasBias = joined.trainsBiases = true;

        row("llama", whole(llama), true, even);
        row("llama ragged", whole(llama), true, ragged);
        row("llama one long sequence", whole(llama), true, {301});
        row("llama many rows", whole(llama), true, pieces);
        row("odd sizes", whole(odd), true, pieces);
        row(
            "gpt2 with biases",
            [&] {
                Shape shape = whole(gpt2);
                shape.trainsNorms = false; // their biases are among the others
                return shape;
            }(),
            true,
            ragged);
        row(
            "layer norms",
            [] {
                Shape shape = gpt2Shape();
                shape.trainsNorms = true;
                return shape;
            }(),
            true,
            even);
        row("norms over heads", whole(heads), true, ragged);
        row("behind norms", whole(gemma), true, even);
        row("gate and up in one", whole(joined), true, even);
        row("sub-layers in parallel, by head", whole(neoxShape()), true, ragged);
        row("sub-layers in parallel bfloat16", whole(neoxShape()), false, even);
        row("llama bfloat16", whole(llama), false, pieces);
        row("odd sizes bfloat16", whole(odd), false, pieces);
        row("norms over heads bfloat16", whole(heads), false, even);
        row("behind norms bfloat16", whole(gemma), false, ragged);
        row("gate and up in one bfloat16", whole(joined), false, even);

        row("q alone", only(0), true, even);
        row("v alone", only(2), true, ragged);
        row("o alone", only(3), true, even);
        row("up alone", only(5), true, ragged);
        row("down alone", only(6), true, even);
        row(
            "norms alone",
            [] {
                Shape shape{.hasHeadNorms = true, .hasOutputNorms = true};
                shape.trainsNorms = true;
                return shape;
            }(),
            true,
            ragged);
        row(
            "norms of a quantised base",
            [] {
                Shape shape{.quantization = kernels::Quantization::Nf4};
                shape.trainsNorms = true;
                return shape;
            }(),
            true,
            even);

        row("beside updates", whole(llama), true, ragged, true);
        row("beside updates bfloat16", only(1), false, even, true);
        row(
            "beside sites and given keys",
            [&] {
                Shape shape = whole(gemma);
                shape.sites = {.atAttention = true, .atMlp = true, .hasNorm = true};
                shape.given = 4;
                return shape;
            }(),
            true,
            ragged);
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

    void gradientsAreAddedUp()
    {
        Model model(whole({}), at::kFloat, {"q"}, 0);
        const Pass pass = model.pass({40, 40});
        const at::Tensor x = inputOf(model, pass);
        const Result once = runOf(model, x, pass, x, true);
        for (int time = 0; time < 2; ++time) {
            model.stack->run(0, model.shape.blocks, x, pass).mul(x).sum().backward();
        }
        for (std::size_t i = 0; i < model.parameters.size(); ++i) {
            const at::Tensor twice = once.gradients[i + 1] * 2;
            QVERIFY(difference(model.parameters[i].grad(), twice) < 1e-6);
        }
    }

    void changedWeightsAreReadAgain()
    {
        Model model(whole({.hasHeadNorms = true}), at::kFloat, {}, 0);
        const Pass pass = model.pass({40, 40});
        const at::Tensor x = inputOf(model, pass);
        runOf(model, x, pass, x, true);
        changeSilently(model);
        QCOMPARE(differenceOfForms(model, pass), QString());
    }

    // Its own leaves are told so: panels are kept of the others.
    void weightsAreReadAgainWhenTrainingEndsOrBegins()
    {
        Model model(whole({}), at::kFloat, {}, 0);
        const Pass pass = model.pass({40});
        const at::Tensor x = inputOf(model, pass);
        for (const bool isTrained : {false, true, false, true}) {
            for (at::Tensor& parameter : model.parameters) {
                parameter.set_requires_grad(isTrained);
            }
            changeSilently(model);
            QVERIFY(seesChanges(model, x, pass));
            QVERIFY(seesChanges(model, x, pass));
        }
    }

    // As a parameter buffer does that goes on in other memory.
    void weightsMayMove()
    {
        Model model(whole({}), at::kFloat, {}, 0);
        const Pass pass = model.pass({40});
        const at::Tensor x = inputOf(model, pass);
        const Result before = runOf(model, x, pass, x, true);
        for (at::Tensor& parameter : model.parameters) {
            const at::Tensor moved = parameter.detach().clone();
            parameter.detach().zero_();
            parameter.set_data(moved);
        }
        QVERIFY(isSame(runOf(model, x, pass, x, true), before));
    }

    void theFirstBlockTrainsWhateverTheInputDoes_data()
    {
        QTest::addColumn<Shape>("shape");
        QTest::newRow("everything") << whole({.hasHeadNorms = true});
        QTest::newRow("q") << only(0);
        Shape norms{.hasHeadNorms = true};
        norms.trainsNorms = true;
        QTest::newRow("norms") << norms;
    }
    void theFirstBlockTrainsWhateverTheInputDoes()
    {
        QFETCH(Shape, shape);
        Model model(shape, at::kFloat, {}, 0);
        const Pass pass = model.pass({40, 40});
        const at::Tensor x = inputOf(model, pass);
        const Result tracked = runOf(model, x, pass, x, true);
        model.stack->run(0, shape.blocks, x, pass).mul(x).sum().backward();
        for (std::size_t i = 0; i < model.parameters.size(); ++i) {
            QVERIFY(model.parameters[i].grad().equal(tracked.gradients[i + 1]));
        }
    }

    void normsOverHeadsTrainAloneInTheFirstBlock()
    {
        Shape shape{.hasHeadNorms = true};
        shape.trainsNorms = true;
        Model model(shape, at::kFloat, {}, 0);
        for (std::size_t i = 0; i < model.parameters.size(); ++i) {
            model.parameters[i].set_requires_grad(i % 4 >= 2); // behind those before sub-layers
        }
        const Pass pass = model.pass({40, 40});
        const at::Tensor x = inputOf(model, pass);
        const auto gradients = [&](const at::Tensor& input) {
            model.stack->run(0, shape.blocks, input, pass).mul(x).sum().backward();
            std::vector<at::Tensor> all;
            for (const at::Tensor& parameter : model.parameters) {
                all.push_back(parameter.grad());
                parameter.mutable_grad() = at::Tensor();
            }
            return all;
        };
        const auto alone = gradients(x);
        const auto tracked = gradients(x.clone().set_requires_grad(true));
        for (std::size_t i = 0; i < alone.size(); ++i) {
            QCOMPARE(alone[i].defined(), i % 4 >= 2);
            QVERIFY(!alone[i].defined() || alone[i].equal(tracked[i]));
        }
    }

    // Every weight has its rows summed up in the order of the tokens, whoever does it.
    void weightsTrainAlikeOnAnyNumberOfThreads()
    {
        Model model(only(6), at::kFloat, {}, 0);
        const Pass pass = model.pass({70, 40, 301, 5});
        const at::Tensor x = inputOf(model, pass);
        const Result two = runOf(model, x, pass, x, true);
        at::set_num_threads(1);
        QVERIFY(isSame(runOf(model, x, pass, x, true), two));
    }

    void runsBeginWhereTrainingDoes()
    {
        Shape shape{.blocks = 4};
        Model model(shape, at::kFloat, {"q"}, 0);
        const Pass pass = model.pass({40});
        const at::Tensor x = inputOf(model, pass);
        QCOMPARE(model.stack->standardRun(0, x, pass), 4);
        for (std::size_t i = 0; i < 4; ++i) { // two of each block
            model.parameters[i].set_requires_grad(false);
        }
        QCOMPARE(model.stack->standardRun(0, x, pass), 2);
        QCOMPARE(model.stack->standardRun(2, x, pass), 2);
        const at::Tensor tracked = x.clone().set_requires_grad(true);
        QCOMPARE(model.stack->standardRun(0, tracked, pass), 4);
        {
            const at::NoGradGuard noGrad;
            QCOMPARE(model.stack->standardRun(0, x, pass), 4);
        }
        QVERIFY(!model.stack->run(0, 2, x, pass).requires_grad());
    }

    void runsBeginAtWhateverIsTrained_data()
    {
        QTest::addColumn<Shape>("shape");
        QTest::addColumn<Updates>("updates");
        QTest::newRow("weights") << only(4) << Updates::Trained;
        QTest::newRow("norms") << Shape{.trainsNorms = true} << Updates::Trained;
        QTest::newRow("biases") << Shape{.hasBias = true, .trainsBiases = true} << Updates::Trained;
        QTest::newRow("sites") << Shape{.sites = {.atMlp = true}} << Updates::Trained;
        QTest::newRow("factors") << Shape{.hasFactors = true} << Updates::Trained;
        QTest::newRow("given keys") << Shape{.given = 2} << Updates::Trained;
        QTest::newRow("scales") << Shape{} << Updates::Scaled;
        QTest::newRow("lengths") << Shape{} << Updates::Lengths;
    }
    void runsBeginAtWhateverIsTrained()
    {
        QFETCH(Shape, shape);
        QFETCH(Updates, updates);
        const std::set<std::string> targets =
            updates == Updates::Trained ? std::set<std::string>() : std::set<std::string>{"v"};
        Model model(shape, at::kFloat, targets, 0, updates);
        const Pass pass = model.pass({40});
        const at::Tensor x = inputOf(model, pass);
        QCOMPARE(model.stack->standardRun(0, x, pass), 2);
        if (shape.given > 0) { // one tensor for all blocks
            return;
        }
        const std::size_t ofOne = model.parameters.size() / 2;
        for (std::size_t i = 0; i < ofOne; ++i) {
            model.parameters[i].set_requires_grad(false);
        }
        QCOMPARE(model.stack->standardRun(0, x, pass), 1);
        for (std::size_t i = 1; i < ofOne; ++i) { // each by itself
            model.parameters[ofOne + i - 1].set_requires_grad(false);
            QCOMPARE(model.stack->standardRun(0, x, pass), 1);
        }
        model.parameters.back().set_requires_grad(false);
        QCOMPARE(model.stack->standardRun(0, x, pass), 2);
    }

    void isNoRunWithWeightsOfAnotherKind()
    {
        Model model(only(0), at::kFloat, {}, 0);
        const Pass pass = model.pass({40});
        const at::Tensor x = inputOf(model, pass);
        at::Tensor& weight = model.blocks[1].linears()[0]->weight();
        const auto isRunWith = [&](const at::Tensor& other) {
            const at::Tensor own = weight;
            weight = other;
            const bool isRun = model.stack->standardRun(0, x, pass) == 2;
            weight = own;
            return isRun;
        };
        const at::Tensor leaf = weight.detach().clone();
        QVERIFY(isRunWith(leaf.clone().set_requires_grad(true)));
        QVERIFY(!isRunWith(weight * 2)); // no leaf
        QVERIFY(!isRunWith(leaf.to(at::kBFloat16).set_requires_grad(true)));
        QVERIFY(!isRunWith(leaf.t().contiguous().t().set_requires_grad(true)));
    }

    void isNoRunWithTrainedWeightsThatHaveGains()
    {
        for (const Updates kind : {Updates::Lengths, Updates::Trained}) {
            Shape shape = only(1);
            shape.hasFactors = kind == Updates::Trained;
            Model model(shape, at::kFloat, {"k"}, 0, kind);
            const Pass pass = model.pass({40});
            QCOMPARE(model.stack->standardRun(0, inputOf(model, pass), pass), 0);
        }
    }
};

QTEST_GUILESS_MAIN(TestStackWeights)
#include "tst_stack_weights.moc"
