// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a tuning method contributes: its settings, what it would train on a blueprint, and the
// attached form that trains. One constant per folder.
#pragma once

#include "engine/contract/schema.h"
#include "engine/methods/adapter_state.h"
#include "engine/nn/decoder.h"
#include "engine/nn/parameter_buffer.h"

#include <memory>
#include <string_view>
#include <vector>

namespace engine::methods {

class NestedRanks;

// What a step updates of one tensor of the buffer; the rest of it stays as it is, with its moments
// and without decay.
struct PartialUpdate
{
    std::size_t tensor;
    int64_t axis;               // 0: rows, 1: columns
    int64_t first;              // of them
    std::vector<int64_t> steps; // one per updated row: which of its updates this is, from 1
};

// A method attached to a decoder: it owns the trained tensors and the objects that the decoder
// points to, and detaches them when destroyed. The decoder must outlive it. Compute thread only.
class Tuning
{
public:
    virtual ~Tuning() = default;

    virtual nn::ParameterBuffer& parameters() = 0;
    // The adapter as it is now; the tensors are copies.
    virtual AdapterState state() const = 0;
    // Starts from an adapter of the same modules and shapes. Throws Failure(incompatible) naming
    // the first difference.
    virtual void load(const AdapterState& state) = 0;

    // What a method does beside the gradient of the loss, around optimiser step `step` (from 0) of
    // `total`. Before its first micro-batch:
    virtual void beginStep(int64_t /*step*/, int64_t /*total*/) {}
    // Adds to the gradients of all micro-batches, before they are limited.
    virtual void addGradients() {}
    // After the update; the gradients that made it are still there.
    virtual void endStep(int64_t /*step*/, int64_t /*total*/) {}
    // Whether one of these does anything: such steps are launched, never recorded.
    virtual bool hasSteps() const { return false; }
    // What exact resume needs beside the trained numbers: float32 copies on the processor, the same
    // names and shapes at every step.
    virtual std::vector<ReplacedParameter> memory() const { return {}; }
    virtual void remember(const std::vector<ReplacedParameter>& /*memory*/) {}

