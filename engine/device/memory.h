// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What this process uses and what the machine has, containers included. Bytes throughout; 0 where
// it cannot be known.
#pragma once

#include <cstdint>
#include <string>

namespace engine::device {

std::uint64_t residentBytes();
// The largest resident size so far (VmHWM).
std::uint64_t peakResidentBytes();

// Gives the system back what the heap holds in whole pages and nobody uses: else the most that
// preparing took stays resident for good.
void trimHeap();

// Memory that can still be used: the smallest of what the machine has left and what the control
// groups (v1 and v2) of this process leave, page cache that can be dropped counted as free.
std::uint64_t availableBytes();
// Memory of the machine, or the smallest limit of the control groups.
std::uint64_t totalBytes();

// Physical cores this process may run on, at most the quota of its control group; at least 1.
int physicalCores();
// "Intel(R) Xeon(R) Processor"; "unknown processor" where the system does not tell.
std::string processorName();
// Whether the processor multiplies bfloat16 natively (AVX512-BF16 or AMX).
bool hasNativeBfloat16();

} // namespace engine::device
