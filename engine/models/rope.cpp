// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/rope.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>

#include <cmath>
#include <numbers>

namespace engine::models {

namespace {

using contract::Value;

// The rope object of one config, with the numbers every scaling starts from.
class Reader
{
public:
    Reader(const ModelConfig& config, const RopeObject& object, const RopeFamily& family)
        : m_config(config), m_object(object), m_family(family)
    {
    }

    std::string type() const
    {
        const Value& field = m_object.value.contains("rope_type") ? m_object.value["rope_type"]
                                                                  : m_object.value["type"];
        std::string type = field.isNull() ? "default" : field.toString();
        for (const auto& [name, meaning] : m_family.aliases) {
            type = type == name ? std::string(meaning) : type;
        }
        return type;
    }
    double theta() const
    {
        const double theta = has("rope_theta") ? number("rope_theta")
                                               : m_config.number(m_family.thetaKey, m_family.theta);
        if (!(theta > 0)) {
            m_config.refuse(m_family.thetaKey, "expected a number above 0");
        }
        return theta;
    }
    // Numbers of a head that are turned.
    int64_t rotaryDim(int64_t headDim) const
    {
        const bool isInside = has(kPartial);
        const std::string key =
            isInside ? m_object.name + "." + kPartial : std::string(m_family.partialKey);
        const double part =
            isInside ? number(kPartial) : m_config.number(m_family.partialKey, m_family.partial);
        if (part != 1 && !m_family.isPartial) {
            m_config.unsupported(key, "this family turns whole heads");
        }
        const auto dim = static_cast<int64_t>(static_cast<double>(headDim) * part);
        if (part == 1 && headDim % 2 != 0) {
            m_config.refuse("head_dim", "must be even for rotary positions");
        }
        if (!(part > 0) || dim < 1 || 2 * ((dim + 1) / 2) > headDim) {
            m_config.refuse(key, "leaves no even number of a head to turn");
        }
        return dim;
    }
    double originalContext(int64_t context) const
    {
        constexpr const char* kKey = "original_max_position_embeddings";
        if (!m_config.value()[kKey].isNull()) {
            return static_cast<double>(m_config.size(kKey));
        }
        if (m_family.originalContext > 0) {
            return static_cast<double>(m_family.originalContext);
        }
        return has(kKey) ? number(kKey) : static_cast<double>(context);
    }

    bool has(std::string_view key) const { return !m_object.value[key].isNull(); }
    // Above 0.
    double number(std::string_view key) const
    {
        const double value = m_object.value[key].toDouble(std::nan(""));
        if (!(value > 0) || !std::isfinite(value)) {
            refuse(key, "expected a number above 0, got " + toJson(m_object.value[key]));
        }
        return value;
    }
    double number(std::string_view key, double fallback) const
    {
        return has(key) ? number(key) : fallback;
    }
    bool flag(std::string_view key, bool fallback) const
    {
        return m_object.value[key].toBool(fallback);
    }
    // One factor per frequency.
    at::Tensor factors(std::string_view key, int64_t count) const
    {
        std::vector<float> values;
        for (const Value& value : m_object.value[key].toList()) {
            values.push_back(static_cast<float>(value.toDouble(0)));
        }
        const bool isSound = static_cast<int64_t>(values.size()) == count
                             && std::all_of(values.begin(), values.end(), [](float value) {
                                    return value > 0 && std::isfinite(value);
                                });
        if (!isSound) {
            refuse(key, "expected " + std::to_string(count) + " numbers above 0");
        }
        return at::tensor(values, at::kFloat);
    }

    [[noreturn]] void refuse(std::string_view key, const std::string& problem) const
    {
        m_config.refuse(m_object.name + "." + std::string(key), problem);
    }
    [[noreturn]] void refuseType() const
    {
        m_config.unsupported(m_object.name + ".rope_type",
                             "\"" + type()
                                 + "\" is not one of default, linear, dynamic, yarn, longrope, "
                                   "llama3");
    }

private:
    static constexpr const char* kPartial = "partial_rotary_factor";

