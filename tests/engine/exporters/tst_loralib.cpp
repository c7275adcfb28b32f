// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// loralib checkpoints: written, read again, the same updates (lora.md 1.2, 4.3).
#include "engine/device/files.h"
#include "engine/exporters/registry.h"
#include "engine/nn/row_slices.h"
#include "tests/support/tuned_models.h"

#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

using namespace engine;
using namespace tests;
using exporters::ExportRequest;

namespace {

// The whole update of every module, by its name.
std::map<std::string, Tensor>
deltasOf(const methods::AdapterState& state, const nn::Blueprint& blueprint, double weight = 1)
{
    std::map<std::string, Tensor> deltas;
    for (const methods::LowRankFactors& factors : state.factors) {
        if (factors.isEmbedding) {
            deltas[factors.module] = factors.delta() * weight;
            continue;
        }
        Tensor& delta = deltas[factors.module];
        if (!delta.defined()) {
            const nn::ModuleSpec& module = *blueprint.find(factors.module);
            delta = at::zeros({module.out, module.in}, at::kFloat);
        }
        delta.index_add_(0, nn::rowIndices(factors.rows), factors.delta() * weight);
    }
    return deltas;
}

QString difference(const std::map<std::string, Tensor>& x, const std::map<std::string, Tensor>& y)
{
    if (x.size() != y.size()) {
        return QStringLiteral("other modules");
    }
    for (const auto& [name, tensor] : x) {
        const auto other = y.find(name);
        const QString found = other == y.end()
                                  ? QStringLiteral("missing")
                                  : tests::difference("delta", tensor, other->second, 1e-6);
        if (!found.isEmpty()) {
            return QString::fromStdString(name) + found;
        }
    }
    return {};
}

exporters::ScaledAdapter scaled(methods::AdapterState state, double weight)
{
    exporters::ScaledAdapter adapter;
    adapter.stored.path = "some-adapter";
    adapter.stored.baseName = "base";
    adapter.state = std::move(state);
    adapter.scale = weight;
    return adapter;
}

} // namespace

class TestLoralib : public QObject
{
    Q_OBJECT

