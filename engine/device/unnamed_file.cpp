// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/unnamed_file.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace engine::device {

Descriptor unnamedFile()
{
    std::error_code error;
    const std::filesystem::path folder = std::filesystem::temp_directory_path(error);
    if (error) {
        throw systemFailure(error.value(), "TMPDIR", Access::Write);
    }
    std::string name = (folder / "lora-studio-XXXXXX").string();
    Descriptor file(::mkostemp(name.data(), O_CLOEXEC));
    if (file.get() < 0) {
        throw systemFailure(errno, folder, Access::Write);
    }
    ::unlink(name.c_str());
    return file;
}

} // namespace engine::device
