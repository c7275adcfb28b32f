// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Another program started, watched and ended by this one.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace engine::device {

class ChildProcess
{
public:
    // Starts `program` with these arguments; its stdin is empty, stdout and stderr go to `log`.
    // Throws Failure(internal) when it cannot be started.
    ChildProcess(const std::filesystem::path& program,
                 const std::vector<std::string>& arguments,
                 const std::filesystem::path& log);
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ~ChildProcess(); // kills what still runs

    bool isRunning();
    // Ends it at once, as a crash would.
    void kill();
    // Blocks; the exit code, or 128 + signal.
    int wait();

private:
    pid_t m_pid = -1;
    int m_exitCode = -1;
};

// The program that is running.
std::filesystem::path ownProgram();

} // namespace engine::device
