// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/low_rank_start.h"

#include "engine/device/failure.h"
#include "engine/methods/initial_values.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linalg_qr.h>
#include <ATen/ops/linalg_svd.h>
#include <ATen/ops/matmul.h>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace engine::methods {

namespace {

// Up to this many rows or columns singular vectors are computed exactly: about a second a matrix.
constexpr int64_t kExact = 768;
constexpr int64_t kOversampling = 16;
constexpr int kIterations = 16; // as PEFT's pissa_niter_16

at::Tensor
normal(std::vector<int64_t> shape, double deviation, uint64_t seed, const std::string& name)
{
    at::Tensor values = at::empty(shape, at::kFloat);
    fillNormal(values, deviation, seed, name);
    return values;
}

at::Tensor onProcessor(const at::Tensor& weight)
{
    return weight.detach().to(at::kCPU).to(at::kFloat);
}

at::Tensor orthonormal(const at::Tensor& columns)
{
    return std::get<0>(at::linalg_qr(columns));
}

// U [rows, rank], S [rank] and Vᵀ [rank, inputs] of the largest singular values. Large matrices: of
// what subspace iteration found. Source: Halko et al. 2011, algorithms 4.4 and 5.1.
std::tuple<at::Tensor, at::Tensor, at::Tensor>
largestSingular(const at::Tensor& w, int64_t rank, uint64_t seed, const std::string& name)
{
    const int64_t smaller = std::min(w.size(0), w.size(1));
    const auto first = [rank](std::tuple<at::Tensor, at::Tensor, at::Tensor> all) {
        const auto& [u, s, v] = all;
        return std::tuple(u.narrow(1, 0, rank), s.narrow(0, 0, rank), v.narrow(0, 0, rank));
    };
    const int64_t width = rank + kOversampling;
    if (smaller <= std::max(kExact, width)) {
        return first(at::linalg_svd(w, /*full_matrices=*/false));
    }
    at::Tensor space = orthonormal(at::matmul(w, normal({w.size(1), width}, 1, seed, name)));
    for (int i = 0; i < kIterations; ++i) {
        space = orthonormal(at::matmul(w, orthonormal(at::matmul(w.t(), space))));
    }
    auto [u, s, v] = at::linalg_svd(at::matmul(space.t(), w), /*full_matrices=*/false);
    return first({at::matmul(space, u), s, v});
}

// The first columns of Q are those of W's own first columns, and R = Qᵀ W.
void startOlora(const StartPlace& place,
                const at::Tensor& weight,
                const at::Tensor& a,
                const at::Tensor& b)
{
    const at::Tensor w = onProcessor(weight);
    const at::Tensor columns = orthonormal(w.narrow(1, 0, place.rank));
    b.copy_(columns);
    a.copy_(at::matmul(columns.t(), w));
}

void startOrthogonal(const StartPlace& place,
                     uint64_t seed,
                     const at::Tensor& a,
                     const at::Tensor& b)
{
    const int64_t half = place.rank / 2;
    const at::Tensor basis =
        orthonormal(normal({place.rank, place.rank}, 1, seed, place.name + ".basis"));
    const at::Tensor odd = basis.slice(0, 0, place.rank, 2);
    const at::Tensor even = basis.slice(0, 1, place.rank, 2);
    const at::Tensor inputs = normal({place.inputs, half}, 1, seed, place.name);
    const at::Tensor rows = normal({place.rows, half}, 1, seed, place.name + ".lora_B");
    a.copy_(at::matmul(inputs, odd).t() / 10);
    b.copy_(at::matmul(rows, even) / 10);
}

void startEmbedding(std::string_view init,
                    const StartPlace& place,
                    uint64_t seed,
                    const at::Tensor& a,
                    const at::Tensor& b)
{
    fillNormal(b, 1, seed, place.name);
    if (init == "none") {
        fillNormal(a, 1, seed, place.name + ".lora_A");
    }
}

[[noreturn]] void refuse(const std::string& field, const std::string& problem, const char* hint)
{
    throw Failure(code::kBadField, field + ": " + problem, hint, field);
}

} // namespace

bool startsInsideBase(std::string_view init)
{
    return init == "pissa" || init == "olora";
}

void requireStart(std::string_view init, const StartPlace& place)
{
    const bool approximates = startsInsideBase(init) || init == kLoftq;
    const std::string start(init);
    if (!approximates && init != "orthogonal") {
        return;
    }
    if (place.isEmbedding) {
        refuse("method.init",
               start + " is a start of linear modules, and " + place.name + " is an embedding",
               "Choose default, or leave the embedding out of method.targets");
    }
    if (!approximates && place.rank % 2 != 0) {
        refuse("method.rank",
               "the orthogonal start divides the rank in two, and that of " + place.name + " is "
                   + std::to_string(place.rank),
               "Choose an even rank, or another method.init");
    }
    const int64_t most = std::min(place.rows, place.inputs);
    if (approximates && place.rank > most) {
        refuse("method.rank",
               place.name + " of " + std::to_string(place.rows) + " × "
                   + std::to_string(place.inputs) + " has " + std::to_string(most)
                   + " directions for " + start + ", the rank is " + std::to_string(place.rank),
               "Choose a smaller rank, or another method.init");
    }
    if (approximates && place.scale == 0) {
        refuse("method.alpha",
               start + " divides by the scale, which is 0 for " + place.name,
               "Choose an alpha above 0, or another method.init");
    }
}

void approximate(const StartPlace& place,
                 const at::Tensor& weight,
                 uint64_t seed,
                 const at::Tensor& a,
                 const at::Tensor& b)
{
    const at::NoGradGuard untracked;
    const auto [u, s, v] =
        largestSingular(onProcessor(weight), place.rank, seed, place.name + ".pissa");
    const at::Tensor root = (s / place.scale).sqrt();
    a.copy_(root.unsqueeze(1) * v);
    b.copy_(u * root);
}

void start(std::string_view init,
           const StartPlace& place,
           const at::Tensor& weight,
           uint64_t seed,
           const at::Tensor& a,
           const at::Tensor& b)
{
    const at::NoGradGuard untracked;
    if (place.isEmbedding) {
        startEmbedding(init, place, seed, a, b);
    } else if (init == "pissa") {
        approximate(place, weight, seed, a, b);
    } else if (init == "olora") {
        startOlora(place, weight, a, b);
    } else if (init == "orthogonal") {
        startOrthogonal(place, seed, a, b);
    } else if (init == "gaussian") {
        fillNormal(a, 1 / static_cast<double>(place.rank), seed, place.name);
    } else {
        fillUniform(a, seed, place.name);
        if (init == "none") {
            fillUniform(b, seed, place.name + ".lora_B");
        }
    }
}

} // namespace engine::methods
