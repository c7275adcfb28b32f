// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/dtypes.h"

#include "engine/device/failure.h"

#include <array>

namespace engine::device {

namespace {

struct Names
{
    c10::ScalarType type;
    std::string_view name;
    std::string_view safetensors;
    bool isCompute;
};

constexpr std::array kTypes = {
    Names{c10::ScalarType::Float, "float32", "F32", true},
    Names{c10::ScalarType::BFloat16, "bfloat16", "BF16", true},
    Names{c10::ScalarType::Half, "float16", "F16", true},
    Names{c10::ScalarType::Double, "float64", "F64", false},
    Names{c10::ScalarType::Long, "int64", "I64", false},
    Names{c10::ScalarType::Int, "int32", "I32", false},
    Names{c10::ScalarType::Short, "int16", "I16", false},
    Names{c10::ScalarType::Char, "int8", "I8", false},
    Names{c10::ScalarType::Byte, "uint8", "U8", false},
    Names{c10::ScalarType::Bool, "bool", "BOOL", false},
};

const Names& namesOf(c10::ScalarType type)
{
    for (const Names& names : kTypes) {
        if (names.type == type) {
            return names;
        }
    }
    throw Failure(code::kInternal,
                  std::string("tensors of type ") + c10::toString(type) + " have no name in files");
}

} // namespace

std::vector<std::string_view> computeDtypeNames()
{
    std::vector<std::string_view> result;
    for (const Names& names : kTypes) {
        if (names.isCompute) {
            result.push_back(names.name);
        }
    }
    return result;
}

std::optional<c10::ScalarType> dtypeOf(std::string_view name)
{
    for (const Names& names : kTypes) {
        if (names.isCompute && names.name == name) {
            return names.type;
        }
    }
    return std::nullopt;
}

std::string_view nameOf(c10::ScalarType type)
{
    return namesOf(type).name;
}

std::optional<c10::ScalarType> safetensorsDtype(std::string_view name)
{
    for (const Names& names : kTypes) {
        if (names.safetensors == name) {
            return names.type;
        }
    }
    return std::nullopt;
}

std::string_view safetensorsName(c10::ScalarType type)
{
    return namesOf(type).safetensors;
}

std::uint64_t bytesOf(c10::ScalarType type)
{
    return c10::elementSize(type);
}

} // namespace engine::device
