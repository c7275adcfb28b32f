// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/unpacked_head.h"

#include "engine/kernels/packed_product.h"
#include "engine/kernels/profile.h"

namespace engine::kernels {
namespace {

constexpr int64_t kMostPanels = 16;
constexpr int64_t kLeastPanels = 4; // of inputs: a block of NF4 in every row
constexpr int64_t kLeastRows = 64;  // that are worth unpacking for
constexpr int64_t kLossRows = 8;    // of a thread at once

int64_t evenPanels(int64_t count, int64_t least)
{
    return std::clamp(count / kStripPanels * kStripPanels, least, kMostPanels);
}

int64_t piecesOf(int64_t count, int64_t size)
{
    return (count + size - 1) / size;
}

// A chunk of rows at work.
template <typename T>
class UnpackedRows
{
public:
    UnpackedRows(const HeadInput<T>& input, const PackedHead& head, PoolTeam& team)
        : m_input(input), m_head(head), m_team(team), m_room(*head.room),
          m_depth(roundedUp(input.width, 2)), m_hiddenStride(headStride<T>(m_depth)),
          m_logitStride(headStride<T>(head.vocabulary))
    {
        m_room.strips.resize(std::max(m_room.strips.size(), static_cast<std::size_t>(team.size())));
    }

    void
    compute(int64_t first, int64_t count, const HeadGradients<T>& gradients, HeadLosses& result)
    {
        m_first = first;
        m_count = count;
        m_room.hidden.reserve(static_cast<std::size_t>(count * m_hiddenStride) * sizeof(T));
        m_hidden = m_room.hidden.as<T>();
        m_logits = gradients.logits;
        if (m_logits == nullptr) {
            m_room.logits.reserve(static_cast<std::size_t>(count * m_logitStride) * sizeof(T));
            m_logits = m_room.logits.as<T>();
        }
        for (int64_t row = 0; row < count; ++row) {
            m_input.copyRow(first + row, m_depth, m_hidden + row * m_hiddenStride);
        }
        multiplyOutputs();
        m_team.each(piecesOf(count, kLossRows), [&](int64_t piece, int) {
            const ProfileScope scope(Part::Head);
            const int64_t last = std::min(count, (piece + 1) * kLossRows);
            for (int64_t row = piece * kLossRows; row < last; ++row) {
                m_input.lose(first + row,
                             m_head.vocabulary,
                             gradients.hidden != nullptr || gradients.logits != nullptr,
                             m_logits + row * m_logitStride,
                             result);
            }
        });
        if (gradients.hidden != nullptr) {
            multiplyInputs(gradients.hidden);
        }
    }

private:
    static constexpr PackedType kType = kPackedTypeOf<T>;

    // Logits of all rows, strip by strip of the vocabulary.
    void multiplyOutputs()
    {
        const int64_t panelBytes = m_depth * kPanelFeatures * int64_t{sizeof(T)};
        const int64_t rows =
            evenPanels(kHeadStripBytes / panelBytes, kStripPanels) * kPanelFeatures;
        m_team.each(piecesOf(m_head.vocabulary, rows), [&](int64_t piece, int thread) {
            const int64_t feature = piece * rows;
            const int64_t features = std::min(rows, m_head.vocabulary - feature);
            PackedMatrix& strip = m_room.strips[static_cast<std::size_t>(thread)];
            strip.layOut(rows, m_depth, kType);
            {
                const ProfileScope scope(Part::Unpack);
                unpackForOutput(m_head.stored, {feature, features, 0, m_input.width}, 0, strip);
            }
            const ProfileScope scope(Part::Head);
            PackedProduct product;
            product.main = {m_hidden, m_hiddenStride, &strip};
            product.m = m_count;
            product.panels = piecesOf(features, kPanelFeatures);
            product.c = m_logits + feature;
            product.cStride = m_logitStride;
            product.bias = m_head.bias == nullptr ? nullptr : m_head.bias + feature;
            packedKernels()->product(product);
        });
    }

