// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/vera/vera_plan.h"

#include "tests/support/tuned_models.h"

#include <ATen/ops/matmul.h>

using namespace engine;
using namespace tests;
using methods::vera::Projections;
using methods::vera::VeraSettings;

namespace {

const methods::Method& vera()
{
    return *methods::findMethod("vera");
}

VeraSettings smallSettings(const Value& targets, int64_t key = 0)
{
    VeraSettings settings;
    settings.rank = 5;
    settings.targets = targets;
    settings.projectionPrngKey = key;
    return settings;
}

} // namespace

class TestVera : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Made by torch: uniform_(±√6 / √fan_in) of a CPU generator with that key, A [5, 48] before B
    // [48, 5], as peft.tuners.vera.model._kaiming_init does.
    void theProjectionsAreTorchs_data()
    {
        QTest::addColumn<qint64>("key");
        QTest::addColumn<QList<double>>("expected"); // A[0,0] A[0,1] A[4,47] B[0,0] B[47,4]
        QTest::newRow("0") << qint64(0)
                           << QList<double>{-0.0026469905860722065,
                                            0.18966144323349,
                                            0.10398807376623154,
                                            0.36170732975006104,
                                            0.527013897895813};
        QTest::newRow("7") << qint64(7)
                           << QList<double>{0.024693964049220085,
                                            -0.2129783034324646,
                                            -0.1351701319217682,
                                            -0.2976751923561096,
                                            -0.3163268268108368};
    }
    void theProjectionsAreTorchs()
    {
        QFETCH(qint64, key);
        QFETCH(QList<double>, expected);
        const nn::Blueprint blueprint = blueprintOf(llamaConfig());
        const VeraSettings settings = smallSettings("all-linear", key);
        const Projections shared =
            methods::vera::drawnProjections(settings, methods::chosenLinears(settings, blueprint));
        QCOMPARE(shared.a.sizes(), at::IntArrayRef({5, 48}));
        QCOMPARE(shared.b.sizes(), at::IntArrayRef({48, 5}));
        const QList<double> drawn = {shared.a[0][0].item<float>(),
                                     shared.a[0][1].item<float>(),
                                     shared.a[4][47].item<float>(),
                                     shared.b[0][0].item<float>(),
                                     shared.b[47][4].item<float>()};
        QCOMPARE(drawn, expected);
    }

    void aModuleTakesItsCornerOfThem()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const VeraSettings settings = smallSettings("all-linear");
        const auto targets = methods::chosenLinears(settings, decoder->blueprint());
        const Projections shared = methods::vera::drawnProjections(settings, targets);
        const auto tuning = vera().attach(settingsOf(vera(), {{"rank", 5}}), *decoder, 3);
        disturb(*tuning);
        const methods::AdapterState state = tuning->state();
        QCOMPARE(state.factors.size(), targets.size());
        const methods::LowRankFactors& k = state.factors[1];
        QCOMPARE(k.module, std::string("model.layers.0.self_attn.k_proj"));
        const Tensor b = tuning->parameters().leaf(2).detach();
        const Tensor d = tuning->parameters().leaf(3).detach();
        const Tensor expected = at::matmul(b.unsqueeze(1) * shared.b.narrow(0, 0, 16),
                                           d.unsqueeze(1) * shared.a.narrow(1, 0, 32));
        QCOMPARE(difference("ΔW", k.delta(), expected, 1e-6), QString());
    }

    void gradientsAreThoseOfAutograd()
    {
        const auto decoder = tinyDecoder(tinyModel("gpt2"));
        const Value targets = Value::list(std::vector<std::string>{"v"});
        const auto tuning =
            vera().attach(settingsOf(vera(), {{"rank", 5}, {"targets", targets}}), *decoder, 3);
        disturb(*tuning);
        nn::ParameterBuffer& buffer = tuning->parameters();
        const methods::AdapterState state = tuning->state();
        const nn::Linear& attend = *decoder->linear("transformer.h.0.attn.c_attn");
        const Tensor x = numbers({6, 32}, 4).to(at::kFloat);
        const Tensor weight = numbers({6, 96}, 8).to(at::kFloat);
        (attend.forward(x, nn::packedPass({6})) * weight).sum().backward();

        Tensor b = buffer.leaf(0).detach().clone().requires_grad_();
        Tensor d = buffer.leaf(1).detach().clone().requires_grad_();
        const Tensor sharedA = state.frozen[0].value;
        const Tensor sharedB = state.frozen[1].value;
        const Tensor inner = at::matmul(x, sharedA.t()) * d;
        const Tensor added = at::matmul(inner, sharedB.t()) * b;
        (added * weight.narrow(1, 64, 32)).sum().backward();
        QCOMPARE(difference("b", buffer.gradients().narrow(0, 0, 32), b.grad(), 1e-5), QString());
        QCOMPARE(difference("d", buffer.gradients().narrow(0, 32, 5), d.grad(), 1e-5), QString());
    }

    // Projections of another program may be others than the key says.
    void anAdapterIsContinuedWithItsOwnProjections()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const Value settings = settingsOf(vera(), {{"rank", 5}});
        auto tuning = vera().attach(settings, *decoder, 3);
        disturb(*tuning);
        methods::AdapterState state = tuning->state();
        state.frozen[0].value = state.frozen[0].value * 2;
        tuning->load(state);
        const methods::AdapterState continued = tuning->state();
        QVERIFY(at::equal(continued.frozen[0].value, state.frozen[0].value));
        QCOMPARE(difference("A", continued.factors[0].a, state.factors[0].a * 2, 1e-6), QString());
        const Tensor logits = logitsOf(*decoder);
        state.frozen.pop_back();
        QCOMPARE(failureOf([&] { tuning->load(state); }).code, std::string("incompatible"));
        QVERIFY(at::equal(logitsOf(*decoder), logits));
        state = tuning->state();
        state.own.push_back({"another", state.own.front().value});
        QCOMPARE(failureOf([&] { tuning->load(state); }).code, std::string("incompatible"));
    }

    void embeddingsAreRefused()
    {
        const Value targets = Value::list(std::vector<std::string>{"embed_tokens"});
        const Error error = failureOf([&] {
            vera().plan(settingsOf(vera(), {{"targets", targets}}), blueprintOf(llamaConfig()));
        });
        QCOMPARE(error.code, std::string("bad_field"));
        QCOMPARE(error.where, std::string("method.targets"));
    }
};

QTEST_GUILESS_MAIN(TestVera)
#include "tst_vera.moc"
