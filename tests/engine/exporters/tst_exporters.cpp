// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Exports of tiny models: merged weights against the formula in float64, the proof that a merge is
// right, and PEFT folders.
#include "engine/exporters/merged/verify_merge.h"
#include "engine/exporters/merged_weights.h"
#include "engine/exporters/registry.h"
#include "engine/methods/registry.h"
#include "tests/support/tiny_models.h"

#include <ATen/ops/ones.h>

#include <fstream>
#include <limits>

using namespace engine;
using exporters::ExportRequest;
using exporters::MergedWeights;
using exporters::ScaledAdapter;
namespace fs = std::filesystem;

namespace {

methods::LowRankFactors factorsOf(const std::string& module,
                                  kernels::RowSlice rows,
                                  int64_t in,
                                  int64_t seed,
                                  const std::string& slice = {})
{
    methods::LowRankFactors factors;
    factors.module = module;
    factors.slice = slice;
    factors.rows = rows;
    factors.a = tests::numbers({3, in}, seed).to(at::kFloat);
    factors.b = tests::numbers({rows.rows(), 3}, seed + 1).mul(0.1).to(at::kFloat);
    factors.alpha = 6;
    return factors;
}

ScaledAdapter adapterOf(std::vector<methods::LowRankFactors> factors, double scale = 1)
{
    ScaledAdapter adapter;
    adapter.stored.path = "some-adapter";
    adapter.stored.baseName = "base";
    adapter.state.method = "lora";
    adapter.state.factors = std::move(factors);
    adapter.scale = scale;
    return adapter;
}

// scale · B A in float64.
at::Tensor deltaOf(const methods::LowRankFactors& factors)
{
    return factors.b.to(at::kDouble).matmul(factors.a.to(at::kDouble)) * factors.scale();
}

const tensors::TensorSpec& specOf(const MergedWeights& weights, const std::string& name)
{
    return *std::find_if(weights.specs().begin(),
                         weights.specs().end(),
                         [&name](const tensors::TensorSpec& spec) { return spec.name == name; });
}

std::string failureText(const Error& error)
{
    return error.message + " " + error.where;
}

} // namespace

class ExportersTest : public QObject
{
    Q_OBJECT

private:
    const models::ModelFolder m_llama = tests::openTiny(tests::tinyModel("llama"));
    const models::ModelFolder m_gpt2 = tests::openTiny(tests::tinyModel("gpt2"));
    const std::string m_query = "model.layers.0.self_attn.q_proj";

    methods::LowRankFactors queryUpdate(int64_t seed = 5) const
    {
        return factorsOf(m_query, kernels::RowSlice::plain(0, 32), 32, seed);
    }

    static at::Tensor mergedTensor(const ExportRequest& request, const std::string& name)
    {
        const MergedWeights weights(request);
        return weights.tensor(specOf(weights, name));
    }

    static at::Tensor stored(const models::ModelFolder& model, const std::string& name)
    {
        return model.weights().tensor(name).to(at::kDouble);
    }

    static exporters::ExportReport run(const char* id, const ExportRequest& request)
    {
        return exporters::findExporter(id)->run(request);
    }

private Q_SLOTS:
    // What an exporter has a form for, by method.
    void anExporterTakesWhatItCanHold_data()
    {
        QTest::addColumn<QString>("exporter");
        QTest::addColumn<QStringList>("methods");
        for (const char* format : {"merged", "bitsandbytes_nf4", "bitsandbytes_int8"}) {
            QTest::newRow(format)
                << format
                << QStringList{
                       "lora", "dylora", "adalora", "vera", "ia3", "full", "top_layers", "bitfit"};
        }
        QTest::newRow("peft")
            << "peft"
            << QStringList{
                   "lora", "dylora", "adalora", "vera", "ia3", "prompt_tuning", "prefix_tuning"};
        QTest::newRow("loralib") << "loralib" << QStringList{"lora", "dylora", "adalora", "vera"};
    }
    void anExporterTakesWhatItCanHold()
    {
        QFETCH(QString, exporter);
        QFETCH(QStringList, methods);
        const exporters::Exporter& format = *exporters::findExporter(exporter.toStdString());
        for (const methods::Method* method : methods::methods()) {
            const QString id = QString::fromUtf8(method->id.data(), qsizetype(method->id.size()));
            if (methods.contains(id)) {
                exporters::requireAccepted(format, method->id);
                continue;
            }
            const Error error =
                tests::failureOf([&] { exporters::requireAccepted(format, method->id); });
            QCOMPARE(error.code, std::string("unsupported"));
            QVERIFY(error.message.find(method->id) != std::string::npos);
            QVERIFY(!error.hint.empty());
        }
    }

