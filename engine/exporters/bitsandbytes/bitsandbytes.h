// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A model folder whose linear layers are packed as bitsandbytes stores them: transformers loads it
// in 4 or 8 bits without quantising again. Adapters are merged into dense numbers first; what is
// packed then is the sum.
#pragma once

#include "engine/exporters/exporter.h"

namespace engine::exporters::bitsandbytes {

extern const Exporter kNf4;
extern const Exporter kInt8;

} // namespace engine::exporters::bitsandbytes
