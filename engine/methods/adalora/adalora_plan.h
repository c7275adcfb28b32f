// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What AdaLoRA trains on a blueprint: A, B and E of every target.
#pragma once

#include "engine/methods/chosen_targets.h"
#include "engine/nn/parameter_buffer.h"

#include <string>
#include <vector>

namespace engine::methods::adalora {

// As PEFT names the tensors.
inline constexpr const char* kA = "lora_A"; // [initial rank, in]
inline constexpr const char* kB = "lora_B"; // [rows, initial rank]
inline constexpr const char* kE = "lora_E"; // [initial rank, 1]
// Of AdapterState::record: {target: [true, …]} of the triplets that are left, absent before any is
// switched off; and the steps of the run.
inline constexpr const char* kRankPattern = "rank_pattern";
inline constexpr const char* kTotalStep = "total_step";

struct AdaloraSettings : TargetSettings
{
    int64_t initR = 12;
    int64_t targetR = 8;
    double alpha = 32;
    double dropout = 0;
    int64_t tinit = 0;
    int64_t tfinal = 0;
    int64_t deltaT = 1;
    double beta1 = 0.85;
    double beta2 = 0.85;
    double orthRegWeight = 0.5;

    double scale() const; // alpha / (initial rank + 1e-5), as PEFT has it
};

contract::Schema<AdaloraSettings> adaloraSchema();
AdaloraSettings settingsOf(const contract::Value& settings);

// A, B and E of each target, one after the other.
std::vector<nn::TrainableTensor> tensorsOf(const AdaloraSettings& settings,
                                           const std::vector<Target>& targets);

// Indices of the triplets of a target that are left: all without flags. Throws Failure(bad_adapter)
// for flags of another rank.
std::vector<int64_t>
tripletsLeft(const contract::Value& flags, int64_t rank, const std::string& where);

} // namespace engine::methods::adalora
