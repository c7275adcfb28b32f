// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What every tuning method must do on every model. A new method or family is tested by being
// registered.
#include "engine/adapters/adapter_folder.h"
#include "engine/adapters/loaded_adapter.h"
#include "tests/support/decoding.h"
#include "tests/support/tuned_models.h"

using namespace engine;
using namespace tests;

namespace {

constexpr uint64_t kSeed = 11;

// Every method with its defaults; LoRA also in its further forms.
struct Form
{
    const methods::Method* method;
    std::string name;
    std::vector<Value::Member> settings;

    bool has(const std::string& key, const Value& value) const
    {
        return std::any_of(settings.begin(), settings.end(), [&](const Value::Member& member) {
            return member.first == key && member.second == value;
        });
    }
    // The base gives up what the update starts with: it is saved with twice the rank.
    bool isInsideBase() const { return has("init", "pissa") || has("init", "olora"); }
    bool startsElsewhere() const { return method->startsElsewhere || has("init", "none"); }
    // Gradients of A and B take the lengths of the updated rows for constants.
    bool isDora() const { return has("use_dora", true); }
};

std::vector<Form> forms()
{
    std::vector<Form> all;
    for (const methods::Method* method : methods::methods()) {
        all.push_back({method, std::string(method->id), {}});
    }
    const methods::Method* lora = methods::findMethod("lora");
    const Value qv = Value::list(std::vector<std::string>{"q", "v"});
    all.push_back({lora, "lora q,v rslora", {{"targets", qv}, {"use_rslora", true}, {"rank", 3}}});
    all.push_back({lora,
                   "lora patterns",
                   {{"targets", Value::list(std::vector<std::string>{"q", "k", "v"})},
                    {"rank", 4},
                    {"rank_pattern", Value::object({{"k", 2}})},
                    {"alpha_pattern", Value::object({{"v", 8}})}}});
    all.push_back({lora, "lora bias all", {{"bias", "all"}, {"rank", 4}}});
    for (const char* id : {"prefix_embedding", "prefix_layer"}) {
        all.push_back({methods::findMethod(id),
                       std::string(id) + " infix",
                       {{"prefix_tokens", 2}, {"infix_tokens", 3}}});
    }
    // Embeddings of every family, and its head: tied ones are parted.
    all.push_back({lora,
                   "lora embeddings",
                   {{"targets", ".*(embed_tokens|wte|wpe|embed_in)|lm_head|embed_out|o"},
                    {"rank", 3},
                    {"alpha", 5}}});
    // Options of LoRA; those of a linear module alone on what every family has.
    const std::string embeddings =
        ".*(embed_tokens|wte|wpe|embed_in)|lm_head|embed_out|q|v|down|fc_out";
    all.push_back({lora, "lora dora", {{"use_dora", true}, {"targets", embeddings}, {"rank", 3}}});
    all.push_back({lora,
                   "lora dora pissa rslora+",
                   {{"use_dora", true},
                    {"init", "pissa"},
                    {"targets", "k|o|up|fc_in"},
                    {"use_rslora", true},
                    {"lora_plus_ratio", 16},
                    {"rank", 4}}});
    // A dense base has lost nothing: there loftq is the default start (tst_loftq_start.cpp: packed
    // ones).
    for (const char* init : {"pissa", "olora", "orthogonal", "loftq"}) {
        all.push_back(
            {lora, std::string("lora ") + init, {{"init", init}, {"rank", 4}, {"alpha", 4}}});
    }
    for (const char* init : {"gaussian", "none"}) {
        all.push_back({lora,
                       std::string("lora ") + init,
                       {{"init", init}, {"targets", embeddings}, {"rank", 4}}});
    }
    // Modules whole and in slices, inputs and outputs; ranks that fill no panel.
    all.push_back({methods::findMethod("ia3"), "ia3 all-linear", {{"targets", "all-linear"}}});
    all.push_back({methods::findMethod("ia3"), "ia3 q,v", {{"targets", qv}}});
    all.push_back({methods::findMethod("vera"), "vera q,v", {{"targets", qv}, {"rank", 11}}});
    all.push_back({methods::findMethod("adalora"), "adalora q,v", {{"targets", qv}}});
    return all;
}

// Relative: by how much two tensors differ.
double distance(const Tensor& now, const Tensor& before)
{
    return ((now - before).norm() / before.norm()).item<double>();
}

struct Case
{
    Form form;
    TinyModel model;

