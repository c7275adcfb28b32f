// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The four ways in which tuning methods reach a model, each with an object made here.
#include "engine/nn/adapter.h"
#include "engine/nn/kv_cache.h"
#include "tests/support/tiny_models.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/zeros_like.h>

using namespace engine;
using namespace tests;

namespace {

// ΔW = b a as factors.
class Factors final : public nn::Adapter
{
public:
    Factors(Tensor a, Tensor b) : m_a(std::move(a)), m_b(std::move(b)) {}
    std::optional<kernels::LowRank> lowRank(const nn::Pass&) const override
    {
        kernels::LowRank update;
        update.a = m_a;
        update.b = m_b;
        update.scale = 0.5;
        update.rows = kernels::RowSlice::plain(0, m_b.size(0));
        return update;
    }
    Tensor forward(const Tensor&, const Tensor& base, const nn::Pass&) const override
    {
        return base;
    }

private:
    Tensor m_a;
    Tensor m_b;
};

// The same update as a product of its own: what any method that is not low-rank does.
class Product final : public nn::Adapter
{
public:
    Product(Tensor a, Tensor b) : m_delta(at::matmul(b, a) * 0.5) {}
    Tensor forward(const Tensor& x, const Tensor& base, const nn::Pass&) const override
    {
        return base + at::matmul(x, m_delta.t());
    }

private:
    Tensor m_delta;
};

class Scaling final : public nn::SiteModule
{
public:
    Scaling(double output, double residual) : m_output(output), m_residual(residual) {}
    Tensor forward(const Tensor& output, const Tensor& residual, const nn::Pass&) const override
    {
        return output * m_output + residual * m_residual;
    }

private:
    double m_output;
    double m_residual;
};

struct MadeTokens final : nn::VirtualTokens
{
    int64_t count() const override { return rows.defined() ? rows.size(0) : keys.size(0); }
    Tensor embeddings() const override { return rows; }
    Tensor stateAfterBlock(int64_t layer) const override
    {
        return layer == stateLayer ? state : Tensor();
    }
    std::pair<Tensor, Tensor> prefix(int64_t) const override { return {keys, values}; }

    Tensor rows, state, keys, values;
    int64_t stateLayer = 0;
};

nn::Parameter parameterOf(nn::Decoder& decoder, const std::string& name)
{
    for (const nn::Parameter& parameter : decoder.parameters()) {
        if (parameter.name == name) {
            return parameter;
        }
    }
    return {};
}

// The stored embeddings of these tokens, as virtual tokens hold them.
Tensor embeddingsOf(nn::Decoder& decoder, const Tensor& ids)
{
    return at::embedding(*decoder.parameters().front().tensor, ids)
           * decoder.parts().embeddingScale;
}

} // namespace

