// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/adapter_template.h"

#include "engine/device/files.h"
#include "engine/text/template_choice.h"

#include <vector>

namespace engine::exporters {

namespace fs = std::filesystem;

void copyAdapterTemplate(const ExportRequest& request, const fs::path& folder)
{
    std::vector<fs::path> adapters;
    for (const ScaledAdapter& adapter : request.adapters) {
        adapters.push_back(adapter.stored.path);
    }
    if (const auto own = text::sharedTemplate(adapters).found) {
        device::writeFileAtomically(folder / "chat_template.jinja", own->text);
        fs::remove_all(folder / "additional_chat_templates"); // they belong to the one replaced
    }
}

} // namespace engine::exporters
