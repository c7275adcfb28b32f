// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Packed weights of dense models, kept between starts so that the next one maps them instead of
// quantising again: ${XDG_CACHE_HOME:-~/.cache}/lora-studio/packed/<base hash>-<form>.safetensors,
// tensors as bitsandbytes stores them, and beside it a JSON with the file's hash. The form says
// whether token embedding and output head are among them. Compute thread only.
#pragma once

#include "engine/models/model_folder.h"

#include <filesystem>
#include <optional>

namespace engine::models {

// A weight of the model, packed now. Its pages are let go. Throws Failure(non_finite) naming the
// tensor.
kernels::QuantizedWeight
packModule(const ModelFolder& folder, const nn::ModuleSpec& module, const BaseFormat& format);

class PackedCache
{
public:
    // Below that many packed bytes quantising again takes a blink.
    static constexpr uint64_t kWorthKeeping = 64 << 20;

    // The packed weights of all modules that the form packs: found there, or made and written
    // aside, synced and renamed; what was not used for longest makes room (device/cache_room.h). A
    // file that is not what was written is made again. Nothing where it is not worth it, where
    // there is no home, no room or no right to write. Throws Failure(non_finite, stopped).
    static std::optional<PackedCache> open(const ModelFolder& folder,
                                           const BaseFormat& format,
                                           uint64_t worthKeeping = kWorthKeeping);

    const std::filesystem::path& path() const { return m_weights.path(); }
    // Whether an earlier start made it.
    bool wasFound() const { return m_wasFound; }
    // Mapped, [out, in].
    kernels::QuantizedWeight weight(const nn::ModuleSpec& module) const;

private:
    PackedCache(kernels::Quantization quantization, tensors::Weights weights, bool wasFound);

    kernels::Quantization m_quantization;
    tensors::Weights m_weights;
    bool m_wasFound = false;
};

} // namespace engine::models
