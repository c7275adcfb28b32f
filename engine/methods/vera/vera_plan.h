// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What VeRA trains on a blueprint, and the projections that its modules share.
#pragma once

#include "engine/methods/chosen_targets.h"
#include "engine/nn/parameter_buffer.h"

#include <string>
#include <vector>

namespace engine::methods::vera {

// As PEFT names the tensors.
inline constexpr const char* kB = "vera_lambda_b"; // [rows]
inline constexpr const char* kD = "vera_lambda_d"; // [rank]
inline constexpr const char* kProjectionA = "vera_A";
inline constexpr const char* kProjectionB = "vera_B";

struct VeraSettings : TargetSettings
{
    int64_t rank = 256;
    double dInitial = 0.1;
    double dropout = 0;
    int64_t projectionPrngKey = 0;
    bool saveProjection = true;
};

contract::Schema<VeraSettings> veraSchema();
VeraSettings settingsOf(const contract::Value& settings);

// As large as the largest target wants; each uses the first columns of A and the first rows of B.
struct Projections
{
    at::Tensor a; // float32 [rank, most inputs]
    at::Tensor b; // float32 [most rows, rank]
};
std::vector<int64_t> shapeOfA(const VeraSettings& settings, const std::vector<Target>& targets);
std::vector<int64_t> shapeOfB(const VeraSettings& settings, const std::vector<Target>& targets);
// The numbers that PEFT draws for the key: Kaiming-uniform from torch's own CPU generator.
Projections drawnProjections(const VeraSettings& settings, const std::vector<Target>& targets);

// A target's corners of A and B, as views: [rank, in] and [rows, rank].
std::pair<at::Tensor, at::Tensor> projectionsOf(const Target& target, const Projections& shared);

// diag(d) A and diag(b) B of a target: [rank, in] and [rows, rank].
std::pair<at::Tensor, at::Tensor> factorsOf(const Target& target,
                                            const Projections& shared,
                                            const at::Tensor& b,
                                            const at::Tensor& d);

} // namespace engine::methods::vera
