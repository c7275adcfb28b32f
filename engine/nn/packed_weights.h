// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The matrices of a model packed for the processor: layers that read the same input merged into
// one. A pass reads panels that are kept with the model, each direction built at its first use, or
// makes them where it needs them, from the weights as they are held: of quantised layers and of
// those that are trained always, of others the first time and where no copies may be kept. The
// numbers are the same.
// Compute thread only.
// Bytes: those of the dense weights in the computing type, once per direction that is kept.
#pragma once

#include "engine/kernels/block_rows.h"
#include "engine/kernels/unpacked_panels.h"
#include "engine/nn/linear.h"
#include "engine/nn/norm.h"

#include <map>
#include <memory>
#include <span>
#include <tuple>
#include <vector>

namespace engine::nn {

// Packed type of a computing type; only float32 and bfloat16 have one.
bool isPackable(at::ScalarType dtype);
kernels::PackedType packedTypeOf(at::ScalarType dtype);

// Such numbers are other ones in every pass. An undefined tensor is not trained.
bool isTrained(const at::Tensor& tensor);

kernels::WeightView viewOf(const at::Tensor& weight);
// In float32, rounded to `type`.
std::vector<float> roundedNumbers(const at::Tensor& numbers, kernels::PackedType type);

class PackedGroup
{
public:
    PackedGroup(std::vector<const Linear*> layers, kernels::PackedType type);

    // Frozen CPU weights of a known type or quantised, and still those that were packed.
    static bool canPack(const Linear& layer);
    // All of them, and either all quantised or none.
    static bool canPack(const std::vector<const Linear*>& layers);
    // The same, or weights that are trained in place beside such: of these no panels are kept.
    static bool canUnpack(const std::vector<const Linear*>& layers);
    bool isCurrent() const;
    // Looks again for what is trained: reads such biases in their place.
    void refresh();

    bool isQuantized() const { return !m_quantized.empty(); }
    // Whether the pass under way makes its panels anew (PackedWeights::use).
    bool isUnpacked() const { return m_isUnpacked; }
    void beginPass(bool mayKeepCopies)
    {
        m_isUnpacked = isQuantized() || m_isTrained || !mayKeepCopies || !m_isUsed;
        m_isUsed = true;
    }
    // On any thread: panels [first, first + count) of what forOutput() stands for, into `to` from
    // its panel `at` on; those of forInput() into their places.
    void unpackForOutput(int64_t first, int64_t count, kernels::PackedMatrix& to, int64_t at) const;
    void unpackForInput(int64_t first, int64_t count, kernels::PackedMatrix& to) const;
    // Of quantised layers, on any thread: the outputs of one panel from some of the inputs alone,
    // float32 [16], 0 in the padding.
    //   x  float32 [columns]
    void multiplyPanel(
        int64_t panel, int64_t firstColumn, int64_t columns, const float* x, float* y) const;
    std::size_t quantizedBytes() const;

    // Of dense layers, kept from then on. y = x Wᵀ: features are the layers' outputs, stacked; each
    // layer begins a panel.
    const kernels::PackedMatrix& forOutput();
    // dx = dy W.
    const kernels::PackedMatrix& forInput();
    // float32 [features], zero in the padding; null when no layer has one.
    const float* bias() const { return m_bias.empty() ? nullptr : m_bias.data(); }

    // Layer `layer` as it is kept.
    kernels::StoredWeight stored(std::size_t layer) const;

    const std::vector<const Linear*>& layers() const { return m_layers; }
    int64_t inputs() const { return m_views.front().columns; }
    int64_t offset(std::size_t layer) const; // of its outputs among the features
    int64_t features() const { return offset(m_layers.size()); }
    kernels::PackedType type() const { return m_type; }

private:
    void readBiases();
    bool hasTrainedWeight() const;
    // Of the layer that has this panel of the outputs, the first row in it.
    std::pair<std::size_t, int64_t> placeOf(int64_t panel) const;

    std::vector<const Linear*> m_layers;
    kernels::PackedType m_type;
    std::vector<at::Tensor> m_weights; // what was packed, kept so that no other takes its place
    bool m_isTrained = false;          // one of them is
    std::vector<std::shared_ptr<const kernels::QuantizedWeight>> m_quantized; // or empty
    std::vector<at::Tensor> m_biases;
    std::vector<uint32_t> m_versions;
    std::vector<kernels::WeightView> m_views;
    std::vector<float> m_bias;
    bool m_hasTrainedBias = false; // when it was read last
    kernels::PackedMatrix m_forOutput;
    kernels::PackedMatrix m_forInput;
    bool m_isUsed = false;
    bool m_isUnpacked = false;
};

// A frozen factor of low-rank updates that many layers share, packed for both directions.
struct SharedFactor
{
    at::Tensor factor; // what was packed
    uint32_t version = 0;
    kernels::PackedMatrix forOutput; // x → x Fᵀ
    kernels::PackedMatrix forInput;  // g → g F
};

class PackedWeights
{
public:
    // Whether dense matrices may be kept packed, from the second pass that uses them on: a pass of
    // few rows is faster for it, a program that makes one pass ends sooner without.
    void setKeepsCopies(bool mayKeep) { m_mayKeepCopies = mayKeep; }

    // The group of these layers in `type`, packed anew when a weight has changed.
    PackedGroup& group(const std::vector<const Linear*>& layers, kernels::PackedType type);
    // The same for a pass of many rows, which asks once and then isUnpacked().
    PackedGroup& use(const std::vector<const Linear*>& layers, kernels::PackedType type);
    // Its numbers are kept with this: rounded to `type`, but not a factor 1 + w. What is trained is
    // read again.
    kernels::RowNorm norm(const Norm& norm, kernels::PackedType type);
    // A float32 [rows, columns] view, packed once for all that see the same numbers; kept while
    // someone else holds a tensor that was given here.
    const SharedFactor& sharedFactor(const at::Tensor& factor, kernels::PackedType type);

private:
    struct NormNumbers
    {
        at::Tensor weight; // what was packed
        at::Tensor bias;
        kernels::PackedType type;
        std::vector<float> weights;
        std::vector<float> biases = {}; // empty: none
        bool isWeightRead = false;      // and the same since
        bool isBiasRead = false;
    };
    // Address, rows, columns, row stride, packed type.
    using FactorKey = std::tuple<const void*, int64_t, int64_t, int64_t, kernels::PackedType>;

    bool m_mayKeepCopies = true;
    std::map<const Norm*, NormNumbers> m_norms;
    std::map<std::vector<const Linear*>, std::unique_ptr<PackedGroup>> m_groups;
    std::map<FactorKey, SharedFactor> m_factors;
};

} // namespace engine::nn
