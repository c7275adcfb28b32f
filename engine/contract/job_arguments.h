// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A job from a command line: --model, --data and --method first, then --set key=value from left to
// right.
#pragma once

#include "engine/contract/job.h"

#include <string>
#include <vector>

namespace engine::contract {

struct JobArguments
{
    std::string model; // empty where the option was not given
    std::string data;
    std::string method;
    std::vector<std::string> sets;   // "training.max_steps=20", "method.rank_pattern={\"q\": 4}"
    std::vector<MixSource> mix = {}; // instead of `data`: several sources, or one with a weight
};

// Fails like parseJob; a --set without "=" is kBadArgument, an unknown key kBadField naming the
// nearest.
Result<Job> jobFromArguments(const JobArguments& arguments,
                             const JobRegistry& registry,
                             JobUse use = JobUse::Train);

// The object of a job (or a part of one) with each setting put in its place; later ones win. Keys
// are checked against the method that is final after all of them, values only for their type on the
// command line: parseJob judges the result.
Result<Value>
applySets(Value object, const std::vector<std::string>& sets, const JobRegistry& registry);

} // namespace engine::contract
