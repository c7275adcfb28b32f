// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/stack_weights.h"

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

} // namespace

template <typename T>
void StackWeights<T>::add(const StackPlan& plan,
                          const StackBuffers& buffers,
                          std::size_t block,
                          kernels::PoolTeam& team)
{
    std::vector<kernels::WeightRows<T>> rows;
    std::vector<kernels::WeightSums<T>> sums;
    for (std::size_t which = kProducts; which-- > 0;) { // the largest first
        const ProductPlan& product = plan.blocks[block].products[which];
        if (product.weights.empty()) {
            continue;
        }
        kernels::PackedRows& packed = m_inputs[which];
        packed.layOut(plan.tokens, product.inputs, product.group->type());
        const ProductRows<T> own = rowsOfProduct<T>(buffers, which, block);
        rows.push_back({own.input, &packed});
        for (const TrainedWeight& trained : product.weights) {
            sums.push_back({own.gradient.columns(trained.base),
                            trained.weight.size(0),
                            &packed,
                            kernels::leafGradient(trained.weight)});
        }
    }
    kernels::addWeightGradients<T>(rows, sums, team);
}

template class StackWeights<float>;
template class StackWeights<c10::BFloat16>;

} // namespace engine::nn
