// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// lora-engine: one verb per call. The only place where failures become messages and exit codes.
#include "engine/contract/event.h"
#include "engine/device/failure.h"
#include "engine/device/signals.h"
#include "engine/worker/command_line.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

int main(int argc, char** argv)
{
    engine::device::handleSignals();
    // Huge pages for tensors and a bounded number of malloc arenas; measured in docs/benchmarks.md.
    setenv("THP_MEM_ALLOC_ENABLE", "1", 0);
    const auto write = [](std::string_view bytes) {
        std::fwrite(bytes.data(), 1, bytes.size(), stdout);
        std::fflush(stdout);
    };
    return engine::worker::runCommandLine(std::vector<std::string>(argv + 1, argv + argc), write);
}
