// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/control_file.h"

#include "engine/device/append_file.h"
#include "engine/device/failure.h"
#include "engine/device/lock.h"

#include <filesystem>

namespace engine::worker {

bool isAtWork(const contract::RunFolder& run)
{
    return std::filesystem::exists(run.lock()) && !device::FileLock::tryLock(run.lock());
}

void sendControl(const contract::RunFolder& run, std::string_view command)
{
    contract::Message message{std::string(command)};
    message.time = contract::utcTime(std::chrono::system_clock::now());
    const std::string line = valueOrThrow(toLine(contract::Speaker::Studio, message));
    device::AppendFile(run.control()).appendLine(std::string_view(line).substr(0, line.size() - 1));
}

} // namespace engine::worker