    // A head that was trained as one with its embedding stays tied; another adapter parts them.
    void aHeadTrainedWithItsEmbeddingStaysTied()
    {
        const models::ModelFolder tied = tests::openTiny(tests::tinyModel("llama tied, biases"));
        const std::string embedding = tied.blueprint().modules.front().weightName();
        const at::Tensor value = (stored(tied, embedding) + 1).to(at::kFloat);
        ScaledAdapter full;
        full.state.method = "full";
        full.state.replaced.push_back({embedding, value});
        full.state.isHeadTied = true;
        const ExportRequest alone{tied, {full}, {}};
        QVERIFY(!MergedWeights(alone).isUntied());
        const nn::ModuleSpec& head = tied.blueprint().modules.back();
        const auto update = factorsOf(head.name, kernels::RowSlice::plain(0, head.out), head.in, 3);
        const ExportRequest both{tied, {full, adapterOf({update})}, {}, at::kFloat};
        const MergedWeights parted(both);
        QVERIFY(parted.isUntied());
        QCOMPARE(tests::difference(
                     "head", parted.tensor(parted.specs().back()), value + deltaOf(update), 1e-5),
                 QString());
        full.state.isHeadTied = false; // PEFT's modules_to_save
        const ExportRequest saved{tied, {full}, {}};
        QVERIFY(MergedWeights(saved).isUntied());
    }

    void addsEveryUpdateTimesItsWeight()
    {
        const auto one = queryUpdate(5), other = queryUpdate(8);
        const ExportRequest request{m_llama, {adapterOf({one}, 0.5), adapterOf({other}, -2)}, {}};
        const at::Tensor expected =
            stored(m_llama, m_query + ".weight") + 0.5 * deltaOf(one) - 2 * deltaOf(other);
        const at::Tensor merged = mergedTensor(request, m_query + ".weight");
        QCOMPARE(tests::difference("merged", merged.to(at::kDouble), expected, 1e-6), QString());
    }

    void leavesOtherTensorsAsTheyAre()
    {
        const ExportRequest request{m_llama, {adapterOf({queryUpdate()})}, {}};
        const std::string name = "model.layers.1.self_attn.q_proj.weight";
        QVERIFY(at::equal(mergedTensor(request, name), m_llama.weights().tensor(name)));
    }

    void mergesSlicesIntoTransposedWeights()
    {
        const auto update =
            factorsOf("transformer.h.0.attn.c_attn", kernels::RowSlice::plain(32, 32), 32, 3, "k");
        const ExportRequest request{m_gpt2, {adapterOf({update})}, {}};
        const std::string name = "transformer.h.0.attn.c_attn.weight";
        at::Tensor expected = stored(m_gpt2, name).clone(); // [in, out]
        expected.narrow(1, 32, 32) += deltaOf(update).t();
        const at::Tensor merged = mergedTensor(request, name);
        QCOMPARE(tests::difference("merged", merged.to(at::kDouble), expected, 1e-6), QString());
    }

