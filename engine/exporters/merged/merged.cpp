// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/merged/merged.h"

#include "engine/contract/text.h"
#include "engine/device/dtypes.h"
#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/device/pending_folder.h"
#include "engine/device/signals.h"
#include "engine/exporters/merged/merged_weights.h"
#include "engine/exporters/merged/verify_merge.h"
#include "engine/models/companions.h"
#include "engine/tensors/base_hash.h"
#include "engine/tensors/mapped_pages.h"
#include "engine/tensors/sharding.h"

#include <cstdio>

namespace engine::exporters::merged {

namespace fs = std::filesystem;

namespace {

// An adapter made here names its base by content: merging it into other weights gives another
// model.
void requireSameBase(const ExportRequest& request)
{
    const auto mismatch = std::find_if(
        request.adapters.begin(), request.adapters.end(), [&request](const ScaledAdapter& adapter) {
            return !adapter.stored.baseSha256.empty()
                   && adapter.stored.baseSha256 != tensors::baseHash(request.model.weights());
        });
    if (mismatch != request.adapters.end()) {
        throw Failure(code::kIncompatible,
                      "the adapter was trained on other weights than these",
                      "Use the base it was trained on (" + mismatch->stored.baseName
                          + "), or --no-verify to merge all the same",
                      mismatch->stored.path.string());
    }
}

// Returns the hashes of the files.
KnownHashes
writeWeights(const ExportRequest& request, const MergedWeights& weights, const fs::path& folder)
{
    const uint64_t shardBytes =
        request.shardBytes == 0 ? tensors::kDefaultShardBytes : request.shardBytes;
    const std::vector<tensors::Shard> shards = tensors::planShards(weights.specs(), shardBytes);
    uint64_t bytes = 0;
    for (const tensors::TensorSpec& spec : weights.specs()) {
        bytes += spec.bytes();
    }
    device::requireFreeSpace(folder, bytes, "the merged model");
    tensors::readAhead(weights.storedParts());
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
            const at::Tensor tensor = weights.tensor(spec);
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

void writeConfig(const ExportRequest& request, bool isUntied, const fs::path& folder)
{
    contract::Value config = request.model.config().value();
    if (isUntied) {
        config.set("tie_word_embeddings", false);
    }
    if (request.dtype) {
        const char* key =
            config.contains("torch_dtype") || !config.contains("dtype") ? "torch_dtype" : "dtype";
        config.set(key, device::nameOf(*request.dtype));
    }
    device::writeFileAtomically(folder / "config.json", toJson(config, 2) + "\n");
}

ExportReport run(const ExportRequest& asked)
{
    ExportRequest request = asked;
    request.adapters = separated(asked.adapters);
    request.model.requireSound();
    if (request.verify) {
        requireSameBase(request);
    }
    const MergedWeights weights(request);
    device::PendingFolder pending(request.target);
    const KnownHashes hashes = writeWeights(request, weights, pending.path());
    writeConfig(request, weights.isUntied(), pending.path());
    models::copyCompanions(request.model.path(), pending.path());

    ExportReport report;
    if (request.verify) {
        report.verification = verifyMerge(request, pending.path());
        if (!report.verification->passed) {
            char numbers[160];
            std::snprintf(numbers,
                          sizeof numbers,
                          "its logits differ by %.3g (allowed %.3g), mean KL %.3g",
                          report.verification->maxAbsDiff,
                          report.verification->tolerance,
                          report.verification->meanKl);
            throw Failure(
                code::kVerificationFailed,
                std::string("the merged model does not answer as base + adapter: ") + numbers,
                "Nothing was written. Try --dtype float32, or --no-verify to keep it all the same",
                request.target.string());
        }
    }
    report.files = listFiles(pending.path(), hashes);
    pending.commit();
    return report;
}

} // namespace

const Exporter kMerged = {
    "merged",
    LS_TEXT("Merged model"),
    LS_TEXT("A model folder with the adapters inside, for transformers, llama.cpp, Ollama and mlx"),
    [](const methods::Method& method) { return method.effect != methods::Effect::Adds; },
    LS_TEXT("it adds to the model instead of changing its weights"),
    run,
};

} // namespace engine::exporters::merged
