// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/bitsandbytes.h"

#include "tests/support/packed_models.h"

#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <cstring>
#include <limits>

using namespace engine;
using namespace tests;

namespace {

const std::string kUp = "model.layers.0.mlp.up_proj.weight";
const std::string kState = kUp + ".quant_state.bitsandbytes__nf4";

Tensor bytesOf(const std::string& text)
{
    Tensor bytes = at::empty({static_cast<int64_t>(text.size())}, at::kByte);
    std::memcpy(bytes.data_ptr(), text.data(), text.size());
    return bytes;
}

// The quant state with one field changed.
Tensor stateWith(const Weights& weights, const char* field, const Value& value)
{
    const Tensor& bytes = weights.at(kState);
    const std::string text(static_cast<const char*>(bytes.const_data_ptr()), bytes.nbytes());
    return bytesOf(toJson(changed(valueOrThrow(contract::parseJson(text)), {{field, value}})));
}

using Change = std::function<void(Weights&)>;
struct Damage
{
    const char* name;
    const char* packing;
    Change change;
    const char* message;
};

std::vector<Damage> damages()
{
    const auto erase = [](const std::string& name) {
        return [name](Weights& weights) { weights.erase(name); };
    };
    const auto put = [](const std::string& name, const Tensor& tensor) {
        return [name, tensor](Weights& weights) { weights[name] = tensor; };
    };
    const auto state = [](const char* field, const Value& value) {
        return [field, value](Weights& weights) {
            weights[kState] = stateWith(weights, field, value);
        };
    };
    const std::string scb = "model.layers.0.mlp.up_proj.SCB";
    return {
        {"codes", "nf4", put(kUp, at::zeros({767, 1}, at::kByte)), "is U8 [767, 1]"},
        {"no state", "nf4", erase(kState), "__nf4 is missing beside"},
        {"state no JSON", "nf4", put(kState, bytesOf("{\"quant")), "holds no JSON object"},
        {"state a list", "nf4", put(kState, bytesOf("[1]")), "holds no JSON object"},
        {"state huge", "nf4", put(kState, bytesOf(std::string(5000, ' '))), "at most 4 KiB"},
        {"state of numbers", "nf4", put(kState, at::zeros({4})), "holds no JSON object"},
        {"kind", "nf4", state("quant_type", "fp4"), "says quant_type \"fp4\", expected \"nf4\""},
        {"block", "nf4", state("blocksize", 48), "says blocksize 48"},
        {"block zero", "nf4", state("blocksize", 0), "says blocksize 0"},
        {"dtype", "nf4", state("dtype", "int8"), "says dtype \"int8\""},
        {"shape",
         "nf4",
         state("shape", Value::List{32, 48}),
         "says shape [32,48], expected [48,32]"},
        {"block against scales", "nf4", state("blocksize", 128), "wants F32 [12]"},
        {"fp4",
         "nf4",
         put(kUp + ".quant_state.bitsandbytes__fp4", bytesOf("{}")),
         "is packed as FP4"},
        {"scales missing", "nf4", erase(kUp + ".absmax"), "absmax is missing beside"},
        {"scales short", "nf4", put(kUp + ".absmax", at::ones({23})), "is F32 [23]"},
        {"scales in bytes", "nf4", put(kUp + ".absmax", at::ones({24}, at::kByte)), "is U8 [24]"},
        {"other table", "nf4", put(kUp + ".quant_map", at::ones({16})), "other numbers than NF4"},
        {"table short", "nf4", put(kUp + ".quant_map", at::ones({15})), "is F32 [15]"},
        {"scales not in bytes",
         "nf4 double",
         put(kUp + ".absmax", at::ones({24})),
         "wants U8 [24]"},
        {"outer scales",
         "nf4 double",
         put(kUp + ".nested_absmax", at::ones({2})),
         "is F32 [2], the weight's shape wants F32 [1]"},
        {"outer table", "nf4 double", put(kUp + ".nested_quant_map", at::ones({16})), "[256]"},
        {"outer table missing",
         "nf4 double",
         erase(kUp + ".nested_quant_map"),
         "nested_quant_map is missing"},
        {"outer block", "nf4 double", state("nested_blocksize", 3), "says nested_blocksize 3"},
        {"outer dtype", "nf4 double", state("nested_dtype", "float16"), "says nested_dtype"},
        {"offset", "nf4 double", state("nested_offset", "x"), "says nested_offset \"x\""},
        {"no offset", "nf4 double", state("nested_offset", nullptr), "says nested_offset null"},
        {"int8 codes", "int8", put(kUp, at::zeros({32, 48}, at::kChar)), "is I8 [32, 48]"},
        {"int8 scales", "int8", put(scb, at::ones({47})), "SCB is F32 [47]"},
        {"int8 scales missing", "int8", erase(scb), "SCB is missing beside"},
        {"int8 order",
         "int8",
         put("model.layers.0.mlp.up_proj.weight_format", at::full({}, 2, at::kByte)),
         "do not lie row by row"},
        {"packed embedding",
         "nf4",
         put("model.embed_tokens.weight", at::zeros({40, 32}, at::kByte)),
         "model.embed_tokens.weight is stored as U8"},
    };
}

} // namespace

