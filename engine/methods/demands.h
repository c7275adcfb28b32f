// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Whether a job's methods can be trained on the base as it is held and with the optimiser that is
// asked for: one answer for the start of a run and for the estimate before it.
#pragma once

#include "engine/contract/job.h"
#include "engine/methods/method.h"

namespace engine::methods {

// How the linear modules of the blocks are held.
struct HeldBase
{
    bool isPacked = false;
};

// Throws Failure(unsupported) for a weight that would be trained in place and is packed, and
// Failure(bad_field) naming the setting that the optimiser cannot give what it wants.
// Also throws as planOf.
void requireTrainable(const contract::Job& job,
                      const nn::Blueprint& blueprint,
                      const HeldBase& base);

} // namespace engine::methods
