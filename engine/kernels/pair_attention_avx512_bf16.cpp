// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/head_attention_avx512.h"
#include "engine/kernels/pair_attention.h"

namespace engine::kernels {
namespace {

constexpr int kLanes = Avx512::kLanes;
static_assert(kLanes == kPairLanes);

using V = __m512;
using Tile = V[kLanes];
using Pairs = __m512i[kLanes / 2];

V addPairs(V sum, uint32_t factor, __m512i pairs)
{
    const __m512i factors = _mm512_set1_epi32(static_cast<int>(factor));
    return _mm512_dpbf16_ps(sum, (__m512bh)factors, (__m512bh)pairs);
}

// sums[i] += Σ factors[.][i] · lanes[.] over the depth.
[[gnu::always_inline]] inline void
addProducts(Tile& sums, const uint32_t* factors, const uint32_t* lanes, int64_t depth)
{
    for (int64_t d = 0; d < depth / 2; ++d, factors += kLanes, lanes += kLanes) {
        const __m512i pairs = _mm512_loadu_si512(lanes);
#pragma GCC unroll 16
        for (int i = 0; i < kLanes; ++i) {
            sums[i] = addPairs(sums[i], factors[i], pairs);
        }
    }
}

// The values of neighbours in one word each, rounded to nearest even.
[[gnu::always_inline]] inline void pairUp(const Tile& values, Pairs& pairs)
{
    const __m512i order = inTurns(kLanes);
#pragma GCC unroll 8
    for (int i = 0; i < kLanes / 2; ++i) {
        const __m512bh both = _mm512_cvtne2ps_pbh(values[2 * i + 1], values[2 * i]);
        pairs[i] = _mm512_permutexvar_epi16(order, (__m512i)both);
    }
}

// Where factor i of the number d lies: at d · kNumber + i · kPair.
struct ByNumber
{
    static constexpr int kNumber = kLanes / 2, kPair = 1;
};
struct InPanel
{
    static constexpr int kNumber = 1, kPair = kLanes;
};

// to[d] = correction · to[d] + Σ_i factors[d][i] · pairs[i].
template <typename Layout>
[[gnu::always_inline]] inline void
addMixed(float* to, const uint32_t* factors, const Pairs& pairs, int64_t depth, const V* correction)
{
    for (int64_t d = 0; d < depth; ++d, factors += Layout::kNumber, to += kLanes) {
        V mixed = Avx512::load(to);
        if (correction != nullptr) {
            mixed = Avx512::mul(mixed, *correction);
        }
        V second = Avx512::zero(); // two chains: one would wait for itself
#pragma GCC unroll 4
        for (int i = 0; i < kLanes / 2; i += 2) {
            mixed = addPairs(mixed, factors[i * Layout::kPair], pairs[i]);
            second = addPairs(second, factors[(i + 1) * Layout::kPair], pairs[i + 1]);
        }
        Avx512::store(to, Avx512::add(mixed, second));
    }
}

// result = correction · result + p V with a tile's values.
template <typename Layout>
[[gnu::always_inline]] inline void
mixValues(const PairForward& work, int64_t tile, const Pairs& pairs, const V& correction)
{
    if constexpr (std::is_same_v<Layout, ByNumber>) {
        const uint32_t* const values = work.v + tile * work.depth * kLanes / 2;
        addMixed<Layout>(work.result, values, pairs, work.depth, &correction);
    } else {
        const uint32_t* values = work.v + tile * kLanes * kLanes / 2;
        for (int64_t d = 0; d < work.depth; d += kLanes, values += work.panel) {
            const int64_t width = work.depth - d < kLanes ? work.depth - d : kLanes;
            addMixed<Layout>(work.result + d * kLanes, values, pairs, width, &correction);
        }
    }
}

template <typename Layout, bool isCapped>
void attendForward(const PairForward& work)
{
    const int64_t tileWords = work.depth * kLanes / 2;
    const V scale = Avx512::set1(isCapped ? 1 : work.scale); // of what is still without it
    V maximum = Avx512::set1(kLowest);
    V sum = Avx512::zero();
    for (int64_t d = 0; d < work.depth; ++d) {
        Avx512::store(work.result + d * kLanes, Avx512::zero());
    }
    for (int64_t tile = 0; tile < work.tiles; ++tile) {
        Tile p; // of each key
#pragma GCC unroll 16
        for (int i = 0; i < kLanes; ++i) {
            p[i] = Avx512::zero();
        }
        addProducts(p, work.k + tile * tileWords, work.q, work.depth);
        if constexpr (isCapped) {
            const SoftCap<Avx512> cap(work.cap);
#pragma GCC unroll 16
            for (int i = 0; i < kLanes; ++i) {
                p[i] = cap.score(cap.rest(Avx512::mul(p[i], Avx512::set1(work.scale))));
            }
        }
        if (tile + 1 == work.tiles) {
#pragma GCC unroll 16
            for (int i = 0; i < kLanes; ++i) {
                p[i] = Avx512::fromLane(i, p[i], kHidden);
            }
        }
        hideBefore<Avx512>(p, work.window, work.tiles - 1 - tile);
        V highest = p[0];
#pragma GCC unroll 16
        for (int i = 1; i < kLanes; ++i) {
            highest = Avx512::max(highest, p[i]);
        }
        highest = Avx512::max(maximum, Avx512::mul(highest, scale));
        const V correction = Avx512::exponential2(Avx512::sub(maximum, highest));
        maximum = highest;
        sum = Avx512::mul(sum, correction);
#pragma GCC unroll 16
        for (int i = 0; i < kLanes; ++i) {
            p[i] = Avx512::exponential2(_mm512_fmsub_ps(p[i], scale, highest));
            sum = Avx512::add(sum, p[i]);
        }
        Pairs pairs;
        pairUp(p, pairs);
        mixValues<Layout>(work, tile, pairs, correction);
    }
    const V inverse = Avx512::div(Avx512::set1(1), sum);
    for (int64_t d = 0; d < work.depth; ++d) {
        float* const at = work.result + d * kLanes;
        Avx512::store(at, Avx512::mul(Avx512::load(at), inverse));
    }
    Avx512::store(work.maximum, maximum);
    Avx512::store(work.sum, sum);
}

template <bool isCapped>
void attendBackward(const PairBackward& work)
{
    const V scale = Avx512::set1(isCapped ? 1 : work.scale);
    for (int64_t tile = 0; tile < work.tiles; ++tile) {
        const PairTile q = work.q.at(tile, work.depth);
        const PairTile gradient = work.gradient.at(tile, work.depth);
        Tile p; // of each query
#pragma GCC unroll 16
        for (int i = 0; i < kLanes; ++i) {
            p[i] = Avx512::zero();
        }
        addProducts(p, q.depths, work.k.depths, work.depth);
        if constexpr (isCapped) {
            const SoftCap<Avx512> cap(work.cap);
#pragma GCC unroll 16
            for (int i = 0; i < kLanes; ++i) {
                const V rest = cap.rest(Avx512::mul(p[i], Avx512::set1(work.scale)));
                Avx512::store(work.scratch + i * kLanes, cap.slope(rest));
                p[i] = cap.score(rest);
            }
        }
#pragma GCC unroll 16
        for (int i = 0; i < kLanes; ++i) {
            const V logSum = Avx512::set1(work.logSums[tile * kLanes + i]);
            p[i] = Avx512::exponential2(_mm512_fmsub_ps(p[i], scale, logSum));
        }
        if (tile == 0) {
#pragma GCC unroll 16
            for (int i = 0; i < kLanes; ++i) {
                p[i] = Avx512::untilLane(i, p[i]);
            }
        }
        clearBefore<Avx512>(p, work.window, tile);
#pragma GCC unroll 16
        for (int i = 0; i < kLanes; ++i) {
            float* const slope = work.scratch + i * kLanes;
            Avx512::store(slope, isCapped ? Avx512::mul(Avx512::load(slope), p[i]) : p[i]);
        }
        Pairs pairs;
        pairUp(p, pairs);
        addMixed<ByNumber>(work.dv, gradient.lanes, pairs, work.depth, nullptr);
        Tile slopes;
#pragma GCC unroll 16
        for (int i = 0; i < kLanes; ++i) {
            slopes[i] = Avx512::set1(-work.delta[tile * kLanes + i]);
        }
        addProducts(slopes, gradient.depths, work.v.depths, work.depth);
#pragma GCC unroll 16
        for (int i = 0; i < kLanes; ++i) {
            slopes[i] = Avx512::mul(Avx512::load(work.scratch + i * kLanes), slopes[i]);
        }
        pairUp(slopes, pairs);
        addMixed<ByNumber>(work.dk, q.lanes, pairs, work.depth, nullptr);
        Avx512::transpose(slopes);
        pairUp(slopes, pairs);
        addMixed<ByNumber>(
            work.dq + tile * work.depth * kLanes, work.k.lanes, pairs, work.depth, nullptr);
    }
}

template <typename Layout>
void forward(const PairForward& work)
{
    work.cap > 0 ? attendForward<Layout, true>(work) : attendForward<Layout, false>(work);
}

void backward(const PairBackward& work)
{
    work.cap > 0 ? attendBackward<true>(work) : attendBackward<false>(work);
}

// Visits the words [depth / 2] of 16 rows that `read(row, first number, how many)` gives.
template <typename Read, typename Visit>
[[gnu::always_inline]] inline void forWords(int64_t count, int64_t headDim, Read read, Visit visit)
{
    for (int64_t d = 0; d < headDim; d += 2 * kLanes) {
        const int64_t width = headDim - d < 2 * kLanes ? headDim - d : 2 * kLanes;
        Tile words;
#pragma GCC unroll 16
        for (int i = 0; i < kLanes; ++i) {
            words[i] = i < count ? _mm512_castsi512_ps(read(i, d, width)) : Avx512::zero();
        }
        Avx512::transpose(words);
#pragma GCC unroll 16
        for (int i = 0; i < kLanes; ++i) {
            if (2 * i < width) {
                visit(_mm512_castps_si512(words[i]));
            }
        }
    }
}

void loadTile(const TileRows<const c10::BFloat16>& from, const PairTile& to)
{
    uint32_t* depths = to.depths;
    auto* lanes = reinterpret_cast<uint16_t*>(to.lanes);
    const auto read = [&](int64_t row, int64_t d, int64_t width) {
        const auto part = static_cast<__mmask32>((uint64_t{1} << width) - 1);
        return _mm512_maskz_loadu_epi16(part, from.rows.row(row) + d);
    };
    forWords(from.count, from.headDim, read, [&](__m512i pairs) {
        _mm512_storeu_si512(depths, pairs);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(lanes), _mm512_cvtepi32_epi16(pairs));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(lanes + kLanes),
                            _mm512_cvtepi32_epi16(_mm512_srli_epi32(pairs, 16)));
        depths += kLanes;
        lanes += 2 * kLanes;
    });
}

