// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/estimate/stack_memory.h"

#include "engine/estimate/step_memory.h"
#include "engine/kernels/packed_matrix.h"
#include "engine/nn/stack_buffers.h"

#include <algorithm>
#include <set>

namespace engine::estimate {

namespace {

using kernels::kPanelFeatures;
using kernels::roundedUp;

// Numbers of a head, which no shape tells: of most models 64 or 128.
constexpr int64_t kHeadNumbers = 64;

int64_t padded(int64_t count)
{
    return roundedUp(count, kPanelFeatures);
}

// Features of the layers' outputs, each of which begins a panel.
int64_t paddedFeatures(const ProductUse& product)
{
    int64_t sum = 0;
    for (const int64_t outputs : product.outputs) {
        sum += padded(outputs);
    }
    return sum;
}

// Columns of x Aᵀ: of factors of a layer's own in pairs, of shared ones in panels.
int64_t ownColumns(const ProductUse& product)
{
    int64_t columns = 0;
    for (const RankUse& use : product.ranks) {
        columns += use.isShared ? 0 : roundedUp(use.rank, 2);
    }
    return columns;
}

int64_t columnsOf(const ProductUse& product)
{
    int64_t columns = padded(ownColumns(product));
    for (const RankUse& use : product.ranks) {
        columns += use.isShared ? padded(use.rank) : 0;
    }
    return columns;
}

// Four packed copies of a product's factors (nn/low_rank_group.h).
int64_t packedFactors(const ProductUse& product)
{
    const int64_t columns = ownColumns(product);
    int64_t byUpdate = 0;
    for (const RankUse& use : product.ranks) {
        byUpdate += use.isShared ? 0 : padded(use.rank);
    }
    const int64_t features = paddedFeatures(product);
    return columns == 0 ? 0
                        : padded(columns) * product.inputs + features * columns
                              + byUpdate * features + padded(product.inputs) * columns;
}

bool hasGains(const ProductUse& product)
{
    return product.hasLengths || product.rescaled > 0;
}

// Float32 sums of a thread for a product's updates.
int64_t sumsOf(const ProductUse& product)
{
    const int64_t columns = ownColumns(product);
    int64_t sums = columns * padded(product.inputs);
    for (const RankUse& use : product.ranks) {
        sums += use.isShared ? padded(use.rank + use.rows) : use.rank * padded(use.rows);
    }
    sums += product.biases > 0 ? paddedFeatures(product) : 0;
    sums += padded(product.rescaledInputs);
    return sums + (hasGains(product) ? paddedFeatures(product) : 0);
}

// Numbers of a module at a site: its layers, their biases and its norm.
int64_t siteNumbers(const SiteUse& site, int64_t hidden)
{
    const int64_t norm = site.hasNorm ? 2 * hidden : 0;
    return site.inner > 0 ? 2 * site.inner * hidden + site.inner + hidden + norm : 0;
}

int64_t trainedNumbers(const ProductUse& product)
{
    int64_t numbers = 0;
    for (const RankUse& use : product.ranks) {
        numbers += use.isShared ? use.rank + use.rows : use.rank * (product.inputs + use.rows);
        numbers += product.hasLengths ? use.rows : 0;
    }
    return numbers + product.biases + product.rescaled + product.rescaledInputs;
}

class Stack
{
public:
    Stack(const BlockRun& run, const ModelUse& use, int64_t hidden, const StepSettings& settings)
        : m_run(run), m_use(use), m_hidden(hidden), m_settings(settings),
          m_size(static_cast<int64_t>(c10::elementSize(settings.compute)))
    {
        const BlockUse& block = use.blocks[run.first];
        m_attend = paddedFeatures(block.products[nn::kAttend]);
        m_mixed = block.products[nn::kProject].inputs;
        m_heads = block.headNorms > 0 ? padded(block.queries) + padded(block.keys) : 0;
        m_hasOutputNorms = block.hasOutputNorms();
        m_keepsOutput.fill(m_hasOutputNorms);
        m_expand = paddedFeatures(block.products[nn::kExpand]);
        m_inner = padded(block.inner);
        for (std::size_t i = run.first; i < run.first + run.count; ++i) {
            int64_t columns = 0;
            for (std::size_t which = 0; which < nn::kProducts; ++which) {
                const ProductUse& product = use.blocks[i].products[which];
                if (hasGains(product)) {
                    m_gains[which] = paddedFeatures(product);
                }
                if (product.trained > 0) {
                    m_trainedInputs[which] = product.inputs;
                }
                m_factored = std::max(m_factored, padded(product.rescaledInputs));
                columns += columnsOf(product);
                m_widestRank = std::max(m_widestRank, columnsOf(product));
                m_factors += packedFactors(product);
                m_sums += sumsOf(product);
                m_trained += trainedNumbers(product);
                for (const RankUse& rank : product.ranks) {
                    m_scaledRows = std::max(m_scaledRows, rank.isShared ? rank.rows : 0);
                }
            }
            m_columns = std::max(m_columns, columns);
            addAdditions(use.blocks[i]);
        }
    }

