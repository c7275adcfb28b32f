// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Whether a job's methods can be trained on the base as it is held and with the optimiser that is
// asked for: one answer for the start of a run and for the estimate before it.
#pragma once

#include "engine/contract/job.h"
#include "engine/methods/method.h"

namespace engine::methods {

// How the base is held.
struct HeldBase
{
    bool isPacked = false;            // the linear modules of its blocks
    bool isStoredPacked = false;      // the weights that they were packed from are not there
    bool hasPackedEmbeddings = false; // token embedding and output head, too
};

// Throws Failure(unsupported) for a weight that would be trained in place and is packed, and
// Failure(bad_field) naming the setting that the base or the optimiser cannot give what it wants.
// Also throws as planOf.
void requireTrainable(const contract::Job& job,
                      const nn::Blueprint& blueprint,
                      const HeldBase& base);

// Whether the adapter that such a method trains corrects what packing took away of its base, so
// that it belongs to the packed form alone.
bool correctsPacking(const contract::MethodSection& section);

} // namespace engine::methods
