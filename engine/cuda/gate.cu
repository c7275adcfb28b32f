// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The elementwise half of the gated MLP, 2 numbers read and 1 written (forward), 3 and 2
// (backward).
#include "engine/cuda/numbers.cuh"

namespace engine::cuda {
namespace {

constexpr int kThreads = 256;
constexpr float kRootHalf = 0.70710678118654752F;      // 1 / √2
constexpr float kRootTwoOverPi = 0.79788456080286536F; // √(2 / π)
constexpr float kInverseRootTwoPi = 0.39894228040143268F;
constexpr float kCubic = 0.044715F;

struct Activated
{
    float value;
    float slope;
};

template <GateKind Kind>
__device__ inline Activated activated(float x)
{
    if constexpr (Kind == GateKind::Silu) {
        const float sigmoid = 1.0F / (1.0F + expf(-x));
        return {x * sigmoid, sigmoid * (1.0F + x * (1.0F - sigmoid))};
    } else if constexpr (Kind == GateKind::GeluTanh) {
        const float t = tanhf(kRootTwoOverPi * (x + kCubic * x * x * x));
        const float inner = kRootTwoOverPi * (1.0F + 3.0F * kCubic * x * x);
        return {0.5F * x * (1.0F + t), 0.5F * (1.0F + t) + 0.5F * x * (1.0F - t * t) * inner};
    } else if constexpr (Kind == GateKind::Relu) {
        return {x < 0.0F ? 0.0F : x, x > 0.0F ? 1.0F : x * 0.0F};
    } else if constexpr (Kind == GateKind::Tanh) {
        const float t = tanhf(x);
        return {t, 1.0F - t * t};
    } else {
        const float cumulative = 0.5F * (1.0F + erff(x * kRootHalf));
        return {x * cumulative, cumulative + x * kInverseRootTwoPi * expf(-0.5F * x * x)};
    }
}

template <typename T, GateKind Kind, bool Packed>
__global__ void gateForward(GateArguments a, WritableRows y)
{
    constexpr int kStep = Packed ? Pack<T>::kCount : 1;
    const int64_t row = blockIdx.y;
    const T* gate = static_cast<const T*>(a.gate.data) + row * a.gate.stride;
    const T* up = static_cast<const T*>(a.up.data) + row * a.up.stride;
    T* to = static_cast<T*>(y.data) + row * y.stride;
    const int64_t i = (static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x) * kStep;
    if (i < a.width) {
        auto value = readChunk<T, Packed>(gate, i);
        const auto factor = readChunk<T, Packed>(up, i);
        for (int j = 0; j < kStep; ++j) {
            // Rounded between the two factors, as activate(gate).mul_(up) does.
            value.at[j] = widened(narrowed<T>(activated<Kind>(value.at[j]).value)) * factor.at[j];
        }
        writeChunk(to, i, value);
    }
}

template <typename T, GateKind Kind, bool Packed>
__global__ void gateBackward(GateArguments a, Rows dy, WritableRows dGate, WritableRows dUp)
{
    constexpr int kStep = Packed ? Pack<T>::kCount : 1;
    const int64_t row = blockIdx.y;
    const T* gate = static_cast<const T*>(a.gate.data) + row * a.gate.stride;
    const T* up = static_cast<const T*>(a.up.data) + row * a.up.stride;
    const T* gradient = static_cast<const T*>(dy.data) + row * dy.stride;
    const int64_t i = (static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x) * kStep;
    if (i < a.width) {
        auto first = readChunk<T, Packed>(gate, i);
        auto second = readChunk<T, Packed>(gradient, i);
        const auto factor = readChunk<T, Packed>(up, i);
        for (int j = 0; j < kStep; ++j) {
            const Activated at = activated<Kind>(first.at[j]);
            first.at[j] = second.at[j] * factor.at[j] * at.slope;
            second.at[j] = second.at[j] * at.value;
        }
        writeChunk(static_cast<T*>(dGate.data) + row * dGate.stride, i, first);
        writeChunk(static_cast<T*>(dUp.data) + row * dUp.stride, i, second);
    }
}

// Calls function(T{}, kind constant) for the type and activation of the arguments.
template <typename Function>
void withGate(const GateArguments& a, const Function& function)
{
    withType(a.type, [&](auto zero) {
        switch (a.kind) {
        case GateKind::Silu:
            function(zero, std::integral_constant<GateKind, GateKind::Silu>());
            break;
        case GateKind::GeluTanh:
            function(zero, std::integral_constant<GateKind, GateKind::GeluTanh>());
            break;
        case GateKind::GeluErf:
            function(zero, std::integral_constant<GateKind, GateKind::GeluErf>());
            break;
        case GateKind::Relu:
            function(zero, std::integral_constant<GateKind, GateKind::Relu>());
            break;
        case GateKind::Tanh:
            function(zero, std::integral_constant<GateKind, GateKind::Tanh>());
            break;
        }
    });
}

// blockIdx.y ends at 65535: more rows take several launches.
constexpr int64_t kMostRows = 65535;

template <typename Rows>
Rows from(Rows rows, int64_t first, size_t size)
{
    using Byte = std::conditional_t<std::is_same_v<Rows, WritableRows>, char, const char>;
    rows.data = static_cast<Byte*>(rows.data) + first * rows.stride * static_cast<int64_t>(size);
    return rows;
}

} // namespace

void launchGate(const GateArguments& all, WritableRows y, cudaStream_t stream)
{
    withGate(all, [&](auto zero, auto kind) {
        using T = decltype(zero);
        for (int64_t first = 0; first < all.rows && all.width > 0; first += kMostRows) {
            GateArguments a = all;
            a.gate = from(a.gate, first, sizeof(T));
            a.up = from(a.up, first, sizeof(T));
            a.rows = all.rows - first < kMostRows ? all.rows - first : kMostRows;
            const WritableRows to = from(y, first, sizeof(T));
            const bool packed = isPacked({a.width, a.gate.stride, a.up.stride, to.stride},
                                         sizeof(T),
                                         {a.gate.data, a.up.data, to.data});
            const auto launch = [&](auto isPacked, int64_t perThread) {
                const dim3 grid(blocksFor(a.width, kThreads * perThread),
                                static_cast<unsigned>(a.rows));
                gateForward<T, decltype(kind)::value, decltype(isPacked)::value>
                    <<<grid, kThreads, 0, stream>>>(a, to);
            };
            packed ? launch(std::true_type(), Pack<T>::kCount) : launch(std::false_type(), 1);
        }
    });
}

void launchGateBackward(
    const GateArguments& all, Rows dy, WritableRows dGate, WritableRows dUp, cudaStream_t stream)
{
    withGate(all, [&](auto zero, auto kind) {
        using T = decltype(zero);
        for (int64_t first = 0; first < all.rows && all.width > 0; first += kMostRows) {
            GateArguments a = all;
            a.gate = from(a.gate, first, sizeof(T));
            a.up = from(a.up, first, sizeof(T));
            a.rows = all.rows - first < kMostRows ? all.rows - first : kMostRows;
            const Rows gradient = from(dy, first, sizeof(T));
            const WritableRows toGate = from(dGate, first, sizeof(T));
            const WritableRows toUp = from(dUp, first, sizeof(T));
            const bool packed = isPacked(
                {a.width, a.gate.stride, a.up.stride, gradient.stride, toGate.stride, toUp.stride},
                sizeof(T),
                {a.gate.data, a.up.data, gradient.data, toGate.data, toUp.data});
            const auto launch = [&](auto isPacked, int64_t perThread) {
                const dim3 grid(blocksFor(a.width, kThreads * perThread),
                                static_cast<unsigned>(a.rows));
                gateBackward<T, decltype(kind)::value, decltype(isPacked)::value>
                    <<<grid, kThreads, 0, stream>>>(a, gradient, toGate, toUp);
            };
            packed ? launch(std::true_type(), Pack<T>::kCount) : launch(std::false_type(), 1);
        }
    });
}

} // namespace engine::cuda