    StackMemory bytes() const
    {
        StackMemory memory;
        placeRows(memory);
        memory.once += m_settings.threads * threadBytes();
        memory.once += m_factors * m_size;
        memory.once += 4 * m_trained; // gradients of the whole run, added to those of the step
        return memory;
    }

private:
    // What is trained in a block beside its products' updates.
    void addAdditions(const BlockUse& block)
    {
        m_sums += block.normNumbers;
        m_trained += block.normNumbers;
        for (std::size_t i = 0; i < block.sites.size(); ++i) {
            const SiteUse& site = block.sites[i];
            m_sums += siteNumbers({padded(site.inner), site.hasNorm}, padded(m_hidden));
            m_trained += siteNumbers(site, m_hidden);
            m_factors += 4 * padded(site.inner) * padded(m_hidden);
            m_widestSite = std::max(m_widestSite, padded(site.inner));
            m_keepsOutput[i] = m_keepsOutput[i] || site.inner > 0;
        }
    }

    void placeRows(StackMemory& memory) const
    {
        const auto blocks = static_cast<int64_t>(m_run.count);
        const auto add = [&](int64_t rowBytes, bool isSaved, int64_t more = 0) {
            const int64_t bytes = m_settings.tokens * rowBytes;
            if (isSaved && m_run.hasGradient) {
                memory.kept += (blocks + more) * bytes;
            } else {
                memory.once += bytes;
            }
        };
        const auto row = [this](int64_t width) { return nn::rowStride(width, m_size) * m_size; };
        const bool savesBlock = m_settings.recompute != nn::Recompute::Block;
        add(row(m_hidden), true, /*more=*/1);
        if (m_run.hasGradient && m_heads > 0) {
            add(row(m_heads), savesBlock);
        }
        add(row(m_attend), savesBlock);
        add(row(m_mixed), savesBlock);
        add(row(m_hidden), savesBlock);
        if (m_keepsOutput[0]) {
            add(row(m_hidden), savesBlock);
        }
        if (m_keepsOutput[1]) {
            add(row(m_hidden), true);
        }
        add(row(m_expand), m_settings.recompute == nn::Recompute::None);
        add(padded(m_columns) * m_size, true);
        add(4 * m_mixed / kHeadNumbers, savesBlock);
        for (std::size_t which = 0; m_run.hasGradient && which < nn::kProducts; ++which) {
            if (m_gains[which] > 0) {
                add(row(m_gains[which]),
                    which == nn::kContract
                        || (which == nn::kExpand ? m_settings.recompute == nn::Recompute::None
                                                 : savesBlock));
            }
        }
        if (m_run.hasGradient) {
            add(row(m_hidden), false);
            add(row(m_mixed), false);
            add(row(m_attend), false);
            placeTrained(add, row);
        }
    }

    // What the gradients of trained weights read, as rows (nn/stack_buffers.h) and, packed, as
    // factors (nn/stack_weights.h).
    template <typename Add, typename Row>
    void placeTrained(const Add& add, const Row& row) const
    {
        const auto place = [&](nn::BlockProduct which, std::initializer_list<int64_t> widths) {
            const int64_t inputs = m_trainedInputs[which];
            for (const int64_t width : widths) {
                add(inputs > 0 ? row(width) : 0, false);
            }
            add(padded(inputs) * m_size, false);
        };
        place(nn::kAttend, {m_hidden});
        place(nn::kProject, {m_hidden});
        place(nn::kExpand, {m_hidden, m_expand});
        place(nn::kContract, {m_inner, m_hidden});
    }

