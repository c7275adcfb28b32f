// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Exports to and from packed weights: bitsandbytes' folders, and merges into both bases.
#include "engine/exporters/registry.h"
#include "engine/methods/registry.h"
#include "tests/support/packed_models.h"
#include "tests/support/tuned_models.h"

#include <cmath>

using namespace engine;
using namespace tests;
using exporters::ExportRequest;
using exporters::MergeBase;
using exporters::ScaledAdapter;
namespace fs = std::filesystem;

namespace {

ScaledAdapter trained(const TinyModel& model)
{
    const auto decoder = tinyDecoder(model);
    ScaledAdapter adapter;
    adapter.stored.path = "some-adapter";
    adapter.state = trainedLora(*decoder, {});
    return adapter;
}

exporters::ExportReport run(const char* id, const ExportRequest& request)
{
    return exporters::findExporter(id)->run(request);
}

// The weights in a folder by the model's names, packed ones as numbers.
std::map<std::string, Tensor> weightsIn(const fs::path& folder)
{
    const models::ModelFolder model = models::ModelFolder::open(folder);
    model.requireSound();
    std::map<std::string, Tensor> weights;
    for (const std::string& name : model.parameterNames()) {
        weights[name] = model.dense(name);
    }
    return weights;
}

QString difference(const std::map<std::string, Tensor>& x, const std::map<std::string, Tensor>& y)
{
    for (const auto& [name, tensor] : x) {
        if (y.count(name) == 0 || !at::equal(tensor, y.at(name))) {
            return QString::fromStdString(name);
        }
    }
    return x.size() == y.size() ? QString() : QStringLiteral("count");
}

constexpr models::BaseFormat kSeenNf4 = {Quantization::Nf4, true};

} // namespace

class TestPackedExports : public QObject
{
    Q_OBJECT