    std::unique_ptr<nn::Decoder> decoder() const { return tinyDecoder(model); }
    Value settings() const { return settingsOf(*form.method, form.settings); }
    bool isMergeable() const { return form.method->effect != methods::Effect::Adds; }
    std::unique_ptr<methods::Tuning> attached(nn::Decoder& decoder, uint64_t seed = kSeed) const
    {
        return form.method->attach(settings(), decoder, seed);
    }
};

// A model of the Llama kind has no biases for BitFit.
bool hasSomethingToTrain(const Case& row)
{
    try {
        row.form.method->plan(row.settings(), blueprintOf(row.model.config));
        return true;
    } catch (const Failure& failure) {
        return failure.error().code != "nothing_to_train";
    }
}

void addRows()
{
    QTest::addColumn<Case>("row");
    for (const Form& form : forms()) {
        for (const TinyModel& model : tinyModels()) {
            const Case row{form, model};
            if (hasSomethingToTrain(row)) {
                QTest::addRow("%s on %s", form.name.c_str(), model.name.c_str()) << row;
            }
        }
    }
}

} // namespace

class TestConformance : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anUntrainedAdapterChangesNothing_data() { addRows(); }
    void anUntrainedAdapterChangesNothing()
    {
        QFETCH(Case, row);
        const auto decoder = row.decoder();
        const Tensor base = logitsOf(*decoder);
        const auto tuning = row.attached(*decoder);
        if (row.form.startsElsewhere()) {
            QVERIFY(!isUnchanged(logitsOf(*decoder), base));
            return;
        }
        if (row.form.isInsideBase() || row.form.has("init", "orthogonal")) {
            QVERIFY(distance(logitsOf(*decoder), base) < 1e-5);
            return;
        }
        QVERIFY(isUnchanged(logitsOf(*decoder), base));
        QVERIFY(isUnchanged(logitsOf(*decoder, tokens(9), trainingPass(9)), base));
    }

    void theBufferIsWhatWasPlanned_data() { addRows(); }
    void theBufferIsWhatWasPlanned()
    {
        QFETCH(Case, row);
        const auto decoder = row.decoder();
        const auto planned = row.form.method->plan(row.settings(), decoder->blueprint());
        const auto tuning = row.attached(*decoder);
        const auto& tensors = tuning->parameters().tensors();
        QCOMPARE(tensors.size(), planned.size());
        std::set<std::string> names;
        int64_t sum = 0;
        for (std::size_t i = 0; i < planned.size(); ++i) {
            QCOMPARE(tensors[i].name, planned[i].name);
            QCOMPARE(tensors[i].shape, planned[i].shape);
            names.insert(planned[i].name);
            sum += planned[i].numel();
        }
        QCOMPARE(names.size(), planned.size());
        QCOMPARE(sum, tuning->parameters().numbers());
        // What the base gave up is saved beside every A and B.
        int64_t saved = sum;
        for (const nn::TrainableTensor& tensor : planned) {
            const bool isFactor = tensor.shape.size() == 2;
            saved += row.form.isInsideBase() && isFactor ? tensor.numel() : 0;
        }
        QCOMPARE(saved, tuning->state().parameters());
    }

    void gradientsReachWhatIsTrainedAndNothingElse_data() { addRows(); }
    void gradientsReachWhatIsTrainedAndNothingElse()
    {
        QFETCH(Case, row);
        const auto decoder = row.decoder();
        std::map<std::string, Tensor> before;
        for (const nn::Parameter& parameter : decoder->parameters()) {
            before[parameter.name] = parameter.tensor->clone();
        }
        const auto tuning = row.attached(*decoder);
        disturb(*tuning);
        lossOf(*decoder, trainingPass(9), tokens(9)).backward();
        nn::ParameterBuffer& buffer = tuning->parameters();
        for (std::size_t i = 0; i < buffer.size(); ++i) {
            const Tensor gradient =
                buffer.gradients().narrow(0, buffer.offset(i), buffer.tensors()[i].numel());
            // A bias of k moves every score of a query alike: softmax does not see it.
            const std::string& name = buffer.tensors()[i].name;
            const bool isInert = name.ends_with("k_proj.bias");
            QVERIFY2(isInert || gradient.abs().max().item<float>() > 0,
                     buffer.tensors()[i].name.c_str());
        }
        for (const nn::Parameter& parameter : decoder->parameters()) {
            const bool isTrained =
                std::any_of(buffer.tensors().begin(), buffer.tensors().end(), [&](const auto& t) {
                    return t.name == parameter.name;
                });
            QCOMPARE(parameter.tensor->requires_grad(), isTrained);
            QVERIFY(isTrained || !parameter.tensor->grad().defined());
            QVERIFY(isTrained || at::equal(*parameter.tensor, before[parameter.name]));
        }
    }

    void gradientsAreTheSlopeOfTheLoss_data() { addRows(); }
    void gradientsAreTheSlopeOfTheLoss()
    {
        QFETCH(Case, row);
        const auto decoder = row.decoder();
        const auto tuning = row.attached(*decoder);
        disturb(*tuning);
        nn::ParameterBuffer& buffer = tuning->parameters();
        const auto loss = [&] { return lossOf(*decoder, trainingPass(9), tokens(9)); };
        loss().backward();
        const Tensor gradient = buffer.gradients().clone();
        for (std::size_t i = 0; row.form.isDora() && i < buffer.size(); ++i) {
            if (!buffer.tensors()[i].name.ends_with(".lora_magnitude_vector")) {
                gradient.narrow(0, buffer.offset(i), buffer.tensors()[i].numel()).zero_();
            }
        }
        const Tensor direction = gradient / gradient.norm();
        const double step = 1e-3;
        buffer.values().add_(direction, step);
        const double above = loss().item<double>();
        buffer.values().add_(direction, -2 * step);
        const double slope = (above - loss().item<double>()) / (2 * step);
        const double expected = gradient.norm().item<double>();
        QVERIFY2(std::abs(slope - expected) < 0.02 * expected,
                 qPrintable(QStringLiteral("%1, not %2").arg(slope).arg(expected)));
    }

    void mergedEqualsUnmerged_data() { addRows(); }
    void mergedEqualsUnmerged()
    {
        QFETCH(Case, row);
        const auto decoder = row.decoder();
        const Tensor base = logitsOf(*decoder);
        auto tuning = row.attached(*decoder);
        disturb(*tuning);
        const Tensor unmerged = logitsOf(*decoder);
        QVERIFY(!difference("logits", unmerged, base, 1e-2).isEmpty());
        const methods::AdapterState state = tuning->state();
        tuning.reset();
        QVERIFY(at::equal(logitsOf(*decoder), base)); // detached, bit by bit
        {
            const adapters::LoadedAdapter loaded(*decoder, state, 1);
            QCOMPARE(difference("loaded", logitsOf(*decoder), unmerged, 1e-5), QString());
        }
        QVERIFY(at::equal(logitsOf(*decoder), base));
        if (row.isMergeable()) {
            merge(*decoder, state);
            QCOMPARE(difference("logits", logitsOf(*decoder), unmerged, 1e-5), QString());
        }
    }

    void cachedDecodingSeesTheAdapter_data() { addRows(); }
    void cachedDecodingSeesTheAdapter()
    {
        QFETCH(Case, row);
        const auto decoder = row.decoder();
        const auto tuning = row.attached(*decoder);
        disturb(*tuning);
        nn::KvCache cache(2, 4);
        std::vector<Tensor> rows;
        for (int64_t i = 0; i < 6; ++i) {
            nn::Pass pass = nn::packedPass({1});
            pass.positions = pass.positions + i;
            pass.cache = &cache;
            rows.push_back(logitsOf(*decoder, tokens(6).narrow(0, i, 1), pass));
        }
        const Tensor whole = logitsOf(*decoder, tokens(6));
        QCOMPARE(difference("logits", at::cat(rows), whole, 1e-5), QString());
    }

    // Where the base decodes without LibTorch's operators the adapted model does, but for what is
    // another method by the time it is loaded (DoRA around a start inside the base) and modules
    // beside parallel sub-layers.
    void decodingSessionsSeeTheAdapter_data() { addRows(); }
    void decodingSessionsSeeTheAdapter()
    {
        QFETCH(Case, row);
        const auto decoder = row.decoder();
        constexpr int64_t kTokens = 12;
        constexpr int64_t kPrompt = 5;
        if (!nn::isPlannable(*decoder, kTokens)) {
            return; // others decode by what cachedDecodingSeesTheAdapter() tests
        }
        const auto tuning = row.attached(*decoder);
        disturb(*tuning);
        const bool isOtherLater = row.form.isInsideBase() && row.form.has("use_dora", true);
        const auto& blocks = decoder->parts().blocks;
        const bool hasSites = std::any_of(
            blocks.begin(), blocks.end(), [](const nn::Block& block) { return block.hasSites(); });
        const bool isKnown = !isOtherLater && !(hasSites && decoder->blueprint().isParallel);
        QCOMPARE(nn::isPlannable(*decoder, kTokens), isKnown);
        if (!isKnown) {
            return;
        }
        const at::NoGradGuard noGrad;
        const Tensor ids = tokens(kTokens);
        nn::Pass pass = nn::packedPass({kTokens});
        pass.prompts = {kPrompt};
        QCOMPARE(difference("logits",
                            decoded(*decoder, ids, {kPrompt}),
                            logitsOf(*decoder, ids, pass)[-1],
                            kFloatTolerance),
                 QString());
    }

    void aSavedAdapterComesBackBitByBit_data() { addRows(); }
    void aSavedAdapterComesBackBitByBit()
    {
        QFETCH(Case, row);
        const auto decoder = row.decoder();
        auto tuning = row.attached(*decoder);
        disturb(*tuning);
        const methods::AdapterState state = tuning->state();
        const Tensor logits = logitsOf(*decoder);
        tuning.reset();

        const QTemporaryDir folder;
        const auto path = pathOf(folder) / "adapter";
        adapters::writeAdapter(path, state, decoder->blueprint(), {"base", "abc"});
        const adapters::StoredAdapter stored = adapters::readAdapter(path);
        QCOMPARE(stored.baseName, std::string("base"));
        QCOMPARE(stored.baseSha256, std::string("abc"));
        const methods::AdapterState read = adapters::fitted(stored, decoder->blueprint());
        QCOMPARE(stateDifference(state, read), QString());

        tuning = row.attached(*decoder, kSeed + 1);
        tuning->load(read);
        QCOMPARE(stateDifference(state, tuning->state()), QString());
        QVERIFY(at::equal(logitsOf(*decoder), logits));
    }

    void theSeedDecidesTheStart_data() { addRows(); }
    void theSeedDecidesTheStart()
    {
        QFETCH(Case, row);
        const auto decoder = row.decoder();
        const auto valuesFor = [&](uint64_t seed) {
            return row.attached(*decoder, seed)->parameters().values().clone();
        };
        QVERIFY(at::equal(valuesFor(1), valuesFor(1)));
        // What is there already is trained as it is.
        const methods::AdapterState state = row.attached(*decoder)->state();
        const bool startsFromTheModel =
            row.form.isInsideBase() || (state.factors.empty() && row.isMergeable());
        const bool startsAtConstants = row.form.method->id == "vera";
        QCOMPARE(at::equal(valuesFor(1), valuesFor(2)), startsFromTheModel || startsAtConstants);
    }

    void halfPrecisionTrainsFloat32Masters_data() { addRows(); }
    void halfPrecisionTrainsFloat32Masters()
    {
        QFETCH(Case, row);
        constexpr int64_t kTokens =
            24; // with a few, rounding can turn a gradient that nearly cancels
        const auto decoder = tinyDecoder(row.model, at::kBFloat16);
        const auto tuning = row.attached(*decoder);
        disturb(*tuning);
        QCOMPARE(logitsOf(*decoder).scalar_type(), at::kBFloat16);
        lossOf(*decoder, trainingPass(kTokens), tokens(kTokens)).backward();
        const Tensor& half = tuning->parameters().gradients();
        QCOMPARE(half.scalar_type(), at::kFloat);

        const auto exactDecoder = row.decoder();
        const auto exact = row.attached(*exactDecoder);
        if (row.form.isInsideBase()) {
            exact->load(tuning->state()); // rounded weights have other singular vectors
        } else {
            disturb(*exact);
        }
        lossOf(*exactDecoder, trainingPass(kTokens), tokens(kTokens)).backward();
        const Tensor& full = exact->parameters().gradients();
        const double cosine = (half.dot(full) / (half.norm() * full.norm())).item<double>();
        QVERIFY2(cosine > 0.98, qPrintable(QString::number(cosine)));
    }
};

QTEST_GUILESS_MAIN(TestConformance)
#include "tst_conformance.moc"