    int64_t threadBytes() const
    {
        constexpr int64_t kCacheNumbers = int64_t{512} << 10; // nn/stack_plan.h, blockRows
        const int64_t rows = std::clamp<int64_t>(kCacheNumbers / (m_expand + m_hidden), 48, 256);
        const int64_t gradients = (m_hasOutputNorms ? 2 : 1) * m_hidden;
        const int64_t widths = m_run.hasGradient
                                   ? m_hidden + gradients + m_inner + m_expand + m_mixed
                                   : m_hidden + m_inner;
        const int64_t ranks = m_widestRank * (m_size + 4); // G, and a factor of a sum as it is read
        const int64_t scaled = m_scaledRows * (m_size + 4);
        // A gradient before its gains, and what it lost by them.
        const int64_t gains =
            m_size * (2 * *std::max_element(m_gains.begin(), m_gains.end()) + m_factored);
        // Rows of a module and their gradients.
        const int64_t site = m_widestSite > 0 ? m_size * (4 * m_hidden + 3 * m_widestSite) : 0;
        const int64_t sums = m_run.hasGradient ? 4 * m_sums : 0;
        // Keys, values, queries, results and their gradients of a head, its statistics beside them.
        const int64_t attention = 8 * 4 * padded(m_settings.longest) * kHeadNumbers;
        return rows * (widths * m_size + ranks + scaled + gains + site) + sums + attention;
    }

    const BlockRun& m_run;
    const ModelUse& m_use;
    int64_t m_hidden;
    const StepSettings& m_settings;
    int64_t m_size;
    int64_t m_attend = 0, m_heads = 0, m_mixed = 0, m_expand = 0, m_inner = 0;
    bool m_hasOutputNorms = false;
    std::array<bool, 2> m_keepsOutput = {}; // of the sub-layers
    int64_t m_widestSite = 0;
    int64_t m_factored = 0;                          // inputs that have factors
    std::array<int64_t, nn::kProducts> m_gains = {}; // outputs that have them, of each product
    std::array<int64_t, nn::kProducts> m_trainedInputs = {}; // of those whose weights are trained
    int64_t m_columns = 0, m_widestRank = 0, m_scaledRows = 0;
    int64_t m_factors = 0, m_sums = 0, m_trained = 0;
};

} // namespace

StackMemory stackMemory(const BlockRun& run,
                        const ModelUse& use,
                        const nn::Blueprint& blueprint,
                        const StepSettings& settings)
{
    return Stack(run, use, blueprint.hiddenSize, settings).bytes();
}

int64_t sharedFactorBytes(const ModelUse& use, int64_t size)
{
    std::set<std::pair<int64_t, int64_t>> inner; // rank and inputs
    std::set<std::pair<int64_t, int64_t>> outer; // rows and rank
    std::pair<int64_t, int64_t> widest;          // inputs and rows
    int64_t rank = 0;
    for (const BlockUse& block : use.blocks) {
        for (const ProductUse& product : block.products) {
            for (const RankUse& one : product.ranks) {
                if (one.isShared) {
                    rank = std::max(rank, one.rank);
                    inner.emplace(one.rank, product.inputs);
                    outer.emplace(one.rows, one.rank);
                    widest.first = std::max(widest.first, product.inputs);
                    widest.second = std::max(widest.second, one.rows);
                }
            }
        }
    }
    int64_t bytes = 4 * rank * (widest.first + widest.second);
    for (const auto& shapes : {inner, outer}) {
        for (const auto& [rows, columns] : shapes) {
            bytes += 2 * size * padded(rows) * padded(columns);
        }
    }
    return bytes;
}

int64_t unpackedPanelBytes(const ModelUse& use, const StepSettings& settings)
{
    const bool isQuantized = settings.held.quantization != kernels::Quantization::None;
    const bool keepsAll = !isQuantized && settings.keepsCopies;
    const auto size = static_cast<int64_t>(c10::elementSize(settings.compute));
    int64_t panels = 0;
    int64_t largest = 0;
    for (const BlockRun& run : use.runs) {
        int64_t numbers = 0;
        for (const ProductUse& product : use.blocks[run.first].products) {
            const bool isKept = keepsAll && product.trained == 0;
            numbers += isKept ? 0 : paddedFeatures(product) * product.inputs;
            for (const int64_t outputs : product.outputs) {
                const bool isDense = run.isFused || !isQuantized;
                largest = std::max(largest, isDense ? 0 : outputs * product.inputs);
            }
        }
        panels = std::max(panels, run.isFused ? numbers : 0);
    }
    // Both directions share them, unless the backward makes the forward again.
    panels *= settings.recompute == nn::Recompute::None ? 1 : 2;
    return (panels + largest) * size;
}

} // namespace engine::estimate
