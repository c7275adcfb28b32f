// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/cuda/cudnn_attention.h"

#include "engine/cuda/offsets.h"
#include "engine/cuda/recorded_step.h"

#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/diff.h>
#include <ATen/ops/empty.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime_api.h>
#include <cudnn_frontend.h>

#include <algorithm>
#include <bit>
#include <compare>
#include <limits>
#include <map>
#include <memory>
#include <mutex>

namespace engine::cuda {
namespace {

namespace fe = cudnn_frontend;
using Tensors = std::unordered_map<int64_t, void*>;

constexpr int kHopper = 9;
constexpr int64_t kLargestHead = 128;
constexpr int64_t kShortest = 512;

enum Name : int64_t {
    Q = 1,
    K,
    V,
    Out,
    LogSums,
    OutGradient,
    QGradient,
    KGradient,
    VGradient,
    QueryLengths,
    KeyLengths,
    QPlaces,
    KPlaces,
    VPlaces,
    OutPlaces, // also of its gradient and of q's
    LogSumPlaces,
    KeyResultPlaces // gradients of k and v
};

// Where one tensor [tokens, heads, headDim] has its numbers.
struct Layout
{
    int64_t heads = 0;
    int64_t tokenStride = 0;
    int64_t headStride = 0;

    auto operator<=>(const Layout&) const = default;

    static Layout of(const Tensor& x) { return {x.size(1), x.stride(0), x.stride(1)}; }
};

// What a plan is made for. Sequences, longest and tokens are bounds, rounded up so that few plans
// serve all batches.
struct Shape
{
    int device = 0;
    bool isBfloat16 = true;
    bool isDeterministic = true;
    int64_t sequences = 0;
    int64_t longest = 0;
    int64_t tokens = 0;
    int64_t headDim = 0;
    Layout q;
    Layout k;
    Layout v;
    double scale = 1;

    auto operator<=>(const Shape&) const = default;

    // Of what is computed: no gaps.
    Layout queryResult() const { return {q.heads, q.heads * headDim, headDim}; }
    Layout keyResult() const { return {k.heads, k.heads * headDim, headDim}; }
};

int64_t powerAbove(int64_t count)
{
    return static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(count)));
}

Shape shapeOf(const Tensor& q,
              const Tensor& k,
              const Tensor& v,
              int64_t sequences,
              int64_t longest,
              double scale)
{
    return {q.device().index(),
            q.scalar_type() == at::kBFloat16,
            at::globalContext().deterministicAlgorithms(),
            sequences,
            powerAbove(longest),
            powerAbove(q.size(0)),
            q.size(2),
            Layout::of(q),
            Layout::of(k),
            Layout::of(v),
            scale};
}

// Never destroyed, as all here: CUDA ends before this process does.
cudnnHandle_t handleOf(int device)
{
    static auto& handles = *new std::map<int, cudnnHandle_t>;
    auto found = handles.find(device);
    if (found == handles.end()) {
        cudnnHandle_t handle = nullptr;
        TORCH_CHECK(cudnnCreate(&handle) == CUDNN_STATUS_SUCCESS, "cuDNN did not start");
        found = handles.emplace(device, handle).first;
    }
    TORCH_CHECK(cudnnSetStream(found->second, c10::cuda::getCurrentCUDAStream(device).stream())
                    == CUDNN_STATUS_SUCCESS,
                "cuDNN did not take the stream");
    return found->second;
}

// A graph while it is described: the heads of one part, all sequences.
class Description
{
public:
    Description(const Shape& shape, int64_t parts) : m_shape(shape), m_parts(parts)
    {
        m_graph
            ->set_io_data_type(shape.isBfloat16 ? fe::DataType_t::BFLOAT16 : fe::DataType_t::HALF)
            .set_intermediate_data_type(fe::DataType_t::FLOAT)
            .set_compute_data_type(fe::DataType_t::FLOAT);
    }

    using Attributes = std::shared_ptr<fe::graph::Tensor_attributes>;

    Attributes integers(Name name, int64_t count)
    {
        return m_graph->tensor(fe::graph::Tensor_attributes()
                                   .set_uid(name)
                                   .set_dim({count, 1, 1, 1})
                                   .set_stride({1, 1, 1, 1})
                                   .set_data_type(fe::DataType_t::INT32));
    }
    Attributes lengths(Name name) { return integers(name, m_shape.sequences); }
    Attributes places(Name name) { return integers(name, m_shape.sequences + 1); }

