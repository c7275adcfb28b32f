// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A plug-in in miniature: its table is one number. FAKE_VERSION is the version it speaks; without
// FAKE_ENTRY it is some other library.
#include <cstdint>

#ifdef FAKE_ENTRY
extern "C" uint32_t lora_cuda_register(uint32_t version, void* table)
{
    if (version == FAKE_VERSION) {
        *static_cast<int*>(table) = 42;
    }
    return FAKE_VERSION;
}
#else
extern "C" int something_else()
{
    return 0;
}
#endif