    // W + Σ (g − 1) W + g · weight · scale · B A, g = m / ‖W + weight · scale · B A‖ of each row of
    // W; of a stored transpose and an embedding each column.
    void bringsRowsToTheirLengths_data()
    {
        QTest::addColumn<QString>("module");
        QTest::addColumn<kernels::RowSlice>("rows");
        QTest::addColumn<bool>("isTransposed");
        QTest::addColumn<bool>("isEmbedding");
        const QString attention = QStringLiteral("transformer.h.0.attn.c_attn");
        QTest::newRow("linear") << QString::fromStdString(m_query)
                                << kernels::RowSlice::plain(0, 32) << false << false;
        QTest::newRow("slice") << attention << kernels::RowSlice::plain(32, 32) << true << false;
        QTest::newRow("embedding")
            << QStringLiteral("transformer.wpe") << kernels::RowSlice::plain(0, 32) << true << true;
    }
    void bringsRowsToTheirLengths()
    {
        QFETCH(QString, module);
        QFETCH(kernels::RowSlice, rows);
        QFETCH(bool, isTransposed);
        QFETCH(bool, isEmbedding);
        const models::ModelFolder& model = isTransposed ? m_gpt2 : m_llama;
        const std::string name = module.toStdString() + ".weight";
        const at::Tensor base = stored(model, name);
        const at::Tensor oriented = isTransposed ? base.t() : base;
        at::Tensor expected = oriented.clone();
        std::vector<ScaledAdapter> adapters;
        for (const auto& [seed, weight] : {std::pair{5, 0.5}, std::pair{9, -2.0}}) {
            auto update = factorsOf(module.toStdString(),
                                    rows,
                                    oriented.size(1),
                                    seed,
                                    rows.rows() == oriented.size(0) ? "" : "k");
            update.isEmbedding = isEmbedding;
            update.magnitude = tests::numbers({rows.rows()}, seed + 2).add(3).to(at::kFloat);
            const at::Tensor w = oriented.narrow(0, rows.offset, rows.rows());
            const at::Tensor sum = w + weight * deltaOf(update);
            const at::Tensor lengths = sum.square().sum(1, true).sqrt();
            expected.narrow(0, rows.offset, rows.rows()) +=
                sum / lengths * update.magnitude.unsqueeze(1) - w;
            adapters.push_back(adapterOf({update}, weight));
        }
        const at::Tensor merged = mergedTensor({model, adapters, {}, at::kFloat}, name);
        const at::Tensor turned = isTransposed ? expected.t() : expected;
        QCOMPARE(tests::difference("merged", merged.to(at::kDouble), turned, 1e-6), QString());
    }

    void weighsReplacedParameters()
    {
        ScaledAdapter adapter = adapterOf({}, 0.25);
        const std::string name = "transformer.ln_f.bias";
        adapter.state.replaced = {{name, tests::numbers({32}, 77).to(at::kFloat)}};
        const ExportRequest request{m_gpt2, {adapter}, {}};
        const at::Tensor base = stored(m_gpt2, name);
        const at::Tensor expected =
            base + 0.25 * (adapter.state.replaced[0].value.to(at::kDouble) - base);
        QCOMPARE(tests::difference(
                     "merged", mergedTensor(request, name).to(at::kDouble), expected, 1e-6),
                 QString());
    }

    // An adapter and what was trained together with it: both are in the model, at one weight; what
    // has no form is named.
    void mergesWhatWasTrainedTogether()
    {
        const auto update =
            factorsOf("transformer.h.1.mlp.c_fc", kernels::RowSlice::plain(0, 128), 32, 7);
        ScaledAdapter adapter = adapterOf({update}, 0.5);
        const std::string name = "transformer.ln_f.bias";
        const at::Tensor bias = tests::numbers({32}, 77).to(at::kFloat);
        methods::AdapterState further;
        further.method = "bitfit";
        further.replaced = {{name, bias}};
        adapter.state.with = {further};
        adapter.stored.with.emplace_back();
        exporters::requireAccepted(*exporters::findExporter("merged"), adapter.state);
        const QTemporaryDir folder;
        const ExportRequest request{m_gpt2, {adapter}, tests::pathOf(folder) / "out"};
        QVERIFY(run("merged", request).verification->passed);
        const auto written = models::ModelFolder::open(request.target);
        const at::Tensor base = stored(m_gpt2, name);
        const at::Tensor expected = base + 0.5 * (bias.to(at::kDouble) - base);
        QCOMPARE(tests::difference("bias", stored(written, name), expected, 1e-6), QString());
        const std::string weight = "transformer.h.1.mlp.c_fc.weight";
        QCOMPARE(tests::difference("weight",
                                   stored(written, weight),
                                   stored(m_gpt2, weight) + 0.5 * deltaOf(update).t(),
                                   1e-6),
                 QString());
        adapter.state.with[0].method = "prefix_embedding";
        const Error error = tests::failureOf(
            [&] { exporters::requireAccepted(*exporters::findExporter("merged"), adapter.state); });
        QVERIFY(error.message.find("prefix_embedding") != std::string::npos);
    }

