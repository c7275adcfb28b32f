// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/registry.h"

#include "engine/exporters/loralib/loralib.h"
#include "engine/exporters/merged/merged.h"
#include "engine/exporters/peft/peft.h"

#include <array>

namespace engine::exporters {

namespace {

const std::array kExporters = {
    &peft::kPeft,
    &merged::kMerged,
    &loralib::kLoralib,
};

} // namespace

std::span<const Exporter* const> exporters()
{
    return kExporters;
}

const Exporter* findExporter(std::string_view id)
{
    for (const Exporter* exporter : kExporters) {
        if (exporter->id == id) {
            return exporter;
        }
    }
    return nullptr;
}

} // namespace engine::exporters
