// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/tile_product.h"

#include <cstring>

namespace engine::kernels {
namespace {

template <typename C>
struct Product
{
    C* c;
    int64_t cStride;
    TileView<C> a;
    const C* b;
    int64_t bStride;
    int64_t rows;
    int64_t lanes;
    int64_t depth;
    bool accumulate;
};

// Rows × (Vectors · Bytes) of the result, held in registers over the whole depth.
template <typename C, int Bytes, int Rows, int Vectors>
[[gnu::always_inline]] inline void block(const Product<C>& p, int64_t row, int64_t lane)
{
    typedef C Vector __attribute__((vector_size(Bytes)));
    constexpr int64_t kWidth = Bytes / sizeof(C);
    Vector sums[Rows][Vectors];
    C* const c = p.c + row * p.cStride + lane;
    for (int r = 0; r < Rows; ++r) {
        for (int v = 0; v < Vectors; ++v) {
            if (p.accumulate) {
                std::memcpy(&sums[r][v], c + r * p.cStride + v * kWidth, Bytes);
            } else {
                sums[r][v] = Vector{};
            }
        }
    }
    const C* a = p.a.data + row * p.a.rowStride;
    const C* b = p.b + lane;
    for (int64_t k = 0; k < p.depth; ++k) {
        Vector right[Vectors];
        for (int v = 0; v < Vectors; ++v) {
            std::memcpy(&right[v], b + v * kWidth, Bytes);
        }
        for (int r = 0; r < Rows; ++r) {
            const C left = a[r * p.a.rowStride];
            for (int v = 0; v < Vectors; ++v) {
                sums[r][v] += left * right[v];
            }
        }
        a += p.a.columnStride;
        b += p.bStride;
    }
    for (int r = 0; r < Rows; ++r) {
        for (int v = 0; v < Vectors; ++v) {
            std::memcpy(c + r * p.cStride + v * kWidth, &sums[r][v], Bytes);
        }
    }
}

template <typename C, int Bytes, int Rows, int Vectors>
[[gnu::always_inline]] inline void column(const Product<C>& p, int64_t lane)
{
    int64_t row = 0;
    for (; row + Rows <= p.rows; row += Rows) {
        block<C, Bytes, Rows, Vectors>(p, row, lane);
    }
    for (; row < p.rows; ++row) {
        block<C, Bytes, 1, Vectors>(p, row, lane);
    }
}

template <typename C, int Bytes, int Rows>
[[gnu::always_inline]] inline void product(const Product<C>& p)
{
    constexpr int64_t kWidth = Bytes / sizeof(C);
    int64_t lane = 0;
    for (; lane + 2 * kWidth <= p.lanes; lane += 2 * kWidth) {
        column<C, Bytes, Rows, 2>(p, lane);
    }
    for (; lane < p.lanes; lane += kWidth) {
        column<C, Bytes, Rows, 1>(p, lane);
    }
}

// Not target_clones: the register block depends on the vector width.
template <typename C>
[[gnu::target("arch=x86-64-v4")]] void product512(const Product<C>& p)
{
    product<C, 64, 8>(p);
}

template <typename C>
[[gnu::target("arch=x86-64-v3")]] void product256(const Product<C>& p)
{
    product<C, 32, 4>(p);
}

template <typename C>
void product128(const Product<C>& p)
{
    product<C, 16, 4>(p);
}

template <typename C>
void (*chosenProduct())(const Product<C>&)
{
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")) {
        return product512<C>;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return product256<C>;
    }
    return product128<C>;
}

} // namespace

template <typename C>
void tileProduct(C* c,
                 int64_t cStride,
                 const TileView<C>& a,
                 const C* b,
                 int64_t bStride,
                 int64_t rows,
                 int64_t lanes,
                 int64_t depth,
                 bool accumulate)
{
    static const auto kProduct = chosenProduct<C>();
    kProduct({c, cStride, a, b, bStride, rows, lanes, depth, accumulate});
}

template void tileProduct(float*,
                          int64_t,
                          const TileView<float>&,
                          const float*,
                          int64_t,
                          int64_t,
                          int64_t,
                          int64_t,
                          bool);
template void tileProduct(double*,
                          int64_t,
                          const TileView<double>&,
                          const double*,
                          int64_t,
                          int64_t,
                          int64_t,
                          int64_t,
                          bool);

} // namespace engine::kernels
