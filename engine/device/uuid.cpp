// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/uuid.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <random>

namespace engine::device {

std::string newUuid()
{
    std::random_device entropy;
    std::array<uint32_t, 4> words;
    for (uint32_t& word : words) {
        word = entropy();
    }
    const uint32_t version = (words[1] & 0xffff0fffu) | 0x4000u;
    const uint32_t variant = (words[2] & 0x3fffffffu) | 0x80000000u;
    char text[37];
    std::snprintf(text,
                  sizeof text,
                  "%08x-%04x-%04x-%04x-%04x%08x",
                  words[0],
                  version >> 16,
                  version & 0xffffu,
                  variant >> 16,
                  variant & 0xffffu,
                  words[3]);
    return text;
}

} // namespace engine::device
