// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/unsupported_fields.h"

#include "engine/models/stored_quantization.h"

namespace engine::models {

namespace {

using contract::Value;

// Counts of experts; 0 and 1 are no mixture.
constexpr const char* kExperts[] = {"num_experts",
                                    "num_local_experts",
                                    "n_routed_experts",
                                    "moe_num_experts",
                                    "num_experts_per_tok",
                                    "moe_intermediate_size"};
constexpr const char* kBidirectional[] = {"use_bidirectional_attention", "is_encoder_decoder"};

} // namespace

void refuseUnsupportedFields(const ModelConfig& config)
{
    for (const char* key : kExperts) {
        if (config.value()[key].toDouble() > 1) {
            config.unsupported(key, "mixtures of experts are not supported");
        }
    }
    for (const char* key : kBidirectional) {
        const Value& field = config.value()[key];
        if (field.toBool() || field.isString()) { // newer configs say to what tokens
            config.unsupported(key, "attention to later tokens is not supported");
        }
    }
    if (!config.value()["compression_config"].isNull()) {
        config.unsupported("compression_config", "weights stored compressed cannot be read");
    }
    storedQuantizationOf(config);
}

} // namespace engine::models
