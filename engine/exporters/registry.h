// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Every exporter. Adding one: its folder, and its line in registry.cpp.
#pragma once

#include "engine/exporters/exporter.h"

#include <span>
#include <string_view>

namespace engine::exporters {

std::span<const Exporter* const> exporters();

// The form in which a run writes its adapter in any case.
inline constexpr std::string_view kAdapterFolder = "peft";

// Null for an unknown id.
const Exporter* findExporter(std::string_view id);

// Throws Failure(unsupported) where the exporter has no form for what the method of that id trains.
void requireAccepted(const Exporter& exporter, std::string_view method);
// The same for all methods that were trained together.
void requireAccepted(const Exporter& exporter, const methods::AdapterState& state);

} // namespace engine::exporters
