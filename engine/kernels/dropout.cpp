// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/dropout.h"

#include "engine/kernels/vectors.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <ATen/ops/empty_like.h>

namespace engine::kernels {
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

// The elements [chunk · kWords, chunk · kWords + count).
template <typename T>
LORA_CLONES void dropChunk(
    const T* x, T* y, int64_t chunk, int64_t count, uint32_t threshold, double scale, uint64_t seed)
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
    Computed<T> mask[kWords];
    for (int64_t word = 0; word < 4; ++word) {
        for (int64_t i = 0; i < kBlocks; ++i) {
            mask[4 * i + word] = state.w[word][i] < threshold ? 0 : static_cast<Computed<T>>(scale);
        }
    }
    for (int64_t i = 0; i < count; ++i) {
        y[i] = narrowed<T>(widened(x[i]) * mask[i]);
    }
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
    const auto threshold = static_cast<uint32_t>(probability * 4294967296.0);
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
                for (int64_t chunk = begin; chunk < end; ++chunk) {
                    const int64_t first = chunk * kWords;
                    dropChunk(from + first,
                              to + first,
                              chunk,
                              std::min(kWords, count - first),
                              threshold,
                              scale,
                              seed);
                }
            });
        });
    return result;
}

} // namespace engine::kernels