class TestSeams : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anyUpdateEqualsItsFusedForm_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("module");
        for (const TinyModel& model : {tinyModel("llama"), tinyModel("gpt2")}) {
            for (const nn::ModuleSpec& module : blueprintOf(model.config).modules) {
                if (module.isLinear() && module.layer != 0) {
                    QTest::newRow(module.name.c_str()) << QString::fromStdString(model.name)
                                                       << QString::fromStdString(module.name);
                }
            }
        }
    }
    void anyUpdateEqualsItsFusedForm()
    {
        QFETCH(QString, model);
        QFETCH(QString, module);
        const auto decoder = tinyDecoder(tinyModel(model.toStdString()));
        const Tensor base = logitsOf(*decoder);
        nn::Linear* layer = decoder->linear(module.toStdString());
        const Tensor a = numbers({3, layer->spec().in}, 5).to(at::kFloat);
        const Tensor b = numbers({layer->spec().out, 3}, 6).to(at::kFloat);
        const Factors factors(a, b);
        layer->attach(&factors);
        const Tensor fused = logitsOf(*decoder);
        layer->detach(&factors);
        const Product product(a, b);
        layer->attach(&product);
        QVERIFY(!layer->isFusable(nn::packedPass({1})));
        QCOMPARE(difference("logits", logitsOf(*decoder), fused, 1e-5), QString());
        QVERIFY(!difference("logits", base, fused, 1e-3).isEmpty());
        layer->detach(&product);
        QVERIFY(at::equal(logitsOf(*decoder), base));
    }

    void bothPathsOfAGatedMlpTrainAlike_data()
    {
        QTest::addColumn<QString>("module");
        for (const char* name : {"gate_proj", "up_proj", "down_proj"}) {
            QTest::newRow(name) << QStringLiteral("model.layers.0.mlp.") + name;
        }
    }
    void bothPathsOfAGatedMlpTrainAlike()
    {
        QFETCH(QString, module);
        const auto decoder = tinyDecoder(tinyModel("llama"));
        nn::Linear* layer = decoder->linear(module.toStdString());
        Tensor a = numbers({3, layer->spec().in}, 5).to(at::kFloat).requires_grad_();
        Tensor b = numbers({layer->spec().out, 3}, 6).to(at::kFloat).requires_grad_();
        const auto gradientsOf = [&](const nn::Adapter& adapter) {
            layer->attach(&adapter);
            const Tensor loss = lossOf(*decoder, trainingPass(9), tokens(9));
            layer->detach(&adapter);
            return torch::autograd::grad({loss}, {a, b});
        };
        const auto fused = gradientsOf(Factors(a, b));
        const auto composed = gradientsOf(Product(a, b));
        QCOMPARE(difference("a", composed[0], fused[0], 1e-4), QString());
        QCOMPARE(difference("b", composed[1], fused[1], 1e-4), QString());
    }

    void identityAtASiteChangesNothing_data() { addTinyModelRows(); }
    void identityAtASiteChangesNothing()
    {
        QFETCH(QString, model);
        const auto decoder = tinyDecoder(tinyModel(model.toStdString()));
        const Tensor base = logitsOf(*decoder);
        const Scaling identity(1, 0);
        for (const nn::Site site : {nn::Site::AttentionOutput, nn::Site::MlpOutput}) {
            decoder->block(1).attach(site, &identity);
        }
        QVERIFY(decoder->hasAdditions());
        QVERIFY(isUnchanged(logitsOf(*decoder), base));
    }

    // output · 0 − residual cancels what came before the last MLP: nothing is left to norm.
    void aSiteSeesTheOutputAndTheResidual()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const Scaling cancel(0, -1);
        decoder->block(1).attach(nn::Site::MlpOutput, &cancel);
        const Tensor hidden = decoder->hidden(tokens(4), nn::packedPass({4}));
        QCOMPARE(hidden.abs().max().item<float>(), 0.0F);
        decoder->block(1).detach(nn::Site::MlpOutput, &cancel);
        QVERIFY(decoder->hidden(tokens(4), nn::packedPass({4})).abs().max().item<float>() > 0.1F);
    }

    void modulesAtASiteWorkOneAfterTheOther()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const Scaling twice(2, 0);
        const Scaling added(1, 1);
        nn::Block& block = decoder->block(1);
        const Scaling both(2, 1); // 1 · (2 · output) + 1 · residual
        block.attach(nn::Site::MlpOutput, &both);
        const Tensor wanted = logitsOf(*decoder);
        block.detach(nn::Site::MlpOutput, &both);
        block.attach(nn::Site::MlpOutput, &twice);
        block.attach(nn::Site::MlpOutput, &added);
        QCOMPARE(difference("logits", logitsOf(*decoder), wanted, 1e-5), QString());
        block.detach(nn::Site::MlpOutput, &twice);
        QVERIFY(!difference("logits", logitsOf(*decoder), wanted, 1e-3).isEmpty());
    }

    // Halving what the last projection of a sub-layer adds = halving that projection.
    void aSiteScalesItsSubLayer_data()
    {
        QTest::addColumn<int>("site");
        QTest::addColumn<QString>("module");
        QTest::newRow("attention") << 0 << QStringLiteral("model.layers.1.self_attn.o_proj");
        QTest::newRow("mlp") << 1 << QStringLiteral("model.layers.1.mlp.down_proj");
    }
    void aSiteScalesItsSubLayer()
    {
        QFETCH(int, site);
        QFETCH(QString, module);
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const Scaling half(0.5, 0);
        decoder->block(1).attach(static_cast<nn::Site>(site), &half);
        const Tensor atSite = logitsOf(*decoder);
        decoder->block(1).detach(static_cast<nn::Site>(site), &half);
        Tensor& weight = decoder->linear(module.toStdString())->weight();
        weight = weight * 0.5;
        QCOMPARE(difference("logits", atSite, logitsOf(*decoder), 1e-5), QString());
    }

    // Virtual tokens that hold the embeddings of real tokens are those tokens.
    void virtualRowsEqualRealTokens_data() { addTinyModelRows(); }
    void virtualRowsEqualRealTokens()
    {
        QFETCH(QString, model);
        const auto decoder = tinyDecoder(tinyModel(model.toStdString()));
        MadeTokens made;
        made.rows = embeddingsOf(*decoder, tokens(3));
        const Tensor real = logitsOf(*decoder, tokens(9)).narrow(0, 3, 6);
        const Tensor text = tokens(9).narrow(0, 3, 6);
        QVERIFY(!decoder->hasAdditions());
        decoder->attach(&made);
        QVERIFY(decoder->hasAdditions());
        QCOMPARE(decoder->textContext(), decoder->blueprint().context - 3);
        QCOMPARE(difference("logits", logitsOf(*decoder, text), real, 1e-5), QString());
        // Twice in one stream: every sequence has them before it.
        const Tensor packed =
            logitsOf(*decoder, at::cat({text, text}), nn::packedPass({6, 6})).narrow(0, 6, 6);
        QCOMPARE(difference("packed", packed, real, 1e-5), QString());
    }

    void virtualRowsStayInTheCache()
    {
        const auto decoder = tinyDecoder(tinyModel("gpt2"));
        MadeTokens made;
        made.rows = embeddingsOf(*decoder, tokens(3));
        const Tensor real = logitsOf(*decoder, tokens(9));
        nn::KvCache cache(2, 4);
        decoder->attach(&made);
        nn::Pass pass = nn::packedPass({5});
        pass.cache = &cache;
        logitsOf(*decoder, tokens(9).narrow(0, 3, 5), pass);
        QCOMPARE(cache.length(0), int64_t(8));
        nn::Pass next = nn::packedPass({1});
        next.cache = &cache;
        next.positions = at::tensor({5}, at::kLong); // of the text
        const Tensor last = logitsOf(*decoder, tokens(9).narrow(0, 8, 1), next);
        QCOMPARE(difference("logits", last[0], real[8], 1e-5), QString());
    }

    // Replacing the rows after block 0 cuts what block 0 made of them, whatever they were.
    void stateAfterABlockReplacesTheRows()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        MadeTokens made;
        made.rows = embeddingsOf(*decoder, tokens(2));
        decoder->attach(&made);
        const Tensor base = logitsOf(*decoder, tokens(5));
        made.state = numbers({2, 32}, 9).to(at::kFloat);
        Tensor state = made.state.requires_grad_();
        const Tensor replaced = logitsOf(*decoder, tokens(5));
        QVERIFY(!difference("logits", replaced, base, 1e-3).isEmpty());
        QVERIFY(torch::autograd::grad({replaced.sum()}, {state})[0].abs().min().item<float>() > 0);
        // After the last block nobody reads them any more.
        made.stateLayer = 1;
        QVERIFY(at::equal(logitsOf(*decoder, tokens(5)), base));
    }

    // The keys and values that a first token leaves are a prefix that stands for it.
    void aPrefixStandsForTheTokensThatMadeIt_data()
    {
        QTest::addColumn<bool>("isCached");
        QTest::newRow("whole") << false;
        QTest::newRow("cached") << true;
    }
    void aPrefixStandsForTheTokensThatMadeIt()
    {
        QFETCH(bool, isCached);
        const auto decoder = tinyDecoder({"one layer", llamaConfig({{"num_hidden_layers", 1}})});
        nn::KvCache first(1, 4);
        nn::Pass head = nn::packedPass({2});
        head.cache = &first;
        const Tensor ids = tokens(7);
        decoder->hidden(ids.narrow(0, 0, 2), head);
        MadeTokens made;
        const Tensor none = at::empty({0, 2, 8});
        std::tie(made.keys, made.values) = first.append(0, none, none);

        nn::KvCache cache(1, 4);
        nn::Pass pass = nn::packedPass({5});
        pass.cache = isCached ? &cache : nullptr;
        const Tensor real = logitsOf(*decoder, ids).narrow(0, 2, 5);
        decoder->attach(&made);
        QCOMPARE(difference("logits", logitsOf(*decoder, ids.narrow(0, 2, 5), pass), real, 1e-5),
                 QString());
        if (isCached) {
            QCOMPARE(cache.length(0), int64_t(7));
        } else {
            // Twice in one stream: every sequence has it before its own keys.
            const Tensor text = ids.narrow(0, 2, 5);
            const Tensor packed = logitsOf(*decoder, at::cat({text, text}), nn::packedPass({5, 5}));
            QCOMPARE(difference("packed", packed, at::cat({real, real}), 1e-5), QString());
        }
    }

    // A float32 leaf in place of a stored parameter: same result, and its gradient is the slope.
    void aMaskedParameterTrains_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("parameter");
        for (const char* name : {"llama tied, biases", "gpt2", "gpt2 untied"}) {
            const TinyModel& model = tinyModel(name);
            for (const std::string& parameter : openTiny(model).parameterNames()) {
                if (parameter.find(".1.") == std::string::npos) {
                    QTest::addRow("%s %s", name, parameter.c_str())
                        << QString(name) << QString::fromStdString(parameter);
                }
            }
        }
    }
    void aMaskedParameterTrains()
    {
        QFETCH(QString, model);
        QFETCH(QString, parameter);
        const auto decoder = tinyDecoder(tinyModel(model.toStdString()));
        const Tensor base = logitsOf(*decoder);
        Tensor* tensor = parameterOf(*decoder, parameter.toStdString()).tensor;
        Tensor leaf = tensor->to(at::kFloat).clone().set_requires_grad(true);
        *tensor = leaf;
        QVERIFY(isUnchanged(logitsOf(*decoder), base));
        const auto loss = [&] { return lossOf(*decoder, trainingPass(9), tokens(9)); };
        loss().backward();
        const Tensor gradient = leaf.grad();
        QVERIFY(gradient.abs().max().item<float>() > 0);
        // Along the gradient the loss rises with its squared length.
        const Tensor direction = gradient / gradient.norm();
        const double step = 1e-3;
        *tensor = leaf.detach() + direction * step;
        const double above = loss().item<double>();
        *tensor = leaf.detach() - direction * step;
        const double slope = (above - loss().item<double>()) / (2 * step);
        const double expected = gradient.norm().item<double>();
        QVERIFY2(std::abs(slope - expected) < 0.02 * expected + 2e-3,
                 qPrintable(QStringLiteral("%1, not %2").arg(slope).arg(expected)));
    }

    void aMaskWorksInHalfPrecision_data() { addTinyModelRows(); }
    void aMaskWorksInHalfPrecision()
    {
        QFETCH(QString, model);
        const auto decoder = tinyDecoder(tinyModel(model.toStdString()), at::kBFloat16);
        std::vector<Tensor> leaves;
        for (const nn::Parameter& parameter : decoder->parameters()) {
            leaves.push_back(parameter.tensor->to(at::kFloat).clone().set_requires_grad(true));
            *parameter.tensor = leaves.back();
        }
        lossOf(*decoder, trainingPass(9), tokens(9)).backward();
        for (const Tensor& leaf : leaves) {
            QVERIFY(leaf.grad().defined());
            QCOMPARE(leaf.grad().scalar_type(), at::kFloat);
        }
    }
};

QTEST_GUILESS_MAIN(TestSeams)
#include "tst_seams.moc"
