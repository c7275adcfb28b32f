// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One thread's part of a run of blocks: the stages of a block over a range of rows, forward and
// backward, with its own scratch and gradient sums. T is float or c10::BFloat16. The stages of one
// block depend on each other row by row, but for attention, which needs whole sequences.
#pragma once

#include "engine/kernels/dropout.h"
#include "engine/kernels/head_attention.h"
#include "engine/nn/stack_buffers.h"

namespace engine::nn {

struct TokenRange
{
    int64_t first = 0;
    int64_t count = 0;
};

template <typename T>
class StackWorker
{
public:
    // Sizes the scratch; with gradients the sums become zero. Both pointers outlive the pass.
    void prepare(const StackPlan& plan, const StackBuffers& buffers);

    // norm, q k v, their norms, rotation.
    void attendInputs(std::size_t block, TokenRange rows);
    // Attention of one key-value head of one sequence.
    void attend(std::size_t block, int64_t sequence, int64_t kvHead);
    // Output projection, residual, norm, MLP, residual.
    void mix(std::size_t block, TokenRange rows);

    // The same backwards; the input's gradient is replaced in place.
    void mixBackward(std::size_t block, TokenRange rows);
    void attendBackward(std::size_t block, int64_t sequence, int64_t kvHead);
    void attendInputsBackward(std::size_t block, TokenRange rows);

    const float* sums() const { return m_sums.as<float>(); }

private:
    template <typename U>
    using Rows = kernels::RowsOf<U>;
    using Part = StackBuffers::Part;

    Rows<T> rows(Part part, std::size_t block, int64_t first) const;
    Rows<T> scratch(int64_t width);
    // Of the part, where the gradients of weights read the rows there; and rows of the width of
    // `hidden` copied for these.
    Rows<T> rowsOrScratch(Part part, int64_t first, int64_t width);
    void keepRows(Rows<const T> from, Part part, TokenRange range) const;
    void clearGaps(Rows<T> expanded, int64_t count) const;
    void resetScratch() { m_scratchUsed = 0; }
    template <typename Stage>
    void forBlocks(TokenRange range, Stage stage);

