// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Virtual tokens at work on a decoder.
#pragma once

#include "engine/methods/method.h"

#include <memory>

namespace engine::methods {

// Compute thread only. The decoder must outlive it.
class AppliedTokens final : public Applied
{
public:
    // Throws Failure(unsupported) when the decoder has virtual tokens already, or `scale` is not 1:
    // half a token is none.
    AppliedTokens(nn::Decoder& decoder, std::unique_ptr<nn::VirtualTokens> tokens, double scale);
    AppliedTokens(const AppliedTokens&) = delete;
    AppliedTokens& operator=(const AppliedTokens&) = delete;
    ~AppliedTokens() override;

private:
    nn::Decoder& m_decoder;
    std::unique_ptr<nn::VirtualTokens> m_tokens;
};

} // namespace engine::methods
