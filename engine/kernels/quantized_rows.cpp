// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/quantized_rows.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/zeros.h>

namespace engine::kernels {
namespace {

// The scales of some blocks in float32, each step rounded by itself.
Tensor scalesOf(const Nf4Weight& weight, const Tensor& blocks)
{
    const Tensor scales = weight.scales.index_select(0, blocks);
    if (scales.scalar_type() != at::kByte) {
        return scales;
    }
    const Tensor outer = weight.scaleScales.index_select(0, blocks.div(weight.scaleBlock, "floor"));
    return weight.scaleTable.index_select(0, scales.to(at::kInt)).mul_(outer).add_(weight.offset);
}

// part(first, rows, W's rows in `type`) over the whole weight, in a buffer that is used again.
template <typename Part>
void forDenseParts(const QuantizedWeight& weight, at::ScalarType type, Part part)
{
    // float64 holds what float32 does.
    const at::ScalarType unpacked = type == at::kDouble ? at::kFloat : type;
    const int64_t columns = weight.columns();
    const int64_t most = std::clamp<int64_t>(kDenseNumbers / columns, 1, weight.rows());
    const Tensor buffer = at::empty({most, columns}, unpacked);
    const int64_t rowsAtOnce = std::max(int64_t(1), 16384 / columns);
    for (int64_t first = 0; first < weight.rows(); first += most) {
        const int64_t rows = std::min(most, weight.rows() - first);
        auto* const to = static_cast<std::byte*>(buffer.data_ptr());
        const int64_t rowBytes = columns * static_cast<int64_t>(buffer.element_size());
        at::parallel_for(0, rows, rowsAtOnce, [&](int64_t begin, int64_t end) {
            unpackRows(weight,
                       first + begin,
                       end - begin,
                       0,
                       columns,
                       unpacked,
                       to + begin * rowBytes,
                       columns);
        });
        part(first, rows, buffer.narrow(0, 0, rows).to(type));
    }
}

} // namespace

Tensor gatherRows(const QuantizedWeight& weight, const Tensor& ids)
{
    if (!weight.device().is_cpu()) {
        return composedRows(weight, ids);
    }
    std::visit([](const auto& packed) { checkParts(packed); }, weight.packed);
    const Tensor rows = ids.contiguous();
    const auto* row = rows.const_data_ptr<int64_t>();
    const int64_t count = rows.numel();
    const int64_t columns = weight.columns();
    for (int64_t i = 0; i < count; ++i) {
        TORCH_CHECK_INDEX(row[i] >= 0 && row[i] < weight.rows(),
                          "row ",
                          row[i],
                          " of a quantised weight with ",
                          weight.rows(),
                          " rows");
    }
    Tensor result = at::empty({count, columns}, at::kFloat);
    auto* const to = result.data_ptr<float>();
    const int64_t rowsAtOnce = std::max(int64_t(1), 16384 / columns);
    at::parallel_for(0, count, rowsAtOnce, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            unpackRows(weight, row[i], 1, 0, columns, at::kFloat, to + i * columns, columns);
        }
    });
    return result;
}

Tensor composedRows(const QuantizedWeight& weight, const Tensor& ids)
{
    if (const auto* int8 = std::get_if<Int8Weight>(&weight.packed)) {
        const Int8Weight part{int8->codes.index_select(0, ids), int8->scales.index_select(0, ids)};
        return dequantizeInt8(part).to(weight.dtype).to(at::kFloat);
    }
    const auto& nf4 = std::get<Nf4Weight>(weight.packed);
    const int64_t columns = weight.columns();
    if (columns % nf4.block != 0) {
        return dequantize(weight, at::kFloat).index_select(0, ids);
    }
    const int64_t perRow = columns / nf4.block;
    Nf4Weight part;
    part.block = nf4.block;
    part.shape = {ids.numel(), columns};
    part.codes = nf4.codes.view({weight.rows(), -1}).index_select(0, ids).view(-1);
    const Tensor blocks = ids.unsqueeze(1).mul(perRow).add(at::arange(perRow, ids.options()));
    part.scales = scalesOf(nf4, blocks.reshape(-1));
    return dequantizeNf4(part, weight.dtype).to(at::kFloat);
}

void multiplyOutput(const Tensor& x, const QuantizedWeight& weight, const Tensor& bias, Tensor& y)
{
    forDenseParts(weight, x.scalar_type(), [&](int64_t first, int64_t rows, const Tensor& numbers) {
        Tensor part = y.narrow(1, first, rows);
        if (bias.defined()) {
            at::addmm_out(part, bias.narrow(0, first, rows), x, numbers.t());
        } else {
            at::mm_out(part, x, numbers.t());
        }
    });
}

Tensor multiplyOutput(const Tensor& x, const QuantizedWeight& weight, const Tensor& bias)
{
    Tensor y = at::empty({x.size(0), weight.rows()}, x.options());
    multiplyOutput(x, weight, bias, y);
    return y;
}

Tensor multiplyInput(const Tensor& g, const QuantizedWeight& weight)
{
    const bool isHalf = g.scalar_type() == at::kBFloat16 || g.scalar_type() == at::kHalf;
    Tensor sum;
    forDenseParts(weight, g.scalar_type(), [&](int64_t first, int64_t rows, const Tensor& numbers) {
        const Tensor part = g.narrow(1, first, rows);
        if (rows == weight.rows()) {
            sum = at::mm(part, numbers);
            return;
        }
        if (!sum.defined()) {
            sum = at::zeros({g.size(0), weight.columns()},
                            g.options().dtype(isHalf ? at::kFloat : g.scalar_type()));
        }
        if (isHalf) {
            sum.add_(at::mm(part, numbers));
        } else {
            sum.addmm_(part, numbers);
        }
    });
    return sum.to(g.scalar_type());
}

} // namespace engine::kernels