    Attributes heads(Name name, const Layout& layout, const Attributes& places)
    {
        fe::graph::Tensor_attributes attributes;
        describeHeads(attributes, name, layout, places);
        return m_graph->tensor(attributes);
    }
    Attributes logSums(const Attributes& places)
    {
        fe::graph::Tensor_attributes attributes;
        describeLogSums(attributes, places);
        return m_graph->tensor(attributes);
    }

    // What the graph computes, as heads of that layout.
    void describeHeads(fe::graph::Tensor_attributes& attributes,
                       Name name,
                       const Layout& layout,
                       const Attributes& places) const
    {
        attributes.set_uid(name)
            .set_dim({m_shape.sequences, layout.heads / m_parts, m_shape.longest, m_shape.headDim})
            .set_stride(
                {m_shape.longest * layout.tokenStride, layout.headStride, layout.tokenStride, 1})
            .set_ragged_offset(places);
    }
    void describeLogSums(fe::graph::Tensor_attributes& attributes, const Attributes& places) const
    {
        const int64_t all = m_shape.q.heads;
        attributes.set_uid(LogSums)
            .set_dim({m_shape.sequences, all / m_parts, m_shape.longest, 1})
            .set_stride({m_shape.longest * all, 1, all, 1})
            .set_data_type(fe::DataType_t::FLOAT)
            .set_ragged_offset(places);
    }

    fe::graph::Graph& graph() { return *m_graph; }

    // Null where cuDNN cannot compute it.
    std::shared_ptr<fe::graph::Graph> built(cudnnHandle_t handle) const
    {
        const bool isBuilt =
            m_graph->validate().is_good() && m_graph->build_operation_graph(handle).is_good()
            && m_graph->create_execution_plans({fe::HeurMode_t::A}).is_good()
            && m_graph->check_support().is_good() && m_graph->build_plans().is_good();
        return isBuilt ? m_graph : nullptr;
    }

private:
    const Shape& m_shape;
    int64_t m_parts;
    std::shared_ptr<fe::graph::Graph> m_graph = std::make_shared<fe::graph::Graph>();
};

std::shared_ptr<fe::graph::Graph>
forwardGraph(const Shape& shape, int64_t parts, cudnnHandle_t handle)
{
    Description about(shape, parts);
    const auto outPlaces = about.places(OutPlaces);
    const auto sumPlaces = about.places(LogSumPlaces);
    const auto [out, sums] = about.graph().sdpa(about.heads(Q, shape.q, about.places(QPlaces)),
                                                about.heads(K, shape.k, about.places(KPlaces)),
                                                about.heads(V, shape.v, about.places(VPlaces)),
                                                fe::graph::SDPA_attributes()
                                                    .set_generate_stats(true)
                                                    .set_causal_mask(true)
                                                    .set_attn_scale(static_cast<float>(shape.scale))
                                                    .set_padding_mask(true)
                                                    .set_seq_len_q(about.lengths(QueryLengths))
                                                    .set_seq_len_kv(about.lengths(KeyLengths)));
    about.describeHeads(*out, Out, shape.queryResult(), outPlaces);
    about.describeLogSums(*sums, sumPlaces);
    out->set_output(true);
    sums->set_output(true);
    return about.built(handle);
}

