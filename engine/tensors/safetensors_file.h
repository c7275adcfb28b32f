// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A safetensors file: its header is the table.
#pragma once

#include "engine/tensors/tensor_file.h"

namespace engine::tensors {

class SafetensorsFile final : public TensorFile
{
public:
    // kNotFound, kUnreadable, kBadFile (cut off, overlapping, overflowing, not JSON…).
    static SafetensorsFile open(const std::filesystem::path& path);

    using TensorFile::tensor;
    std::string_view bytes(const bridge::TensorEntry& entry) const override;
    Tensor tensor(const bridge::TensorEntry& entry) const override;

private:
    SafetensorsFile(std::shared_ptr<const MappedFile> file, bridge::SafetensorsHeader header);
};

} // namespace engine::tensors
