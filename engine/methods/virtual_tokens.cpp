// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/virtual_tokens.h"

#include "engine/device/failure.h"

namespace engine::methods {

AppliedTokens::AppliedTokens(nn::Decoder& decoder,
                             std::unique_ptr<nn::VirtualTokens> tokens,
                             double scale)
    : m_decoder(decoder), m_tokens(std::move(tokens))
{
    requireUnscaled(scale);
    if (decoder.virtualTokens() != nullptr) {
        throw Failure(code::kUnsupported,
                      "two adapters with virtual tokens cannot stand in the same text",
                      "Use one of them at a time",
                      "--adapter");
    }
    m_decoder.attach(m_tokens.get());
}

void requireUnscaled(double scale)
{
    if (scale != 1) {
        throw Failure(code::kUnsupported,
                      "virtual tokens have no scale",
                      "Leave the scale of this adapter out, or at 1",
                      "--adapter");
    }
}

AppliedTokens::~AppliedTokens()
{
    m_decoder.detach(m_tokens.get());
}

contract::Value tokensSettingsOf(const contract::Value& config)
{
    return contract::Value::object({{"num_virtual_tokens", config["num_virtual_tokens"]}});
}

} // namespace engine::methods
