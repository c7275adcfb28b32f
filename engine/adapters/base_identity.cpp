// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/base_identity.h"

namespace engine::adapters {

using contract::Value;

std::string describe(const BaseQuantization& quantization)
{
    if (!quantization.isPacked()) {
        return "full precision";
    }
    const std::string form = quantization.kind != "nf4" ? quantization.kind
                             : quantization.doubleQuant ? "NF4 with double quantisation"
                                                        : "NF4 without double quantisation";
    return form + (quantization.embeddings ? ", embeddings too" : "");
}

std::string precisionNote(const BaseQuantization& recorded, const BaseQuantization& held)
{
    const bool isKnown = !recorded.kind.empty() && !held.kind.empty();
    if (!isKnown || recorded.isSameForm(held)) {
        return {};
    }
    return "it was trained on the base in " + describe(recorded) + ", here the base is in "
           + describe(held)
           + (recorded.isCorrected ? "; it holds a correction of that rounding (loftq), which does "
                                     "not belong here"
                                   : "");
}

Value precisionValue(const BaseQuantization& recorded, const BaseQuantization& held)
{
    const std::string note = precisionNote(recorded, held);
    if (note.empty()) {
        return {};
    }
    const auto form = [](const BaseQuantization& quantization) {
        return Value::object({{"kind", quantization.kind},
                              {"double_quant", quantization.doubleQuant},
                              {"embeddings", quantization.embeddings},
                              {"corrected", quantization.isCorrected}});
    };
    return Value::object({{"note", note}, {"trained_on", form(recorded)}, {"held_in", form(held)}});
}

Value quantizationValue(const BaseQuantization& quantization)
{
    if (!quantization.isPacked()) {
        return {};
    }
    Value value = Value::object({{"kind", quantization.kind},
                                 {"double_quant", quantization.doubleQuant},
                                 {"embeddings", quantization.embeddings}});
    if (quantization.isCorrected) {
        value.set("corrected", true);
    }
    return value;
}

BaseQuantization quantizationOf(const Value& value)
{
    if (!value["kind"].isString()) {
        return {"none", false, false, false};
    }
    // Older records say nothing of embeddings.
    return {value["kind"].toString(),
            value["double_quant"].toBool(),
            value["embeddings"].toBool(),
            value["corrected"].toBool()};
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
    if (!quantization.isPacked()) {
        return {};
    }
    const std::string trained = "\nTrained on the base held in " + describe(quantization);
    return trained
           + (quantization.isCorrected
                  ? ", with a correction of what that rounding took away (LoftQ): it belongs to "
                    "that "
                    "form alone. `lora-engine export` merges it into the dequantised weights.\n"
                  : ": it fits that form best. `lora-engine export` merges it into the original or "
                    "the dequantised weights, never into packed ones.\n");
}

} // namespace engine::adapters
