// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Headers of safetensors files: every tensor that is taken lies inside the file.
#include "engine/bridge/safetensors_header.h"
#include "tests/fuzz/fuzzed.h"

using namespace engine;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz::orRefused(
        [data, size] {
            const auto header =
                bridge::parseSafetensorsHeader(data, size, size, "fuzzed.safetensors");
            std::uint64_t end = 0;
            for (const bridge::TensorEntry& entry : header.entries) {
                fuzz::require(entry.begin <= entry.end && entry.end <= size,
                              "a tensor beyond the file");
                fuzz::require(end == 0 || entry.begin == end, "an overlap or a hole");
                end = entry.end;
                for (const int64_t extent : entry.shape) {
                    fuzz::require(extent >= 0, "a negative extent");
                }
            }
        },
        fuzz::requireNoPanic);
    return 0;
}
