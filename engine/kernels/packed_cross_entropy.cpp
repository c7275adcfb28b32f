// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/packed_cross_entropy.h"

#include "engine/kernels/loss_rows.h"
#include "engine/kernels/packed_product.h"
#include "engine/kernels/profile.h"
#include "engine/kernels/tracking.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cstring>

namespace engine::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int64_t kChunkRows = 256;
constexpr int64_t kChunkBytes = int64_t{32} << 20; // of logits, per thread
constexpr int64_t kDepthBlock = 1024; // of the vocabulary, in the product that makes the gradient

struct RowLosses
{
    std::vector<float> losses; // of the trained rows
    std::vector<uint8_t> correct;

    // One fixed order, whatever the threads.
    double sum() const { return std::accumulate(losses.begin(), losses.end(), 0.0); }
    int64_t correctCount() const { return std::count(correct.begin(), correct.end(), uint8_t{1}); }
};

// A thread's buffers, kept between steps.
struct Scratch
{
    AlignedBuffer hidden;
    AlignedBuffer logits;
    AlignedBuffer gradient; // float32
};

template <typename T>
class HeadRows
{
public:
    HeadRows(const Tensor& hidden,
             const PackedHead& head,
             const TrainedRows& trained,
             double smoothing)
        : m_hidden(static_cast<const T*>(hidden.const_data_ptr())), m_width(hidden.size(1)),
          m_head(head), m_rows(trained.rows.const_data_ptr<int64_t>()),
          m_targets(trained.targets.const_data_ptr<int64_t>()), m_count(trained.rows.numel()),
          m_smoothing(smoothing)
    {
    }

    // gradient [trained, width], or null.
    RowLosses compute(T* gradient, PoolTeam& team) const
    {
        RowLosses result;
        result.losses.resize(static_cast<std::size_t>(m_count));
        result.correct.resize(static_cast<std::size_t>(m_count));
        const int64_t most = std::clamp<int64_t>(
            kChunkBytes / (m_head.vocabulary * int64_t{sizeof(T)}), 1, kChunkRows);
        const int64_t threads = team.size();
        team.each(threads, [&](int64_t thread, int) {
            const int64_t first = m_count * thread / threads;
            const int64_t rows = m_count * (thread + 1) / threads - first;
            const int64_t parts = (rows + most - 1) / most;
            for (int64_t part = 0; part < parts; ++part) {
                const int64_t begin = rows * part / parts;
                chunk(first + begin, rows * (part + 1) / parts - begin, gradient, result);
            }
        });
        return result;
    }

private:
    void chunk(int64_t first, int64_t count, T* gradient, RowLosses& result) const
    {
        const ProfileScope scope(Part::Head);
        thread_local Scratch tScratch;
        const int64_t hiddenStride = spread(m_head.forOutput->depth());
        const int64_t logitStride = spread(m_head.forOutput->features());
        tScratch.hidden.reserve(static_cast<std::size_t>(count * hiddenStride) * sizeof(T));
        tScratch.logits.reserve(static_cast<std::size_t>(count * logitStride) * sizeof(T));
        auto* const hidden = tScratch.hidden.as<T>();
        auto* const logits = tScratch.logits.as<T>();
        for (int64_t row = 0; row < count; ++row) {
            T* const to = hidden + row * hiddenStride;
            std::memcpy(to,
                        m_hidden + m_rows[first + row] * m_width,
                        static_cast<std::size_t>(m_width) * sizeof(T));
            std::fill(to + m_width, to + m_head.forOutput->depth(), T(0));
        }
        PackedProduct product;
        product.main = {hidden, hiddenStride, m_head.forOutput};
        product.m = count;
        product.panels = m_head.forOutput->panels();
        product.c = logits;
        product.cStride = logitStride;
        product.bias = m_head.bias;
        packedKernels()->product(product);
        for (int64_t row = 0; row < count; ++row) {
            lossOfRow(logits + row * logitStride,
                      m_head.vocabulary,
                      m_targets[first + row],
                      m_smoothing,
                      gradient != nullptr,
                      result.losses.data() + first + row,
                      result.correct.data() + first + row);
        }
        if (gradient != nullptr) {
            inputGradient(logits, logitStride, count, tScratch, gradient + first * m_width);
        }
    }