    static void run(const ExportRequest& request)
    {
        exporters::findExporter("loralib")->run(request);
    }

private Q_SLOTS:
    void updatesComeBack_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<std::vector<Value::Member>>("settings");
        QTest::addColumn<double>("weight");
        QTest::addColumn<Value>("enabled");
        using Settings = std::vector<Value::Member>;
        const auto targets = [](std::vector<std::string> names) { return Value::list(names); };
        const Value qv = Value::List{true, false, true};
        QTest::newRow("query and value")
            << "gpt2" << Settings{{"targets", targets({"q", "v"})}, {"rank", 3}} << 1.0 << qv;
        QTest::newRow("key alone") << "gpt2" << Settings{{"targets", targets({"k"})}} << 1.0
                                   << Value(Value::List{false, true, false});
        QTest::newRow("ranks, alphas, rank-stabilised")
            << "gpt2"
            << Settings{{"targets", targets({"q", "v"})},
                        {"rank_pattern", Value::object({{"v", 5}})},
                        {"alpha_pattern", Value::object({{"q", 7}})},
                        {"use_rslora", true}}
            << -0.5 << qv;
        QTest::newRow("the whole of c_attn")
            << "gpt2" << Settings{{"targets", targets({"c_attn", "wte", "lm_head"})}} << 1.0
            << Value();
        QTest::newRow("slices of one module, others whole")
            << "gpt2" << Settings{{"targets", targets({"q", "v", "fc_in"})}} << 1.0
            << Value::object(
                   {{"transformer.h.0.attn.c_attn", qv}, {"transformer.h.1.attn.c_attn", qv}});
        QTest::newRow("slices by head")
            << "gpt_neox" << Settings{{"targets", targets({"q", "v"})}} << 1.0 << Value();
        QTest::newRow("llama") << "llama"
                               << Settings{{"targets", "all-linear"},
                                           {"alpha_pattern", Value::object({{"o", 3}})}}
                               << 1.0 << Value();
    }
    void updatesComeBack()
    {
        QFETCH(QString, model);
        QFETCH(std::vector<Value::Member>, settings);
        QFETCH(double, weight);
        QFETCH(Value, enabled);
        const TinyModel& tiny = tinyModel(model.toStdString());
        const auto decoder = tinyDecoder(tiny);
        const methods::AdapterState state = trainedLora(*decoder, settings);
        const models::ModelFolder opened = openTiny(tiny);
        const QTemporaryDir folder;
        const auto target = pathOf(folder) / "out";
        run({opened, {scaled(state, weight)}, target});
        const adapters::StoredAdapter stored = adapters::readAdapter(target);
        QCOMPARE(stored.format, std::string("loralib"));
        QCOMPARE(stored.baseName, std::string("base"));
        QCOMPARE(stored.config["enable_lora"], enabled);
        QCOMPARE(stored.config["fan_in_fan_out"].toBool(), model == "gpt2");
        const nn::Blueprint& blueprint = opened.blueprint();
        const methods::AdapterState read = adapters::fitted(stored, blueprint);
        QCOMPARE(difference(deltasOf(read, blueprint), deltasOf(state, blueprint, weight)),
                 QString());
        QVERIFY(adapters::readAdapter(target / "lora.pt").state.factors.size() > 0);
    }

    void wholeParametersComeBack()
    {
        const TinyModel& tiny = tinyModel("gpt2");
        const auto decoder = tinyDecoder(tiny);
        const methods::AdapterState state =
            trainedLora(*decoder,
                        {{"targets", Value::List{"q"}},
                         {"bias", "all"},
                         {"modules_to_save", Value::List{"attn.c_proj"}}});
        const models::ModelFolder opened = openTiny(tiny);
        const QTemporaryDir folder;
        run({opened, {scaled(state, 1)}, pathOf(folder) / "out"});
        const methods::AdapterState read =
            adapters::fitted(adapters::readAdapter(pathOf(folder) / "out"), opened.blueprint());
        QCOMPARE(read.replaced.size(), state.replaced.size());
        for (const methods::ReplacedParameter& one : state.replaced) {
            const auto other = std::find_if(read.replaced.begin(),
                                            read.replaced.end(),
                                            [&one](const auto& r) { return r.name == one.name; });
            QVERIFY2(other != read.replaced.end(), one.name.c_str());
            QVERIFY2(at::equal(other->value, one.value), one.name.c_str());
        }
    }

    void whatLoralibCannotSayIsRefused()
    {
        const TinyModel& tiny = tinyModel("llama tied, biases");
        const auto decoder = tinyDecoder(tiny);
        const models::ModelFolder opened = openTiny(tiny);
        const QTemporaryDir folder;
        methods::AdapterState state = trainedLora(*decoder, {{"bias", "all"}});
        const auto codeOf = [&](std::vector<exporters::ScaledAdapter> adapters) {
            return failureOf([&] {
                       run({opened, std::move(adapters), pathOf(folder) / "out"});
                   })
                .code;
        };
        QCOMPARE(codeOf({scaled(state, 0.5)}), std::string("bad_argument"));
        QCOMPARE(codeOf({scaled(state, 1), scaled(state, 1)}), std::string("bad_argument"));
        state.factors[0].bias = at::ones({state.factors[0].b.size(0)});
        QCOMPARE(codeOf({scaled(state, 1)}), std::string("bad_argument"));
        const methods::AdapterState dora = trainedLora(*decoder, {{"use_dora", true}});
        QCOMPARE(codeOf({scaled(dora, 1)}), std::string("bad_argument"));
        QVERIFY(std::filesystem::is_empty(pathOf(folder)));
    }

    void theBasesQuantisationComesBack()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const models::ModelFolder model = openTiny(tinyModel("llama"));
        exporters::ScaledAdapter adapter = scaled(trainedLora(*decoder, {}), 1);
        adapter.stored.baseSha256 = "abc";
        adapter.stored.baseQuantization = {"nf4", true};
        const QTemporaryDir folder;
        const auto target = pathOf(folder) / "out";
        run({model, {adapter}, target});
        const adapters::StoredAdapter read = adapters::readAdapter(target);
        QVERIFY(read.baseQuantization == adapter.stored.baseQuantization);
        QCOMPARE(read.baseSha256, std::string("abc"));
    }
};

QTEST_GUILESS_MAIN(TestLoralib)
#include "tst_loralib.moc"
