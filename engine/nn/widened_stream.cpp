// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/widened_stream.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/index_copy.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

namespace engine::nn {

WidenedStream widened(const at::Tensor& x, const Pass& pass, const VirtualTokens& tokens)
{
    const at::Tensor embeddings = tokens.embeddings();
    const at::Tensor rows =
        embeddings.defined() ? embeddings : at::zeros({tokens.count(), x.size(1)}, x.options());
    const int64_t infix = tokens.infixCount();
    const int64_t prefix = tokens.count() - infix;
    const std::vector<int64_t>& offsets = pass.sequences.queryOffsets;
    TORCH_CHECK(pass.prompts.empty() || pass.prompts.size() + 1 == offsets.size(),
                "widened: not one prompt per sequence");
    WidenedStream wide{at::Tensor(), pass, at::Tensor()};
    std::vector<at::Tensor> parts;
    std::vector<int64_t> virtualRows, tokenRows, positions;
    int64_t row = 0;
    int64_t position = 0;
    const auto place = [&](const at::Tensor& part, std::vector<int64_t>& places) {
        parts.push_back(part.to(x.scalar_type()));
        for (int64_t i = 0; i < part.size(0); ++i) {
            places.push_back(row++);
            positions.push_back(position++);
        }
    };
    wide.pass.sequences.queryOffsets = {0};
    for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
        const int64_t length = offsets[i + 1] - offsets[i];
        const int64_t prompt = pass.prompts.empty() ? 0 : pass.prompts[i];
        position = 0;
        place(rows.narrow(0, 0, prefix), virtualRows);
        if (infix == 0) {
            place(x.narrow(0, offsets[i], length), tokenRows);
        } else {
            place(x.narrow(0, offsets[i], prompt), tokenRows);
            place(rows.narrow(0, prefix, infix), virtualRows);
            if (prompt > 0) {
                tokenRows.back() = virtualRows.back();
            }
            place(x.narrow(0, offsets[i] + prompt, length - prompt), tokenRows);
        }
        wide.pass.sequences.queryOffsets.push_back(row);
    }
    wide.pass.sequences.keyOffsets = wide.pass.sequences.queryOffsets;
    wide.pass.positions = at::tensor(positions, at::kLong);
    wide.x = at::cat(parts);
    wide.pass.virtualRows = at::tensor(virtualRows, at::kLong);
    wide.tokenRows = at::tensor(tokenRows, at::kLong);
    return wide;
}

at::Tensor withVirtualRows(const at::Tensor& x, const Pass& pass, const at::Tensor& rows)
{
    std::vector<int64_t> times(static_cast<std::size_t>(rows.dim()), 1);
    times.front() = pass.virtualRows.size(0) / rows.size(0);
    return x.index_copy(0, pass.virtualRows.to(x.device()), rows.to(x.scalar_type()).repeat(times));
}

} // namespace engine::nn
