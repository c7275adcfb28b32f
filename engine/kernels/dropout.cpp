// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/dropout.h"

#include "engine/kernels/processor.h"
#include "engine/kernels/registry.h"
#include "engine/kernels/vectors.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <ATen/ops/empty_like.h>

#include <bit>
#include <cmath>
#include <cstring>

namespace engine::kernels {

// In dropout_avx512.cpp: as bitsOfChunk, for `chunks` chunks behind each other; and rows under a
// mask.
void maskChunksAvx512(
    uint8_t* bits, int64_t chunk, int64_t chunks, uint32_t threshold, uint64_t seed);
template <typename T>
void maskRowAvx512(const T* x, const MaskBits& mask, T* y, int64_t count);

namespace {

// Blocks made at once, lane beside lane, so that the compiler vectorises the rounds.
constexpr int64_t kBlocks = 16;
constexpr int64_t kChunk = 16 * kBlocks; // elements
constexpr int64_t kChunkBytes = kChunk / 8;

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

// The bits of the elements [chunk · kChunk, (chunk + 1) · kChunk).
LORA_CLONES void bitsOfChunk(uint8_t* bits, int64_t chunk, uint32_t threshold, uint64_t seed)
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
    for (int64_t word = 0; word < 8; ++word) {
        const int turn = word % 2 == 0 ? 0 : 8;
        uint32_t kept = 0;
        for (int64_t i = 0; i < kBlocks; ++i) {
            const uint32_t value = std::rotl(state.w[word / 2][i], turn);
            kept |= static_cast<uint32_t>((value & 0xffffU) >= threshold) << (2 * i);
            kept |= static_cast<uint32_t>((value >> 16) >= threshold) << (2 * i + 1);
        }
        std::memcpy(bits + 4 * word, &kept, sizeof kept);
    }
}

bool isKept(const MaskBits& mask, int64_t i)
{
    const int64_t bit = mask.firstBit + i;
    return (mask.bytes[bit / 8] >> (bit % 8) & 1) != 0;
}

template <typename T>
void maskRow(const T* x, const MaskBits& mask, T* y, int64_t count)
{
    using C = Computed<T>;
    for (int64_t i = 0; i < count; ++i) {
        y[i] = narrowed<T>(isKept(mask, i) ? widened(x[i]) * static_cast<C>(mask.factor) : C(0));
    }
}

// With what the processor offers.
template <typename T>
void maskRowFast(const T* x, const MaskBits& mask, T* y, int64_t count)
{
    if (instructionSet() >= InstructionSet::Avx512) {
        maskRowAvx512<T>(x, mask, y, count);
    } else {
        maskRow<T>(x, mask, y, count);
    }
}

uint32_t thresholdOf(double probability)
{
    return static_cast<uint32_t>(std::min(std::lround(probability * 65536.0), 65535L));
}

double factorOf(uint32_t threshold)
{
    return 65536.0 / (65536.0 - threshold);
}

MaskBits rowOf(const MaskBits& mask, int64_t row, int64_t width)
{
    return {mask.bytes, mask.firstBit + row * width, mask.factor};
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
    const Tensor source = x.contiguous();
    Tensor result = at::empty_like(source);
    const int64_t count = source.numel();
    AT_DISPATCH_FLOATING_TYPES_AND2(
        at::kBFloat16, at::kHalf, source.scalar_type(), "counterDropout", [&] {
            const auto* from = source.const_data_ptr<scalar_t>();
            auto* to = result.data_ptr<scalar_t>();
            const int64_t chunks = (count + kChunk - 1) / kChunk;
            at::parallel_for(0, chunks, 128, [&](int64_t begin, int64_t end) {
                uint8_t bits[kChunkBytes];
                for (int64_t chunk = begin; chunk < end; ++chunk) {
                    const int64_t first = chunk * kChunk;
                    bitsOfChunk(bits, chunk, threshold, seed);
                    const MaskBits mask{bits, 0, static_cast<float>(factorOf(threshold))};
                    maskRow<scalar_t>(
                        from + first, mask, to + first, std::min(kChunk, count - first));
                }
            });
        });
    return result;
}

float keptFactor(double probability)
{
    return static_cast<float>(factorOf(thresholdOf(probability)));
}

MaskBits
dropoutBits(uint8_t* memory, int64_t first, int64_t count, double probability, uint64_t seed)
{
    const uint32_t threshold = thresholdOf(probability);
    const int64_t chunk = first / kChunk;
    const int64_t chunks = (first + count + kChunk - 1) / kChunk - chunk;
    if (instructionSet() >= InstructionSet::Avx512) {
        maskChunksAvx512(memory, chunk, chunks, threshold, seed);
    } else {
        for (int64_t i = 0; i < chunks; ++i) {
            bitsOfChunk(memory + i * kChunkBytes, chunk + i, threshold, seed);
        }
    }
    return {memory, first % kChunk, static_cast<float>(factorOf(threshold))};
}

template <typename T>
void maskRows(RowsOf<const T> x, const MaskBits& mask, RowsOf<T> y, int64_t width, int64_t rows)
{
    for (int64_t row = 0; row < rows; ++row) {
        maskRowFast<T>(x.row(row), rowOf(mask, row, width), y.row(row), width);
    }
}

template void maskRows(RowsOf<const float>, const MaskBits&, RowsOf<float>, int64_t, int64_t);
template void
maskRows(RowsOf<const c10::BFloat16>, const MaskBits&, RowsOf<c10::BFloat16>, int64_t, int64_t);

} // namespace engine::kernels
