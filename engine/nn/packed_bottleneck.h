// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A bottleneck adapter (adapter.h) as packed blocks take it: its two layers packed for both
// directions, and where a thread sums their gradients. adopt() and fill() once per step, then read
// from any thread. Bytes: two packed copies of each layer.
#pragma once

#include "engine/kernels/block_rows.h"
#include "engine/kernels/packed_matrix.h"
#include "engine/nn/adapter.h"

#include <vector>

namespace engine::nn {

class PackedBottleneck
{
public:
    PackedBottleneck(int64_t inner, int64_t hidden, kernels::PackedType type);

    // The form of what stands at a site in this pass when packed blocks know it: a single module
    // there, with float32 tensors on the processor.
    static std::optional<BottleneckForm> formOf(const std::vector<const SiteModule*>& modules,
                                                const Pass& pass);

    bool isFor(const BottleneckForm& form, kernels::PackedType type) const;
    void adopt(BottleneckForm form);
    // On any thread.
    void fill();

    const BottleneckForm& form() const { return m_form; }
    int64_t inner() const { return m_inner; }
    // Numbers of a row of inner ones, and of one of `hidden`: whole panels.
    int64_t innerStride() const { return m_downForOutput.features(); }
    int64_t stride() const { return m_upForOutput.features(); }
    bool hasNorm() const { return m_form.normWeight.defined(); }
    kernels::RowNorm norm() const;

    // The layers; the second with the form's scale.
    const kernels::PackedMatrix& downForOutput() const { return m_downForOutput; }
    const kernels::PackedMatrix& downForInput() const { return m_downForInput; }
    const kernels::PackedMatrix& upForOutput() const { return m_upForOutput; }
    const kernels::PackedMatrix& upForInput() const { return m_upForInput; }
    const float* downBias() const { return m_downBias.data(); }
    const float* upBias() const { return m_upBias.data(); }

    // Where the sums of each begin among those of the module: [inner, stride()] of a layer, that of
    // the second transposed and without the scale, as its bias'.
    enum Sum : std::size_t { Down, Up, DownBias, UpBias, NormWeight, NormBias, Sums };
    int64_t sum(Sum which) const;
    int64_t sums() const { return sum(Sums); }

private:
    int64_t m_inner;
    int64_t m_hidden;
    BottleneckForm m_form;
    at::Tensor m_scaledUp;
    kernels::PackedMatrix m_downForOutput, m_downForInput, m_upForOutput, m_upForInput;
    std::vector<float> m_downBias, m_upBias; // whole panels
    std::vector<float> m_normWeight, m_normBias;
};

} // namespace engine::nn