    // out = input Wᵀ + bias + residual (data null: none); keeps the low-rank products of the rows.
    void multiply(std::size_t block,
                  BlockProduct product,
                  TokenRange range,
                  Rows<const T> input,
                  Rows<T> out,
                  Rows<const T> residual);
    // out = residual + the output of a sub-layer's last product, normed first where the shape has
    // that and through what stands at its site; then `kept` holds the product's.
    struct SubLayer
    {
        BlockProduct product;
        Part kept;
        std::size_t place; // in the block's outputNorms and sites
    };
    static constexpr SubLayer kAttention = {kProject, StackBuffers::AttentionOutput, 0};
    static constexpr SubLayer kMlp = {kContract, StackBuffers::MlpOutput, 1};
    void addSubLayer(const SubLayer& layer,
                     std::size_t block,
                     TokenRange range,
                     Rows<const T> input,
                     Rows<T> out,
                     Rows<const T> residual);
    // The gradient of the product's output from that of `out`, which becomes the residual's:
    // itself, or made of it in `memory` or that of sites.
    Rows<const T> productGradient(const SubLayer& layer,
                                  std::size_t block,
                                  TokenRange range,
                                  Rows<const T> residual,
                                  Rows<T> gradient,
                                  Rows<T> memory);
    // The part of both that is the module's at the site. Its gradient may be in `gradient` itself.
    void reserveSites();
    void addSite(const SubLayer& layer,
                 std::size_t block,
                 TokenRange range,
                 Rows<const T> residual,
                 Rows<T> out);
    Rows<const T> siteGradient(const SubLayer& layer,
                               std::size_t block,
                               TokenRange range,
                               Rows<const T> residual,
                               Rows<T> gradient);
    Rows<const T> siteOutput(const SubLayer& layer, std::size_t block, TokenRange range) const;
    // What the module makes of its input's rows, until those of another are asked for.
    struct SiteRows
    {
        Rows<const T> stream; // what its norm reads
        Rows<const T> input;  // of its first layer
        Rows<T> inner;        // what that gives
    };
    SiteRows siteRows(const PackedBottleneck& module,
                      TokenRange range,
                      Rows<const T> output,
                      Rows<const T> residual);
    kernels::MaskBits siteMask(const PackedBottleneck& module, TokenRange range);
    // From the gradient of the first sum to that of attention's result; `memory` as above.
    void projectBackward(std::size_t block, TokenRange part, Rows<T> gradient, Rows<T> memory);
    void addNormSums(const NormPlan& norm,
                     int64_t heads,
                     Rows<const T> gradient,
                     Rows<const T> x,
                     int64_t count);
    void normHeads(std::size_t block, Rows<T> attend, TokenRange part) const;
    void rotate(std::size_t block, Rows<T> attend, TokenRange part, float direction) const;
    // Of a product's outputs: of these themselves, and of what they were before their gains.
    struct Gradients
    {
        Rows<const T> outputs, unscaled;
    };
    // dInput = gradient W + …; dInput.data null: not needed. Keeps what updateGradients() needs.
    void inputGradient(std::size_t block,
                       BlockProduct product,
                       TokenRange range,
                       const Gradients& gradients,
                       Rows<T> dInput);
    // The sums of the updates' gradients, after the input's.
    void updateGradients(std::size_t block,
                         BlockProduct product,
                         TokenRange range,
                         Rows<const T> unscaled,
                         Rows<const T> input);
    // Both.
    void multiplyBackward(std::size_t block,
                          BlockProduct product,
                          TokenRange range,
                          Rows<const T> gradient,
                          Rows<const T> input,
                          Rows<T> dInput);
    Rows<const T> keptRows(const ProductPlan& product,
                           const GroupUpdate& update,
                           TokenRange range,
                           Rows<const T> input);
    void innerProducts(const ProductPlan& product,
                       TokenRange range,
                       Rows<const T> input,
                       Rows<T> lowRank);
    kernels::MaskBits
    maskOf(const kernels::LowRank& update, int64_t width, TokenRange range, uint8_t* memory);
    void keepFactors(const ProductPlan& product, TokenRange range, Rows<const T> outer);
    // What scaled updates add to `out`, and what they make of its gradient.
    void reserveScaled();
    void addScaled(const ProductPlan& product,
                   TokenRange range,
                   Rows<const T> input,
                   Rows<T> lowRank,
                   Rows<T> out);
    void scaledBackward(const ProductPlan& product,
                        TokenRange range,
                        Rows<const T> gradient,
                        Rows<const T> lowRank,
                        Rows<T> dInput);
    Rows<const float> expanded(const ScaledUpdate& update, int64_t rows, Rows<const T> lowRank);
    // What gains make of a product's outputs, which are kept in `unscaled` unless its data is null.
    void reserveGains();
    void multiplyWithGains(const ProductPlan& product,
                           TokenRange range,
                           Rows<const T> input,
                           kernels::PackedProduct work,
                           Rows<T> unscaled);
    // Under dropout what they add to the outputs of `work`, which m_gainWide has without them.
    // `last` is the update whose kept rows were read last.
    struct KeptRows
    {
        const GroupUpdate* update = nullptr;
        Rows<const T> rows = {};
    };
    void addChanges(const ProductPlan& product,
                    TokenRange range,
                    Rows<const T> input,
                    const kernels::PackedProduct& work,
                    Rows<T> unscaled,
                    KeptRows& last);
    // And of their gradient.
    Gradients
    throughGains(std::size_t block, BlockProduct product, TokenRange range, Rows<const T> gradient);
    void keepChanges(const ProductPlan& product);
    // Factors of a product's input, in place where there are any: input ⊙= factors; the gradient of
    // that, kept, becomes the one of what it was; of that again the sums, and the input.
    void scaleInput(const ProductPlan& product, Rows<T> input, int64_t count) const;
    void unscaleGradient(const ProductPlan& product, Rows<T> gradient, int64_t count);
    void sumFactors(const ProductPlan& product, Rows<T> input, int64_t count);
    // Keys and values that the block is given, into the part's rows, and their gradients out of the
    // range's.
    void placeGiven(std::size_t block, Rows<T> attend, TokenRange part) const;
    void takeGiven(std::size_t block, TokenRange range);
    kernels::HeadGroup<T> headGroup(std::size_t block, int64_t sequence, int64_t kvHead) const;
    // Of the group's first head.
    float* logSums(std::size_t block, int64_t sequence, int64_t kvHead) const;

    const StackPlan* m_plan = nullptr;
    const StackBuffers* m_buffers = nullptr;
    const kernels::PackedKernels* m_kernels = nullptr;
    kernels::HeadAttention<T> m_attention;
    kernels::AlignedBuffer m_scratch;
    int64_t m_scratchUsed = 0;
    kernels::AlignedBuffer m_sums;
    kernels::AlignedBuffer m_outer;   // G of one product
    kernels::AlignedBuffer m_dropped; // input rows under a mask
    kernels::AlignedBuffer m_mask; // bits of dropout, of one product; of a scaled update the last
    std::vector<kernels::KeptFactor> m_kept;             // of one product
    kernels::AlignedBuffer m_scaledInner, m_scaledOuter; // rows of one scaled update, in T
    kernels::AlignedBuffer m_scaledWide;                 // and in float32
    kernels::AlignedBuffer m_siteOutput, m_siteStream, m_siteInput; // rows of a module at a site
    kernels::AlignedBuffer m_siteInner, m_siteActive;
    kernels::AlignedBuffer m_siteChange, m_siteGradient; // and their gradients
    kernels::AlignedBuffer m_gainWide;       // some outputs of a product, float32; under dropout
    kernels::AlignedBuffer m_gainFrozen;     // those of W and kept inputs alone,
    kernels::AlignedBuffer m_gainUpdate;     // and of an update
    kernels::AlignedBuffer m_gainGradient;   // of all outputs before their gains
    kernels::AlignedBuffer m_gainChange;     // that without the gradient behind them, under dropout
    kernels::AlignedBuffer m_scaledGradient; // of an input times its factors
};

} // namespace engine::nn