    // gradient [count, width] = logits' gradient · W, over blocks of the vocabulary that stay in
    // cache.
    void inputGradient(
        const T* logits, int64_t logitStride, int64_t count, Scratch& scratch, T* gradient) const
    {
        const PackedMatrix& matrix = *m_head.forInput;
        const int64_t stride = matrix.features();
        scratch.gradient.reserve(static_cast<std::size_t>(count * stride) * sizeof(float));
        auto* const sums = scratch.gradient.as<float>();
        for (int64_t depth = 0; depth < matrix.depth(); depth += kDepthBlock) {
            PackedProduct product;
            product.main = {logits, logitStride, &matrix};
            product.main.limit = {depth, std::min(depth + kDepthBlock, matrix.depth())};
            product.m = count;
            product.panels = matrix.panels();
            product.c = sums;
            product.cStride = stride;
            product.residual = depth == 0 ? nullptr : sums;
            product.residualStride = stride;
            product.isFloatOutput = true;
            packedKernels()->product(product);
        }
        for (int64_t row = 0; row < count; ++row) {
            for (int64_t i = 0; i < m_width; ++i) {
                gradient[row * m_width + i] = narrowed<T>(sums[row * stride + i]);
            }
        }
    }

    static int64_t spread(int64_t width)
    {
        const int64_t padded = roundedUp(width, kPanelFeatures);
        return padded * int64_t{sizeof(T)} % 1024 == 0 ? padded + 2 * kPanelFeatures : padded;
    }

    const T* m_hidden;
    int64_t m_width;
    PackedHead m_head;
    const int64_t* m_rows;
    const int64_t* m_targets;
    int64_t m_count;
    double m_smoothing;
};

// `gradient` is undefined or [trained, width].
RowLosses lossesOf(const Tensor& hidden,
                   const PackedHead& head,
                   const TrainedRows& trained,
                   double smoothing,
                   const Tensor& gradient,
                   PoolTeam& team)
{
    const auto compute = [&]<typename T>(T) {
        T* const to = gradient.defined() ? static_cast<T*>(gradient.data_ptr()) : nullptr;
        return HeadRows<T>(hidden, head, trained, smoothing).compute(to, team);
    };
    return head.forOutput->type() == PackedType::Float32 ? compute(0.0F) : compute(c10::BFloat16());
}

Tensor sumOf(const RowLosses& losses)
{
    return at::scalar_tensor(losses.sum(), at::kFloat);
}

class PackedHeadLoss : public torch::autograd::Function<PackedHeadLoss>
{
public:
    static Tensor forward(AutogradContext* context,
                          const Tensor& hidden,
                          const PackedHead& head,
                          const TrainedRows& trained,
                          double smoothing,
                          int64_t* correct,
                          PoolTeam* team)
    {
        const Tensor gradient = at::empty({trained.rows.numel(), hidden.size(1)}, hidden.options());
        const RowLosses losses = lossesOf(hidden, head, trained, smoothing, gradient, *team);
        *correct = losses.correctCount();
        context->save_for_backward({gradient, trained.rows});
        context->saved_data["tokens"] = hidden.size(0);
        return sumOf(losses);
    }

    static variable_list backward(AutogradContext* context, const variable_list& outputGradients)
    {
        const ProfileScope scope(Part::Head);
        const variable_list saved = context->get_saved_variables();
        const Tensor& gradient = saved[0];
        const int64_t tokens = context->saved_data["tokens"].toInt();
        const Tensor scaled = gradient.mul(outputGradients[0].to(gradient.scalar_type()));
        if (gradient.size(0) == tokens) {
            return {scaled, {}, {}, {}, {}, {}};
        }
        Tensor result = at::zeros({tokens, gradient.size(1)}, gradient.options());
        result.index_copy_(0, saved[1], scaled);
        return {result, {}, {}, {}, {}, {}};
    }
};

} // namespace

TokenLoss packedHeadCrossEntropy(const Tensor& hidden,
                                 const PackedHead& head,
                                 const Tensor& targets,
                                 PoolTeam& team,
                                 double smoothing)
{
    const ProfileScope scope(Part::Head);
    const TrainedRows trained = trainedRows(targets, head.vocabulary);
    const Tensor rows = hidden.contiguous();
    TokenLoss loss;
    loss.tokens = trained.rows.numel();
    if (isTracked(rows)) {
        loss.lossSum = PackedHeadLoss::apply(rows, head, trained, smoothing, &loss.correct, &team);
    } else {
        const RowLosses losses = lossesOf(rows, head, trained, smoothing, {}, team);
        loss.correct = losses.correctCount();
        loss.lossSum = sumOf(losses);
    }
    return loss;
}

Tensor
packedHeadNll(const Tensor& hidden, const PackedHead& head, const Tensor& targets, PoolTeam& team)
{
    const at::NoGradGuard withoutGradient;
    const TrainedRows trained = trainedRows(targets, head.vocabulary);
    const RowLosses losses = lossesOf(hidden.contiguous(), head, trained, 0, {}, team);
    Tensor result = at::zeros({hidden.size(0)}, at::kFloat);
    auto* const nll = result.data_ptr<float>();
    const auto* row = trained.rows.const_data_ptr<int64_t>();
    for (std::size_t i = 0; i < losses.losses.size(); ++i) {
        nll[row[i]] = losses.losses[i];
    }
    return result;
}

} // namespace engine::kernels