    const ModelConfig& m_config;
    const RopeObject& m_object;
    const RopeFamily& m_family;
};

at::Tensor exponentsOf(int64_t dim)
{
    return at::arange(0, dim, 2, at::kFloat) / static_cast<double>(dim);
}

at::Tensor plainFrequencies(double theta, int64_t dim)
{
    return at::pow(theta, exponentsOf(dim)).reciprocal();
}

// Llama 3.1: long wavelengths are divided by `factor`, short ones kept, those between blended.
at::Tensor llama3(const Reader& rope, const at::Tensor& frequencies, double original)
{
    const double factor = rope.number("factor");
    const double low = rope.number("low_freq_factor");
    const double high = rope.number("high_freq_factor");
    if (!(high > low)) {
        rope.refuse("high_freq_factor", "must be above low_freq_factor");
    }
    const at::Tensor wavelengths = at::scalar_tensor(2 * std::numbers::pi) / frequencies;
    const at::Tensor scaled =
        at::where(wavelengths > original / low, frequencies / factor, frequencies);
    const at::Tensor blend = (at::scalar_tensor(original) / wavelengths - low) / (high - low);
    const at::Tensor blended = (1 - blend) * scaled / factor + blend * scaled;
    const at::Tensor isBetween =
        (wavelengths >= original / high).logical_and(wavelengths <= original / low);
    return at::where(isBetween, blended, scaled);
}

// NTK by parts: Peng et al. 2023 (YaRN), section 3.2.
at::Tensor yarn(const Reader& rope, double theta, int64_t dim, double original, double factor)
{
    const auto correction = [&](double rotations) {
        return static_cast<double>(dim) * std::log(original / (rotations * 2 * std::numbers::pi))
               / (2 * std::log(theta));
    };
    double low = correction(rope.number("beta_fast", 32));
    double high = correction(rope.number("beta_slow", 1));
    if (rope.flag("truncate", true)) {
        low = std::floor(low);
        high = std::ceil(high);
    }
    low = std::max(low, 0.0);
    high = std::min(high, static_cast<double>(dim - 1));
    high = low == high ? high + 0.001 : high;
    const at::Tensor ramp = ((at::arange(dim / 2, at::kFloat) - low) / (high - low)).clamp(0, 1);
    const at::Tensor kept = 1 - ramp;
    const at::Tensor powers = at::pow(theta, exponentsOf(dim));
    return (powers * factor).reciprocal() * (1 - kept) + powers.reciprocal() * kept;
}

// YaRN's factor of cosines and sines.
double yarnAttention(const Reader& rope, double factor)
{
    const auto logarithmic = [factor](double scale) {
        return factor <= 1 ? 1.0 : 0.1 * scale * std::log(factor) + 1.0;
    };
    if (rope.has("attention_factor")) {
        return rope.number("attention_factor");
    }
    if (rope.has("mscale") && rope.has("mscale_all_dim")) {
        return logarithmic(rope.number("mscale")) / logarithmic(rope.number("mscale_all_dim"));
    }
    return logarithmic(1);
}

// Ding et al. 2024 (LongRoPE): a factor per frequency, one list up to the original context and one
// beyond it.
void longrope(const Reader& rope, double theta, int64_t dim, int64_t context, Rope& result)
{
    const double original = rope.originalContext(context);
    const double factor = rope.number("factor", static_cast<double>(context) / original);
    const double usual = factor <= 1 ? 1.0 : std::sqrt(1 + std::log(factor) / std::log(original));
    result.attentionFactor = rope.number("attention_factor", usual);
    const at::Tensor powers = at::pow(theta, exponentsOf(dim));
    const at::Tensor beyond = (rope.factors("long_factor", powers.size(0)) * powers).reciprocal();
    result.frequencies = (rope.factors("short_factor", powers.size(0)) * powers).reciprocal();
    result.longer.limit = static_cast<int64_t>(original);
    result.longer.frequencies = [beyond](int64_t) { return beyond; };
    result.longer.isOneSet = true;
}

// The base grows with the sequence once it is longer than the context.
void dynamic(const Reader& rope, double theta, int64_t dim, int64_t context, Rope& result)
{
    const double factor = rope.number("factor");
    if (dim < 4) {
        rope.refuse("rope_type", "dynamic needs 4 turned numbers of a head or more");
    }
    result.longer.limit = context;
    result.longer.frequencies = [theta, dim, context, factor](int64_t length) {
        const double exponent = static_cast<double>(dim) / static_cast<double>(dim - 2);
        const at::Tensor stretch =
            at::scalar_tensor(length, at::kLong) * factor / static_cast<double>(context)
            - (factor - 1);
        return at::pow(at::pow(stretch, exponent) * theta, exponentsOf(dim)).reciprocal();
    };
}

int64_t bounded(double tokens)
{
    return static_cast<int64_t>(std::min(tokens, static_cast<double>(kLongestContext)));
}

} // namespace

RopeObject ropeObjectOf(const ModelConfig& config, std::string_view layerType)
{
    for (const char* key : {"rope_scaling", "rope_parameters"}) {
        const Value& object = config.value()[key];
        if (!object.isNull() && !object.isObject()) {
            config.refuse(key, "expected an object, got " + toJson(object));
        }
        if (object.toObject().empty()) {
            continue;
        }
        const bool isNested =
            object["full_attention"].isObject() || object["sliding_attention"].isObject();
        if (!isNested) {
            return {key, object};
        }
        if (layerType.empty()) {
            config.unsupported(key, "an object per kind of layer is for gemma3_text alone");
        }
        return {std::string(key) + "." + std::string(layerType), object[layerType]};
    }
    return {"rope_parameters", Value()};
}

Rope ropeOf(const ModelConfig& config,
            const RopeObject& object,
            int64_t headDim,
            int64_t context,
            const RopeFamily& family)
{
    const Reader rope(config, object, family);
    const double theta = rope.theta();
    const int64_t dim = rope.rotaryDim(headDim);
    const std::string type = rope.type();
    Rope result;
    result.context = context;
    result.frequencies = plainFrequencies(theta, dim);
    if (type == "linear") {
        result.frequencies = result.frequencies / rope.number("factor");
    } else if (type == "llama3") {
        result.frequencies = llama3(rope, result.frequencies, rope.originalContext(context));
    } else if (type == "yarn") {
        const double original = rope.originalContext(context);
        const double factor = rope.number("factor");
        result.frequencies = yarn(rope, theta, dim, original, factor);
        result.attentionFactor = yarnAttention(rope, factor);
        result.context = std::max(context, bounded(original * factor));
    } else if (type == "dynamic") {
        dynamic(rope, theta, dim, context, result);
        result.context =
            std::max(context, bounded(static_cast<double>(context) * rope.number("factor")));
    } else if (type == "longrope") {
        longrope(rope, theta, dim, context, result);
    } else if (type != "default") {
        rope.refuseType();
    }
    return result;
}

} // namespace engine::models
