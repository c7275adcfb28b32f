// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/prefix_tuning/prefix_tuning.h"

#include "engine/device/failure.h"
#include "engine/methods/initial_values.h"
#include "engine/methods/paper.h"
#include "engine/methods/virtual_tokens.h"

namespace engine::methods::prefix_tuning {

namespace {

using contract::Value;

// Features of the keys of one block: kvHeads · headDim.
int64_t keyWidth(const nn::Blueprint& blueprint)
{
    for (const nn::ModuleSpec& module : blueprint.modules) {
        if (module.shortName == "k") {
            return module.out;
        }
        for (const nn::SliceSpec& slice : module.slices) {
            if (slice.shortName == "k") {
                return slice.rows.rows();
            }
        }
    }
    throw Failure(code::kUnsupported, "the model has no keys to put a prefix before");
}

// rows [count, 2 · layers · kvHeads · headDim], block by block its keys, then its values.
class KeysAndValues final : public nn::VirtualTokens
{
public:
    KeysAndValues(at::Tensor rows, int64_t layers, const nn::AttentionShape& shape)
        : m_rows(std::move(rows)), m_layers(layers), m_shape(shape)
    {
    }
    int64_t count() const override { return m_rows.size(0); }
    std::pair<at::Tensor, at::Tensor> prefix(int64_t layer) const override
    {
        const at::Tensor both =
            m_rows.view({count(), m_layers, 2, m_shape.kvHeads, m_shape.headDim}).select(1, layer);
        return {both.select(1, 0), both.select(1, 1)};
    }

private:
    at::Tensor m_rows;
    int64_t m_layers;
    nn::AttentionShape m_shape;
};

struct PrefixTuning
{
    static constexpr std::string_view kId = "prefix_tuning";

    using Settings = TokensSettings;

    static contract::Schema<Settings> schema()
    {
        contract::Schema<Settings> s;
        addTokens(s,
                  LS_TEXT("Trained keys and values before every text, in every block. They take "
                          "that much of the context."));
        return s;
    }

    // Count: n · 2 · L · kvHeads · headDim.
    static std::vector<nn::TrainableTensor> plan(const Settings& settings,
                                                 const nn::Blueprint& blueprint)
    {
        return {{kTokensTensor,
                 {settings.numVirtualTokens, 2 * blueprint.layers * keyWidth(blueprint)},
                 1,
                 true}};
    }

    // PEFT draws from N(0, 1), which first has to be unlearnt: small keys and values hardly change
    // the model at the start.
    static void
    initialise(nn::ParameterBuffer& buffer, const Settings&, const nn::Decoder&, uint64_t seed)
    {
        fillNormal(buffer.leaf(0), 0.1, seed, kTokensTensor);
    }

    static std::unique_ptr<Applied> apply(const Settings&,
                                          nn::Decoder& decoder,
                                          const std::vector<at::Tensor>& tensors,
                                          double scale)
    {
        return std::make_unique<AppliedTokens>(
            decoder,
            std::make_unique<KeysAndValues>(
                tensors.front(), decoder.blueprint().layers, decoder.block(0).attention().shape()),
            scale);
    }
};

const PeftForm kPeft = {
    "PREFIX_TUNING",
    [](const AdapterState& state, const nn::Blueprint& blueprint) {
        return Value::object({{"num_virtual_tokens", state.settings["num_virtual_tokens"]},
                              {"token_dim", keyWidth(blueprint)},
                              {"num_transformer_submodules", 1},
                              {"num_layers", blueprint.layers},
                              {"prefix_projection", false}});
    },
    tokensSettingsOf,
};

} // namespace

const Method kPrefixTuning = fromPaper(
    "Li & Liang 2021",
    tokensMethod<PrefixTuning>(LS_TEXT("Prefix tuning"),
                               LS_TEXT("Trains keys and values before every text, in every block"),
                               &kPeft));

} // namespace engine::methods::prefix_tuning
