// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/adapter_template.h"

#include "engine/device/files.h"

#include <optional>
#include <string>

namespace engine::exporters {

namespace fs = std::filesystem;

void copyAdapterTemplate(const ExportRequest& request, const fs::path& folder)
{
    constexpr const char* kFile = "chat_template.jinja";
    std::optional<std::string> found;
    for (const ScaledAdapter& adapter : request.adapters) {
        const fs::path file = adapter.stored.path / kFile;
        if (!fs::is_regular_file(file)) {
            continue;
        }
        const std::string text = device::readFile(file);
        if (found && *found != text) {
            return;
        }
        found = text;
    }
    if (found) {
        device::writeFileAtomically(folder / kFile, *found);
        fs::remove_all(folder / "additional_chat_templates"); // they belong to the one replaced
    }
}

} // namespace engine::exporters
