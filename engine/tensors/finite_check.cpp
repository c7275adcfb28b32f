// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/finite_check.h"

#include "engine/device/failure.h"

#include <algorithm>
#include <cmath>

namespace engine::tensors {

namespace {

constexpr std::int64_t kChunk = 16384;

// Position of the first element whose exponent bits are all ones; -1 when there is none.
template <typename Bits>
std::int64_t firstWithExponent(const void* data, std::int64_t count, Bits exponent)
{
    const auto* bits = static_cast<const Bits*>(data);
    const auto isNonFinite = [exponent](Bits value) { return (value & exponent) == exponent; };
    for (std::int64_t begin = 0; begin < count; begin += kChunk) {
        const std::int64_t end = std::min(count, begin + kChunk);
        // Without an early exit the compiler turns this into vector instructions.
        Bits found = 0;
        for (std::int64_t i = begin; i < end; ++i) {
            found |= static_cast<Bits>(isNonFinite(bits[i]));
        }
        if (found != 0) {
            return std::find_if(bits + begin, bits + end, isNonFinite) - bits;
        }
    }
    return -1;
}

std::int64_t firstPosition(const Tensor& dense)
{
    const void* data = dense.const_data_ptr();
    const std::int64_t count = dense.numel();
    switch (dense.scalar_type()) {
    case c10::ScalarType::Float:
        return firstWithExponent<std::uint32_t>(data, count, 0x7F800000);
    case c10::ScalarType::BFloat16:
        return firstWithExponent<std::uint16_t>(data, count, 0x7F80);
    case c10::ScalarType::Half:
        return firstWithExponent<std::uint16_t>(data, count, 0x7C00);
    case c10::ScalarType::Double:
        return firstWithExponent<std::uint64_t>(data, count, 0x7FF0000000000000);
    default:
        return -1;
    }
}

} // namespace

std::optional<NonFinite> firstNonFinite(const Tensor& tensor)
{
    const Tensor dense = tensor.contiguous();
    std::int64_t position = firstPosition(dense);
    if (position < 0) {
        return std::nullopt;
    }
    const double value = dense.view({-1})[position].item().toDouble();
    std::vector<std::int64_t> index(static_cast<std::size_t>(dense.dim()));
    for (std::size_t i = index.size(); i > 0; --i) {
        const std::int64_t size = dense.size(static_cast<std::int64_t>(i) - 1);
        index[i - 1] = position % size;
        position /= size;
    }
    return NonFinite{std::move(index), value};
}

std::string describe(const NonFinite& found)
{
    std::string text = "holds ";
    text += std::isnan(found.value) ? "NaN" : found.value > 0 ? "infinity" : "-infinity";
    text += " at [";
    for (std::size_t i = 0; i < found.index.size(); ++i) {
        text += (i == 0 ? "" : ", ") + std::to_string(found.index[i]);
    }
    return text + "]";
}

void requireFinite(const Tensor& tensor, std::string_view name, std::string_view where)
{
    if (const auto found = firstNonFinite(tensor)) {
        throw Failure(code::kNonFinite,
                      "tensor " + std::string(name) + " " + describe(*found),
                      "The file is damaged or its training diverged; use another version",
                      std::string(where));
    }
}

} // namespace engine::tensors
