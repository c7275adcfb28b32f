// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The start `loftq`: updates that make up for what packing took away, on every family.
#include "engine/methods/loftq_start.h"

#include "engine/adapters/loaded_adapter.h"
#include "engine/methods/combination.h"
#include "engine/methods/module_pattern.h"
#include "engine/models/original_weight.h"
#include "tests/support/packed_models.h"
#include "tests/support/tuned_models.h"

#include <ATen/ops/linalg_svd.h>
#include <ATen/ops/matmul.h>

using namespace engine;
using namespace tests;

namespace {

constexpr uint64_t kSeed = 11;

contract::MethodSection loftq(const std::vector<Value::Member>& changes = {})
{
    contract::MethodSection section;
    section.id = "lora";
    section.settings =
        settingsOf(*methods::findMethod("lora"), {{"init", "loftq"}, {"rank", 3}, {"dropout", 0}});
    section.settings = changed(section.settings, changes);
    return section;
}

// A model and how it is held; counts what is read again.
struct Base
{
    explicit Base(const std::string& name, const Packing& packing = {})
        : folder(openTiny(tinyModel(name))),
          decoder(models::loadDecoder(folder,
                                      at::kFloat,
                                      at::kFloat,
                                      at::Device(at::kCPU),
                                      {packing.kind, packing.doubleQuant}))
    {
    }

    methods::OriginalWeights originals()
    {
        return [this](const nn::ModuleSpec& module) {
            asked.push_back(module.name);
            return models::originalWeight(folder, module);
        };
    }
    std::unique_ptr<methods::Tuning> attached(const contract::MethodSection& section)
    {
        return methods::attach(section, *decoder, kSeed, originals());
    }
    // What packing took of the rows that the update is for, in float64.
    Tensor lost(const methods::LowRankFactors& factors)
    {
        const nn::Linear& layer = *decoder->linear(factors.module);
        const Tensor original = models::originalWeight(folder, layer.spec()).to(at::kDouble);
        return (original - layer.dense(at::kDouble)).index_select(0, nn::rowIndices(factors.rows));
    }
    // A rank for each module at which nothing of a loss is left.
    Value wholeRanks(const Value& targets) const
    {
        Value ranks = Value::Object();
        for (const methods::Target& target :
             methods::selectTargets(targets, folder.blueprint(), "method.targets")) {
            ranks.set(target.name(), std::min(target.rows(), target.inputs()));
        }
        return ranks;
    }

    models::ModelFolder folder;
    std::unique_ptr<nn::Decoder> decoder;
    std::vector<std::string> asked;
};

struct Singular
{
    Tensor best; // of that rank
    double tail; // what is missing, Frobenius
};

Singular singular(const Tensor& matrix, int64_t rank)
{
    const auto [u, s, v] = at::linalg_svd(matrix, /*full_matrices=*/false);
    const int64_t rest = s.size(0) - rank;
    return {at::matmul(u.narrow(1, 0, rank) * s.narrow(0, 0, rank), v.narrow(0, 0, rank)),
            s.narrow(0, rank, rest).norm().item<double>()};
}

double relative(const Tensor& now, const Tensor& expected)
{
    return ((now.to(at::kDouble) - expected).norm() / expected.norm()).item<double>();
}

void addBases()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<Packing>("packing");
    QTest::addColumn<Value>("targets");
    const Value all = "all-linear";
    for (const TinyModel& model : tinyModels()) {
        const QString name = QString::fromStdString(model.name);
        QTest::addRow("%s, nf4", model.name.c_str())
            << name << Packing{Quantization::Nf4, true} << all;
        QTest::addRow("%s, int8", model.name.c_str())
            << name << Packing{Quantization::Int8, true} << all;
    }
    QTest::newRow("gpt2, plain nf4") << "gpt2" << Packing{Quantization::Nf4, false} << all;
    const Value slices = "q|k|v|o|gate|up|down|fc_in|fc_out";
    for (const char* model : {"gpt2", "phi3", "gpt_neox"}) {
        QTest::addRow("%s by slices", model) << model << Packing{Quantization::Nf4, true} << slices;
    }
}

} // namespace