    // Rows of a slice and columns, of a weight that is stored transposed.
    void scalesRowsAndColumns()
    {
        const std::string attend = "transformer.h.0.attn.c_attn";
        const std::string contract = "transformer.h.0.mlp.c_proj";
        ScaledAdapter adapter = adapterOf({}, 0.5);
        const at::Tensor rows = tests::numbers({32}, 77).add(1).to(at::kFloat);
        const at::Tensor columns = tests::numbers({128}, 78).add(1).to(at::kFloat);
        adapter.state.scales = {{attend, "k", kernels::RowSlice::plain(32, 32), rows, false},
                                {contract, "", kernels::RowSlice::plain(0, 32), columns, true}};
        const ExportRequest request{m_gpt2, {adapter}, {}};
        const auto check = [&](const std::string& name, const at::Tensor& expected) {
            QCOMPARE(tests::difference(
                         "merged", mergedTensor(request, name).to(at::kDouble), expected, 1e-6),
                     QString());
        };
        const at::Tensor half = (rows.to(at::kDouble) + 1) / 2;         // 1 + 0.5 (f − 1)
        at::Tensor weight = stored(m_gpt2, attend + ".weight").clone(); // [in, out]
        weight.narrow(1, 32, 32) *= half;
        check(attend + ".weight", weight);
        at::Tensor bias = stored(m_gpt2, attend + ".bias").clone();
        bias.narrow(0, 32, 32) *= half;
        check(attend + ".bias", bias);
        check(contract + ".weight",
              stored(m_gpt2, contract + ".weight")
                  * ((columns.to(at::kDouble) + 1) / 2).unsqueeze(1));
        check(contract + ".bias", stored(m_gpt2, contract + ".bias"));
    }

    void castsOnce()
    {
        // bfloat16 is 2⁻⁷ wide above 1: each update alone is rounded away, both together are not.
        tests::TinyModel model = tests::tinyModel("llama bfloat16");
        auto weights = tests::tinyWeights(model);
        weights[m_query + ".weight"].fill_(1);
        const QTemporaryDir folder;
        tests::writeModel(tests::pathOf(folder), model.config, weights);
        const models::ModelFolder ones = models::ModelFolder::open(tests::pathOf(folder));
        auto update = queryUpdate();
        update.a.fill_(0.5);
        update.b.fill_(0.001); // scale 2 · 3 · 0.0005 = 0.003
        const ExportRequest request{ones, {adapterOf({update}), adapterOf({update})}, {}};
        const at::Tensor merged = mergedTensor(request, m_query + ".weight");
        QCOMPARE(merged.scalar_type(), at::kBFloat16);
        QCOMPARE(merged[0][0].item<float>(), 1.0078125f);
    }

    void storesAChangedTiedHeadApart()
    {
        const models::ModelFolder tied = tests::openTiny(tests::tinyModel("llama tied, biases"));
        const auto update = factorsOf("lm_head", kernels::RowSlice::plain(0, 40), 32, 4);
        const QTemporaryDir folder;
        ExportRequest request{tied, {adapterOf({update})}, tests::pathOf(folder) / "out"};
        QVERIFY(run("merged", request).verification->passed);
        const auto written = models::ModelFolder::open(request.target);
        QVERIFY(!written.blueprint().tiedHead);
        const at::Tensor embedding = stored(tied, "model.embed_tokens.weight");
        QVERIFY(at::equal(stored(written, "model.embed_tokens.weight"), embedding));
        QCOMPARE(tests::difference(
                     "head", stored(written, "lm_head.weight"), embedding + deltaOf(update), 1e-6),
                 QString());
    }

