// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// DyLoRA: what it computes at every rank, what a step may change, and that ranks depend on the seed
// and the step alone.
#include "engine/adapters/loaded_adapter.h"
#include "engine/methods/dylora/rank_draw.h"
#include "engine/train/optimizer.h"
#include "tests/engine/train/tiny_run.h"
#include "tests/support/tuned_models.h"

#include <numeric>

using namespace engine;
using namespace tests;
using methods::dylora::drawnRank;

namespace {

constexpr int64_t kRank = 4;
constexpr uint64_t kSeed = 11;

const methods::Method& dylora()
{
    return *methods::findMethod("dylora");
}

// Slices of fused weights, a module with fewer ranks, one with another alpha; no dropout.
std::vector<Value::Member> mixedSettings(const std::vector<Value::Member>& changes = {})
{
    std::vector<Value::Member> settings = {
        {"targets", Value::list(std::vector<std::string>{"q", "k", "v", "o"})},
        {"rank", kRank},
        {"alpha", 6},
        {"dropout", 0},
        {"rank_pattern", Value::object({{"k", 2}})},
        {"alpha_pattern", Value::object({{"v", 9}})}};
    settings.insert(settings.end(), changes.begin(), changes.end());
    return settings;
}

std::unique_ptr<methods::Tuning> attached(nn::Decoder& decoder,
                                          const std::vector<Value::Member>& changes = {})
{
    auto tuning = dylora().attach(settingsOf(dylora(), mixedSettings(changes)), decoder, kSeed);
    disturb(*tuning);
    return tuning;
}

// A and B of the buffer, cut to a rank.
at::Tensor cut(const at::Tensor& tensor, bool isA, int64_t rank)
{
    const int64_t axis = isA ? 0 : 1;
    return tensor.narrow(axis, 0, std::min(rank, tensor.size(axis)));
}

// Steps of training by hand; what the loop does around them.
struct Steps
{
    nn::Decoder& decoder;
    methods::Tuning& tuning;
    train::Optimizer optimizer;
    int64_t done = 0;

    // Returns the rank it drew.
    int64_t step()
    {
        tuning.beginStep(done, 100);
        tuning.parameters().gradients().zero_();
        lossOf(decoder, trainingPass(9), tokens(9, 3 + done)).backward();
        tuning.addGradients();
        optimizer.step(1e-2, tuning.partialUpdates());
        tuning.endStep(done, 100);
        return drawnRank(methods::dylora::kUniform, kRank, kSeed, done++);
    }
};

contract::TrainingSection decaying()
{
    contract::TrainingSection training;
    training.weightDecay = 0.1;
    return training;
}

// Values and moments of the whole buffer.
std::array<at::Tensor, 3> numbersOf(Steps& steps)
{
    return {steps.tuning.parameters().values().clone(),
            steps.optimizer.firstMoments().clone(),
            steps.optimizer.secondMoments().clone()};
}

} // namespace

