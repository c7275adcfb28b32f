// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/merged_rows.h"

#include "engine/kernels/vectors.h"

namespace engine::kernels {
namespace {

constexpr int64_t kStrip = 1024; // columns: their sums stay in the first cache

// sums += Σ left[r] · right[r], rows of `right` a stride apart.
LORA_CLONES void addProduct(
    const float* left, int64_t rank, const float* right, int64_t stride, float* sums, int64_t count)
{
    int64_t r = 0;
    for (; r + 4 <= rank; r += 4) {
        const float* from = right + r * stride;
        for (int64_t i = 0; i < count; ++i) {
            sums[i] += (left[r] * from[i] + left[r + 1] * from[stride + i])
                       + (left[r + 2] * from[2 * stride + i] + left[r + 3] * from[3 * stride + i]);
        }
    }
    for (; r < rank; ++r) {
        const float* from = right + r * stride;
        for (int64_t i = 0; i < count; ++i) {
            sums[i] += left[r] * from[i];
        }
    }
}

template <typename T>
bool isFinite(T value)
{
    if constexpr (std::is_same_v<T, float>) {
        return (std::bit_cast<uint32_t>(value) & 0x7f800000U) != 0x7f800000U;
    } else {
        constexpr uint16_t kExponent = std::is_same_v<T, c10::BFloat16> ? 0x7f80U : 0x7c00U;
        return (value.x & kExponent) != kExponent;
    }
}

// result = stored + sums, rounded; 0 when all of it is finite.
template <typename From, typename To>
[[gnu::always_inline]] inline uint32_t
round(const From* stored, const float* sums, To* result, int64_t count)
{
    uint32_t bad = 0; // no early exit: the compiler makes vectors of it
    for (int64_t i = 0; i < count; ++i) {
        result[i] = narrowed<To>(widened(stored[i]) + sums[i]);
        bad |= static_cast<uint32_t>(!isFinite(result[i]));
    }
    return bad;
}

LORA_CLONES uint32_t roundStrip(const float* stored,
                                const float* sums,
                                float* result,
                                int64_t count)
{
    return round(stored, sums, result, count);
}

LORA_CLONES uint32_t roundStrip(const c10::BFloat16* stored,
                                const float* sums,
                                c10::BFloat16* result,
                                int64_t count)
{
    return round(stored, sums, result, count);
}

template <typename From, typename To>
uint32_t roundStrip(const From* stored, const float* sums, To* result, int64_t count)
{
    return round(stored, sums, result, count);
}

template <typename From, typename To>
bool addTyped(const Tensor& stored, std::span<const RectangleUpdate> updates, Tensor& result)
{
    const int64_t columns = stored.size(1);
    uint32_t bad = 0;
    float sums[kStrip];
    for (int64_t row = 0; row < stored.size(0); ++row) {
        const From* from = stored.const_data_ptr<From>() + row * columns;
        To* to = result.mutable_data_ptr<To>() + row * columns;
        for (int64_t first = 0; first < columns; first += kStrip) {
            const int64_t last = std::min(first + kStrip, columns);
            std::fill_n(sums, last - first, 0.0F);
            for (const RectangleUpdate& update : updates) {
                const int64_t width = update.right.size(1);
                const int64_t begin = std::max(first, update.column);
                const int64_t end = std::min(last, update.column + width);
                if (row >= update.row && row < update.row + update.left.size(0) && begin < end) {
                    const int64_t rank = update.left.size(1);
                    addProduct(update.left.const_data_ptr<float>() + (row - update.row) * rank,
                               rank,
                               update.right.const_data_ptr<float>() + begin - update.column,
                               width,
                               sums + begin - first,
                               end - begin);
                }
            }
            bad |= roundStrip(from + first, sums, to + first, last - first);
        }
    }
    return bad == 0;
}

template <typename From>
bool addFrom(const Tensor& stored, std::span<const RectangleUpdate> updates, Tensor& result)
{
    switch (result.scalar_type()) {
    case at::kFloat:
        return addTyped<From, float>(stored, updates, result);
    case at::kBFloat16:
        return addTyped<From, c10::BFloat16>(stored, updates, result);
    default:
        return addTyped<From, c10::Half>(stored, updates, result);
    }
}

} // namespace

bool addUpdates(const Tensor& stored, std::span<const RectangleUpdate> updates, Tensor& result)
{
    TORCH_CHECK(stored.is_contiguous() && result.is_contiguous() && stored.dim() == 2
                    && stored.sizes() == result.sizes(),
                "a merge takes contiguous matrices of one shape");
    switch (stored.scalar_type()) {
    case at::kFloat:
        return addFrom<float>(stored, updates, result);
    case at::kBFloat16:
        return addFrom<c10::BFloat16>(stored, updates, result);
    default:
        TORCH_CHECK(stored.scalar_type() == at::kHalf, "cannot merge ", stored.scalar_type());
        return addFrom<c10::Half>(stored, updates, result);
    }
}

} // namespace engine::kernels
