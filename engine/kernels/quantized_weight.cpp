// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/quantized_weight.h"

#include "engine/device/failure.h"
#include "engine/kernels/float_types.h"
#include "engine/tensors/finite_check.h"

#include <ATen/Parallel.h>
#include <ATen/ops/aminmax.h>
#include <ATen/ops/empty.h>

#include <xmmintrin.h>

namespace engine::kernels {
namespace {

// What of a weight is still in a cache when all of it is there.
constexpr std::size_t kCacheBytes = std::size_t(8) << 20;

template <typename T>
void unpackInto(const QuantizedWeight& weight,
                int64_t firstRow,
                int64_t rows,
                int64_t firstColumn,
                int64_t columns,
                T* to,
                int64_t toStride,
                bool passesCache)
{
    if (const auto* int8 = std::get_if<Int8Weight>(&weight.packed)) {
        for (int64_t i = 0; i < rows; ++i) {
            unpackRow(*int8,
                      firstRow + i,
                      firstColumn,
                      columns,
                      weight.dtype,
                      to + i * toStride,
                      passesCache);
        }
        return;
    }
    const auto& nf4 = std::get<Nf4Weight>(weight.packed);
    const int64_t width = nf4.shape.back();
    if (columns == width && toStride == width) {
        unpackNumbers(nf4, firstRow * width, rows * width, weight.dtype, to, passesCache);
        return;
    }
    for (int64_t i = 0; i < rows; ++i) {
        unpackNumbers(
            nf4, (firstRow + i) * width + firstColumn, columns, weight.dtype, to + i * toStride);
    }
}

// A number above the largest of float16 would be infinite there.
void requireHalfRange(const Tensor& weight)
{
    constexpr double kLargestHalf = 65504;
    const auto [smallest, largest] = at::aminmax(weight);
    const double magnitude = std::max(-smallest.item<double>(), largest.item<double>());
    if (magnitude > kLargestHalf) {
        tensors::requireFinite(weight, "to be quantised", {});
        throw Failure(code::kUnsupported,
                      "a weight holds " + std::to_string(magnitude)
                          + ": int8 goes through float16, which ends at 65504",
                      "Take nf4 for this model");
    }
}

// Elsewhere than in this machine's memory: LibTorch's operators and the plug-in's kernels.
Tensor dequantizeOnDevice(const QuantizedWeight& weight, at::ScalarType compute)
{
    if (const auto* int8 = std::get_if<Int8Weight>(&weight.packed)) {
        return dequantizeInt8(*int8).to(weight.dtype).to(compute);
    }
    return dequantizeNf4(std::get<Nf4Weight>(weight.packed), weight.dtype).to(compute);
}

} // namespace

Quantization QuantizedWeight::quantization() const
{
    return std::holds_alternative<Nf4Weight>(packed) ? Quantization::Nf4 : Quantization::Int8;
}

std::vector<int64_t> QuantizedWeight::shape() const
{
    if (const auto* int8 = std::get_if<Int8Weight>(&packed)) {
        return int8->codes.sizes().vec();
    }
    return std::get<Nf4Weight>(packed).shape;
}

int64_t QuantizedWeight::bytes() const
{
    return std::visit([](const auto& weight) { return weight.bytes(); }, packed);
}

at::Device QuantizedWeight::device() const
{
    return std::visit([](const auto& weight) { return weight.codes.device(); }, packed);
}

QuantizedWeight quantize(const Tensor& weight, Quantization form, bool doubleQuant)
{
    TORCH_CHECK(form != Quantization::None, "a weight that is not to be packed");
    const Tensor rows = weight.contiguous();
    if (form == Quantization::Int8) {
        requireHalfRange(rows);
        return {quantizeInt8(rows.to(at::kHalf)), at::kFloat};
    }
    return {quantizeNf4(rows, doubleQuant), weight.scalar_type()};
}

Tensor dequantize(const QuantizedWeight& weight, at::ScalarType compute)
{
    if (!weight.device().is_cpu()) {
        return dequantizeOnDevice(weight, compute);
    }
    // float64 holds what float32 does.
    Tensor result = at::empty(weight.shape(), compute == at::kDouble ? at::kFloat : compute);
    dequantizeInto(weight, result);
    return result.to(compute);
}

void dequantizeInto(const QuantizedWeight& weight, Tensor& result)
{
    std::visit([](const auto& packed) { checkParts(packed); }, weight.packed);
    TORCH_CHECK(weight.device().is_cpu() && result.is_cpu() && result.is_contiguous()
                    && result.sizes() == at::IntArrayRef(weight.shape()),
                "a packed weight unpacks into a contiguous tensor of its shape");
    const int64_t columns = weight.columns();
    const int64_t rowsAtOnce = std::max(int64_t(1), 16384 / columns);
    const bool passesCache = result.nbytes() > kCacheBytes;
    at::parallel_for(0, weight.rows(), rowsAtOnce, [&](int64_t begin, int64_t end) {
        withFloatType(result.scalar_type(), [&](auto zero) {
            auto* to = result.data_ptr<decltype(zero)>() + begin * columns;
            unpackInto(weight, begin, end - begin, 0, columns, to, columns, passesCache);
        });
        if (passesCache) {
            _mm_sfence(); // for whoever reads the numbers
        }
    });
}

void unpackRows(const QuantizedWeight& weight,
                int64_t firstRow,
                int64_t rows,
                int64_t firstColumn,
                int64_t columns,
                at::ScalarType type,
                void* to,
                int64_t toStride)
{
    withFloatType(type, [&](auto zero) {
        auto* numbers = static_cast<decltype(zero)*>(to);
        unpackInto(weight, firstRow, rows, firstColumn, columns, numbers, toStride, false);
    });
}

} // namespace engine::kernels
