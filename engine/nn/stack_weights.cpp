// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/stack_weights.h"

#include "engine/kernels/profile.h"

#include <ATen/ops/zeros_like.h>

namespace engine::nn {

namespace {

template <typename T>
kernels::RowsOf<const T> rowsOf(const StackBuffers& buffers, StackBuffers::Part part, std::size_t i)
{
    const kernels::RowsOf<T> rows = buffers.rows<T>(part, i);
    return {rows.data, rows.stride};
}

// What a product of the block read, and the gradient of what it gave.
template <typename T>
struct ProductRows
{
    kernels::RowsOf<const T> input, gradient;
};

template <typename T>
ProductRows<T> rowsOfProduct(const StackBuffers& buffers, std::size_t which, std::size_t block)
{
    using Buffers = StackBuffers;
    switch (which) {
    case kAttend:
        return {rowsOf<T>(buffers, Buffers::AttendInput, 0),
                rowsOf<T>(buffers, Buffers::AttendGradient, 0)};
    case kProject:
        return {rowsOf<T>(buffers, Buffers::Mixed, block),
                rowsOf<T>(buffers, Buffers::ProjectGradient, 0)};
    case kExpand:
        return {rowsOf<T>(buffers, Buffers::ExpandInput, 0),
                rowsOf<T>(buffers, Buffers::ExpandGradient, 0)};
    default:
        return {rowsOf<T>(buffers, Buffers::ContractInput, 0),
                rowsOf<T>(buffers, Buffers::ContractGradient, 0)};
    }
}

float* gradientOf(const at::Tensor& weight)
{
    at::Tensor& gradient = weight.mutable_grad();
    if (!gradient.defined()) {
        gradient = at::zeros_like(weight);
    }
    TORCH_CHECK(gradient.is_contiguous() && gradient.scalar_type() == at::kFloat,
                "the gradient of a trained weight is float32 without gaps");
    return gradient.data_ptr<float>();
}

struct Piece
{
    std::size_t product = 0;
    int64_t number = 0;
};

// Some outputs of one weight.
struct Outputs
{
    std::size_t product = 0;
    int64_t feature = 0;
    int64_t count = 0;
    float* sums = nullptr;
};

} // namespace

template <typename T>
void StackWeights<T>::add(const StackPlan& plan,
                          const StackBuffers& buffers,
                          std::size_t block,
                          kernels::PoolTeam& team)
{
    std::vector<Piece> pieces;
    std::vector<Outputs> outputs;
    for (std::size_t which = kProducts; which-- > 0;) { // the largest first
        const ProductPlan& product = plan.blocks[block].products[which];
        if (product.weights.empty()) {
            continue;
        }
        m_inputs[which].layOut(plan.tokens, product.inputs, product.group->type());
        for (int64_t piece = 0; piece < m_inputs[which].pieces(); ++piece) {
            pieces.push_back({which, piece});
        }
        for (const TrainedWeight& trained : product.weights) {
            float* const sums = gradientOf(trained.weight);
            const int64_t rows = trained.weight.size(0);
            for (int64_t row = 0; row < rows; row += kernels::kGradientOutputs) {
                outputs.push_back({which,
                                   trained.base + row,
                                   std::min(kernels::kGradientOutputs, rows - row),
                                   sums + row * product.inputs});
            }
        }
    }
    team.each(static_cast<int64_t>(pieces.size()), [&](int64_t task, int) {
        const kernels::ProfileScope scope(kernels::Part::WeightGradient);
        const Piece& piece = pieces[static_cast<std::size_t>(task)];
        m_inputs[piece.product].pack(piece.number,
                                     rowsOfProduct<T>(buffers, piece.product, block).input);
    });
    team.each(static_cast<int64_t>(outputs.size()), [&](int64_t task, int) {
        const kernels::ProfileScope scope(kernels::Part::WeightGradient);
        const Outputs& part = outputs[static_cast<std::size_t>(task)];
        const ProductRows<T> rows = rowsOfProduct<T>(buffers, part.product, block);
        kernels::addWeightGradient(
            rows.gradient.columns(part.feature), part.count, m_inputs[part.product], part.sums);
    });
}

template class StackWeights<float>;
template class StackWeights<c10::BFloat16>;

} // namespace engine::nn
