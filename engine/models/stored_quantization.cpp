// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/stored_quantization.h"

#include "engine/device/dtypes.h"

#include <string>

namespace engine::models {

namespace {

using contract::Value;
using kernels::Quantization;

constexpr const char* kField = "quantization_config";
constexpr const char* kReadable = "; bitsandbytes' NF4 and int8 can be read";

// "quantization_config.load_in_4bit" of the object; absent and null are `fallback`.
template <typename Is>
Value fieldOf(const ModelConfig& config, const char* key, Value fallback, Is is, const char* what)
{
    const Value& field = config.value()[kField][key];
    if (field.isNull()) {
        return fallback;
    }
    if (!(field.*is)()) {
        config.refuse(std::string(kField) + "." + key,
                      std::string("expected ") + what + ", got " + toJson(field));
    }
    return field;
}

bool flagOf(const ModelConfig& config, const char* key)
{
    return fieldOf(config, key, false, &Value::isBool, "true or false").toBool();
}

std::string textOf(const ModelConfig& config, const char* key, const char* fallback)
{
    return fieldOf(config, key, fallback, &Value::isString, "a text").toString();
}

StoredQuantization nf4Of(const ModelConfig& config)
{
    // bitsandbytes' own default, which config.json may leave out.
    const std::string type = textOf(config, "bnb_4bit_quant_type", "fp4");
    if (type != "nf4") {
        config.unsupported(std::string(kField) + ".bnb_4bit_quant_type",
                           "weights in \"" + type + "\" cannot be read" + kReadable);
    }
    const std::string storage = textOf(config, "bnb_4bit_quant_storage", "uint8");
    if (storage != "uint8") {
        config.unsupported(std::string(kField) + ".bnb_4bit_quant_storage",
                           "4-bit codes stored as " + storage
                               + " cannot be read; save them as uint8");
    }
    const std::string compute = textOf(config, "bnb_4bit_compute_dtype", "float32");
    return {Quantization::Nf4,
            flagOf(config, "bnb_4bit_use_double_quant"),
            device::dtypeOf(compute).value_or(at::kFloat)};
}

} // namespace

std::string_view nameOf(Quantization quantization)
{
    switch (quantization) {
    case Quantization::Nf4:
        return "nf4";
    case Quantization::Int8:
        return "int8";
    case Quantization::None:
        break;
    }
    return "none";
}

StoredQuantization storedQuantizationOf(const ModelConfig& config)
{
    const Value& field = config.value()[kField];
    if (field.isNull()) {
        return {};
    }
    if (!field.isObject()) {
        config.refuse(kField, "expected an object, got " + toJson(field));
    }
    // Older configs of bitsandbytes do not name the method.
    const std::string method = textOf(config, "quant_method", "bitsandbytes");
    if (method != "bitsandbytes") {
        config.unsupported(std::string(kField) + ".quant_method",
                           "weights quantised by \"" + method + "\" cannot be read" + kReadable);
    }
    const bool isNf4 = flagOf(config, "load_in_4bit");
    const bool isInt8 = flagOf(config, "load_in_8bit");
    if (isNf4 == isInt8) {
        config.unsupported(
            kField, std::string("one of load_in_4bit and load_in_8bit must be true") + kReadable);
    }
    return isNf4 ? nf4Of(config) : StoredQuantization{Quantization::Int8};
}

Value quantizationConfig(const StoredQuantization& quantization)
{
    const bool isNf4 = quantization.kind == Quantization::Nf4;
    return Value::object({
        {"_load_in_4bit", isNf4},
        {"_load_in_8bit", !isNf4},
        {"bnb_4bit_compute_dtype", device::nameOf(quantization.computeType)},
        {"bnb_4bit_quant_storage", "uint8"},
        {"bnb_4bit_quant_type", isNf4 ? "nf4" : "fp4"},
        {"bnb_4bit_use_double_quant", isNf4 && quantization.doubleQuant},
        {"llm_int8_enable_fp32_cpu_offload", false},
        {"llm_int8_has_fp16_weight", false},
        {"llm_int8_skip_modules", Value()},
        {"llm_int8_threshold", 6.0},
        {"load_in_4bit", isNf4},
        {"load_in_8bit", !isNf4},
        {"quant_method", "bitsandbytes"},
    });
}

} // namespace engine::models
