// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/block_rows.h"

#include "engine/kernels/activation_rows.h"
#include "engine/kernels/profile.h"
#include "engine/kernels/vectors.h"

namespace engine::kernels {
namespace {

template <typename T>
[[gnu::always_inline]] inline float inverseRoot(const T* x, int64_t width, float epsilon)
{
    const float squares = laneSum<float>(
        width, [x](int64_t i) __attribute__((always_inline)) {
            return widened(x[i]) * widened(x[i]);
        });
    return 1 / std::sqrt(squares / static_cast<float>(width) + epsilon);
}

template <typename T>
LORA_CLONES void rmsRow(const T* x, const RowNorm& norm, T* y)
{
    const int64_t width = norm.width;
    const float* weight = norm.weight;
    const float inverse = inverseRoot(x, width, norm.epsilon);
    if (norm.roundsOnce) {
        for (int64_t i = 0; i < width; ++i) {
            y[i] = narrowed<T>(widened(x[i]) * inverse * weight[i]);
        }
        return;
    }
    for (int64_t i = 0; i < width; ++i) {
        y[i] = narrowed<T>(widened(narrowed<T>(widened(x[i]) * inverse)) * weight[i]);
    }
}

// dx = base + the gradient of rmsRow; `base` null: 0. dx may be the gradient or the base.
template <typename T>
LORA_CLONES void rmsRowBackward(const T* gradient,
                                const T* x,
                                const float* weight,
                                const T* base,
                                T* dx,
                                int64_t width,
                                float epsilon)
{
    const float inverse = inverseRoot(x, width, epsilon);
    const float dot = laneSum<float>(
        width, [=](int64_t i) __attribute__((always_inline)) {
            return widened(gradient[i]) * weight[i] * widened(x[i]);
        });
    const float mean = dot * inverse / static_cast<float>(width);
    const auto slope = [=](int64_t i) __attribute__((always_inline))
    {
        return inverse * (widened(gradient[i]) * weight[i] - widened(x[i]) * inverse * mean);
    };
    if (base == nullptr) {
        for (int64_t i = 0; i < width; ++i) {
            dx[i] = narrowed<T>(slope(i));
        }
        return;
    }
    for (int64_t i = 0; i < width; ++i) {
        dx[i] = narrowed<T>(widened(base[i]) + slope(i));
    }
}

struct Moments
{
    float mean;
    float inverse; // of the standard deviation
};

template <typename T>
[[gnu::always_inline]] inline Moments momentsOf(const T* x, int64_t width, float epsilon)
{
    const float mean =
        laneSum<float>(
            width, [x](int64_t i) __attribute__((always_inline)) { return widened(x[i]); })
        / static_cast<float>(width);
    const float squares = laneSum<float>(
        width, [=](int64_t i) __attribute__((always_inline)) {
            return (widened(x[i]) - mean) * (widened(x[i]) - mean);
        });
    return {mean, 1 / std::sqrt(squares / static_cast<float>(width) + epsilon)};
}

template <typename T>
LORA_CLONES void layerRow(const T* x, const RowNorm& norm, T* y)
{
    const Moments moments = momentsOf(x, norm.width, norm.epsilon);
    const float* weight = norm.weight;
    const float* bias = norm.bias;
    for (int64_t i = 0; i < norm.width; ++i) {
        y[i] = narrowed<T>((widened(x[i]) - moments.mean) * moments.inverse * weight[i] + bias[i]);
    }
}

// dx = base + inverse · (wg - mean(wg) - n · mean(wg n)) with n the normalised row; `base` as
// above.
template <typename T>
LORA_CLONES void
layerRowBackward(const T* gradient, const T* x, const RowNorm& norm, const T* base, T* dx)
{
    const int64_t width = norm.width;
    const Moments moments = momentsOf(x, width, norm.epsilon);
    const float* weight = norm.weight;
    const float sum = laneSum<float>(
        width, [=](int64_t i) __attribute__((always_inline)) {
            return widened(gradient[i]) * weight[i];
        });
    const float dot = laneSum<float>(
        width, [=](int64_t i) __attribute__((always_inline)) {
            return widened(gradient[i]) * weight[i] * (widened(x[i]) - moments.mean);
        });
    const float mean = sum / static_cast<float>(width);
    const float slope = dot * moments.inverse * moments.inverse / static_cast<float>(width);
    for (int64_t i = 0; i < width; ++i) {
        const float scaled = widened(gradient[i]) * weight[i];
        const float centred = widened(x[i]) - moments.mean;
        const float before = base == nullptr ? 0.0F : widened(base[i]);
        dx[i] = narrowed<T>(before + moments.inverse * (scaled - mean - centred * slope));
    }
}

template <typename T>
void normRow(const RowNorm& norm, const T* x, T* y)
{
    if (norm.bias == nullptr) {
        rmsRow(x, norm, y);
    } else {
        layerRow(x, norm, y);
    }
}

template <typename T>
void normRowBackward(const RowNorm& norm, const T* gradient, const T* x, const T* base, T* dx)
{
    if (norm.bias == nullptr) {
        rmsRowBackward(gradient, x, norm.weight, base, dx, norm.width, norm.epsilon);
    } else {
        layerRowBackward(gradient, x, norm, base, dx);
    }
}

template <typename T>
LORA_CLONES void addRow(const T* x, T* y, int64_t width)
{
    for (int64_t i = 0; i < width; ++i) {
        y[i] = narrowed<T>(widened(x[i]) + widened(y[i]));
    }
}

template <typename T>
LORA_CLONES void addToSums(const T* x, float* sums, int64_t width)
{
    for (int64_t i = 0; i < width; ++i) {
        sums[i] += widened(x[i]);
    }
}

// sums += gradient ⊙ the normalised row.
template <typename T>
LORA_CLONES void addNormedToSums(const T* gradient, const T* x, const RowNorm& norm, float* sums)
{
    const int64_t width = norm.width;
    const Moments moments = norm.bias == nullptr ? Moments{0, inverseRoot(x, width, norm.epsilon)}
                                                 : momentsOf(x, width, norm.epsilon);
    for (int64_t i = 0; i < width; ++i) {
        sums[i] += widened(gradient[i]) * (widened(x[i]) - moments.mean) * moments.inverse;
    }
}

struct Curve
{
    float value;
    float slope;
};

// Value and derivative of an activation, for the vectoriser: no branches but min and max.
template <Activation A>
[[gnu::always_inline]] inline Curve curve(float x)
{
    if constexpr (A == Activation::Silu) {
        const float sigmoid = 1 / (1 + exponential(-x));
        return {x * sigmoid, sigmoid * (1 + x * (1 - sigmoid))};
    } else if constexpr (A == Activation::GeluTanh) {
        constexpr float kFactor = 0.7978845608028654F; // √(2 / π)
        constexpr float kCubic = 0.044715F;
        // (1 + tanh(inner)) / 2 = sigmoid(2 inner), which keeps what is small.
        const float share = 1 / (1 + exponential(-2 * kFactor * x * (1 + kCubic * x * x)));
        const float innerSlope = 2 * kFactor * (1 + 3 * kCubic * x * x);
        return {x * share, share + x * share * (1 - share) * innerSlope};
    } else if constexpr (A == Activation::Relu) {
        return {std::max(x, 0.0F), x > 0 ? 1.0F : x * 0};
    } else if constexpr (A == Activation::Tanh) {
        // 1 − tanh², which keeps what is small.
        const float share = 1 / (1 + exponential(2 * std::abs(x)));
        return {hyperbolicTangent(x), 4 * share * (1 - share)};
    } else {
        constexpr float kDensity = 0.3989422804014327F; // 1 / √(2 π)
        const float share = normalShare(x);
        return {x * share, share + x * kDensity * exponential(-0.5F * x * x)};
    }
}

template <Activation A, typename T>
LORA_CLONES void activateRow(const T* gate, const T* up, T* h, int64_t width)
{
    if (up == nullptr) {
        for (int64_t i = 0; i < width; ++i) {
            h[i] = narrowed<T>(curve<A>(widened(gate[i])).value);
        }
        return;
    }
    for (int64_t i = 0; i < width; ++i) {
        const float active = widened(narrowed<T>(curve<A>(widened(gate[i])).value));
        h[i] = narrowed<T>(active * widened(up[i]));
    }
}

template <Activation A, typename T>
LORA_CLONES void
activateRowBackward(const T* gate, const T* up, T* h, T* dGate, T* dUp, int64_t width)
{
    if (up == nullptr) {
#pragma GCC ivdep
        for (int64_t i = 0; i < width; ++i) {
            const Curve active = curve<A>(widened(gate[i]));
            dGate[i] = narrowed<T>(widened(h[i]) * active.slope);
            h[i] = narrowed<T>(active.value);
        }
        return;
    }
#pragma GCC ivdep
    for (int64_t i = 0; i < width; ++i) {
        const Curve active = curve<A>(widened(gate[i]));
        const float gradient = widened(h[i]);
        const float other = widened(up[i]);
        dUp[i] = narrowed<T>(gradient * active.value);
        dGate[i] = narrowed<T>(gradient * other * active.slope);
        h[i] = narrowed<T>(widened(narrowed<T>(active.value)) * other);
    }
}

template <typename T>
LORA_CLONES void rotateRow(T* x, const RowRotation& rotation, int64_t position, float direction)
{
    const int64_t half = rotation.half;
    const float* cos = rotation.cos + position * half;
    const float* sin = rotation.sin + position * half;
    for (int64_t head = 0; head < rotation.heads; ++head, x += rotation.headStride) {
        for (int64_t i = 0; i < half; ++i) {
            const float first = widened(x[i]);
            const float second = widened(x[half + i]);
            const float sine = direction * sin[i];
            x[i] = narrowed<T>(first * cos[i] - second * sine);
            x[half + i] = narrowed<T>(second * cos[i] + first * sine);
        }
    }
}

// What the processor has, or these loops.
template <typename T>
ActivationRow<T> rowOf(Activation activation)
{
    if (const ActivationRow<T>* own = activationRow<T>(activation)) {
        return *own;
    }
    switch (activation) {
    case Activation::Silu:
        return {activateRow<Activation::Silu, T>, activateRowBackward<Activation::Silu, T>};
    case Activation::GeluTanh:
        return {activateRow<Activation::GeluTanh, T>, activateRowBackward<Activation::GeluTanh, T>};
    case Activation::Relu:
        return {activateRow<Activation::Relu, T>, activateRowBackward<Activation::Relu, T>};
    case Activation::Tanh:
        return {activateRow<Activation::Tanh, T>, activateRowBackward<Activation::Tanh, T>};
    case Activation::GeluErf:
        break;
    }
    return {activateRow<Activation::GeluErf, T>, activateRowBackward<Activation::GeluErf, T>};
}

} // namespace

template <typename T>
void normRows(const RowNorm& norm, RowsOf<const T> x, RowsOf<T> y, int64_t rows)
{
    const ProfileScope scope(Part::Norm);
    for (int64_t row = 0; row < rows; ++row) {
        normRow(norm, x.row(row), y.row(row));
    }
}

template <typename T>
void addNormRows(
    const RowNorm& norm, RowsOf<const T> x, RowsOf<const T> residual, RowsOf<T> y, int64_t rows)
{
    const ProfileScope scope(Part::Norm);
    for (int64_t row = 0; row < rows; ++row) {
        normRow(norm, x.row(row), y.row(row));
        addRow(residual.row(row), y.row(row), norm.width);
    }
}

template <typename T>
void normRowsBackward(const RowNorm& norm,
                      RowsOf<const T> gradient,
                      RowsOf<const T> x,
                      RowsOf<const T> residual,
                      RowsOf<T> dx,
                      int64_t rows)
{
    const ProfileScope scope(Part::Norm);
    for (int64_t row = 0; row < rows; ++row) {
        const T* const base = residual.data == nullptr ? nullptr : residual.row(row);
        normRowBackward(norm, gradient.row(row), x.row(row), base, dx.row(row));
    }
}

template <typename T>
void normWeightSums(const RowNorm& norm,
                    int64_t heads,
                    RowsOf<const T> gradient,
                    RowsOf<const T> x,
                    int64_t rows,
                    float* sums)
{
    const ProfileScope scope(Part::Norm);
    for (int64_t row = 0; row < rows; ++row) {
        for (int64_t head = 0; head < heads; ++head) {
            const int64_t first = head * norm.width;
            addNormedToSums<T>(gradient.row(row) + first, x.row(row) + first, norm, sums);
        }
    }
}

template <typename T>
void addRows(RowsOf<const T> x, RowsOf<T> y, int64_t width, int64_t rows)
{
    for (int64_t row = 0; row < rows; ++row) {
        addRow(x.row(row), y.row(row), width);
    }
}

template <typename T>
void addRowSums(RowsOf<const T> x, int64_t width, int64_t rows, float* sums)
{
    for (int64_t row = 0; row < rows; ++row) {
        addToSums(x.row(row), sums, width);
    }
}

template <typename T>
void normHeads(const RowNorm& norm, int64_t heads, RowsOf<T> x, int64_t rows)
{
    const ProfileScope scope(Part::Norm);
    for (int64_t row = 0; row < rows; ++row) {
        for (int64_t head = 0; head < heads; ++head) {
            T* const part = x.row(row) + head * norm.width;
            normRow<T>(norm, part, part);
        }
    }
}

template <typename T>
void normHeadsBackward(
    const RowNorm& norm, int64_t heads, RowsOf<const T> x, RowsOf<T> gradient, int64_t rows)
{
    const ProfileScope scope(Part::Norm);
    for (int64_t row = 0; row < rows; ++row) {
        for (int64_t head = 0; head < heads; ++head) {
            T* const part = gradient.row(row) + head * norm.width;
            normRowBackward<T>(norm, part, x.row(row) + head * norm.width, nullptr, part);
        }
    }
}

template <typename T>
void activateRows(Activation activation,
                  RowsOf<const T> gate,
                  RowsOf<const T> up,
                  RowsOf<T> h,
                  int64_t width,
                  int64_t rows)
{
    const ProfileScope scope(Part::Activation);
    const ActivationRow<T> kernel = rowOf<T>(activation);
    for (int64_t row = 0; row < rows; ++row) {
        const T* const second = up.data == nullptr ? nullptr : up.row(row);
        kernel.forward(gate.row(row), second, h.row(row), width);
    }
}

template <typename T>
void activateRowsBackward(Activation activation,
                          RowsOf<const T> gate,
                          RowsOf<const T> up,
                          RowsOf<T> h,
                          RowsOf<T> dGate,
                          RowsOf<T> dUp,
                          int64_t width,
                          int64_t rows)
{
    const ProfileScope scope(Part::Activation);
    const ActivationRow<T> kernel = rowOf<T>(activation);
    for (int64_t row = 0; row < rows; ++row) {
        const T* const second = up.data == nullptr ? nullptr : up.row(row);
        T* const dSecond = up.data == nullptr ? nullptr : dUp.row(row);
        kernel.backward(gate.row(row), second, h.row(row), dGate.row(row), dSecond, width);
    }
}

template <typename T>
void rotateRows(const RowRotation& rotation, RowsOf<T> x, int64_t rows, float direction)
{
    const ProfileScope scope(Part::Rotation);
    for (int64_t row = 0; row < rows; ++row) {
        rotateRow(x.row(row), rotation, rotation.positions[row], direction);
    }
}

#define LORA_ROWS(T)                                                                               \
    template void normRows(const RowNorm&, RowsOf<const T>, RowsOf<T>, int64_t);                   \
    template void addNormRows(                                                                     \
        const RowNorm&, RowsOf<const T>, RowsOf<const T>, RowsOf<T>, int64_t);                     \
    template void normRowsBackward(                                                                \
        const RowNorm&, RowsOf<const T>, RowsOf<const T>, RowsOf<const T>, RowsOf<T>, int64_t);    \
    template void normWeightSums(                                                                  \
        const RowNorm&, int64_t, RowsOf<const T>, RowsOf<const T>, int64_t, float*);               \
    template void addRows(RowsOf<const T>, RowsOf<T>, int64_t, int64_t);                           \
    template void addRowSums(RowsOf<const T>, int64_t, int64_t, float*);                           \
    template void normHeads(const RowNorm&, int64_t, RowsOf<T>, int64_t);                          \
    template void normHeadsBackward(const RowNorm&, int64_t, RowsOf<const T>, RowsOf<T>, int64_t); \
    template void activateRows(                                                                    \
        Activation, RowsOf<const T>, RowsOf<const T>, RowsOf<T>, int64_t, int64_t);                \
    template void activateRowsBackward(Activation,                                                 \
                                       RowsOf<const T>,                                            \
                                       RowsOf<const T>,                                            \
                                       RowsOf<T>,                                                  \
                                       RowsOf<T>,                                                  \
                                       RowsOf<T>,                                                  \
                                       int64_t,                                                    \
                                       int64_t);                                                   \
    template void rotateRows(const RowRotation&, RowsOf<T>, int64_t, float);

LORA_ROWS(float)
LORA_ROWS(c10::BFloat16)

} // namespace engine::kernels
