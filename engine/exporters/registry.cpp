// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/registry.h"

#include "engine/device/failure.h"
#include "engine/exporters/bitsandbytes/bitsandbytes.h"
#include "engine/exporters/loralib/loralib.h"
#include "engine/exporters/merged/merged.h"
#include "engine/exporters/peft/peft.h"
#include "engine/methods/registry.h"

#include <array>

namespace engine::exporters {

namespace {

const std::array kExporters = {
    &peft::kPeft,
    &merged::kMerged,
    &loralib::kLoralib,
    &bitsandbytes::kNf4,
    &bitsandbytes::kInt8,
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

void requireAccepted(const Exporter& exporter, std::string_view method)
{
    const methods::Method& trained = *methods::findMethod(method);
    if (!exporter.accepts(trained)) {
        throw Failure(code::kUnsupported,
                      "an adapter of " + std::string(method) + " cannot be written as "
                          + std::string(exporter.id) + ": " + std::string(exporter.refusal),
                      trained.effect == methods::Effect::Adds
                          ? "Use its folder beside the base model"
                          : "Export the merged model");
    }
}

void requireAccepted(const Exporter& exporter, const methods::AdapterState& state)
{
    requireAccepted(exporter, state.method);
    for (const methods::AdapterState& further : state.with) {
        requireAccepted(exporter, further);
    }
}

} // namespace engine::exporters
