// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What the fuzzing programs share: an input as text or as a file, and what a reader may do with it:
// take it or refuse it in words. Anything else ends the program, which is a finding.
#pragma once

#include "engine/device/failure.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <unistd.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

inline std::string_view textOf(const std::uint8_t* data, std::size_t size)
{
    return {reinterpret_cast<const char*>(data), size};
}

inline void require(bool holds, const char* what)
{
    if (!holds) {
        std::fprintf(stderr, "broken: %s\n", what);
        std::abort();
    }
}

// Every refusal has a code and says something.
inline void requireWords(const engine::Error& error)
{
    require(!error.code.empty(), "a refusal without a code");
    require(!error.message.empty(), "a refusal without words");
}

// Of our own Rust code: a panic is caught, and reads so.
inline void requireNoPanic(const engine::Error& error)
{
    require(!error.message.starts_with(error.where + ": the library gave up"),
            error.message.c_str());
}

template <typename Work>
void orRefused(Work&& work, void (*check)(const engine::Error&) = requireWords)
{
    try {
        work();
    } catch (const engine::Failure& failure) {
        requireWords(failure.error());
        check(failure.error());
    }
}

// A folder of this process, removed when it ends; in memory where the system has such files.
class Folder
{
public:
    static const std::filesystem::path& path()
    {
        static const Folder folder;
        return folder.m_path;
    }

private:
    Folder()
    {
        constexpr std::uintmax_t kRoom = std::uintmax_t{4} << 30; // some readers leave disks 2 GiB
        std::error_code error;
        const bool hasMemory =
            std::filesystem::space("/dev/shm", error).available > kRoom && !error;
        m_path =
            (hasMemory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path())
            / ("lora-fuzz-" + std::to_string(::getpid()));
        std::filesystem::create_directories(m_path);
    }
    ~Folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }

    std::filesystem::path m_path;
};

// The input as a file of this name, which may lie in a folder.
inline std::filesystem::path fileOf(std::string_view content, const std::string& name)
{
    std::filesystem::path path = Folder::path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(content.data(), static_cast<std::streamsize>(content.size()));
    return path;
}

// Of an input that is several files one after the other, with a NUL byte between them: the next,
// which is taken away. What has no further NUL byte is the last.
inline std::string_view nextFile(std::string_view& content)
{
    const std::size_t end = std::min(content.find('\0'), content.size());
    const std::string_view file = content.substr(0, end);
    content.remove_prefix(std::min(end + 1, content.size()));
    return file;
}

} // namespace fuzz
