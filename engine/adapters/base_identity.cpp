// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/base_identity.h"

namespace engine::adapters {

using contract::Value;

std::string describe(const BaseQuantization& quantization)
{
    if (quantization.kind == "nf4") {
        return quantization.doubleQuant ? "NF4 with double quantisation"
                                        : "NF4 without double quantisation";
    }
    return quantization.isPacked() ? quantization.kind : "full precision";
}

std::string precisionNote(const BaseQuantization& recorded, const BaseQuantization& held)
{
    const bool isKnown = !recorded.kind.empty() && !held.kind.empty();
    return isKnown && recorded != held ? "it was trained on the base in " + describe(recorded)
                                             + ", here the base is in " + describe(held)
                                       : "";
}

Value quantizationValue(const BaseQuantization& quantization)
{
    return quantization.isPacked() ? Value::object(
               {{"kind", quantization.kind}, {"double_quant", quantization.doubleQuant}})
                                   : Value();
}

BaseQuantization quantizationOf(const Value& value)
{
    if (!value["kind"].isString()) {
        return {"none", false};
    }
    return {value["kind"].toString(), value["double_quant"].toBool()};
}

Value ownRecordOf(const std::string& method, const BaseIdentity& base)
{
    Value record = Value::object({{"method", method}, {"base_sha256", base.sha256}});
    if (base.quantization.isPacked()) {
        record.set("base_quantization", quantizationValue(base.quantization));
    }
    return record;
}

std::string quantizationNote(const BaseQuantization& quantization)
{
    return quantization.isPacked() ? "\nTrained on the base held in " + describe(quantization)
                                         + ": it fits that form best. `lora-engine export` merges "
                                           "it into the original or "
                                           "the dequantised weights, never into packed ones.\n"
                                   : "";
}

} // namespace engine::adapters
