// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Walks over the operations of a pickle and notes which globals they ask for. Executes nothing,
// builds nothing.
#pragma once

#include "engine/tensors/pickle.h"

#include <string_view>

namespace engine::tensors {

// Whether these bytes can begin a pickle: protocol 2 or later, or a first operation of the older
// text protocols.
bool startsLikePickle(std::string_view bytes);

// Adds to `facts` what one pickle, or several in a row as torch before 1.6 wrote them, asks for.
// Globals named through the stack are followed through strings and the memo; one that cannot be
// followed is noted as "(computed)".
void scanPickle(std::string_view bytes, PickleFacts& facts);

} // namespace engine::tensors