class TestLoftqStart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // scale · B A = SVD_r(W − Q), by rows where a weight is fused; rank 3 and alpha 32: PEFT's own
    // start, which leaves the scale out, would be ten times too large here.
    void isTheBestCorrectionOfItsRank_data() { addBases(); }
    void isTheBestCorrectionOfItsRank()
    {
        QFETCH(QString, model);
        QFETCH(Packing, packing);
        QFETCH(Value, targets);
        Base base(model.toStdString(), packing);
        const auto tuning = base.attached(loftq({{"targets", targets}}));
        const methods::AdapterState state = tuning->state();
        QVERIFY(!state.factors.empty());
        QCOMPARE(base.asked.size(), state.factors.size());
        for (const methods::LowRankFactors& factors : state.factors) {
            const Tensor lost = base.lost(factors);
            const Singular expected = singular(lost, 3);
            const Tensor update = factors.delta().to(at::kDouble);
            const double left = (lost - update).norm().item<double>();
            QVERIFY2(left < lost.norm().item<double>(), factors.module.c_str());
            QVERIFY2(std::abs(left - expected.tail) < 1e-5 * expected.tail, factors.module.c_str());
            const double distance = relative(update, expected.best);
            QVERIFY2(distance < 1e-3,
                     qPrintable(QStringLiteral("%1 %2: %3")
                                    .arg(QString::fromStdString(factors.module),
                                         QString::fromStdString(factors.slice))
                                    .arg(distance)));
        }
    }

    // With a rank that leaves nothing out the packed model answers as the original one does: the
    // untrained adapter is no identity, and the better for it.
    void atFullRankThePackedModelIsTheOriginal_data() { addBases(); }
    void atFullRankThePackedModelIsTheOriginal()
    {
        QFETCH(QString, model);
        QFETCH(Packing, packing);
        QFETCH(Value, targets);
        Base base(model.toStdString(), packing);
        const Tensor original = logitsOf(*tinyDecoder(tinyModel(model.toStdString())));
        const Tensor rounded = logitsOf(*base.decoder);
        const auto tuning = base.attached(loftq({{"targets", targets},
                                                 {"rank_pattern", base.wholeRanks(targets)},
                                                 {"use_rslora", true}}));
        const Tensor begun = logitsOf(*base.decoder);
        const double before = relative(rounded, original);
        const double after = relative(begun, original);
        QVERIFY2(before > 1e-3 && after < 1e-4,
                 qPrintable(QStringLiteral("%1, was %2").arg(after).arg(before)));
    }

    void thePackedBaseStays()
    {
        Base base("gpt2");
        std::map<std::string, std::shared_ptr<const kernels::QuantizedWeight>> before;
        for (const nn::Linear* layer : base.decoder->linears()) {
            before[layer->spec().name] = layer->quantized();
        }
        const auto tuning = base.attached(loftq());
        for (const nn::Linear* layer : base.decoder->linears()) {
            QVERIFY(layer->quantized() == before[layer->spec().name]);
        }
    }

    // A plain adapter of the rank that was asked for, on whatever packs the same model the same.
    void theAdapterIsPlain()
    {
        Base base("llama");
        const auto tuning = base.attached(loftq());
        disturb(*tuning);
        const Tensor trained = logitsOf(*base.decoder);
        const methods::AdapterState state = tuning->state();
        for (const methods::LowRankFactors& factors : state.factors) {
            QCOMPARE(factors.rank(), int64_t{3});
        }
        QVERIFY(tuning->memory().empty());
        const auto stored = models::loadDecoder(openPacked(tinyModel("llama"), {}), at::kFloat);
        const adapters::LoadedAdapter loaded(*stored, state, 1);
        QCOMPARE(difference("on bitsandbytes' checkpoint", logitsOf(*stored), trained, 1e-5),
                 QString());
    }

    void lengthsAreThoseOfTheCorrectedRows()
    {
        Base base("gpt2");
        const auto tuning = base.attached(
            loftq({{"use_dora", true}, {"targets", Value::list(std::vector<std::string>{"q"})}}));
        for (const methods::LowRankFactors& factors : tuning->state().factors) {
            const Tensor rows = base.decoder->linear(factors.module)
                                    ->dense(at::kFloat)
                                    .index_select(0, nn::rowIndices(factors.rows));
            const Tensor lengths = (rows + factors.delta()).square().sum(1).sqrt();
            QCOMPARE(difference("lengths", factors.magnitude, lengths, 1e-5), QString());
        }
    }

    void whatIsDenseStartsAsDefault()
    {
        Base base("llama");
        const Value targets = Value::list(std::vector<std::string>{"q", "lm_head"});
        const methods::AdapterState state = base.attached(loftq({{"targets", targets}}))->state();
        const methods::AdapterState plain =
            base.attached(loftq({{"targets", targets}, {"init", "default"}}))->state();
        QCOMPARE(state.factors.back().module, std::string("lm_head"));
        QVERIFY(at::equal(state.factors.back().a, plain.factors.back().a));
        QVERIFY(!state.factors.back().b.any().item<bool>());
        QVERIFY(state.factors.front().b.any().item<bool>());
    }

    // A resumed run and one that continues an adapter load their numbers: nothing is read again.
    void nothingIsComputedForNumbersThatAreLoaded()
    {
        Base base("llama");
        const auto tuning = methods::attach(loftq(), *base.decoder, kSeed);
        QVERIFY(base.asked.empty());
        for (const methods::LowRankFactors& factors : tuning->state().factors) {
            QVERIFY(!factors.b.any().item<bool>());
        }
    }

    void worksBesideAnotherMethod()
    {
        Base base("llama");
        contract::MethodSection section = loftq();
        const methods::Method& prefix = *methods::findMethod("prefix_embedding");
        section.with.push_back({"prefix_embedding", settingsOf(prefix)});
        const auto alone = base.attached(loftq())->state();
        const auto both = base.attached(section)->state();
        QCOMPARE(both.with.size(), std::size_t{1});
        QVERIFY(at::equal(both.factors.front().b, alone.factors.front().b));
        std::swap(section.id, section.with.front().id);
        std::swap(section.settings, section.with.front().settings);
        const auto second = base.attached(section)->state();
        QVERIFY(at::equal(second.with.front().factors.front().b, alone.factors.front().b));
    }

    void theSameSeedGivesTheSameBits()
    {
        Base base("phi3");
        const auto first = base.attached(loftq())->state();
        QCOMPARE(stateDifference(first, base.attached(loftq())->state()), QString());
    }
};

QTEST_GUILESS_MAIN(TestLoftqStart)
#include "tst_loftq_start.moc"
