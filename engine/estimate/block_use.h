// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// How the blocks of a model will be computed on the processor, told from the shapes and from what
// is trained: in one run of packed kernels (nn/block_stack) or part by part, and from which block
// on gradients flow.
#pragma once

#include "engine/nn/blueprint.h"
#include "engine/nn/parameter_buffer.h"
#include "engine/nn/stack_plan.h"

#include <array>
#include <cstdint>
#include <vector>

namespace engine::estimate {

// An update of a layer's output rows by way of `rank` columns.
struct RankUse
{
    int64_t rank = 0;
    int64_t rows = 0;
    bool isShared = false; // its factors are frozen and one for all layers (VeRA)
};

// Layers that read one input: q, k, v; o; gate, up; down.
struct ProductUse
{
    int64_t inputs = 0;
    std::vector<int64_t> outputs; // of every layer
    std::vector<RankUse> ranks;
    int64_t trained = 0;        // numbers of weights that are trained in place
    int64_t frozen = 0;         // and of those that are not
    int64_t rescaled = 0;       // outputs that are multiplied with a vector (IA3),
    int64_t rescaledInputs = 0; // and inputs
    int64_t biases = 0;         // numbers of biases that are trained
    bool hasLengths = false;    // of the weight's rows (DoRA)

    int64_t features() const; // the sum of the outputs
    int64_t rankSum() const;
    bool hasSharedRanks() const;
};

// A bottleneck module behind a sub-layer.
struct SiteUse
{
    int64_t inner = 0; // numbers between its layers; 0: there is none
    bool hasNorm = false;
};

struct BlockUse
{
    std::array<ProductUse, nn::kProducts> products; // by nn::BlockProduct
    int64_t queries = 0, keys = 0;                  // outputs of q, and of k as of v
    int64_t inner = 0;                              // of one of gate and up
    bool hasGate = false;
    bool joinsGate = false;       // gate and up in one weight
    bool joinsInputs = false;     // q, k, v in one weight
    int64_t norms = 0;            // over the whole width
    int64_t headNorms = 0;        // over a head: of q and of k
    bool isOffset = false;        // norms multiply by 1 + weight, in float32
    std::array<SiteUse, 2> sites; // by nn::Site
    int64_t normNumbers = 0;      // of norms' weights and biases that are trained

    bool isTrained = false; // something in it is
    bool isFused = false;   // the packed kernels know all of it

    bool hasOutputNorms() const { return norms > 2; } // behind each sub-layer
};

// Blocks that are computed together, or a single one part by part.
struct BlockRun
{
    std::size_t first = 0;
    std::size_t count = 1;
    bool isFused = false;
    bool hasGradient = false; // a backward goes through it
    bool passesInput = false; // and on to what is before it
};

struct ModelUse
{
    std::vector<BlockUse> blocks;
    std::vector<BlockRun> runs; // all of them, in order
    bool isRotary = true;
    bool trainsInput = false; // a gradient goes to what enters the first block
    bool trainsTable = false; // the token embedding is trained in place
    bool trainsHead = false;  // the head, or an update of it
    bool isHeadInPlace = false;
    bool isHeadFused = false;        // packed kernels know all of it; else logits are made whole
    bool endsRuns = false;           // rows are replaced after every block
    bool hasComposedLengths = false; // part by part: what that keeps is in no header
    std::vector<const nn::ModuleSpec*> inPlace; // whose weights are trained, of the blueprint
};

//   tensors  what is trained (methods::planOf)
//   packs    whether this processor has packed kernels for the computing type
//   startsInside  whether updates stand beside others that the base contains (Method::savedBeside):
//                 packed kernels do not know lengths around these
ModelUse useOf(const std::vector<nn::TrainableTensor>& tensors,
               const nn::Blueprint& blueprint,
               bool packs,
               bool startsInside);

} // namespace engine::estimate