    void provesEveryShapeOfModel_data() { tests::addTinyModelRows(); }
    void provesEveryShapeOfModel()
    {
        QFETCH(QString, model);
        const auto folder = tests::openTiny(tests::tinyModel(model.toStdString()));
        std::vector<methods::LowRankFactors> updates;
        int64_t seed = 1;
        for (const nn::ModuleSpec& module : folder.blueprint().modules) {
            if (module.isLinear() && !module.outputHead) {
                updates.push_back(factorsOf(
                    module.name, kernels::RowSlice::plain(0, module.out), module.in, seed += 2));
            }
        }
        const QTemporaryDir target;
        const auto report =
            run("merged", {folder, {adapterOf(updates, 0.3)}, tests::pathOf(target) / "out"});
        QVERIFY(report.verification->passed);
        QVERIFY(report.verification->top1Agreement > 0.9);
    }

    void noticesAPlantedError()
    {
        const QTemporaryDir folder;
        ExportRequest request{m_llama, {adapterOf({queryUpdate()})}, tests::pathOf(folder) / "out"};
        run("merged", request);
        QVERIFY(exporters::merged::verifyMerge(request, request.target).passed);
        auto weights = tests::tinyWeights(tests::tinyModel("llama")); // without the update
        tests::writeModel(request.target, m_llama.config().value(), weights);
        QVERIFY(!exporters::merged::verifyMerge(request, request.target).passed);
    }

    // Large updates make attention turn over at a small change: rounding alone goes beyond the
    // tolerance, and PEFT's merge is as far off.
    void roundingIsJudgedByWhatTheAdapterChanges()
    {
        std::vector<methods::LowRankFactors> updates;
        int64_t seed = 1;
        for (const nn::ModuleSpec& module : m_llama.blueprint().modules) {
            if (module.isLinear() && !module.outputHead) {
                updates.push_back(factorsOf(
                    module.name, kernels::RowSlice::plain(0, module.out), module.in, seed += 2));
            }
        }
        const QTemporaryDir folder;
        bool isBeyond = false;
        for (double scale = 1; scale <= 64 && !isBeyond; scale *= 2) {
            ExportRequest request{m_llama,
                                  {adapterOf(updates, scale)},
                                  tests::pathOf(folder) / std::to_string(scale)};
            request.dtype = at::kBFloat16;
            const auto verification = run("merged", request).verification;
            QVERIFY(verification->passed);
            isBeyond = verification->maxAbsDiff > verification->tolerance;
            tests::TinyModel plain = tests::tinyModel("llama"); // without the updates
            plain.stored = at::kBFloat16;
            tests::writeModel(request.target, plain.config, tests::tinyWeights(plain));
            QVERIFY(!exporters::merged::verifyMerge(request, request.target).passed);
        }
        QVERIFY(isBeyond);
    }

    void noticesWeightsThatAreNoNumbers()
    {
        const QTemporaryDir folder;
        auto weights = tests::tinyWeights(tests::tinyModel("llama"));
        weights["model.norm.weight"].fill_(std::numeric_limits<float>::quiet_NaN());
        tests::writeModel(tests::pathOf(folder), m_llama.config().value(), weights);
        QVERIFY(!exporters::merged::verifyMerge({m_llama, {}, {}}, tests::pathOf(folder)).passed);
    }

    void refusesAnAdapterWithNaN()
    {
        auto update = queryUpdate();
        update.b[1][1] = std::numeric_limits<float>::quiet_NaN();
        ScaledAdapter damaged = adapterOf({update});
        damaged.stored.path = "damaged-adapter";
        const QTemporaryDir folder;
        const ExportRequest request{
            m_llama, {adapterOf({queryUpdate()}), damaged}, tests::pathOf(folder) / "out"};
        const Error error = tests::failureOf([&request] { run("merged", request); });
        QCOMPARE(error.code, std::string(code::kNonFinite));
        QVERIFY2(failureText(error).find(m_query) != std::string::npos, error.message.c_str());
        QCOMPARE(error.where, "damaged-adapter");
        QVERIFY(fs::is_empty(tests::pathOf(folder)));
    }

