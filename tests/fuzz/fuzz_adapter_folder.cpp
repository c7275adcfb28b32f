// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// An adapter folder as the studio reads it without the engine: adapter_config.json, and behind a
// NUL byte adapter_model.safetensors.
#include "app/library/adapter_folder.h"
#include "tests/fuzz/fuzzed.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string_view rest = fuzz::textOf(data, size);
    const auto config = fuzz::fileOf(fuzz::nextFile(rest), "studio-adapter/adapter_config.json");
    fuzz::fileOf(rest, "studio-adapter/adapter_model.safetensors");
    const auto adapter =
        app::library::readAdapterFolder(QString::fromStdString(config.parent_path().string()));
    if (!adapter) {
        fuzz::requireWords(adapter.error());
        return 0;
    }
    fuzz::require(!adapter.value().sha256.isEmpty(), "an adapter without a hash");
    return 0;
}