    // gradient [count, width] = logits' gradient · W: threads take columns of W, and rows where the
    // columns do not go round.
    void multiplyInputs(T* gradient)
    {
        const int64_t threads = m_team.size();
        const int64_t panels = piecesOf(m_input.width, kPanelFeatures);
        const int64_t step =
            evenPanels(roundedUp(piecesOf(panels, threads), kStripPanels), kLeastPanels);
        const int64_t columnParts = piecesOf(panels, step);
        const int64_t rowParts = std::clamp<int64_t>(
            threads / columnParts, 1, std::max<int64_t>(m_count / kLeastRows, 1));
        const int64_t depth =
            std::min(kHeadDepthBlock, roundedUp(m_head.vocabulary, kPanelFeatures));
        m_room.blocks.resize(std::max(m_room.blocks.size(), static_cast<std::size_t>(rowParts)));
        for (int64_t part = 0; part < rowParts; ++part) {
            m_room.blocks[static_cast<std::size_t>(part)].layOut(m_input.width, depth, kType);
        }
        m_sumStride = panels * kPanelFeatures + kPanelFeatures;
        m_room.sums.reserve(static_cast<std::size_t>(m_count * m_sumStride) * sizeof(float));
        m_team.each(columnParts * rowParts, [&](int64_t piece, int) {
            const int64_t panel = piece % columnParts * step;
            const int64_t part = piece / columnParts;
            const int64_t firstRow = m_count * part / rowParts;
            inputTile({panel,
                       std::min(step, panels - panel),
                       firstRow,
                       m_count * (part + 1) / rowParts - firstRow},
                      m_room.blocks[static_cast<std::size_t>(part)],
                      gradient + (m_first + firstRow) * m_input.width);
        });
    }

    struct Tile
    {
        int64_t panel;
        int64_t panels;
        int64_t row;
        int64_t rows;
    };

    // Over blocks of the vocabulary that stay in the cache; of `block` the tile's panels alone.
    void inputTile(const Tile& tile, PackedMatrix& block, T* gradient)
    {
        const int64_t column = tile.panel * kPanelFeatures;
        const int64_t columns = std::min(tile.panels * kPanelFeatures, m_input.width - column);
        auto* const sums = m_room.sums.as<float>() + tile.row * m_sumStride;
        for (int64_t first = 0; first < m_head.vocabulary; first += block.depth()) {
            const int64_t rows = std::min(block.depth(), m_head.vocabulary - first);
            {
                const ProfileScope scope(Part::Unpack);
                unpackForInput(m_head.stored, {first, rows, column, columns}, 0, block);
            }
            const ProfileScope scope(Part::Head);
            PackedProduct product;
            product.main = {m_logits + tile.row * m_logitStride + first, m_logitStride, &block};
            // What pads the logits is 0: the block may hold anything there.
            product.main.limit = {0, roundedUp(rows, kPanelFeatures)};
            product.m = tile.rows;
            product.firstPanel = tile.panel;
            product.panels = tile.panels;
            product.c = sums;
            product.cStride = m_sumStride;
            product.residual = first == 0 ? nullptr : sums;
            product.residualStride = m_sumStride;
            product.isFloatOutput = true;
            packedKernels()->product(product);
        }
        for (int64_t row = 0; row < tile.rows; ++row) {
            for (int64_t i = column; i < column + columns; ++i) {
                gradient[row * m_input.width + i] = narrowed<T>(sums[row * m_sumStride + i]);
            }
        }
    }

    const HeadInput<T>& m_input;
    const PackedHead& m_head;
    PoolTeam& m_team;
    HeadRoom& m_room;
    int64_t m_depth;
    int64_t m_hiddenStride;
    int64_t m_logitStride;
    int64_t m_sumStride = 0;
    int64_t m_first = 0;
    int64_t m_count = 0;
    T* m_hidden = nullptr;
    T* m_logits = nullptr;
};

} // namespace

template <typename T>
HeadLosses unpackedHeadLosses(const HeadInput<T>& input,
                              const PackedHead& head,
                              const HeadGradients<T>& gradients,
                              PoolTeam& team)
{
    HeadLosses result(input.count);
    UnpackedRows<T> rows(input, head, team);
    const int64_t most = team.size() * unpackedHeadChunkRows(head.vocabulary * int64_t{sizeof(T)});
    const int64_t parts = gradients.logits == nullptr ? piecesOf(input.count, most) : 1;
    for (int64_t part = 0; part < parts && input.count > 0; ++part) {
        const int64_t first = input.count * part / parts;
        rows.compute(first, input.count * (part + 1) / parts - first, gradients, result);
    }
    return result;
}

#define LORA_LOSSES(T)                                                                             \
    template HeadLosses unpackedHeadLosses(                                                        \
        const HeadInput<T>&, const PackedHead&, const HeadGradients<T>&, PoolTeam&);

LORA_LOSSES(float)
LORA_LOSSES(c10::BFloat16)

} // namespace engine::kernels
