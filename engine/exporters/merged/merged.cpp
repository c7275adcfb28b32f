// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/merged/merged.h"

#include "engine/contract/text.h"
#include "engine/device/failure.h"
#include "engine/device/pending_folder.h"
#include "engine/exporters/adapter_template.h"
#include "engine/exporters/merge_comparison.h"
#include "engine/exporters/merged/verify_merge.h"
#include "engine/exporters/merged_weights.h"
#include "engine/exporters/weight_files.h"
#include "engine/exporters/written_model.h"
#include "engine/models/companions.h"

#include <cstdio>

namespace engine::exporters::merged {

namespace {

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
    const auto tensor = [&weights](const tensors::TensorSpec& spec) {
        return weights.tensor(spec);
    };
    const KnownHashes hashes =
        writeWeightFiles(request, {weights.specs(), weights.storedParts(), tensor}, pending.path());
    writeConfig(request, weights.isUntied(), {}, pending.path());
    models::copyCompanions(request.model.path(), pending.path());
    copyAdapterTemplate(request, pending.path());

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
    const bool isSeenPacked = request.seen.quantization != kernels::Quantization::None
                              || !request.model.storedQuantization().isNone();
    if (request.verify && isSeenPacked) {
        report.comparison = compareMerges(request);
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
