// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What an adapter records about the base model it was trained on.
#pragma once

#include "engine/contract/value.h"

#include <string>

namespace engine::adapters {

// The form in which the base was held meanwhile.
struct BaseQuantization
{
    std::string kind; // of its linear layers: "none", "nf4", "int8"; empty where not recorded
    bool doubleQuant = false;
    bool embeddings = false; // token embedding and output head in that form, too
    // The adapter began with a correction of what packing took away (method.init loftq): weights in
    // full precision would get that twice.
    bool isCorrected = false;

    bool isPacked() const { return !kind.empty() && kind != "none"; }
    bool isSameForm(const BaseQuantization& other) const
    {
        return kind == other.kind && doubleQuant == other.doubleQuant
            && embeddings == other.embeddings;
    }
    bool operator==(const BaseQuantization&) const = default;
};

// "NF4 with double quantisation, embeddings too", "full precision".
std::string describe(const BaseQuantization& quantization);

// "it was trained on the base in NF4 …, here the base is in full precision": what to know where the
// form that is recorded is not the one in which the base is held; else empty.
std::string precisionNote(const BaseQuantization& recorded, const BaseQuantization& held);

// The same for programs: {"note", "trained_on": {"kind", "double_quant", "embeddings", "corrected"},
// "held_in": {…}}; null where there is nothing to know.
contract::Value precisionValue(const BaseQuantization& recorded, const BaseQuantization& held);

// {"kind": "nf4", "double_quant": true, "embeddings": false}, of a corrected one with
// "corrected": true; null for a base in full precision.
contract::Value quantizationValue(const BaseQuantization& quantization);
// The same back; null is full precision.
BaseQuantization quantizationOf(const contract::Value& value);

struct BaseIdentity
{
    std::string name;   // path or hub name
    std::string sha256; // tensors::baseHash
    BaseQuantization quantization = {};
};

// The private record in an adapter's tensor file: {"method", "base_sha256"}, and
// "base_quantization" where the base was packed.
contract::Value ownRecordOf(const std::string& method, const BaseIdentity& base);

// "Trained on the base held in NF4 …" with an empty line before it, for a model card; empty for a
// base in full precision.
std::string quantizationNote(const BaseQuantization& quantization);

} // namespace engine::adapters
