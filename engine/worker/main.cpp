// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// lora-engine: one verb per call. The only place where failures become messages and exit codes.
#include "engine/device/signals.h"
#include "engine/worker/command_line.h"
#include "engine/worker/gpu.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

// A closed stdin, stdout or stderr would hand its number to the next file that is opened.
void fillStandardStreams()
{
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (fcntl(stream, F_GETFD) < 0) {
            open("/dev/null", stream == STDIN_FILENO ? O_RDONLY : O_WRONLY);
        }
    }
}

// stdout for answers alone: what libraries print there goes to stderr from now on.
std::FILE* takeStdout()
{
    const int answers = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    dup2(STDERR_FILENO, STDOUT_FILENO);
    return fdopen(answers, "w");
}

} // namespace

int main(int argc, char** argv)
{
    fillStandardStreams();
    std::FILE* const answers = takeStdout();
    engine::device::handleSignals();
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    // Read by the libraries at first use. Huge pages for tensors; and few cached oneDNN primitives:
    // packed batches give new shapes every step, and the default of 1024 holds on to about 1 GB of
    // code.
    setenv("THP_MEM_ALLOC_ENABLE", "1", 0);
    setenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "128", 0);
    engine::worker::loadGpu(arguments);
    const auto write = [answers](std::string_view bytes) {
        std::fwrite(bytes.data(), 1, bytes.size(), answers);
        std::fflush(answers);
    };
    const int exitCode = engine::worker::runCommandLine(arguments, write);
#ifndef __SANITIZE_ADDRESS__ // it looks for leaks behind the last destructor
    // LibTorch takes tens of milliseconds to forget its operators one by one.
    std::fflush(nullptr);
    std::_Exit(exitCode);
#endif
    return exitCode;
}