    const QTemporaryDir m_folder;
    fs::path target(const char* name) const { return pathOf(m_folder) / name; }

private Q_SLOTS:
    void thePackedBaseHasTheBitsOfItsQuantisation_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("packing");
        for (const char* model : {"llama", "gpt2", "gpt2 bare, float16", "llama bfloat16"}) {
            for (const char* packing : {"nf4", "nf4 double", "int8"}) {
                QTest::newRow((std::string(model) + ", " + packing).c_str()) << model << packing;
            }
        }
    }
    void thePackedBaseHasTheBitsOfItsQuantisation()
    {
        QFETCH(QString, model);
        QFETCH(QString, packing);
        const TinyModel& tiny = tinyModel(model.toStdString());
        const Packing form = packingNamed(packing);
        const models::ModelFolder folder = openTiny(tiny);
        const QTemporaryDir place;
        ExportRequest request{folder, {}, pathOf(place) / "out"};
        request.doubleQuant = form.doubleQuant;
        const bool isInt8 = form.kind == Quantization::Int8;
        const auto report = run(isInt8 ? "bitsandbytes_int8" : "bitsandbytes_nf4", request);
        QVERIFY(report.verification->passed);
        QVERIFY(std::isinf(report.verification->tolerance));
        const auto written = models::ModelFolder::open(request.target);
        QVERIFY(written.storedQuantization().kind == form.kind);
        QCOMPARE(written.storedQuantization().doubleQuant, form.doubleQuant && !isInt8);
        const Weights expected = packedWeights(tiny, form);
        QCOMPARE(written.weights().names().size(), expected.size());
        for (const auto& [name, tensor] : expected) {
            QVERIFY2(at::equal(written.weights().tensor(name), tensor), name.c_str());
        }
    }

    void adaptersAreMergedBeforeWeightsArePacked()
    {
        const TinyModel& tiny = tinyModel("llama");
        const models::ModelFolder folder = openTiny(tiny);
        const QTemporaryDir place;
        const ExportRequest merge{folder, {trained(tiny)}, pathOf(place) / "merged"};
        run("merged", merge);
        const ExportRequest packed{folder, {trained(tiny)}, pathOf(place) / "packed"};
        QVERIFY(run("bitsandbytes_nf4", packed).verification->maxAbsDiff > 1e-4);
        const auto merged = models::ModelFolder::open(merge.target);
        const auto written = models::ModelFolder::open(packed.target);
        for (const nn::ModuleSpec& module : merged.blueprint().modules) {
            const std::string name = module.weightName();
            const Tensor expected =
                module.isQuantizable() ? kernels::dequantize(
                    kernels::quantize(merged.dense(name), Quantization::Nf4), at::kFloat)
                                       : merged.dense(name);
            QVERIFY2(at::equal(written.dense(name), expected), name.c_str());
        }
    }

    void aPackedBaseIsMergedAsItsNumbers_data() { thePackedBaseHasTheBitsOfItsQuantisation_data(); }
    void aPackedBaseIsMergedAsItsNumbers()
    {
        QFETCH(QString, model);
        QFETCH(QString, packing);
        const TinyModel& tiny = tinyModel(model.toStdString());
        const Packing form = packingNamed(packing);
        const models::ModelFolder packed = openPacked(tiny, form);
        const models::ModelFolder unpacked = openUnpacked(tiny, form);
        const QTemporaryDir place;
        const ExportRequest fromPacked{packed, {trained(tiny)}, pathOf(place) / "a"};
        const auto report = run("merged", fromPacked);
        QVERIFY(report.verification->passed);
        QCOMPARE(report.comparison->merges.size(), std::size_t(1));
        QVERIFY(report.comparison->merges[0].base == MergeBase::Dequantized);
        run("merged", {unpacked, {trained(tiny)}, pathOf(place) / "b"});
        QCOMPARE(difference(weightsIn(pathOf(place) / "a"), weightsIn(pathOf(place) / "b")),
                 QString());
        QVERIFY(models::ModelFolder::open(fromPacked.target).storedQuantization().isNone());
    }

    void bothMergesAreMeasured()
    {
        const TinyModel& tiny = tinyModel("llama");
        const models::ModelFolder folder = openTiny(tiny);
        std::map<MergeBase, std::map<std::string, Tensor>> written;
        for (const MergeBase base : {MergeBase::Original, MergeBase::Dequantized}) {
            const QTemporaryDir place;
            ExportRequest request{folder, {trained(tiny)}, pathOf(place) / "out"};
            request.base = base;
            request.seen = kSeenNf4;
            text::TokenSample sample;
            sample.ids = {3, 5, 7, 11, 13, 17};
            sample.mask.assign(sample.ids.size(), 1);
            request.samples = {sample};
            const auto report = run("merged", request);
            QVERIFY(report.verification->passed);
            written[base] = weightsIn(request.target);

            const exporters::MergeComparison& comparison = *report.comparison;
            QVERIFY(comparison.seen.quantization == Quantization::Nf4);
            QVERIFY(comparison.written == base);
            QCOMPARE(comparison.merges.size(), std::size_t(2));
            const auto& [original, dequantized] =
                std::tie(comparison.merges[0], comparison.merges[1]);
            QVERIFY(original.base == MergeBase::Original);
            QVERIFY(original.difference.maxAbsDiff > 1e-3);
            QVERIFY(original.difference.meanKl > 0);
            QVERIFY(dequantized.difference.maxAbsDiff < 1e-4);
            QVERIFY(std::abs(*dequantized.nll - *comparison.nll) < 1e-5);
            QVERIFY(std::abs(*original.nll - *comparison.nll) > 1e-5);
        }
        QVERIFY(
            !difference(written[MergeBase::Original], written[MergeBase::Dequantized]).isEmpty());
        const QTemporaryDir place;
        run("merged", {openUnpacked(tiny, {}), {trained(tiny)}, pathOf(place) / "b"});
        QCOMPARE(difference(written[MergeBase::Dequantized], weightsIn(pathOf(place) / "b")),
                 QString());
    }

    // The dequantised merge has the numbers of the packed embedding and head, the original one
    // those that are stored; a tied head follows.
    void theVocabularyIsMergedAsItWasSeen()
    {
        for (const char* name : {"llama", "llama tied, biases", "gpt2"}) {
            const TinyModel& tiny = tinyModel(name);
            const models::ModelFolder folder = openTiny(tiny);
            const auto seen = models::loadDecoder(folder,
                                                  at::kFloat,
                                                  at::kFloat,
                                                  at::Device(at::kCPU),
                                                  {Quantization::Nf4, true, true});
            for (const MergeBase base : {MergeBase::Original, MergeBase::Dequantized}) {
                const QTemporaryDir place;
                ExportRequest request{folder, {trained(tiny)}, pathOf(place) / "out"};
                request.base = base;
                request.seen = {Quantization::Nf4, true, true};
                const auto report = run("merged", request);
                QVERIFY(report.verification->passed);
                QVERIFY(report.comparison->seen.hasEmbeddings);
                QVERIFY(report.comparison->merges[1].difference.maxAbsDiff < 1e-4);
                const auto written = models::ModelFolder::open(request.target);
                QCOMPARE(written.blueprint().tiedHead, folder.blueprint().tiedHead);
                const bool isOriginal = base == MergeBase::Original;
                for (const nn::ModuleSpec& module : written.blueprint().modules) {
                    const bool isShared = module.outputHead && written.blueprint().tiedHead;
                    if (!module.holdsVocabulary() || isShared) {
                        continue;
                    }
                    const std::string weight = module.weightName();
                    const Tensor expected = isOriginal ? folder.dense(weight)
                                            : module.outputHead
                                                ? seen->parts().head->dense()
                                                : seen->parts().tokenEmbedding.dense();
                    QVERIFY2(written.dense(weight).equal(expected), weight.c_str());
                }
            }
        }
    }

    // Of a packed checkpoint the vocabulary was packed for the adapters alone.
    void aPackedCheckpointsVocabularyTooIsMergedAsItWasSeen()
    {
        const TinyModel& tiny = tinyModel("llama");
        const models::ModelFolder stored = openPacked(tiny, {});
        const QTemporaryDir place;
        ExportRequest request{stored, {trained(tiny)}, pathOf(place) / "out"};
        request.seen = {Quantization::Nf4, true, true};
        const auto report = run("merged", request);
        QVERIFY(report.verification->passed);
        QVERIFY(report.comparison->merges[0].difference.maxAbsDiff < 1e-4);
        const Tensor embedding = stored.dense("model.embed_tokens.weight");
        QVERIFY(models::ModelFolder::open(request.target)
                    .dense("model.embed_tokens.weight")
                    .equal(kernels::dequantize(kernels::quantize(embedding, Quantization::Nf4),
                                               embedding.scalar_type())));
    }

    void whatTransformersHoldsDenseIsWrittenSoAndSaid()
    {
        const TinyModel& tiny = tinyModel("llama");
        const models::ModelFolder folder = openTiny(tiny);
        for (const bool hasEmbeddings : {false, true}) {
            const QTemporaryDir place;
            ExportRequest request{folder, {trained(tiny)}, pathOf(place) / "out"};
            request.base = MergeBase::Dequantized;
            request.seen = {Quantization::Nf4, true, hasEmbeddings};
            const auto report = run("bitsandbytes_nf4", request);
            QVERIFY(report.verification->passed);
            QCOMPARE(report.notes.size(), std::size_t(hasEmbeddings ? 1 : 0));
            const auto written = models::ModelFolder::open(request.target);
            for (const char* name : {"model.embed_tokens.weight", "lm_head.weight"}) {
                QVERIFY(!written.isQuantized(name));
                const Tensor stored = folder.dense(name);
                QCOMPARE(written.dense(name).equal(stored), !hasEmbeddings);
                QVERIFY(!hasEmbeddings
                        || written.dense(name).equal(kernels::dequantize(
                            kernels::quantize(stored, Quantization::Nf4), stored.scalar_type())));
            }
        }
    }

    // What began with a correction of the rounding is merged into rounded weights.
    void aCorrectingAdapterHasOneBase()
    {
        const TinyModel& tiny = tinyModel("llama");
        const models::ModelFolder folder = openTiny(tiny);
        const QTemporaryDir place;
        ExportRequest request{folder, {trained(tiny)}, pathOf(place) / "out"};
        request.adapters.front().stored.baseQuantization = {"nf4", true, false, true};
        request.seen = kSeenNf4;
        const auto report = run("merged", request);
        QVERIFY(report.verification->passed);
        QCOMPARE(report.comparison->merges.size(), std::size_t(1));
        QVERIFY(report.comparison->merges[0].base == MergeBase::Dequantized);
        QVERIFY(report.comparison->merges[0].difference.maxAbsDiff < 1e-4);
        run("merged", {openUnpacked(tiny, {}), {trained(tiny)}, pathOf(place) / "b"});
        QCOMPARE(difference(weightsIn(request.target), weightsIn(pathOf(place) / "b")), QString());

        request.base = MergeBase::Original;
        request.target = pathOf(place) / "original";
        const Error error = failureOf([&request] { run("merged", request); });
        QCOMPARE(error.code, std::string("bad_argument"));
        QCOMPARE(error.where, std::string("--base"));
        QVERIFY(error.message.find("some-adapter") != std::string::npos);
        QVERIFY(!fs::exists(request.target));
    }

    void nothingIsComparedOfADenseBase()
    {
        const TinyModel& tiny = tinyModel("llama");
        const models::ModelFolder folder = openTiny(tiny);
        QVERIFY(!run("merged", {folder, {trained(tiny)}, target("dense")}).comparison);
    }

    void aBaseThatIsNotThereIsRefused()
    {
        const TinyModel& tiny = tinyModel("llama");
        const models::ModelFolder packed = openPacked(tiny, {});
        ExportRequest request{packed, {trained(tiny)}, target("none")};
        request.base = MergeBase::Original;
        const Error original = failureOf([&request] { run("merged", request); });
        QCOMPARE(original.code, std::string("unsupported"));
        QVERIFY(original.message.find("original weights are not there") != std::string::npos);

        const models::ModelFolder dense = openTiny(tiny);
        ExportRequest unseen{dense, {trained(tiny)}, target("none")};
        unseen.base = MergeBase::Dequantized;
        QCOMPARE(failureOf([&unseen] { run("merged", unseen); }).code, std::string("bad_argument"));
        QVERIFY(!fs::exists(target("none")));
    }
};

QTEST_GUILESS_MAIN(TestPackedExports)
#include "tst_packed_exports.moc"