std::shared_ptr<fe::graph::Graph>
backwardGraph(const Shape& shape, int64_t parts, cudnnHandle_t handle)
{
    Description about(shape, parts);
    const Layout queries = shape.queryResult();
    const Layout keys = shape.keyResult();
    const auto outPlaces = about.places(OutPlaces);
    const auto keyPlaces = about.places(KeyResultPlaces);
    const auto [q, k, v] =
        about.graph().sdpa_backward(about.heads(Q, shape.q, about.places(QPlaces)),
                                    about.heads(K, shape.k, about.places(KPlaces)),
                                    about.heads(V, shape.v, about.places(VPlaces)),
                                    about.heads(Out, queries, outPlaces),
                                    about.heads(OutGradient, queries, outPlaces),
                                    about.logSums(about.places(LogSumPlaces)),
                                    fe::graph::SDPA_backward_attributes()
                                        .set_causal_mask(true)
                                        .set_attn_scale(static_cast<float>(shape.scale))
                                        .set_padding_mask(true)
                                        .set_seq_len_q(about.lengths(QueryLengths))
                                        .set_seq_len_kv(about.lengths(KeyLengths))
                                        .set_max_total_seq_len_q(shape.tokens)
                                        .set_max_total_seq_len_kv(shape.tokens)
                                        .set_deterministic_algorithm(shape.isDeterministic));
    about.describeHeads(*q, QGradient, queries, outPlaces);
    about.describeHeads(*k, KGradient, keys, keyPlaces);
    about.describeHeads(*v, VGradient, keys, keyPlaces);
    for (const auto& result : {q, k, v}) {
        result->set_output(true);
    }
    return about.built(handle);
}

// In so many parts the scores of one fit; 0 where not even those of one key head do. Only the
// deterministic backward writes them.
int64_t partsFor(const Shape& shape)
{
    if (!shape.isDeterministic) {
        return 1;
    }
    const int64_t bytes = shape.sequences * shape.q.heads * shape.longest * shape.longest * 2;
    for (int64_t parts = 1; parts <= shape.k.heads; ++parts) {
        if (shape.k.heads % parts == 0 && bytes / parts <= kCudnnScoreBytes) {
            return parts;
        }
    }
    return 0;
}

// int32 tells every place in them.
bool isAddressable(const Shape& shape)
{
    const int64_t widest = std::max({shape.q.tokenStride,
                                     shape.k.tokenStride,
                                     shape.v.tokenStride,
                                     shape.queryResult().tokenStride});
    return shape.tokens * widest <= std::numeric_limits<int32_t>::max();
}

struct Plan
{
    int64_t parts = 0;
    std::shared_ptr<fe::graph::Graph> forward;
    std::shared_ptr<fe::graph::Graph> backward;

    bool isWhole() const { return forward != nullptr && backward != nullptr; }
};

Plan planned(const Shape& shape)
{
    Plan plan{partsFor(shape), nullptr, nullptr};
    if (plan.parts > 0 && isAddressable(shape)) {
        const cudnnHandle_t handle = handleOf(shape.device);
        plan.forward = forwardGraph(shape, plan.parts, handle);
        plan.backward =
            plan.forward == nullptr ? nullptr : backwardGraph(shape, plan.parts, handle);
    }
    return plan;
}

// A handle and a plan serve one thread at a time: forwards run on one, backwards on autograd's.
std::mutex& busy()
{
    static std::mutex& mutex = *new std::mutex;
    return mutex;
}

// Null where there is none.
const Plan* planFor(const Shape& shape)
{
    static auto& plans = *new std::map<Shape, Plan>;
    auto found = plans.find(shape);
    if (found == plans.end() && !isRecording()) {
        found = plans.emplace(shape, planned(shape)).first;
    }
    return found != plans.end() && found->second.isWhole() ? &found->second : nullptr;
}

CudnnPlaces placesOf(const Tensor& offsets, const PlaceStrides& strides)
{
    CudnnPlaces places{strides, at::diff(offsets), {}};
    for (const int64_t stride : strides) {
        places.numbers.push_back(offsets.mul(stride));
    }
    return places;
}

// Of what a plan computes in one go: these heads of it.
void* partOf(const Tensor& x, int64_t part, int64_t parts)
{
    const int64_t numbers = part * (x.size(1) / parts) * x.stride(1);
    return static_cast<char*>(x.data_ptr()) + numbers * x.element_size();
}

void execute(fe::graph::Graph& graph, Tensors tensors, const Tensor& like)
{
    const int64_t bytes = std::max<int64_t>(graph.get_workspace_size(), 1);
    const Tensor room = at::empty({bytes}, like.options().dtype(at::kByte));
    auto done = graph.execute(handleOf(like.device().index()), tensors, room.data_ptr());
    TORCH_CHECK(done.is_good(), "cuDNN's attention: ", done.get_message());
}

void* placesNamed(Name name, const CudnnForward& forward)
{
    return forward.places[static_cast<std::size_t>(name - QPlaces)].data_ptr();
}

