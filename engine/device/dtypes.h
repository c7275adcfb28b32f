// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The numeric types by their names in job files ("bfloat16") and in safetensors headers ("BF16").
#pragma once

#include <c10/core/ScalarType.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace engine::device {

// The three types a job can ask for, by name.
std::vector<std::string_view> computeDtypeNames();

// "float32", "bfloat16", "float16"; nothing for any other name.
std::optional<c10::ScalarType> dtypeOf(std::string_view name);
// The name of any type that safetensors can hold: "float32", "int64", "bool"…; kInternal for
// others.
std::string_view nameOf(c10::ScalarType type);

// F32 F16 BF16 F64 I64 I32 I16 I8 U8 BOOL; nothing for any other name.
std::optional<c10::ScalarType> safetensorsDtype(std::string_view name);
// kInternal for a type that safetensors files of ours do not hold.
std::string_view safetensorsName(c10::ScalarType type);

std::uint64_t bytesOf(c10::ScalarType type);

} // namespace engine::device
