// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/bottleneck.h"

#include "tests/support/tuned_models.h"

#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/silu.h>

using namespace engine;
using namespace tests;

namespace {

// What the layouts say, written out once more, from the tensors of a saved adapter.
class ByHand final : public nn::SiteModule
{
public:
    ByHand(std::string method, const methods::AdapterState& state, std::string place)
        : m_method(std::move(method)), m_state(state), m_place(std::move(place))
    {
    }
    Tensor forward(const Tensor& output, const Tensor& residual, const nn::Pass&) const override
    {
        if (m_method == "adapter_h") {
            return output + up(at::silu(down(output)));
        }
        const Tensor stream = residual + output;
        if (m_method == "adapter_p") {
            return output + up(at::relu(down(stream)));
        }
        return output
               + up(at::relu(down(at::layer_norm(
                   stream, {stream.size(-1)}, weight("norm.weight"), weight("norm.bias")))));
    }

private:
    Tensor weight(const std::string& part) const
    {
        for (const methods::ReplacedParameter& tensor : m_state.own) {
            if (tensor.name == m_place + "." + part) {
                return tensor.value;
            }
        }
        return {};
    }
    Tensor down(const Tensor& x) const
    {
        return at::linear(x, weight("down.weight"), weight("down.bias"));
    }
    Tensor up(const Tensor& x) const
    {
        return at::linear(x, weight("up.weight"), weight("up.bias"));
    }

    std::string m_method;
    const methods::AdapterState& m_state;
    std::string m_place;
};

methods::AdapterState trained(const methods::Method& method,
                              nn::Decoder& decoder,
                              const std::vector<Value::Member>& settings)
{
    const auto tuning = method.attach(settingsOf(method, settings), decoder, 3);
    disturb(*tuning);
    return tuning->state();
}

} // namespace

class TestBottleneck : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aLayoutComputesItsFormula_data()
    {
        QTest::addColumn<QString>("method");
        for (const char* method : {"adapter_h", "adapter_l", "adapter_p"}) {
            QTest::newRow(method) << method;
        }
    }
    void aLayoutComputesItsFormula()
    {
        QFETCH(QString, method);
        const std::string id = method.toStdString();
        const methods::Method& layout = *methods::findMethod(id);
        const auto decoder = tinyDecoder(tinyModel("gpt2"));
        const methods::AdapterState state = trained(layout, *decoder, {{"bottleneck", 5}});
        Tensor ours;
        {
            const auto applied = layout.apply(state, *decoder, 1);
            ours = logitsOf(*decoder);
        }
        std::vector<std::unique_ptr<ByHand>> modules;
        for (int64_t layer = 0; layer < decoder->blueprint().layers; ++layer) {
            const std::string block = "transformer.h." + std::to_string(layer);
            if (id == "adapter_h") {
                modules.push_back(
                    std::make_unique<ByHand>(id, state, block + ".attention_adapter"));
                decoder->block(layer).attach(nn::Site::AttentionOutput, modules.back().get());
            }
            modules.push_back(std::make_unique<ByHand>(id, state, block + ".mlp_adapter"));
            decoder->block(layer).attach(nn::Site::MlpOutput, modules.back().get());
        }
        QCOMPARE(difference("logits", ours, logitsOf(*decoder), 1e-5), QString());
    }

    void theScaleIsOfTheUpdate()
    {
        const methods::Method& layout = *methods::findMethod("adapter_p");
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const Value last = Value::list(std::vector<int64_t>{1});
        const methods::AdapterState state = trained(layout, *decoder, {{"layers", last}});
        const auto streamOf = [&](double scale) {
            const auto applied = layout.apply(state, *decoder, scale);
            std::vector<Tensor> states;
            nn::Pass pass = nn::packedPass({9});
            pass.states = &states;
            decoder->hidden(tokens(9), pass);
            return states.back();
        };
        const Tensor base = streamOf(0);
        QCOMPARE(difference("half", (streamOf(0.5) - base) * 2, streamOf(1) - base, 1e-5),
                 QString());
        QVERIFY(!difference("whole", streamOf(1), base, 1e-2).isEmpty());
    }

    void dropoutIsOfTrainingAlone()
    {
        const methods::Method& layout = *methods::findMethod("adapter_h");
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const auto tuning = layout.attach(settingsOf(layout, {{"dropout", 0.5}}), *decoder, 3);
        disturb(*tuning);
        QVERIFY(at::equal(logitsOf(*decoder), logitsOf(*decoder)));
        const auto trainedLogits = [&](uint64_t seed) {
            nn::Pass pass = trainingPass(9);
            pass.seed = seed;
            return logitsOf(*decoder, tokens(9), pass);
        };
        QVERIFY(at::equal(trainedLogits(1), trainedLogits(1)));
        QVERIFY(!at::equal(trainedLogits(1), trainedLogits(2)));
        QVERIFY(!difference("logits", trainedLogits(1), logitsOf(*decoder), 1e-3).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestBottleneck)
#include "tst_bottleneck.moc"
