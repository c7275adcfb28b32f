// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/merged/verify_merge.h"

#include "engine/exporters/base_weights.h"
#include "engine/exporters/logit_probe.h"

#include <ATen/TensorOperators.h>

#include <algorithm>

namespace engine::exporters::merged {

namespace {

// Rounding every weight to 8 or 11 bits moves logits by about this share of the largest one;
// float32 by far less.
constexpr double kFloatTolerance = 1e-4;
constexpr double kHalfTolerance = 5e-2;
constexpr double kMeanKlTolerance = 1e-2;
// Some models turn over at a small change, and rounding moves them further: there the merge must
// still stand this much nearer to base + adapter than the base alone does, by Frobenius norms.
constexpr double kShareOfEffect = 0.2;

} // namespace

Verification verifyMerge(const ExportRequest& request, const std::filesystem::path& written)
{
    const models::BaseFormat form = BaseWeights(request).form();
    const at::Tensor expected = probeLogits(request.model, request.adapters, form);
    const models::ModelFolder folder = models::ModelFolder::open(written);
    const at::Tensor actual = probeLogits(folder, {});

    const double largest = expected.abs().max().item<double>();
    const double share = folder.storedDtype() == at::kFloat ? kFloatTolerance : kHalfTolerance;
    const LogitDifference difference = differenceOf(expected, actual);
    Verification result;
    result.maxAbsDiff = difference.maxAbsDiff;
    result.meanKl = difference.meanKl;
    result.top1Agreement = difference.top1Agreement;
    result.tolerance = share * std::max(1.0, largest);
    // Written so that NaN fails.
    result.passed = result.maxAbsDiff <= result.tolerance && result.meanKl <= kMeanKlTolerance;
    if (!result.passed && folder.storedDtype() != at::kFloat) {
        const at::Tensor alone = probeLogits(request.model, {}, form);
        const double effect = (expected - alone).norm().item<double>();
        result.passed = (expected - actual).norm().item<double>() <= kShareOfEffect * effect;
    }
    return result;
}

} // namespace engine::exporters::merged
