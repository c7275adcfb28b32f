// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A file without a name, for what is too large for memory and gone when its descriptor is closed.
#pragma once

#include "engine/device/descriptor.h"

namespace engine::device {

// Empty, to be read and written, in the system's folder of temporary files (TMPDIR). Throws
// systemFailure().
Descriptor unnamedFile();

} // namespace engine::device
