// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Every exporter. Adding one: its folder, and its line in registry.cpp.
#pragma once

#include "engine/exporters/exporter.h"

#include <span>
#include <string_view>

namespace engine::exporters {

std::span<const Exporter* const> exporters();

// Null for an unknown id.
const Exporter* findExporter(std::string_view id);

} // namespace engine::exporters
