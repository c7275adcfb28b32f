// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/ia3/ia3_plan.h"

#include "tests/support/tuned_models.h"

#include <ATen/ops/linear.h>

using namespace engine;
using namespace tests;

namespace {

const methods::Method& ia3()
{
    return *methods::findMethod("ia3");
}

Value names(const std::vector<std::string>& entries)
{
    return Value::list(entries);
}

Error refusal(const std::vector<Value::Member>& settings, const Value& config)
{
    return failureOf([&] { ia3().plan(settingsOf(ia3(), settings), blueprintOf(config)); });
}

// "attn.c_attn [96, 1]" of the first block's tensors.
std::vector<std::string> firstBlock(const Value& config)
{
    std::vector<std::string> found;
    for (const nn::TrainableTensor& tensor : ia3().plan(settingsOf(ia3()), blueprintOf(config))) {
        const std::size_t block = tensor.name.find(".0.");
        if (block != std::string::npos) {
            const std::string name = tensor.name.substr(block + 3);
            found.push_back(name.substr(0, name.rfind('.'))
                            + (tensor.shape.front() == 1 ? " in" : " out"));
        }
    }
    return found;
}

} // namespace

class TestIa3 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theDefaultsArePeftsOfTheFamily()
    {
        using Names = std::vector<std::string>;
        const Names paper = {"self_attn.k_proj out", "self_attn.v_proj out", "mlp.down_proj in"};
        const Names queries = {"self_attn.q_proj out", "self_attn.v_proj out", "mlp.down_proj in"};
        QCOMPARE(firstBlock(llamaConfig()), paper);
        QCOMPARE(firstBlock(familyConfig("mistral")), paper);
        QCOMPARE(firstBlock(familyConfig("gemma2")), queries);
        QCOMPARE(firstBlock(familyConfig("qwen3")), queries);
        QCOMPARE(firstBlock(gpt2Config()), (Names{"attn.c_attn out", "mlp.c_proj in"}));
        QCOMPARE(firstBlock(neoxConfig()),
                 (Names{"attention.query_key_value out", "mlp.dense_4h_to_h in"}));
        // PEFT does not know it: keys and values of its fused weight.
        QCOMPARE(
            firstBlock(familyConfig("phi3")),
            (Names{"self_attn.qkv_proj.k out", "self_attn.qkv_proj.v out", "mlp.down_proj in"}));
    }

    void aVectorMultipliesWhatItSays()
    {
        const auto decoder = tinyDecoder(tinyModel("llama tied, biases"));
        const auto tuning = ia3().attach(settingsOf(ia3(),
                                                    {{"targets", names({"q_proj", "up_proj"})},
                                                     {"feedforward_modules", names({"up_proj"})}}),
                                         *decoder,
                                         3);
        disturb(*tuning);
        const nn::Linear& q = *decoder->linear("model.layers.0.self_attn.q_proj");
        const nn::Linear& up = *decoder->linear("model.layers.0.mlp.up_proj");
        const Tensor x = numbers({5, 32}, 4).to(at::kFloat);
        const nn::Pass pass = nn::packedPass({5});
        const Tensor& outputs = tuning->parameters().leaf(0);
        const Tensor& inputs = tuning->parameters().leaf(1);
        QCOMPARE(outputs.size(0), int64_t(32));
        QCOMPARE(inputs.size(1), int64_t(32));
        QCOMPARE(difference("outputs",
                            q.forward(x, pass),
                            at::linear(x, q.weight(), q.bias()) * outputs.flatten(),
                            1e-6),
                 QString());
        QCOMPARE(difference("inputs",
                            up.forward(x, pass),
                            at::linear(x * inputs, up.weight(), up.bias()),
                            1e-6),
                 QString());
        // Read together with another layer, that one reads x as it is.
        const nn::Linear& gate = *decoder->linear("model.layers.0.mlp.gate_proj");
        const std::array<const nn::Linear*, 2> both = {&gate, &up};
        const std::vector<Tensor> group = nn::forwardGroup(both, x, pass);
        QVERIFY(at::equal(group[0], gate.forward(x, pass)));
        QVERIFY(at::equal(group[1], up.forward(x, pass)));
    }

    void gradientsAreThoseOfAutograd()
    {
        const auto decoder = tinyDecoder(tinyModel("gpt2"));
        const auto tuning =
            ia3().attach(settingsOf(ia3(), {{"targets", names({"k", "fc_out"})}}), *decoder, 3);
        disturb(*tuning);
        nn::ParameterBuffer& buffer = tuning->parameters();
        QCOMPARE(buffer.tensors()[0].name, std::string("transformer.h.0.attn.c_attn.k.ia3_l"));
        const nn::Linear& attend = *decoder->linear("transformer.h.0.attn.c_attn");
        const Tensor x = numbers({5, 32}, 4).to(at::kFloat);
        const Tensor weight = numbers({5, 96}, 6).to(at::kFloat);
        (attend.forward(x, nn::packedPass({5})) * weight).sum().backward();
        const Tensor base = at::linear(x, attend.weight(), attend.bias());
        const Tensor expected = (base * weight).sum(0).narrow(0, 32, 32);
        QCOMPARE(difference("gradient", buffer.gradients().narrow(0, 0, 32), expected, 1e-5),
                 QString());
    }

    void whatCannotBeScaledIsRefused()
    {
        const Error outside =
            refusal({{"targets", names({"k", "v"})}, {"feedforward_modules", names({"down_proj"})}},
                    llamaConfig());
        QCOMPARE(outside.code, std::string("bad_field"));
        QCOMPARE(outside.where, std::string("method.feedforward_modules"));
        const Error part = refusal(
            {{"targets", names({"k", "v"})}, {"feedforward_modules", names({"k"})}}, gpt2Config());
        QCOMPARE(part.where, std::string("method.feedforward_modules"));
        QVERIFY(part.message.find("c_attn.k") != std::string::npos);
        const Error embedding = refusal({{"targets", names({"wte"})}}, gpt2Config());
        QCOMPARE(embedding.where, std::string("method.targets"));
        const Error none =
            refusal({{"targets", names({"k"})}, {"exclude", names({"k"})}}, llamaConfig());
        QCOMPARE(none.code, std::string("nothing_to_train"));
    }

    void aStartAtRandomNumbersChangesTheModel()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const Tensor base = logitsOf(*decoder);
        const auto tuning =
            ia3().attach(settingsOf(ia3(), {{"init_ia3_weights", false}}), *decoder, 3);
        QVERIFY(!isUnchanged(logitsOf(*decoder), base));
    }
};

QTEST_GUILESS_MAIN(TestIa3)
#include "tst_ia3.moc"
