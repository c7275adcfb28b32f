// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Presets, ours and the user's own: taken with a name and a method, or refused in words.
#include "app/studio/presets.h"
#include "tests/fuzz/fuzzed.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto object = engine::contract::parseJson(fuzz::textOf(data, size));
    if (!object) {
        fuzz::requireWords(object.error());
        return 0;
    }
    for (const bool isOwn : {false, true}) {
        const auto preset = app::studio::parsePreset(
            object.value(), QStringLiteral("fuzzed"), QStringLiteral("ko"), isOwn);
        if (!preset) {
            fuzz::requireWords(preset.error());
            continue;
        }
        fuzz::require(!preset.value().name.isEmpty() && !preset.value().method.empty(),
                      "a preset without a name or a method");
        const auto job = app::studio::withPreset(
            engine::contract::Value(engine::contract::Value::Object()), preset.value());
        fuzz::require(job.isObject(), "a job that is no object");
    }
    return 0;
}
