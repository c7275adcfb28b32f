// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/bad_rows_file.h"

#include "engine/device/files.h"

namespace engine::worker {

using contract::Value;

BadRowsFile::BadRowsFile(const std::string& path)
{
    if (!path.empty()) {
        device::requireNewTarget(path);
        m_file.emplace(path);
    }
}

data::Dataset BadRowsFile::load(const std::string& path, data::LoadSettings settings)
{
    if (!m_file) {
        return data::loadDataset(path, settings);
    }
    settings.badRow = [this](const data::Problem& problem, std::string_view row) {
        m_file->write(toJson(Value::object({{"file", problem.file},
                                            {"line", problem.line},
                                            {"code", problem.code},
                                            {"reason", problem.message},
                                            {"sha256", problem.sha256},
                                            {"row", row}}))
                      + "\n");
    };
    try {
        data::Dataset dataset = data::loadDataset(path, settings);
        m_file->commit();
        return dataset;
    } catch (const Failure& failure) {
        if (failure.error().code != code::kStopped) {
            m_file->commit();
        }
        throw;
    }
}

} // namespace engine::worker
