// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Holds a fused part against its plain twin and against finite differences. Every check returns an
// empty text, or one that names the tensor, the index and the worst difference.
#pragma once

#include <ATen/ops/abs.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/sin.h>
#include <torch/csrc/autograd/autograd.h>

#include <QString>

#include <algorithm>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

namespace tests {

using at::Tensor;
using TensorFunction = std::function<std::vector<Tensor>(const std::vector<Tensor>&)>;

// Fixed numbers in [-1, 1] without structure, float64.
inline Tensor numbers(at::IntArrayRef shape, int64_t seed)
{
    const int64_t count = c10::multiply_integers(shape);
    const Tensor index = at::arange(seed * 7919, seed * 7919 + count, at::kDouble);
    return at::sin(index.mul(index).mul(0.7311).add(index)).reshape(shape);
}

// Passes when every difference is within tolerance · (largest expected magnitude), and shapes and
// types agree.
inline QString
difference(const std::string& name, const Tensor& actual, const Tensor& expected, double tolerance)
{
    std::ostringstream text;
    if (actual.defined() != expected.defined()) {
        text << name << (actual.defined() ? " is defined" : " is undefined");
    } else if (actual.defined() && actual.sizes() != expected.sizes()) {
        text << name << " is " << actual.sizes() << ", not " << expected.sizes();
    } else if (actual.defined() && actual.numel() > 0) {
        const Tensor wide = expected.to(at::kDouble);
        const Tensor off = at::abs(actual.to(at::kDouble).sub(wide)).reshape(-1);
        const int64_t index = off.argmax().item<int64_t>();
        const double worst = off[index].item<double>();
        const double scale = std::max(at::abs(wide).max().item<double>(), 0.1);
        if (!(worst <= tolerance * scale)) {
            text << name << '[' << index << "] is " << actual.reshape(-1)[index].item<double>()
                 << ", not " << wide.reshape(-1)[index].item<double>() << " (largest " << scale
                 << ")";
        }
    }
    return QString::fromStdString(text.str());
}

struct Evaluation
{
    std::vector<Tensor> outputs;
    std::vector<Tensor> gradients; // of a fixed weighting of the outputs, one per input
    double loss = 0;
};

// Inputs are copied in the given type; an undefined one stays so and has no gradient.
inline Evaluation
evaluate(const TensorFunction& function, const std::vector<Tensor>& inputs, at::ScalarType type)
{
    std::vector<Tensor> copies;
    std::vector<Tensor> leaves;
    for (const Tensor& input : inputs) {
        copies.push_back(input.defined() ? input.detach().to(type, false, true) : Tensor());
        if (input.defined()) {
            copies.back().requires_grad_();
            leaves.push_back(copies.back());
        }
    }
    Evaluation result;
    result.outputs = function(copies);
    Tensor loss = at::zeros({}, at::kDouble);
    for (size_t i = 0; i < result.outputs.size(); ++i) {
        const Tensor& output = result.outputs[i];
        const Tensor weights = numbers(output.sizes(), static_cast<int64_t>(i) + 101);
        loss = loss.add(output.to(at::kDouble).mul(weights).sum());
    }
    result.loss = loss.item<double>();
    const auto gradients = torch::autograd::grad({loss}, leaves, {}, {}, false, true);
    auto next = gradients.begin();
    for (const Tensor& input : inputs) {
        result.gradients.push_back(input.defined() ? *next++ : Tensor());
    }
    return result;
}

// bfloat16 is held against the plain form in float64 on the same rounded inputs: two roundings
// would hide an error.
inline QString fusedEqualsPlain(const TensorFunction& fused,
                                const TensorFunction& plain,
                                const std::vector<Tensor>& inputs,
                                at::ScalarType type,
                                double tolerance)
{
    const Evaluation actual = evaluate(fused, inputs, type);
    std::vector<Tensor> rounded;
    for (const Tensor& input : inputs) {
        rounded.push_back(input.to(type).to(at::kDouble));
    }
    const bool isExact = type != at::kBFloat16;
    const Evaluation expected =
        isExact ? evaluate(plain, inputs, type) : evaluate(plain, rounded, at::kDouble);
    QString text;
    for (size_t i = 0; i < expected.outputs.size() && text.isEmpty(); ++i) {
        text = difference(
            "output " + std::to_string(i), actual.outputs[i], expected.outputs[i], tolerance);
    }
    for (size_t i = 0; i < inputs.size() && text.isEmpty(); ++i) {
        text = difference(
            "gradient " + std::to_string(i), actual.gradients[i], expected.gradients[i], tolerance);
    }
    return text;
}

// Central differences of every number of every input, in float64.
inline QString matchesFiniteDifferences(const TensorFunction& function,
                                        const std::vector<Tensor>& inputs,
                                        double step = 1e-6,
                                        double tolerance = 1e-7)
{
    const Evaluation analytic = evaluate(function, inputs, at::kDouble);
    QString text;
    for (size_t i = 0; i < inputs.size() && text.isEmpty(); ++i) {
        if (!inputs[i].defined()) {
            continue;
        }
        Tensor numeric = at::zeros(inputs[i].sizes(), at::kDouble).contiguous();
        for (int64_t j = 0; j < inputs[i].numel(); ++j) {
            const auto lossAt = [&](double offset) {
                std::vector<Tensor> moved = inputs;
                moved[i] = inputs[i].contiguous().clone();
                moved[i].view(-1)[j].add_(offset);
                return evaluate(function, moved, at::kDouble).loss;
            };
            numeric.view(-1)[j] = (lossAt(step) - lossAt(-step)) / (2 * step);
        }
        text =
            difference("gradient " + std::to_string(i), analytic.gradients[i], numeric, tolerance);
    }
    return text;
}

// The types every fused part is compared in, with the agreed tolerances.
struct ComparedType
{
    const char* name;
    at::ScalarType type;
    double tolerance;
};
inline constexpr ComparedType kComparedTypes[] = {{"float64", at::kDouble, 1e-9},
                                                  {"float32", at::kFloat, 1e-5},
                                                  {"bfloat16", at::kBFloat16, 2e-2}};

} // namespace tests