    void refusesAnotherBase()
    {
        ScaledAdapter adapter = adapterOf({queryUpdate()});
        adapter.stored.baseSha256 = std::string(64, '0');
        const QTemporaryDir folder;
        const ExportRequest request{m_llama, {adapter}, tests::pathOf(folder) / "out"};
        const Error error = tests::failureOf([&request] { run("merged", request); });
        QCOMPARE(error.code, std::string(code::kIncompatible));
        QVERIFY(!fs::exists(request.target));
    }

    void writesTheAskedDtypeAndShards()
    {
        const QTemporaryDir folder;
        ExportRequest request{m_llama, {adapterOf({queryUpdate()})}, tests::pathOf(folder) / "out"};
        request.dtype = at::kBFloat16;
        request.shardBytes = 8000;
        QVERIFY(run("merged", request).verification->passed);
        const auto written = models::ModelFolder::open(request.target);
        QCOMPARE(written.storedDtype(), at::kBFloat16);
        QVERIFY(written.weights().shards().size() > 1);
        QCOMPARE(written.config().dtype(), "bfloat16");
    }

    void foldsTheScaleIntoB_data()
    {
        QTest::addColumn<bool>("fold");
        QTest::addColumn<double>("weight");
        QTest::addColumn<double>("alpha");
        QTest::newRow("as it is") << false << 1.0 << 6.0;
        QTest::newRow("folded") << true << 1.0 << 3.0;
        QTest::newRow("a weight always") << false << 0.5 << 3.0;
    }
    void foldsTheScaleIntoB()
    {
        QFETCH(bool, fold);
        QFETCH(double, weight);
        QFETCH(double, alpha);
        auto update = queryUpdate();
        update.usesRslora = true;
        const QTemporaryDir folder;
        ExportRequest request{
            m_llama, {adapterOf({update}, weight)}, tests::pathOf(folder) / "out"};
        request.foldScale = fold;
        run("peft", request);
        const methods::LowRankFactors written =
            adapters::fitted(adapters::readAdapter(request.target), m_llama.blueprint())
                .factors.front();
        QCOMPARE(written.alpha, alpha);
        QCOMPARE(written.usesRslora, !fold && weight == 1);
        QCOMPARE(tests::difference("update", deltaOf(written), deltaOf(update) * weight, 1e-6),
                 QString());
    }

    void refusesWhatPeftCannotSay()
    {
        ScaledAdapter adapter = adapterOf({queryUpdate()}, 0.5);
        adapter.state.replaced = {{"model.norm.weight", at::ones({32})}};
        const QTemporaryDir folder;
        const ExportRequest weighted{m_llama, {adapter}, tests::pathOf(folder) / "out"};
        QCOMPARE(tests::failureOf([&] { run("peft", weighted); }).code,
                 std::string(code::kBadArgument));
        const ExportRequest two{m_llama, {adapter, adapter}, tests::pathOf(folder) / "out"};
        QCOMPARE(tests::failureOf([&] { run("peft", two); }).code, std::string(code::kBadArgument));
        QVERIFY(fs::is_empty(tests::pathOf(folder)));
    }

    void listsFilesByPath()
    {
        const QTemporaryDir folder;
        fs::create_directory(tests::pathOf(folder) / "sub");
        std::ofstream(tests::pathOf(folder) / "sub" / "a.txt") << "abc";
        std::ofstream(tests::pathOf(folder) / "b.txt") << "";
        const auto files = exporters::listFiles(tests::pathOf(folder));
        QCOMPARE(files.size(), 2u);
        QCOMPARE(files[0].path, "b.txt");
        QCOMPARE(files[1].path, "sub/a.txt");
        QCOMPARE(files[1].bytes, 3);
        QCOMPARE(files[1].sha256,
                 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
};

QTEST_GUILESS_MAIN(ExportersTest)
#include "tst_exporters.moc"
