// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/prompt_tuning/prompt_tuning.h"

#include "engine/methods/initial_values.h"
#include "engine/methods/paper.h"
#include "engine/methods/token_embeddings.h"
#include "engine/methods/virtual_tokens.h"

namespace engine::methods::prompt_tuning {

namespace {

using contract::Value;

struct PromptTuning
{
    static constexpr std::string_view kId = "prompt_tuning";

    struct Settings : TokensSettings
    {
        std::string promptTuningInit = "SAMPLE_VOCAB";
    };

    static contract::Schema<Settings> schema()
    {
        contract::Schema<Settings> s;
        addTokens(s,
                  LS_TEXT("Trained tokens before every text. They take that much of the context."));
        s.choice("prompt_tuning_init", &Settings::promptTuningInit, {"SAMPLE_VOCAB", "RANDOM"})
            .advanced()
            .label(LS_TEXT("Initial values"))
            .help(LS_TEXT("SAMPLE_VOCAB: the embeddings of random tokens of the vocabulary; RANDOM "
                          "learns more slowly."));
        return s;
    }

    static std::vector<nn::TrainableTensor> plan(const Settings& settings,
                                                 const nn::Blueprint& blueprint)
    {
        return {{kTokensTensor, {settings.numVirtualTokens, blueprint.hiddenSize}, 1, true}};
    }

    // As PEFT: N(0, 1), the start of torch.nn.Embedding, or rows of the vocabulary.
    static void initialise(nn::ParameterBuffer& buffer,
                           const Settings& settings,
                           const nn::Decoder& decoder,
                           uint64_t seed)
    {
        const at::Tensor& leaf = buffer.leaf(0);
        if (settings.promptTuningInit == "RANDOM") {
            fillNormal(leaf, 1, seed, kTokensTensor);
            return;
        }
        const at::Tensor tokens = startTokens(settings.numVirtualTokens, decoder, seed);
        leaf.detach().copy_(startEmbeddings(tokens, decoder));
    }

    static std::unique_ptr<Applied> apply(const Settings&,
                                          nn::Decoder& decoder,
                                          const std::vector<at::Tensor>& tensors,
                                          double scale)
    {
        return std::make_unique<AppliedTokens>(
            decoder, std::make_unique<TokenEmbeddings>(tensors.front()), scale);
    }
};

const PeftForm kPeft = {
    "PROMPT_TUNING",
    [](const AdapterState& state, const nn::Blueprint& blueprint) {
        return Value::object({{"num_virtual_tokens", state.settings["num_virtual_tokens"]},
                              {"prompt_tuning_init", state.settings["prompt_tuning_init"]},
                              {"token_dim", blueprint.hiddenSize},
                              {"num_transformer_submodules", 1},
                              {"num_layers", blueprint.layers}});
    },
    tokensSettingsOf,
};

} // namespace

const Method kPromptTuning = fromPaper(
    "Lester et al. 2021",
    tokensMethod<PromptTuning>(
        LS_TEXT("Prompt tuning"), LS_TEXT("Trains tokens that stand before every text"), &kPeft));

} // namespace engine::methods::prompt_tuning
