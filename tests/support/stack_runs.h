// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The blocks of a model as one packed run against the same blocks composed from parts: results and
// gradients.
#pragma once

#include "tests/support/stack_model.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <QString>

namespace tests {

struct Result
{
    at::Tensor y;
    std::vector<at::Tensor> gradients; // of x, then of every parameter
};

inline Result runOf(
    Model& model, const at::Tensor& x, const Pass& pass, const at::Tensor& direction, bool isStack)
{
    const at::Tensor input = x.detach().clone().set_requires_grad(true);
    at::Tensor y = input;
    if (isStack) {
        y = model.stack->run(0, model.shape.blocks, y, pass);
    } else {
        for (int64_t i = 0; i < model.shape.blocks; ++i) {
            y = model.blocks[static_cast<std::size_t>(i)].forward(y, pass, i);
        }
    }
    y.mul(direction).sum().backward();
    Result result{y.detach(), {input.grad()}};
    for (const at::Tensor& parameter : model.parameters) {
        result.gradients.push_back(parameter.grad().clone());
        parameter.mutable_grad() = at::Tensor();
    }
    return result;
}

// Of a from b, relative to b, or to `floor` where b is smaller.
inline double difference(const at::Tensor& a, const at::Tensor& b, double floor = 1e-9)
{
    const at::Tensor wide = b.to(at::kDouble);
    return (a.to(at::kDouble) - wide).norm().item<double>()
           / std::max(wide.norm().item<double>(), floor);
}

inline bool isSame(const Result& a, const Result& b)
{
    return a.y.equal(b.y)
           && std::equal(a.gradients.begin(),
                         a.gradients.end(),
                         b.gradients.begin(),
                         b.gradients.end(),
                         [](const at::Tensor& x, const at::Tensor& y) { return x.equal(y); });
}

// As an optimizer changes numbers: without a word.
inline void changeSilently(Model& model)
{
    for (const at::Tensor& parameter : model.parameters) {
        at::from_blob(parameter.data_ptr(), parameter.sizes()).mul_(0.7);
    }
}

// Whether the packed run reads the numbers that the model has now.
inline bool seesChanges(Model& model, const at::Tensor& x, const Pass& pass)
{
    const at::NoGradGuard noGrad;
    at::Tensor composed = x;
    for (std::size_t i = 0; i < model.blocks.size(); ++i) {
        composed = model.blocks[i].forward(composed, pass, static_cast<int64_t>(i));
    }
    return difference(model.stack->run(0, model.shape.blocks, x, pass), composed) < 1e-5;
}

// What the packed run does otherwise than the composed form, beyond rounding, or than itself, bit
// by bit: again from reused buffers, from what the backward makes again, from panels that are kept,
// which the first time they are not, or made anew, and without gradients. Empty: nothing.
inline QString differenceOfForms(Model& model, Pass pass)
{
    const bool isFloat = model.dtype == at::kFloat;
    const int64_t tokens = pass.positions.size(0);
    const at::Tensor x = at::randn({tokens, model.shape.hidden}).to(model.dtype);
    const at::Tensor direction = at::randn({tokens, model.shape.hidden}).to(model.dtype);
    if (model.stack->standardRun(0, x, pass) != model.shape.blocks) {
        return "not one run";
    }
    const Result composed = runOf(model, x, pass, direction, false);
    const Result stacked = runOf(model, x, pass, direction, true);
    const double tolerance = isFloat ? 1e-5 : 2.5e-2;
    if (const double off = difference(stacked.y, composed.y); !(off < tolerance)) {
        return QString("result: %1").arg(off);
    }
    // A key's gradients may cancel to nearly nothing: what is small beside the others is compared
    // with them.
    double largest = 0;
    for (const at::Tensor& gradient : composed.gradients) {
        largest = std::max(largest, gradient.to(at::kDouble).norm().item<double>());
    }
    for (std::size_t i = 0; i < composed.gradients.size(); ++i) {
        const double off = difference(
            stacked.gradients[i], composed.gradients[i], (isFloat ? 0.05 : 0.2) * largest);
        if (!(off < 2 * tolerance)) {
            return QString("gradient %1: %2").arg(i).arg(off);
        }
    }
    for (const bool keepsCopies : {true, false}) {
        model.packed.setKeepsCopies(keepsCopies);
        for (const Recompute policy : {Recompute::None, Recompute::Mlp, Recompute::Block}) {
            pass.recompute = policy;
            if (!isSame(runOf(model, x, pass, direction, true), stacked)) {
                return QString("again: policy %1, %2 copies")
                    .arg(static_cast<int>(policy))
                    .arg(keepsCopies ? "with" : "without");
            }
        }
    }
    const at::NoGradGuard noGrad;
    const bool isSameWithout = model.stack->run(0, model.shape.blocks, x, pass).equal(stacked.y);
    return isSameWithout ? QString() : "without gradients";
}

} // namespace tests
