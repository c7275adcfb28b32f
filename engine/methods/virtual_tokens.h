// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Methods of virtual tokens: what they share.
#pragma once

#include "engine/contract/schema.h"
#include "engine/contract/text.h"
#include "engine/methods/dropout_field.h"
#include "engine/methods/own_tensors.h"

#include <memory>
#include <string_view>

namespace engine::methods {

// Compute thread only. The decoder must outlive it.
class AppliedTokens final : public Applied
{
public:
    // Throws Failure(unsupported) when the decoder has virtual tokens already, or `scale` is not 1.
    AppliedTokens(nn::Decoder& decoder, std::unique_ptr<nn::VirtualTokens> tokens, double scale);
    AppliedTokens(const AppliedTokens&) = delete;
    AppliedTokens& operator=(const AppliedTokens&) = delete;
    ~AppliedTokens() override;

private:
    nn::Decoder& m_decoder;
    std::unique_ptr<nn::VirtualTokens> m_tokens;
};

// Throws Failure(unsupported) unless `scale` is 1: half a token is none.
void requireUnscaled(double scale);

inline constexpr const char* kTokensTensor = "prompt_embeddings"; // as PEFT names it

struct TokensSettings
{
    int64_t numVirtualTokens = 20;
    double dropout = 0;

    int64_t count() const { return numVirtualTokens; }
};

template <typename Settings>
void addTokens(contract::Schema<Settings>& schema, std::string_view help)
{
    schema.integer("num_virtual_tokens", &Settings::numVirtualTokens)
        .range(1, 65536)
        .unit(LS_TEXT("tokens"))
        .label(LS_TEXT("Virtual tokens"))
        .help(help);
    addNoDropout(schema, &Settings::dropout);
}

// From PEFT's config: how the numbers began is history.
contract::Value tokensSettingsOf(const contract::Value& config);

// Kind as in OwnTensorsMethod; its Settings have count(). Few numbers that stand in for
// text want a larger rate than updates of weights do.
template <typename Kind>
constexpr Method tokensMethod(std::string_view name, std::string_view summary, const PeftForm* peft)
{
    Method method = OwnTensorsMethod<Kind>::method(name, summary, Approach::Tokens);
    method.learningRate = 1e-2;
    method.peft = peft;
    method.startsElsewhere = true;
    method.virtualTokens = [](const contract::Value& settings) {
        return OwnTensorsMethod<Kind>::parsed(settings).count();
    };
    return method;
}

} // namespace engine::methods
