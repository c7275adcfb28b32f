// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/packed_product_amx_tiles.h"

#include <immintrin.h>

namespace engine::kernels {

extern const PackedKernels kPackedAvx512;

namespace {

// Registers 0 to 3 the sums of two blocks of rows times two panels, 4 and 5 rows, 6 and 7 panels;
// all of 16 rows of 64 bytes.
struct AmxTiles
{
    static void begin()
    {
        struct alignas(64) Configuration
        {
            uint8_t palette = 1;
            uint8_t startRow = 0;
            uint8_t reserved[14] = {};
            uint16_t rowBytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
            uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
        };
        static_assert(sizeof(Configuration) == 64);
        const Configuration configuration;
        _tile_loadconfig(&configuration);
    }
    static void end() { _tile_release(); }

    static void zero()
    {
        _tile_zero(0);
        _tile_zero(1);
        _tile_zero(2);
        _tile_zero(3);
    }

    static void step(const uint16_t* a, int64_t aStride, const uint16_t* b0, const uint16_t* b1)
    {
        const int64_t bytes = aStride * int64_t{sizeof(uint16_t)};
        _tile_loadd(4, a, bytes);
        _tile_loadd(6, b0, 64);
        _tile_loadd(5, a + 16 * aStride, bytes);
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(2, 5, 6);
        if (b1 != nullptr) {
            _tile_loadd(7, b1, 64);
            _tile_dpbf16ps(1, 4, 7);
            _tile_dpbf16ps(3, 5, 7);
        }
    }

    static void store(float* c)
    {
        constexpr int64_t kBytes = 2 * kPanelFeatures * int64_t{sizeof(float)};
        _tile_stored(0, c, kBytes);
        _tile_stored(1, c + 16, kBytes);
        _tile_stored(2, c + 16 * 32, kBytes);
        _tile_stored(3, c + 16 * 32 + 16, kBytes);
    }
};

void product(const PackedProduct& product)
{
    if (product.type() == PackedType::BFloat16) {
        tiledProduct<AmxTiles>(product);
    } else {
        kPackedAvx512.product(product);
    }
}

void rankSum(const RankSum& sum)
{
    kPackedAvx512.rankSum(sum);
}

} // namespace

extern const PackedKernels kPackedAmx;
const PackedKernels kPackedAmx = {product, rankSum};

} // namespace engine::kernels
