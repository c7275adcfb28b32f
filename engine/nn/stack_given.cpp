// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Keys and values that are given to virtual rows (prefix tuning): they take the place of the rows'
// own behind the rotation, and backwards their gradients, which end there.
#include "engine/kernels/profile.h"
#include "engine/kernels/vectors.h"
#include "engine/nn/stack_worker.h"

namespace engine::nn {

using kernels::narrowed;
using kernels::RowsOf;
using kernels::widened;

namespace {

// work(row of the part, number among its sequence's virtual rows)
template <typename Work>
void forVirtualRows(const StackPlan& plan, TokenRange part, Work work)
{
    const std::vector<int64_t>& all = plan.virtualRows;
    const auto first = std::lower_bound(all.begin(), all.end(), part.first);
    for (auto row = first; row != all.end() && *row < part.first + part.count; ++row) {
        work(*row - part.first, (row - all.begin()) % plan.virtualCount);
    }
}

// Of number i of all heads together.
int64_t columnOf(const StackShape& shape, int64_t i)
{
    return i / shape.headDim * shape.headStride + i % shape.headDim;
}

} // namespace

template <typename T>
void StackWorker<T>::placeGiven(std::size_t block, RowsOf<T> attend, TokenRange part) const
{
    const GivenKeys& given = m_plan->blocks[block].given;
    if (!given.keys.defined()) {
        return;
    }
    const StackShape& shape = m_plan->shape;
    const int64_t width = shape.kvHeads * shape.headDim;
    forVirtualRows(*m_plan, part, [&](int64_t row, int64_t number) {
        const auto place = [&](const at::Tensor& rows, int64_t column) {
            const float* const from = rows.const_data_ptr<float>() + number * rows.stride(0);
            for (int64_t i = 0; i < width; ++i) {
                attend.row(row)[column + columnOf(shape, i)] = narrowed<T>(from[i]);
            }
        };
        place(given.keyRows, shape.keyColumn);
        place(given.valueRows, shape.valueColumn);
    });
}

template <typename T>
void StackWorker<T>::takeGiven(std::size_t block, TokenRange range)
{
    const GivenKeys& given = m_plan->blocks[block].given;
    if (!given.keys.defined()) {
        return;
    }
    const kernels::ProfileScope scope(kernels::Part::Attention);
    const StackShape& shape = m_plan->shape;
    const int64_t width = shape.kvHeads * shape.headDim;
    const RowsOf<T> gradient = rows(StackBuffers::AttendGradient, 0, range.first);
    forVirtualRows(*m_plan, range, [&](int64_t row, int64_t number) {
        float* sums = m_sums.as<float>() + given.sums + number * width;
        for (const int64_t column : {shape.keyColumn, shape.valueColumn}) {
            for (int64_t i = 0; i < width; ++i) {
                T& own = gradient.row(row)[column + columnOf(shape, i)];
                sums[i] += widened(own);
                own = T(0);
            }
            sums += given.keys.numel();
        }
    });
}

#define LORA_GIVEN(T)                                                                              \
    template void StackWorker<T>::placeGiven(std::size_t, RowsOf<T>, TokenRange) const;            \
    template void StackWorker<T>::takeGiven(std::size_t, TokenRange);

LORA_GIVEN(float)
LORA_GIVEN(c10::BFloat16)

} // namespace engine::nn
