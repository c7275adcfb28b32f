// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/trained_table.h"

#include "engine/kernels/profile.h"
#include "engine/kernels/weight_gradient.h"

#include <ATen/Parallel.h>
#include <ATen/ops/embedding.h>
#include <torch/csrc/autograd/custom_function.h>

namespace engine::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int64_t kColumns = 64; // that a task adds up

class TableRows : public torch::autograd::Function<TableRows>
{
public:
    static at::Tensor
    forward(AutogradContext* context, const at::Tensor& table, const at::Tensor& ids)
    {
        context->save_for_backward({table, ids});
        return at::embedding(table, ids);
    }

    static variable_list backward(AutogradContext* context, const variable_list& outputGradients)
    {
        const ProfileScope scope(Part::Embedding);
        const variable_list saved = context->get_saved_variables();
        const at::Tensor gradient = outputGradients[0].contiguous();
        const at::Tensor ids = saved[1].contiguous();
        const int64_t width = gradient.size(1);
        float* const sums = leafGradient(saved[0]);
        const auto* const rows = gradient.const_data_ptr<float>();
        const auto* const id = ids.const_data_ptr<int64_t>();
        // Every thread its columns: ids may be the same.
        at::parallel_for(0, (width + kColumns - 1) / kColumns, 1, [&](int64_t begin, int64_t end) {
            const int64_t last = std::min(end * kColumns, width);
            for (int64_t i = 0; i < ids.numel(); ++i) {
                float* const to = sums + id[i] * width;
                const float* const from = rows + i * width;
                for (int64_t column = begin * kColumns; column < last; ++column) {
                    to[column] += from[column];
                }
            }
        });
        return {at::Tensor(), at::Tensor()};
    }
};

} // namespace

at::Tensor trainedTableRows(const at::Tensor& table, const at::Tensor& ids)
{
    return TableRows::apply(table, ids);
}

} // namespace engine::kernels
