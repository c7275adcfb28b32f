// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Two invented methods and a few ids: the registries of the engine as the contract's tests see
// them.
#pragma once

#include "engine/contract/job.h"

struct SampleLora
{
    int64_t rank = 16;
    double alpha = 32;
    engine::contract::Value targets = "all-linear";
    std::map<std::string, int64_t> rankPattern;
};

struct SampleFull
{
    double dropout = 0;
};

inline engine::contract::JobRegistry sampleRegistry()
{
    engine::contract::Schema<SampleLora> lora;
    lora.integer("rank", &SampleLora::rank).range(1, 1024).label("Rank");
    lora.number("alpha", &SampleLora::alpha).atLeast(0);
    lora.targets("targets", &SampleLora::targets);
    lora.object("rank_pattern", &SampleLora::rankPattern).range(1, 1024);
    engine::contract::Schema<SampleFull> full;
    full.number("dropout", &SampleFull::dropout).range(0, 1);

    engine::contract::JobRegistry registry;
    registry.methods.push_back({"lora", lora.erased()});
    registry.methods.push_back({"full", full.erased(), 2e-5});
    registry.formats = {"jsonl", "csv"};
    registry.exporters = {"peft", "merged"};
    return registry;
}
