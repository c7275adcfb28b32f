// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The methods of one job: its own and those of `method.with`, trained together in one buffer.
// Source of the idea: Hu et al. 2021, appendix E (LoRA with prefix tuning).
#pragma once

#include "engine/contract/job.h"
#include "engine/methods/loftq_start.h"
#include "engine/methods/method.h"

#include <memory>
#include <vector>

namespace engine::methods {

// What all of them would train, the job's own first. The run's learning rate is that of the first;
// a further method learns faster or slower in the proportion of their usual rates.
// Throws as Method::plan, and Failure(bad_field) naming the entry of method.with that cannot be
// trained together with the others.
std::vector<nn::TrainableTensor> planOf(const contract::MethodSection& section,
                                        const nn::Blueprint& blueprint);

// The same by module, of the methods that have ranks. Throws as Method::targets.
std::vector<PlannedTarget> targetsOf(const contract::MethodSection& section,
                                     const nn::Blueprint& blueprint);

// Positions of the context that they take.
int64_t virtualTokensOf(const contract::MethodSection& section);

// Numbers of their saved adapters beside the trained ones. Throws as planOf.
int64_t savedBeside(const contract::MethodSection& section, const nn::Blueprint& blueprint);

// All of them attached, as one. The plan is sound (planOf, requireTrainable).
//   originals  what the packed base was made from, for starts that want it; null where all numbers
//              are loaded next, so that no such start is computed
std::unique_ptr<Tuning> attach(const contract::MethodSection& section,
                               nn::Decoder& decoder,
                               uint64_t seed,
                               const OriginalWeights& originals = nullptr);

// Throws Failure(incompatible) unless the adapter is of the same methods as the job.
void requireSameMethods(const contract::MethodSection& section, const AdapterState& state);

} // namespace engine::methods