// What forward and backward both name.
Tensors tensorsOf(const Tensor& q,
                  const Tensor& k,
                  const Tensor& v,
                  const CudnnForward& forward,
                  int64_t part,
                  int64_t parts)
{
    Tensors tensors{{Q, partOf(q, part, parts)},
                    {K, partOf(k, part, parts)},
                    {V, partOf(v, part, parts)},
                    {Out, partOf(forward.out, part, parts)},
                    {LogSums, partOf(forward.logSums, part, parts)},
                    {QueryLengths, forward.lengths.data_ptr()},
                    {KeyLengths, forward.lengths.data_ptr()}};
    for (const Name name : {QPlaces, KPlaces, VPlaces, OutPlaces, LogSumPlaces}) {
        tensors.emplace(name, placesNamed(name, forward));
    }
    return tensors;
}

} // namespace

bool isCudnnDevice(at::Device device)
{
    int major = 0;
    return cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device.index())
               == cudaSuccess
           && major == kHopper;
}

bool cudnnAccepts(const Tensor& q, const FlashOffsets& offsets)
{
    const bool isHalf = q.scalar_type() == at::kBFloat16 || q.scalar_type() == at::kHalf;
    return isHalf && q.size(2) % 8 == 0 && q.size(2) <= kLargestHead && offsets.hasAsManyKeys
           && powerAbove(offsets.longestQuery) >= kShortest && isCudnnDevice(q.device());
}

std::optional<CudnnForward> cudnnForward(
    const Tensor& q, const Tensor& k, const Tensor& v, const FlashOffsets& offsets, double scale)
{
    const std::lock_guard lock(busy());
    const int64_t sequences = sequencesIn(offsets.queries.numel() - 1);
    const Shape shape = shapeOf(q, k, v, sequences, offsets.longestQuery, scale);
    const Plan* const plan = planFor(shape);
    if (plan == nullptr) {
        return std::nullopt;
    }
    const PlaceStrides strides{shape.q.tokenStride,
                               shape.k.tokenStride,
                               shape.v.tokenStride,
                               shape.queryResult().tokenStride,
                               shape.q.heads,
                               shape.keyResult().tokenStride};
    CudnnPlaces& places = *offsets.cudnn;
    if (places.strides != strides) {
        places = placesOf(offsets.queries.narrow(0, 0, sequences + 1), strides);
    }
    const CudnnForward forward{at::empty(q.sizes(), q.options()),
                               at::empty({q.size(0), q.size(1)}, q.options().dtype(at::kFloat)),
                               places.lengths,
                               places.numbers};
    for (int64_t part = 0; part < plan->parts; ++part) {
        execute(*plan->forward, tensorsOf(q, k, v, forward, part, plan->parts), q);
    }
    return forward;
}

FlashGradients cudnnBackward(const Tensor& gradient,
                             const Tensor& q,
                             const Tensor& k,
                             const Tensor& v,
                             const CudnnForward& forward,
                             int64_t longest,
                             double scale)
{
    const std::lock_guard lock(busy());
    const Plan* const plan = planFor(shapeOf(q, k, v, forward.lengths.numel(), longest, scale));
    TORCH_CHECK(plan != nullptr, "cuDNN has no plan for the backward of an attention it computed");
    const Tensor outGradient = gradient.contiguous();
    FlashGradients gradients{at::empty(q.sizes(), q.options()),
                             at::empty(k.sizes(), k.options()),
                             at::empty(v.sizes(), v.options())};
    for (int64_t part = 0; part < plan->parts; ++part) {
        Tensors tensors = tensorsOf(q, k, v, forward, part, plan->parts);
        tensors.emplace(KeyResultPlaces, placesNamed(KeyResultPlaces, forward));
        tensors.emplace(OutGradient, partOf(outGradient, part, plan->parts));
        tensors.emplace(QGradient, partOf(gradients.q, part, plan->parts));
        tensors.emplace(KGradient, partOf(gradients.k, part, plan->parts));
        tensors.emplace(VGradient, partOf(gradients.v, part, plan->parts));
        execute(*plan->backward, std::move(tensors), q);
    }
    return gradients;
}

} // namespace engine::cuda
