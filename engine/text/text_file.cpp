// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/text/text_file.h"

#include "engine/device/failure.h"

#include <filesystem>
#include <fstream>

namespace engine::text {

namespace {

constexpr uintmax_t kMaxBytes = uintmax_t(64) << 20;

} // namespace

std::string readTextFile(const std::string& path)
{
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) {
        throw Failure(code::kNotFound, "There is no file " + path, "Check the path.", path);
    }
    if (size > kMaxBytes) {
        throw Failure(code::kBadFile, path + " is larger than 64 MiB", "Choose a text file.", path);
    }
    std::string content(size, '\0');
    std::ifstream file(path, std::ios::binary);
    if (!file.read(content.data(), static_cast<std::streamsize>(size))) {
        throw Failure(code::kUnreadable, path + " cannot be read", "Check its permissions.", path);
    }
    return content;
}

contract::Value readJsonFile(const std::string& path)
{
    if (!std::filesystem::exists(path)) {
        return {};
    }
    auto parsed = contract::parseJson(readTextFile(path));
    if (!parsed) {
        throw Failure(
            code::kBadFile, path + ": " + parsed.error().message, "Copy the file again.", path);
    }
    return std::move(parsed).value();
}

} // namespace engine::text
