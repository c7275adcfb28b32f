// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/rope.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/pow.h>

#include <cmath>
#include <numbers>

namespace engine::models {

namespace {

using contract::Value;

double number(const ModelConfig& config, const Value& rope, std::string_view key)
{
    const double value = rope[key].toDouble(std::nan(""));
    if (!(value > 0)) {
        config.refuse("rope." + std::string(key),
                      "expected a number above 0, got " + toJson(rope[key]));
    }
    return value;
}

// Llama 3.1's rescaling: long wavelengths are divided by `factor`, short ones kept, those between
// blended. Source: transformers modeling_rope_utils.py, _compute_llama3_parameters.
at::Tensor llama3(const ModelConfig& config, const Value& rope, const at::Tensor& frequencies)
{
    const double factor = number(config, rope, "factor");
    const double low = number(config, rope, "low_freq_factor");
    const double high = number(config, rope, "high_freq_factor");
    const double original = number(config, rope, "original_max_position_embeddings");
    at::Tensor scaled = frequencies.clone();
    auto values = scaled.accessor<double, 1>();
    for (int64_t i = 0; i < scaled.size(0); ++i) {
        const double frequency = values[i];
        const double wavelength = 2 * std::numbers::pi / frequency;
        if (wavelength > original / low) {
            values[i] = frequency / factor;
        } else if (wavelength >= original / high) {
            const double blend = (original / wavelength - low) / (high - low);
            values[i] = (1 - blend) * frequency / factor + blend * frequency;
        }
    }
    return scaled;
}

} // namespace

kernels::RotaryTable rotaryTableOf(const ModelConfig& config, int64_t headDim, int64_t context)
{
    // The newer form wins; the older keeps theta apart from the scaling.
    const Value& parameters = config.value()["rope_parameters"];
    const Value& rope = parameters.isObject() ? parameters : config.value()["rope_scaling"];
    const double theta = parameters["rope_theta"].toDouble(config.number("rope_theta", 10000.0));
    if (!(theta > 0) || !std::isfinite(theta)) {
        config.refuse("rope_theta", "expected a number above 0");
    }
    const std::string type =
        rope.contains("rope_type") ? rope["rope_type"].toString() : rope["type"].toString();

    const at::Tensor exponents =
        at::arange(0, headDim, 2, at::kDouble) / static_cast<double>(headDim);
    at::Tensor frequencies = at::pow(theta, exponents).reciprocal();
    if (type == "linear") {
        frequencies = frequencies / number(config, rope, "factor");
    } else if (type == "llama3") {
        frequencies = llama3(config, rope, frequencies);
    } else if (!type.empty() && type != "default") {
        config.unsupported("rope_type", "\"" + type + "\" is not one of default, linear, llama3");
    }
    return kernels::rotaryTable(frequencies.to(at::kFloat), context);
}

} // namespace engine::models