class TestDylora : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ranksComeFromSeedAndStep()
    {
        std::vector<int64_t> uniform;
        std::vector<int64_t> geometric;
        for (int64_t step = 0; step < 12; ++step) {
            uniform.push_back(drawnRank("uniform", 8, 42, step));
            geometric.push_back(drawnRank("geometric", 8, 42, step));
        }
        // Fixed for ever: resumed runs draw them again.
        QCOMPARE(uniform, (std::vector<int64_t>{7, 3, 4, 5, 3, 8, 6, 4, 1, 4, 1, 4}));
        QCOMPARE(geometric, (std::vector<int64_t>{4, 2, 2, 5, 7, 3, 4, 1, 1, 1, 8, 3}));
        QVERIFY(drawnRank("uniform", 1024, 43, 0) != drawnRank("uniform", 1024, 42, 0));
    }

    void ranksAreDrawnAsOftenAsSaid_data()
    {
        QTest::addColumn<QString>("distribution");
        QTest::addColumn<double>("ratio"); // of a rank's share to that of the one below
        QTest::newRow("uniform") << "uniform" << 1.0;
        QTest::newRow("geometric") << "geometric" << 0.85;
    }
    void ranksAreDrawnAsOftenAsSaid()
    {
        QFETCH(QString, distribution);
        QFETCH(double, ratio);
        constexpr int64_t kDraws = 40000;
        std::vector<double> counts(6);
        for (int64_t step = 0; step < kDraws; ++step) {
            const int64_t rank = drawnRank(distribution.toStdString(), 6, 1, step);
            QVERIFY(rank >= 1 && rank <= 6);
            ++counts[static_cast<std::size_t>(rank - 1)];
        }
        double share = 1;
        double sum = 0;
        for (std::size_t i = 0; i < counts.size(); ++i) {
            sum += std::pow(ratio, double(i));
        }
        for (const double count : counts) {
            QVERIFY(std::abs(count / kDraws - share / sum) < 0.01);
            share *= ratio;
        }
    }

    // At rank b the model, and the gradients of the first b ranks, are LoRA's with the sliced
    // factors; no other rank gets a gradient.
    void everyRankIsLoraOfTheSlices_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<bool>("isRslora");
        for (const char* model : {"llama", "gpt2", "phi3", "gpt_neox"}) {
            QTest::addRow("%s", model) << model << false;
        }
        QTest::newRow("llama, rank-stabilised") << "llama" << true;
    }
    void everyRankIsLoraOfTheSlices()
    {
        QFETCH(QString, model);
        QFETCH(bool, isRslora);
        const auto decoder = tinyDecoder(tinyModel(model.toStdString()));
        const methods::Method& lora = *methods::findMethod("lora");
        for (int64_t rank = 1; rank <= kRank; ++rank) {
            auto tuning = attached(*decoder, {{"use_rslora", isRslora}});
            tuning->nestedRanks()->use(rank);
            const Tensor nested = logitsOf(*decoder);
            lossOf(*decoder, trainingPass(9), tokens(9)).backward();
            const Tensor gradients = tuning->parameters().gradients().clone();
            const nn::ParameterBuffer& wide = tuning->parameters();
            methods::AdapterState state = methods::atRank(tuning->state(), rank);
            std::vector<Tensor> wideGradients;
            for (std::size_t i = 0; i < wide.size(); ++i) {
                wideGradients.push_back(wide.leaf(i).grad().clone());
            }
            tuning.reset();

            const auto plain = lora.attach(
                settingsOf(lora,
                           mixedSettings({{"rank", rank},
                                          {"rank_pattern",
                                           Value::object({{"k", std::min<int64_t>(rank, 2)}})},
                                          {"use_rslora", isRslora}})),
                *decoder,
                kSeed);
            state.method = "lora";
            plain->load(state);
            QCOMPARE(difference("logits", nested, logitsOf(*decoder), 1e-6), QString());
            lossOf(*decoder, trainingPass(9), tokens(9)).backward();
            nn::ParameterBuffer& narrow = plain->parameters();
            for (std::size_t i = 0; i < narrow.size(); ++i) {
                const Tensor expected = narrow.leaf(i).grad();
                const Tensor part = cut(wideGradients[i], i % 2 == 0, rank);
                QCOMPARE(difference(narrow.tensors()[i].name.c_str(), part, expected, 1e-5),
                         QString());
                QCOMPARE(part.norm().item<float>(), wideGradients[i].norm().item<float>());
            }
        }
    }

    void anAdapterIsCutAsItIsEvaluated()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        auto tuning = attached(*decoder);
        const methods::AdapterState state = tuning->state();
        tuning.reset();
        for (int64_t rank = 1; rank <= kRank; ++rank) {
            Tensor inPlace;
            {
                adapters::LoadedAdapter whole(*decoder, state, 0.5);
                whole.nestedRanks()->use(rank);
                inPlace = logitsOf(*decoder);
            }
            const adapters::LoadedAdapter cut(*decoder, methods::atRank(state, rank), 0.5);
            QVERIFY(at::equal(logitsOf(*decoder), inPlace));
        }
        QCOMPARE(failureOf([&] { methods::atRank(state, 0); }).code, std::string("bad_argument"));
        QCOMPARE(failureOf([&] { methods::atRank(state, kRank + 1); }).code,
                 std::string("bad_argument"));
        methods::AdapterState plain = state;
        plain.method = "lora";
        QCOMPARE(failureOf([&] { methods::atRank(plain, 1); }).code, std::string("bad_argument"));
    }

    void embeddingsAreNestedToo()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const auto settings = settingsOf(
            dylora(),
            {{"targets", Value::list(std::vector<std::string>{"embed_tokens"})}, {"rank", kRank}});
        auto tuning = dylora().attach(settings, *decoder, kSeed);
        disturb(*tuning);
        tuning->nestedRanks()->use(2);
        const Tensor nested = logitsOf(*decoder);
        const methods::AdapterState state = methods::atRank(tuning->state(), 2);
        QCOMPARE(state.factors.front().a.size(0), 2);
        tuning.reset();
        const adapters::LoadedAdapter loaded(*decoder, state, 1);
        QVERIFY(at::equal(logitsOf(*decoder), nested));
    }

    // Bit by bit over values and moments of six steps.
    void aStepChangesWhatItTrainsAndNothingElse_data()
    {
        QTest::addColumn<QString>("update");
        for (const char* update : {"up_to", "single"}) {
            QTest::newRow(update) << update;
        }
    }
    void aStepChangesWhatItTrainsAndNothingElse()
    {
        QFETCH(QString, update);
        const bool isSingle = update == "single";
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const auto tuning = attached(*decoder, {{"update", update.toStdString()}});
        nn::ParameterBuffer& buffer = tuning->parameters();
        Steps steps{*decoder, *tuning, {buffer, decaying()}};
        std::set<int64_t> drawn;
        for (int i = 0; i < 6; ++i) {
            const auto before = numbersOf(steps);
            const int64_t rank = steps.step();
            drawn.insert(rank);
            const auto after = numbersOf(steps);
            for (std::size_t k = 0; k < buffer.size(); ++k) {
                const int64_t axis = k % 2 == 0 ? 0 : 1;
                const int64_t own = buffer.tensors()[k].shape[static_cast<std::size_t>(axis)];
                const int64_t end = std::min(rank, own);
                for (int64_t index = 0; index < own; ++index) {
                    const bool isTrained = index < end && (!isSingle || index == end - 1);
                    for (std::size_t which = 0; which < 3; ++which) {
                        const auto rowOf = [&](const Tensor& numbers) {
                            return numbers.narrow(0, buffer.offset(k), buffer.tensors()[k].numel())
                                .view(buffer.tensors()[k].shape)
                                .select(axis, index);
                        };
                        const bool isSame = at::equal(rowOf(before[which]), rowOf(after[which]));
                        QVERIFY2(isSame != isTrained,
                                 qPrintable(QStringLiteral("rank %1 at rank %2 of %3")
                                                .arg(index)
                                                .arg(rank)
                                                .arg(buffer.tensors()[k].name.c_str())));
                    }
                }
            }
        }
        QVERIFY(drawn.size() > 1);
    }

    // The released behaviour: what was trained once goes on by its momentum, all decays.
    void withoutTheMaskEveryRankMoves()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const auto tuning = attached(*decoder, {{"update", "single"}, {"masked_optimizer", false}});
        QVERIFY(tuning->partialUpdates().empty());
        Steps steps{*decoder, *tuning, {tuning->parameters(), decaying()}};
        const Tensor before = tuning->parameters().values().clone();
        const int64_t rank = steps.step();
        const Tensor after = tuning->parameters().leaf(0).detach();
        const Tensor start = before.narrow(0, 0, after.numel()).view(after.sizes());
        for (int64_t index = 0; index < kRank; ++index) {
            if (index == rank - 1) {
                continue;
            }
            QCOMPARE(difference("row", after[index], start[index] * (1 - 1e-2 * 0.1), 1e-6),
                     QString());
            QVERIFY(!at::equal(after[index], start[index]));
        }
    }

    // Every rank of every module, trained by an optimiser of its own that only sees the steps that
    // train it.
    void theMaskIsAnOptimiserPerRank_data() { aStepChangesWhatItTrainsAndNothingElse_data(); }
    void theMaskIsAnOptimiserPerRank()
    {
        QFETCH(QString, update);
        const bool isSingle = update == "single";
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const auto tuning = attached(*decoder, {{"update", update.toStdString()}});
        nn::ParameterBuffer& buffer = tuning->parameters();
        Steps steps{*decoder, *tuning, {buffer, decaying()}};
        struct Alone
        {
            Tensor values, m, v;
            int64_t steps = 0;
        };
        std::map<std::pair<std::size_t, int64_t>, Alone> alone;
        const kernels::AdamwSettings settings{1e-2, 0.9, 0.999, 1e-8, 0.1};
        for (int i = 0; i < 8; ++i) {
            const int64_t rank = drawnRank("uniform", kRank, kSeed, steps.done);
            std::map<std::pair<std::size_t, int64_t>, Tensor> before;
            for (std::size_t k = 0; k < buffer.size(); ++k) {
                const int64_t axis = k % 2 == 0 ? 0 : 1;
                for (int64_t index = 0; index < buffer.leaf(k).size(axis); ++index) {
                    before[{k, index}] =
                        buffer.leaf(k).detach().select(axis, index).contiguous().clone();
                }
            }
            steps.step();
            for (auto& [key, values] : before) {
                const auto [k, index] = key;
                const int64_t axis = k % 2 == 0 ? 0 : 1;
                const int64_t end = std::min(rank, buffer.leaf(k).size(axis));
                if (index >= end || (isSingle && index != end - 1)) {
                    continue;
                }
                Alone& one = alone[key];
                if (!one.m.defined()) {
                    one.m = at::zeros_like(values);
                    one.v = at::zeros_like(values);
                }
                one.values = values;
                kernels::adamwStep(one.values,
                                   buffer.leaf(k).grad().select(axis, index).contiguous(),
                                   one.m,
                                   one.v,
                                   ++one.steps,
                                   settings);
                QCOMPARE(difference(buffer.tensors()[k].name.c_str(),
                                    buffer.leaf(k).detach().select(axis, index),
                                    one.values,
                                    1e-6),
                         QString());
            }
        }
    }

    // The micro-batches of a step share its rank: so they add up to the whole batch.
    void aWindowOfMicroBatchesHasOneRank()
    {
        const auto trained = [](int64_t batchSize, int64_t accumulate) {
            TinyRun::Setup setup;
            setup.method = "dylora";
            setup.samples = unevenSamples(8);
            setup.batch.batchSize = batchSize;
            setup.batch.accumulate = setup.training.accumulate = accumulate;
            setup.training.maxSteps = 4;
            setup.training.epsilon = 1e-3; // Adam must not magnify rounding of tiny gradients
            TinyRun run(setup);
            run.run();
            return run.values();
        };
        QCOMPARE(difference("parameters", trained(1, 8), trained(8, 1), 1e-5), QString());
    }

    void aResumedRunIsTheWholeOne_data()
    {
        QTest::addColumn<QString>("update");
        QTest::addColumn<bool>("isMasked");
        for (const char* update : {"up_to", "single"}) {
            for (const bool isMasked : {true, false}) {
                QTest::addRow("%s, %s", update, isMasked ? "masked" : "plain")
                    << update << isMasked;
            }
        }
    }
    void aResumedRunIsTheWholeOne()
    {
        QFETCH(QString, update);
        QFETCH(bool, isMasked);
        TinyRun::Setup setup;
        setup.method = "dylora";
        setup.settings = {{"update", update.toStdString()}, {"masked_optimizer", isMasked}};
        setup.training.maxSteps = 8;
        setup.training.saveEvery = 1;
        TinyRun whole(setup);
        whole.run();
        const QTemporaryDir folder;
        TinyRun begun(setup, &folder);
        begun.runUntil(5);
        TinyRun resumed(setup, &folder);
        QCOMPARE(resumed.trainer().resume().value(), int64_t{5});
        resumed.run();
        QVERIFY(at::equal(resumed.values(), whole.values()));
    }
};

QTEST_GUILESS_MAIN(TestDylora)
#include "tst_dylora.moc"
