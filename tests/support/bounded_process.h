// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Work in a process of its own that ends when it takes too much memory or never ends: what a
// hostile file must not bring about.
#pragma once

#include <cstdint>
#include <fstream>
#include <functional>
#include <string>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tests {

struct Bounded
{
    bool isWhole = false; // it came to its end
    std::string said;     // what `work` returned, or how it ended
};

// The caller has no other threads. `megabytes`: of addresses, beyond what the process has now.
inline Bounded inBoundedProcess(uint64_t megabytes, const std::function<std::string()>& work)
{
    constexpr rlim_t kSeconds = 120; // of processor time
#ifdef __SANITIZE_ADDRESS__
    megabytes *= 4;
#endif
    int ends[2] = {};
    if (::pipe(ends) != 0) {
        return {false, "no pipe"};
    }
    const pid_t child = ::fork();
    if (child == 0) {
        uint64_t pages = 0;
        std::ifstream("/proc/self/statm") >> pages;
        const uint64_t has = pages * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
        const rlimit memory = {has + (megabytes << 20), has + (megabytes << 20)};
        const rlimit time = {kSeconds, kSeconds};
        const rlimit core = {0, 0};
        ::setrlimit(RLIMIT_AS, &memory);
        ::setrlimit(RLIMIT_CPU, &time);
        ::setrlimit(RLIMIT_CORE, &core);
        const std::string said = work();
        const bool isSaid = ::write(ends[1], said.data(), said.size()) >= 0;
        ::_exit(isSaid ? 0 : 1);
    }
    ::close(ends[1]);
    Bounded result;
    char piece[4096];
    for (ssize_t count = 1; count > 0;) {
        count = ::read(ends[0], piece, sizeof piece);
        result.said.append(piece, count > 0 ? static_cast<std::size_t>(count) : 0);
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    result.isWhole = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (WIFSIGNALED(status)) {
        result.said = "killed by signal " + std::to_string(WTERMSIG(status));
    }
    return result;
}

} // namespace tests
