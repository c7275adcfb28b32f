// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/child_process.h"

#include "engine/device/failure.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

namespace engine::device {

namespace {

int exitCodeOfStatus(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace

ChildProcess::ChildProcess(const std::filesystem::path& program,
                           const std::vector<std::string>& arguments,
                           const std::filesystem::path& log)
{
    std::vector<std::string> words = {program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (std::string& word : words) {
        pointers.push_back(word.data());
    }
    pointers.push_back(nullptr);

    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(
        &files, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
    const int problem =
        posix_spawn(&m_pid, program.c_str(), &files, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    if (problem != 0) {
        m_pid = -1;
        throw Failure(code::kInternal,
                      "could not start " + program.string() + ": " + std::strerror(problem),
                      "",
                      program.string());
    }
}

ChildProcess::~ChildProcess()
{
    kill();
    wait();
}

bool ChildProcess::isRunning()
{
    int status = 0;
    if (m_pid > 0 && waitpid(m_pid, &status, WNOHANG) == m_pid) {
        m_exitCode = exitCodeOfStatus(status);
        m_pid = -1;
    }
    return m_pid > 0;
}

void ChildProcess::kill()
{
    if (isRunning()) {
        ::kill(m_pid, SIGKILL);
    }
}

int ChildProcess::wait()
{
    int status = 0;
    if (m_pid > 0 && waitpid(m_pid, &status, 0) == m_pid) {
        m_exitCode = exitCodeOfStatus(status);
        m_pid = -1;
    }
    return m_exitCode;
}

std::filesystem::path ownProgram()
{
    return std::filesystem::read_symlink("/proc/self/exe");
}

} // namespace engine::device