    // Tensors of which the running step updates a part alone; valid from beginStep to endStep.
    virtual std::vector<PartialUpdate> partialUpdates() const { return {}; }
    // The updates as a set that works at every rank, or null; put back to all ranks after use.
    virtual NestedRanks* nestedRanks() { return nullptr; }
};

// A trained adapter put to work on a decoder; taken off when destroyed.
class Applied
{
public:
    virtual ~Applied() = default;
};

// A module that a method would change, or a slice of a fused one, and how much.
struct PlannedTarget
{
    std::string name;      // "transformer.h.0.attn.c_attn.q"
    std::string module;    // "transformer.h.0.attn.c_attn"
    std::string shortName; // "q"; may be empty
    int64_t layer = -1;    // block index; -1 outside the blocks
    int64_t rank = 0;
    double scale = 0;       // of the update: alpha / rank for LoRA
    int64_t parameters = 0; // that the method trains there
};

// The tensors in PEFT's file of a method that changes modules. Names are those of the file without
// "base_model." and "base_model.model.": "model.layers.0.mlp.down_proj.ia3_l", "vera_A".
struct PeftModules
{
    // Whether PEFT can say it at all: often not what slices of fused weights have of their own.
    bool (*holds)(const AdapterState& state, const nn::Blueprint& blueprint);
    std::vector<ReplacedParameter> (*tensors)(const AdapterState& state,
                                              const nn::Blueprint& blueprint);
    // What a file with these settings and this config must hold.
    std::vector<nn::TrainableTensor> (*expected)(const contract::Value& settings,
                                                 const contract::Value& config,
                                                 const nn::Blueprint& blueprint);
    // Settings, to be completed, of a folder that another program wrote. Throws
    // Failure(unsupported, bad_adapter).
    contract::Value (*settings)(const contract::Value& config,
                                const std::vector<ReplacedParameter>& tensors);
    // Tensors and config of a file that has what is expected, in the plan's terms.
    void (*fit)(AdapterState& state, const contract::Value& config, const nn::Blueprint& blueprint);
};

// How a method that PEFT has too stands in adapter_config.json, beside what all types share.
struct PeftForm
{
    std::string_view type; // "PROMPT_TUNING"
    contract::Value (*config)(const AdapterState& state, const nn::Blueprint& blueprint);
    // Complete settings from such a config. Throws Failure(unsupported, bad_adapter).
    contract::Value (*settings)(const contract::Value& config) = nullptr;
    // Of a method that changes modules, instead of `settings`.
    const PeftModules* modules = nullptr;
};

// What a trained state is made of.
enum class Effect {
    LowRank,  // updates of layers, and parameters beside them
    Replaces, // the model's own parameters
    Scales,   // rows and columns of weights, times a vector
    Adds,     // tensors of the method's own: no weight to merge them into
};

// What a method does, for people who do not know its name.
enum class Approach {
    Everything, // trains the model itself
    Part,       // trains some of its own parameters
    Updates,    // trains updates beside frozen weights
    Modules,    // adds small modules between its layers
    Tokens,     // adds tokens that are not text
};

// "everything", "part", "updates", "modules", "tokens".
std::string_view approachName(Approach approach);

// What settings want that not every base and optimiser gives; checked before anything slow
// (demands.h).
struct Demands
{
    std::string_view field = {}; // of the method that it stands in: "init"
    std::string_view value = {}; // what stands there: "loftq"
    bool packingLoss = false;    // a packed base, and the weights that it was packed from
    bool partialUpdates = false; // an optimiser that can leave rows of a tensor as they are
};

struct Method
{
    std::string_view id; // permanent
    std::string_view name;
    std::string_view summary;
    contract::SettingsSchema (*schema)();
    // What would be trained, in buffer order. `settings` is complete (schema().complete).
    // Throws Failure(no_target, nothing_to_train, bad_field).
    std::vector<nn::TrainableTensor> (*plan)(const contract::Value& settings,
                                             const nn::Blueprint& blueprint);
    // The same plan by module, in forward order; empty for a method that has no ranks. Throws as
    // plan.
    std::vector<PlannedTarget> (*targets)(const contract::Value& settings,
                                          const nn::Blueprint& blueprint);
    // `seed`: of the run; initial values derive from it.
    std::unique_ptr<Tuning> (*attach)(const contract::Value& settings,
                                      nn::Decoder& decoder,
                                      uint64_t seed);
    Effect effect = Effect::LowRank;
    double learningRate = 2e-4; // where the job names none
    // Of a method that adds: puts a state to work, times `scale`. The state must fit the decoder.
    std::unique_ptr<Applied> (*apply)(const AdapterState& state,
                                      nn::Decoder& decoder,
                                      double scale) = nullptr;
    const PeftForm* peft = nullptr; // null: its folder says lora_studio_method
    bool startsElsewhere = false;   // an untrained adapter already changes the model
    // Makes factors and scales of a state from its own tensors; null: they are what they are.
    void (*derive)(AdapterState& state, const nn::Blueprint& blueprint) = nullptr;
    // Positions of the context that it takes beside the text; null: none.
    int64_t (*virtualTokens)(const contract::Value& settings) = nullptr;
    // Numbers of a saved adapter beside the trained ones; null: none.
    int64_t (*savedBeside)(const contract::Value& settings,
                           const nn::Blueprint& blueprint) = nullptr;
    Approach approach = Approach::Updates;
    std::string_view paper = {}; // that defines it: "Hu et al. 2021"
    bool hasNestedRanks = false; // a trained adapter cut to its first ranks is one of that rank
    Demands (*demands)(const contract::Value& settings) = nullptr; // null: none
};

} // namespace engine::methods
