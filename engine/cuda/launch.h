// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The kernels as plain functions on device memory: what the .cu files offer the rest of the
// plug-in. All are asynchronous on the given stream, allocate nothing and can be captured into a
// graph. An empty input launches nothing.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

namespace engine::cuda {

enum class NumberType { Float32, BFloat16, Float16 };

// A row-major matrix whose rows lie `stride` numbers apart.
struct Rows
{
    const void* data;
    int64_t stride;
};
struct WritableRows
{
    void* data;
    int64_t stride;
};

// y = weight · s / sqrt(mean(s²) + epsilon) with s = x, or x + residual, which is then also written
// to `sum`. Rows without gaps; inverseRoots float32 [rows].
struct RmsNormArguments
{
    NumberType type;
    const void* x;
    const void* residual; // or null
    const void* weight;
    void* sum; // or null without a residual
    void* y;
    float* inverseRoots;
    int64_t rows;
    int64_t width;
    float epsilon;
};
void launchRmsNorm(const RmsNormArguments& arguments, cudaStream_t stream);

// dx of the above for s; with `sumGradient` (not null) it is added.
struct RmsNormBackwardArguments
{
    NumberType type;
    const void* gradient;
    const void* x;
    const void* weight;
    const float* inverseRoots;
    const void* sumGradient; // or null
    void* dx;
    int64_t rows;
    int64_t width;
};
void launchRmsNormBackward(const RmsNormBackwardArguments& arguments, cudaStream_t stream);

// Rotates the first 2 · half numbers of every head by the angle of its token's position, backwards
// for direction −1; a position outside the table gives NaN, which the loss check then reports.
//   x  [tokens, heads, headDim] with the given strides; y without gaps
struct RotaryArguments
{
    NumberType type;
    const void* x;
    int64_t tokenStride;
    int64_t headStride;
    void* y;
    const int64_t* positions;
    const float* cos; // [tableLength, half]
    const float* sin;
    int64_t tableLength;
    int64_t tokens;
    int64_t heads;
    int64_t headDim;
    int64_t half;
    float direction;
};
void launchRotary(const RotaryArguments& arguments, cudaStream_t stream);

// As kernels::Activation.
enum class GateKind { Silu, GeluTanh, GeluErf, Relu, Tanh };

struct GateArguments
{
    NumberType type;
    GateKind kind;
    Rows gate;
    Rows up;
    int64_t rows;
    int64_t width;
};
// y = activation(gate) ⊙ up.
void launchGate(const GateArguments& arguments, WritableRows y, cudaStream_t stream);
// dGate = dy ⊙ up ⊙ activation'(gate), dUp = dy ⊙ activation(gate).
void launchGateBackward(const GateArguments& arguments,
                        Rows dy,
                        WritableRows dGate,
                        WritableRows dUp,
                        cudaStream_t stream);

// One pass over rows of logits: maximum and sum of exponentials online, loss, whether the target is
// the first largest logit; with `withGradient` the logits become softmax − onehot. A negative
// target is not trained: loss 0, gradient 0.
struct CrossEntropyArguments
{
    NumberType type;
    void* logits; // [rows, vocabulary]
    const int64_t* targets;
    float* losses;
    uint8_t* correct;
    int64_t rows;
    int64_t vocabulary;
    bool withGradient;
};
void launchCrossEntropy(const CrossEntropyArguments& arguments, cudaStream_t stream);

// As kernels::counterDropout: the same mask for the same seed and probability.
struct DropoutArguments
{
    NumberType type;
    const void* x;
    void* y;
    int64_t count;
    double probability;
    uint64_t seed;
    const uint64_t* placedSeed; // in device memory, instead of `seed`; or null
};
void launchDropout(const DropoutArguments& arguments, cudaStream_t stream);

// As kernels::dequantizeNf4. Without double quantisation `scales` is null and `plainScales` holds
// them.
struct Nf4Arguments
{
    NumberType type;
    const uint8_t* codes;
    const uint8_t* scales;    // [blocks]
    const float* scaleTable;  // [256]
    const float* scaleScales; // [blocks / scaleBlock]
    const float* plainScales; // [blocks]
    float offset;
    int64_t block;
    int64_t scaleBlock;
    void* y;
    int64_t count;
};
void launchNf4(const Nf4Arguments& arguments, cudaStream_t stream);

// One AdamW step on flat float32 buffers. With `control` (device memory: learning rate, step,
// gradient factor) those three come from there, so that a captured step sees new ones, and
// learningRate multiplies the one there.
struct AdamwArguments
{
    float* parameters;
    const float* gradients;
    float* m;
    float* v;
    int64_t count;
    const float* control; // or null
    double learningRate;
    double step;
    double gradientFactor;
    double beta1;
    double beta2;
    double epsilon;
    double weightDecay;
};
void launchAdamw(const AdamwArguments& arguments, cudaStream_t stream);

// *factor = min(1, maxNorm / (norm + 1e-6)), or 1 when maxNorm is 0.
void launchClipFactor(const float* norm, float maxNorm, float* factor, cudaStream_t stream);

} // namespace engine::cuda