class TestBitsandbytes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void packedWeightsAreReadAsTheyAre_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("packing");
        for (const char* packing : {"nf4", "nf4 double", "int8"}) {
            for (const TinyModel& model : tinyModels()) {
                QTest::newRow((model.name + ", " + packing).c_str())
                    << QString::fromStdString(model.name) << packing;
            }
        }
    }
    void packedWeightsAreReadAsTheyAre()
    {
        QFETCH(QString, model);
        QFETCH(QString, packing);
        const TinyModel& tiny = tinyModel(model.toStdString());
        const models::ModelFolder folder = openPacked(tiny, packingNamed(packing));
        QVERIFY2(folder.problems().empty(),
                 folder.problems().empty() ? "" : folder.problems().front().message.c_str());
        QVERIFY(folder.nonFiniteTensors().empty());
        QCOMPARE(folder.storedDtype(), tiny.stored);

        const models::ModelFolder dense = openUnpacked(tiny, packingNamed(packing));
        for (const std::string& parameter : folder.parameterNames()) {
            const bool isPackedHere = isPackable(folder.blueprint(), parameter);
            QCOMPARE(folder.isQuantized(parameter), isPackedHere);
            QVERIFY2(at::equal(folder.dense(parameter), dense.dense(parameter)), parameter.c_str());
            QCOMPARE(folder.storedParts(parameter).size() > 1, isPackedHere);
        }
    }

    void aPackedModelAnswersAsItsNumbers_data() { packedWeightsAreReadAsTheyAre_data(); }
    void aPackedModelAnswersAsItsNumbers()
    {
        QFETCH(QString, model);
        QFETCH(QString, packing);
        const TinyModel& tiny = tinyModel(model.toStdString());
        const auto packed =
            models::loadDecoder(openPacked(tiny, packingNamed(packing)), at::kFloat);
        const auto dense =
            models::loadDecoder(openUnpacked(tiny, packingNamed(packing)), at::kFloat);
        QVERIFY(isUnchanged(logitsOf(*packed), logitsOf(*dense)));
    }

    void aPackedHeadIsUnpacked()
    {
        const TinyModel& tiny = tinyModel("llama");
        Weights weights = packedWeights(tiny, {});
        const std::string head = "lm_head.weight";
        const auto packed = kernels::quantize(weights[head], Quantization::Nf4, true);
        for (const auto& [name, part] : models::bitsandbytes::parts(head, packed)) {
            weights[name] = part;
        }
        const QTemporaryDir folder;
        writeModel(pathOf(folder), packedConfig(tiny, {}), weights);
        const models::ModelFolder opened = models::ModelFolder::open(pathOf(folder));
        QVERIFY(opened.problems().empty());
        QVERIFY(opened.isQuantized(head));
        QVERIFY(at::equal(opened.dense(head), kernels::dequantize(packed, at::kFloat)));
        QVERIFY(logitsOf(*models::loadDecoder(opened, at::kFloat)).isfinite().all().item<bool>());
    }

    // Modules that llm_int8_skip_modules names are dense in the file.
    void aSkippedModuleIsDense()
    {
        const TinyModel& tiny = tinyModel("llama");
        Weights weights = packedWeights(tiny, {});
        for (const auto& part :
             models::bitsandbytes::specs({kUp, 48, 32}, Quantization::Nf4, true)) {
            weights.erase(part.name);
        }
        weights[kUp] = tinyWeights(tiny).at(kUp);
        const QTemporaryDir folder;
        writeModel(pathOf(folder), packedConfig(tiny, {}), weights);
        const models::ModelFolder opened = models::ModelFolder::open(pathOf(folder));
        QVERIFY(opened.problems().empty());
        QVERIFY(!opened.isQuantized(kUp));
        QVERIFY(at::equal(opened.dense(kUp), weights[kUp]));
    }

    void damagedPartsAreNamed_data()
    {
        QTest::addColumn<int>("index");
        const std::vector<Damage> all = damages();
        for (std::size_t i = 0; i < all.size(); ++i) {
            QTest::newRow(all[i].name) << static_cast<int>(i);
        }
    }
    void damagedPartsAreNamed()
    {
        QFETCH(int, index);
        const Damage damage = damages()[static_cast<std::size_t>(index)];
        const TinyModel& tiny = tinyModel("llama");
        const Packing packing = packingNamed(QString::fromLatin1(damage.packing));
        Weights weights = packedWeights(tiny, packing);
        damage.change(weights);
        const QTemporaryDir folder;
        writeModel(pathOf(folder), packedConfig(tiny, packing), weights);
        const models::ModelFolder opened = models::ModelFolder::open(pathOf(folder));
        QCOMPARE(opened.problems().size(), std::size_t(1));
        QVERIFY2(opened.problems()[0].message.find(damage.message) != std::string::npos,
                 opened.problems()[0].message.c_str());
        QVERIFY(!failureOf([&opened] { models::loadDecoder(opened, at::kFloat); }).code.empty());
    }

    void aScaleThatIsNoNumberIsFound()
    {
        const TinyModel& tiny = tinyModel("llama");
        Weights weights = packedWeights(tiny, {});
        weights[kUp + ".nested_absmax"][0] = std::numeric_limits<float>::quiet_NaN();
        const QTemporaryDir folder;
        writeModel(pathOf(folder), packedConfig(tiny, {}), weights);
        const auto found = models::ModelFolder::open(pathOf(folder)).nonFiniteTensors();
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(found[0].tensor, kUp + ".nested_absmax");
    }

    void partsAreAsAnnounced_data() { addPackingRows(); }
    void partsAreAsAnnounced()
    {
        QFETCH(QString, packing);
        const Packing form = packingNamed(packing);
        for (const auto& [out, in] : {std::pair<int64_t, int64_t>{7, 9}, {1, 1}, {130, 257}}) {
            const auto weight = kernels::quantize(
                numbers({out, in}, 3).to(at::kFloat), form.kind, form.doubleQuant);
            const auto parts = models::bitsandbytes::parts("a.weight", weight);
            const auto specs =
                models::bitsandbytes::specs({"a.weight", out, in}, form.kind, form.doubleQuant);
            QCOMPARE(parts.size(), specs.size());
            for (std::size_t i = 0; i < parts.size(); ++i) {
                QCOMPARE(parts[i].first, specs[i].name);
                QCOMPARE(parts[i].second.scalar_type(), specs[i].dtype);
                QCOMPARE(parts[i].second.sizes().vec(), specs[i].shape);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestBitsandbytes)
#include "tst_bitsandbytes.moc"
