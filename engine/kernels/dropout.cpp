// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/dropout.h"

#include "engine/kernels/processor.h"
#include "engine/kernels/registry.h"
#include "engine/kernels/vectors.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <ATen/ops/empty_like.h>

namespace engine::kernels {

// In dropout_avx512.cpp.
void maskChunksAvx512(
    float* mask, int64_t chunk, int64_t chunks, uint32_t threshold, float scale, uint64_t seed);

namespace {

// Blocks made at once, lane beside lane, so that the compiler vectorises the rounds.
constexpr int64_t kBlocks = 16;
constexpr int64_t kWords = 4 * kBlocks;

struct Words
{
    uint32_t w[4][kBlocks];
};

[[gnu::always_inline]] inline void philoxRounds(Words& state, uint32_t key0, uint32_t key1)
{
    for (int round = 0; round < 10; ++round) {
        for (int64_t i = 0; i < kBlocks; ++i) {
            const uint64_t product0 = uint64_t{0xD2511F53U} * state.w[0][i];
            const uint64_t product1 = uint64_t{0xCD9E8D57U} * state.w[2][i];
            state.w[0][i] = static_cast<uint32_t>(product1 >> 32) ^ state.w[1][i] ^ key0;
            state.w[1][i] = static_cast<uint32_t>(product1);
            state.w[2][i] = static_cast<uint32_t>(product0 >> 32) ^ state.w[3][i] ^ key1;
            state.w[3][i] = static_cast<uint32_t>(product0);
        }
        key0 += 0x9E3779B9U;
        key1 += 0xBB67AE85U;
    }
}

// The factors of the elements [chunk · kWords, (chunk + 1) · kWords).
template <typename C>
LORA_CLONES void maskChunk(C* mask, int64_t chunk, uint32_t threshold, C scale, uint64_t seed)
{
    Words state;
    for (int64_t i = 0; i < kBlocks; ++i) {
        const auto block = static_cast<uint64_t>(chunk * kBlocks + i);
        state.w[0][i] = static_cast<uint32_t>(block);
        state.w[1][i] = static_cast<uint32_t>(block >> 32);
        state.w[2][i] = 0;
        state.w[3][i] = 0;
    }
    philoxRounds(state, static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32));
    for (int64_t word = 0; word < 4; ++word) {
        for (int64_t i = 0; i < kBlocks; ++i) {
            mask[4 * i + word] = state.w[word][i] < threshold ? 0 : scale;
        }
    }
}

template <typename T>
LORA_CLONES void maskRow(const T* x, const Computed<T>* mask, T* y, int64_t count)
{
    for (int64_t i = 0; i < count; ++i) {
        y[i] = narrowed<T>(widened(x[i]) * mask[i]);
    }
}

template <typename T>
LORA_CLONES void addMaskedRow(const T* x, const float* mask, T* y, int64_t count)
{
    for (int64_t i = 0; i < count; ++i) {
        y[i] = narrowed<T>(widened(y[i]) + widened(x[i]) * mask[i]);
    }
}

uint32_t thresholdOf(double probability)
{
    return static_cast<uint32_t>(probability * 4294967296.0);
}

} // namespace

Tensor counterDropout(const Tensor& x, double probability, uint64_t seed)
{
    TORCH_CHECK(probability >= 0 && probability < 1,
                "dropout probability ",
                probability,
                " is not in [0, 1)");
    if (probability == 0) {
        return x;
    }
    if (const DeviceKernels* device = kernelsFor(x)) {
        return device->dropout(x, probability, seed);
    }
    const uint32_t threshold = thresholdOf(probability);
    const double scale = 1 / (1 - probability);
    const Tensor source = x.contiguous();
    Tensor result = at::empty_like(source);
    const int64_t count = source.numel();
    AT_DISPATCH_FLOATING_TYPES_AND2(
        at::kBFloat16, at::kHalf, source.scalar_type(), "counterDropout", [&] {
            const auto* from = source.const_data_ptr<scalar_t>();
            auto* to = result.data_ptr<scalar_t>();
            const int64_t chunks = (count + kWords - 1) / kWords;
            at::parallel_for(0, chunks, 256, [&](int64_t begin, int64_t end) {
                Computed<scalar_t> mask[kWords];
                for (int64_t chunk = begin; chunk < end; ++chunk) {
                    const int64_t first = chunk * kWords;
                    maskChunk(mask, chunk, threshold, static_cast<Computed<scalar_t>>(scale), seed);
                    maskRow(from + first, mask, to + first, std::min(kWords, count - first));
                }
            });
        });
    return result;
}

void dropoutMask(float* mask, int64_t first, int64_t count, double probability, uint64_t seed)
{
    const uint32_t threshold = thresholdOf(probability);
    const auto scale = static_cast<float>(1 / (1 - probability));
    const bool hasAvx512 = instructionSet() >= InstructionSet::Avx512;
    for (int64_t i = 0; i < count;) {
        const int64_t chunk = (first + i) / kWords;
        const int64_t skipped = (first + i) % kWords;
        if (skipped == 0 && count - i >= kWords) {
            const int64_t whole = hasAvx512 ? (count - i) / kWords : 1;
            if (hasAvx512) {
                maskChunksAvx512(mask + i, chunk, whole, threshold, scale, seed);
            } else {
                maskChunk(mask + i, chunk, threshold, scale, seed);
            }
            i += whole * kWords;
            continue;
        }
        float part[kWords];
        maskChunk(part, chunk, threshold, scale, seed);
        const int64_t taken = std::min(kWords - skipped, count - i);
        std::copy_n(part + skipped, taken, mask + i);
        i += taken;
    }
}

template <typename T>
void maskRows(RowsOf<const T> x, const float* mask, RowsOf<T> y, int64_t width, int64_t rows)
{
    for (int64_t row = 0; row < rows; ++row) {
        maskRow(x.row(row), mask + row * width, y.row(row), width);
    }
}

template <typename T>
void addMaskedRows(RowsOf<const T> x, const float* mask, RowsOf<T> y, int64_t width, int64_t rows)
{
    for (int64_t row = 0; row < rows; ++row) {
        addMaskedRow(x.row(row), mask + row * width, y.row(row), width);
    }
}

template void maskRows(RowsOf<const float>, const float*, RowsOf<float>, int64_t, int64_t);
template void
maskRows(RowsOf<const c10::BFloat16>, const float*, RowsOf<c10::BFloat16>, int64_t, int64_t);
template void addMaskedRows(RowsOf<const float>, const float*, RowsOf<float>, int64_t, int64_t);
template void
addMaskedRows(RowsOf<const c10::BFloat16>, const float*, RowsOf<c10::BFloat16>, int64_t, int64_t);

} // namespace engine::kernels
