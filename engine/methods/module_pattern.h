// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// How patterns name modules: PEFT's matching rules, the family-independent short names and the
// slices of fused weights.
#pragma once

#include "engine/contract/value.h"
#include "engine/nn/blueprint.h"

#include <string>
#include <vector>

namespace engine::methods {

// A linear module, one slice of a fused one, or an embedding.
struct Target
{
    const nn::ModuleSpec* module = nullptr;
    const nn::SliceSpec* slice = nullptr; // null: the whole module

    std::string name() const;      // "transformer.h.0.attn.c_attn.q"
    std::string shortName() const; // "q"; may be empty
    int64_t rows() const;          // of B: outputs, or an embedding's width
    int64_t inputs() const;        // of A: inputs, or the rows of an embedding
    bool isEmbedding() const { return module->kind == nn::ModuleKind::Embedding; }
};

// The modules that `pattern` selects in forward order:
//   "all-linear"   every linear module but the output head
//   other string   a regular expression that matches the whole name or the short name
//   list           names, suffixes after a dot ("q_proj", "attn.c_attn", "embed_tokens"), short
//                  names ("q", "fc_in"), slices ("c_attn.q"); every output head is also "lm_head"
// A module selected whole is not selected in slices again. `field` names the setting in messages.
// Throws Failure(no_target) for an entry that matches nothing, Failure(bad_field) for a broken
// expression.
std::vector<Target> selectTargets(const contract::Value& pattern,
                                  const nn::Blueprint& blueprint,
                                  const std::string& field);

// Modules of any kind by name or suffix. Throws as above.
std::vector<const nn::ModuleSpec*> selectModules(const std::vector<std::string>& names,
                                                 const nn::Blueprint& blueprint,
                                                 const std::string& field);

// Throws Failure(bad_field) for an index that is no block. `layers`: "all", or a list of indices.
void requireLayers(const contract::Value& layers,
                   const nn::Blueprint& blueprint,
                   const std::string& field);
// Whether the module is in one of these blocks; "all" has every module, also outside the blocks.
bool isInLayers(const nn::ModuleSpec& module, const contract::Value& layers);
// Keeps the targets of these blocks. Throws as requireLayers.
std::vector<Target> inLayers(std::vector<Target> targets,
                             const contract::Value& layers,
                             const nn::Blueprint& blueprint,
                             const std::string& field);

// A value per target from {pattern: number}: PEFT's rule `(.*\.)?(key)$`, the first key that
// matches wins, else `fallback`. Throws Failure(no_target) for a key that matches no target.
std::vector<double> valuesByPattern(const contract::Value& patterns,
                                    const std::vector<Target>& targets,
                                    double fallback,
                                    const std::string& field);

} // namespace engine::methods
