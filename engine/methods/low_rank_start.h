// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What A and B of a low-rank update hold before the first step. Sources: peft
// (tuners/lora/layer.py); Meng et al. 2024 (PiSSA), section 3; Büyükakyüz 2024 (OLoRA), section 3;
// Li et al. 2023 (LoftQ), section 3.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace engine::methods {

// The names that method.init may have:
//   default     A ~ U(±1/√inputs), B = 0; of an embedding A = 0, B ~ N(0, 1)
//   gaussian    A ~ N(0, 1/rank²), B = 0; of an embedding as default
//   pissa       the largest singular values and vectors of W: scale · B A is its best
//               approximation of that rank, and W becomes W − scale · B A
//   olora       B the first columns of Q in W = Q R, A the first rows of R, and W becomes
//               W − scale · B A
//   orthogonal  A and B in spaces orthogonal to each other, B A = 0
//   loftq       on a packed base: scale · B A is the best approximation, of that rank, of what
//               packing took away; W stays. As default until loftq_start.h has filled it in
//   none        A ~ U(±1/√inputs), B ~ U(±1/√rank); of an embedding both N(0, 1): an update that is
//               not 0
inline constexpr std::array kStarts = {
    "default", "gaussian", "pissa", "olora", "orthogonal", "loftq", "none"};
inline constexpr std::string_view kLoftq = "loftq";

// Whether the update begins as a part of the base, which becomes W − scale · B A.
bool startsInsideBase(std::string_view init);

// An update whose start is asked for.
struct StartPlace
{
    std::string name; // of the target: names the random streams
    bool isEmbedding = false;
    int64_t rows = 0;
    int64_t inputs = 0;
    int64_t rank = 0;
    double scale = 0;
};

// Throws Failure(bad_field) at method.init or method.rank for what this start cannot do there.
void requireStart(std::string_view init, const StartPlace& place);

// scale · B A becomes the best approximation of `weight` [rows, inputs], of any float type, of that
// rank; above 768 rows and columns what subspace iteration finds of it. Both factors share the size
// of each direction.
void approximate(const StartPlace& place,
                 const at::Tensor& weight,
                 uint64_t seed,
                 const at::Tensor& a,
                 const at::Tensor& b);

// Fills a [rank, inputs] and b [rows, rank], float32 and zero before.
//   weight  [rows, inputs] of any float type; read by pissa and olora alone
//   seed    of the run
void start(std::string_view init,
           const StartPlace& place,
           const at::Tensor& weight,
           uint64_t seed,
           const at::Tensor& a,
           const at::Tensor& b);

} // namespace engine::methods
