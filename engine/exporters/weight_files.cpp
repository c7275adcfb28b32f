// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/weight_files.h"

#include "engine/device/files.h"
#include "engine/device/signals.h"
#include "engine/tensors/mapped_pages.h"
#include "engine/tensors/sharding.h"

namespace engine::exporters {

KnownHashes writeWeightFiles(const ExportRequest& request,
                             const WeightSource& source,
                             const std::filesystem::path& folder)
{
    const uint64_t shardBytes =
        request.shardBytes == 0 ? tensors::kDefaultShardBytes : request.shardBytes;
    const std::vector<tensors::Shard> shards = tensors::planShards(source.specs, shardBytes);
    uint64_t bytes = 0;
    for (const tensors::TensorSpec& spec : source.specs) {
        bytes += spec.bytes();
    }
    device::requireFreeSpace(folder, bytes, "the written model");
    tensors::readAhead(source.parts);
    KnownHashes hashes;
    uint64_t written = 0;
    at::Tensor previous;
    const auto letGoOfPrevious = [&previous] {
        if (previous.defined()) { // written by now
            tensors::letGoOfPages(previous.const_data_ptr(), previous.nbytes());
        }
    };
    for (const tensors::Shard& shard : shards) {
        tensors::SafetensorsWriter writer(
            folder / shard.fileName, shard.tensors, {{"format", "pt"}});
        for (const tensors::TensorSpec& spec : shard.tensors) {
            device::throwIfStopped();
            const at::Tensor tensor = source.tensor(spec);
            writer.write(spec.name, tensor);
            letGoOfPrevious();
            previous = tensor;
            written += spec.bytes();
            if (request.onProgress) {
                request.onProgress(static_cast<int64_t>(written), static_cast<int64_t>(bytes));
            }
        }
        hashes[shard.fileName] = writer.finish();
        letGoOfPrevious();
    }
    if (shards.size() > 1) {
        device::writeFileAtomically(folder / tensors::kIndexFileName, tensors::shardIndex(shards));
    }
    return hashes;
}

} // namespace engine::exporters
