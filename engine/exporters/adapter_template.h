// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The chat template with which an adapter was trained goes where the adapter goes.
#pragma once

#include "engine/exporters/exporter.h"

#include <filesystem>

namespace engine::exporters {

// The template of the adapters (text::sharedTemplate) as chat_template.jinja into `folder`, in
// place of what is there. Nothing where no adapter has one, or where two have different ones.
void copyAdapterTemplate(const ExportRequest& request, const std::filesystem::path& folder);

} // namespace engine::exporters
