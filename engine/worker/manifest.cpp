// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/manifest.h"

#include "engine/device/device.h"
#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/exporters/exporter.h"
#include "engine/worker/catalogue.h"

#include <torch/version.h>

namespace engine::worker {

using contract::Value;

void writeManifest(const contract::RunFolder& run, const contract::Job& job, const Value& resolved)
{
    Value files = Value::List();
    for (const contract::OutputFile& file : exporters::listFiles(run.root())) {
        // What goes on changing: the engine's own, and the studio's notes beside what they are
        // about.
        const bool changes = file.path == "events.jsonl" || file.path == "engine.log"
                             || file.path == "lock" || file.path == "control.jsonl"
                             || file.path.ends_with(".studio.json");
        if (!changes) {
            files.append(contract::outputFileSchema().toValue(file));
        }
    }
    Value adapters = Value::List();
    for (const contract::AdapterSource& source : job.model.adapters) {
        adapters.append(Value::object({{"path", source.path}, {"scale", source.scale}}));
    }
    const device::DeviceFacts cpu = device::describeDevices().front();
    Value data = Value::object(
        {{"path", job.data.path}, {"edits", job.data.edits}, {"sha256", resolved["data_sha256"]}});
    if (!resolved["sources"].isNull()) {
        data.set("sources", resolved["sources"]);
    }
    const Value manifest = Value::object({
        {"version", 1},
        {"id", job.id},
        {"files", files},
        {"base", Value::object({{"path", job.model.path}, {"sha256", resolved["base_sha256"]}})},
        {"data", data},
        {"lineage", Value::object({{"start_from", job.method.startFrom}, {"adapters", adapters}})},
        {"resolved", resolved},
        {"versions", Value::object({{"engine", version()}, {"torch", TORCH_VERSION}})},
        {"device", Value::object({{"id", cpu.id}, {"name", cpu.name}})},
    });
    device::writeFileAtomically(run.manifest(), toJson(manifest, 2) + "\n");
}

std::vector<contract::OutputFile> readManifestFiles(const contract::RunFolder& run)
{
    const Value manifest = valueOrThrow(contract::parseJson(device::readFile(run.manifest())));
    std::vector<contract::OutputFile> files;
    for (const Value& entry : manifest["files"].toList()) {
        files.push_back(valueOrThrow(contract::outputFileSchema().parse(entry, "manifest.files")));
    }
    if (files.empty()) {
        throw Failure(code::kBadFile,
                      "manifest.json lists no file",
                      "Resume the run to write it again",
                      run.manifest().string());
    }
    return files;
}

} // namespace engine::worker