void loadFloatTile(const TileRows<const float>& from, uint32_t* depths)
{
    const auto read = [&](int64_t row, int64_t d, int64_t width) {
        const float* const numbers = from.rows.row(row) + d;
        const int64_t more = width < kLanes ? 0 : width - kLanes;
        return (__m512i)_mm512_cvtne2ps_pbh(Avx512::loadPart(numbers + kLanes, more),
                                            Avx512::loadPart(numbers, width - more));
    };
    forWords(from.count, from.headDim, read, [&](__m512i pairs) {
        _mm512_storeu_si512(depths, pairs);
        depths += kLanes;
    });
}

void dotTile(const uint32_t* a, const uint32_t* b, int64_t depth, float* sums)
{
    V sum = Avx512::zero();
    for (int64_t d = 0; d < depth / 2; ++d, a += kLanes, b += kLanes) {
        sum =
            _mm512_dpbf16_ps(sum, (__m512bh)_mm512_loadu_si512(a), (__m512bh)_mm512_loadu_si512(b));
    }
    Avx512::store(sums, sum);
}

} // namespace

extern const PairKernels kPairsAvx512Bf16;
const PairKernels kPairsAvx512Bf16 = {forward<ByNumber>,
                                      forward<InPanel>,
                                      backward,
                                      loadTile,
                                      loadFloatTile,
                                      dotTile,
                                      storeTile<Avx512, c10::BFloat16>};

} // namespace engine::kernels
