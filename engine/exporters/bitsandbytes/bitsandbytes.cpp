// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/bitsandbytes/bitsandbytes.h"

#include "engine/contract/text.h"
#include "engine/device/failure.h"
#include "engine/device/pending_folder.h"
#include "engine/exporters/adapter_template.h"
#include "engine/exporters/bitsandbytes/packed_files.h"
#include "engine/exporters/logit_probe.h"
#include "engine/exporters/weight_files.h"
#include "engine/exporters/written_model.h"
#include "engine/models/bitsandbytes.h"
#include "engine/models/companions.h"

#include <ATen/ops/equal.h>

#include <limits>

namespace engine::exporters::bitsandbytes {

namespace {

using kernels::Quantization;

// Throws unless every number in the folder is the one that was packed.
void requireSameNumbers(const models::ModelFolder& written,
                        const MergedWeights& merged,
                        const PackedFiles& files)
{
    written.requireSound();
    for (const nn::ModuleSpec& module : written.blueprint().modules) {
        const std::string name = module.weightName();
        if (!module.isQuantizable()) {
            continue;
        }
        const auto expected = models::bitsandbytes::parts(name, files.packed(module));
        const auto actual = models::bitsandbytes::parts(name, written.quantized(name));
        for (std::size_t i = 0; i < expected.size(); ++i) {
            if (!at::equal(expected[i].second, actual[i].second)) {
                throw Failure(code::kVerificationFailed,
                              expected[i].first + " does not read back as it was written",
                              "Nothing was kept. Write it again, to another disk if it recurs",
                              written.path().string());
            }
        }
    }
    for (const tensors::TensorSpec& spec : merged.specs()) {
        const std::string parameter = merged.parameterOf(spec);
        if (!written.isQuantized(parameter)
            && !at::equal(merged.tensor(spec), written.dense(parameter))) {
            throw Failure(code::kVerificationFailed,
                          spec.name + " does not read back as it was written",
                          "Nothing was kept. Write it again, to another disk if it recurs",
                          written.path().string());
        }
    }
}

constexpr const char* kDenseVocabulary =
    LS_TEXT("Token embedding and output head are written dense: transformers packs the layers "
            "between them alone.");

// What packing costs has no bound: it is measured, and the numbers must be those that were packed.
Verification verified(const ExportRequest& request,
                      const MergedWeights& merged,
                      const PackedFiles& files,
                      const std::filesystem::path& folder)
{
    const models::ModelFolder written = models::ModelFolder::open(folder);
    requireSameNumbers(written, merged, files);
    const LogitDifference difference =
        differenceOf(probeLogits(request.model, request.adapters, merged.base().form()),
                     probeLogits(written, {}));
    Verification result;
    result.maxAbsDiff = difference.maxAbsDiff;
    result.meanKl = difference.meanKl;
    result.top1Agreement = difference.top1Agreement;
    result.tolerance = std::numeric_limits<double>::infinity();
    result.passed = difference.maxAbsDiff <= result.tolerance; // false for NaN
    return result;
}

ExportReport run(const ExportRequest& asked, Quantization kind)
{
    ExportRequest request = asked;
    request.adapters = separated(asked.adapters);
    request.model.requireSound();
    if (request.verify) {
        requireSameBase(request);
    }
    const MergedWeights merged(request);
    const models::StoredQuantization form = {kind,
                                             kind == Quantization::Nf4 && request.doubleQuant,
                                             request.dtype.value_or(request.model.storedDtype())};
    PackedFiles files(request.model, merged, form);
    device::PendingFolder pending(request.target);
    const auto tensor = [&files](const tensors::TensorSpec& spec) { return files.tensor(spec); };
    const KnownHashes hashes =
        writeWeightFiles(request, {files.specs(), merged.storedParts(), tensor}, pending.path());
    writeConfig(request, merged.isUntied(), models::quantizationConfig(form), pending.path());
    models::copyCompanions(request.model.path(), pending.path());
    copyAdapterTemplate(request, pending.path());
    ExportReport report;
    if (request.verify) {
        report.verification = verified(request, merged, files, pending.path());
    }
    if (request.seen.hasEmbeddings) {
        report.notes.push_back(kDenseVocabulary);
    }
    report.files = listFiles(pending.path(), hashes);
    pending.commit();
    return report;
}

bool changesWeights(const methods::Method& method)
{
    return method.effect != methods::Effect::Adds;
}

constexpr const char* kRefusal = LS_TEXT("it adds to the model instead of changing its weights");

} // namespace

const Exporter kNf4 = {
    "bitsandbytes_nf4",
    LS_TEXT("4-bit model (bitsandbytes NF4)"),
    LS_TEXT("A model folder with packed weights, for transformers + bitsandbytes; adapters are "
            "merged before they are packed"),
    changesWeights,
    kRefusal,
    [](const ExportRequest& request) { return run(request, Quantization::Nf4); },
};

const Exporter kInt8 = {
    "bitsandbytes_int8",
    LS_TEXT("8-bit model (bitsandbytes int8)"),
    LS_TEXT("A model folder with weights in 8 bits, for transformers + bitsandbytes; adapters are "
            "merged before they are packed"),
    changesWeights,
    kRefusal,
    [](const ExportRequest& request) { return run(request, Quantization::Int8); },
};

} // namespace engine::exporters::bitsandbytes
