// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/base_weights.h"

#include "engine/device/dtypes.h"
#include "engine/device/failure.h"

#include <algorithm>

namespace engine::exporters {

namespace {

using kernels::Quantization;

// The first adapter that began with a correction of what packing took away; null: none.
const ScaledAdapter* correctingAdapter(const ExportRequest& request)
{
    const auto found = std::find_if(
        request.adapters.begin(), request.adapters.end(), [](const ScaledAdapter& adapter) {
            return adapter.stored.baseQuantization.isCorrected;
        });
    return found == request.adapters.end() ? nullptr : &*found;
}

MergeBase baseOf(const ExportRequest& request)
{
    const bool isPacked = !request.model.storedQuantization().isNone();
    const MergeBase base = request.base.value_or(
        hasOriginalMerge(request) ? MergeBase::Original : MergeBase::Dequantized);
    if (isPacked && base == MergeBase::Original) {
        throw Failure(code::kUnsupported,
                      "the base is stored packed, its original weights are not there",
                      "Merge with --base dequantized, or give the original model as --model",
                      request.model.path().string());
    }
    if (const ScaledAdapter* const correcting = correctingAdapter(request);
        correcting != nullptr && base == MergeBase::Original) {
        throw Failure(code::kBadArgument,
                      "--base original: " + correcting->stored.path.string()
                          + " began with a correction of what packing took away (loftq), which the "
                            "original weights would get twice",
                      "Merge with --base dequantized, or leave --base out",
                      "--base");
    }
    if (!isPacked && base == MergeBase::Dequantized
        && request.seen.quantization == Quantization::None) {
        throw Failure(code::kBadArgument,
                      "--base dequantized: neither the base nor what the adapters record of it is "
                      "quantised",
                      "Leave --base out, or say with --quantization in which form the adapters saw "
                      "the base",
                      "--base");
    }
    return base;
}

} // namespace

bool hasOriginalMerge(const ExportRequest& request)
{
    return request.model.storedQuantization().isNone() && correctingAdapter(request) == nullptr;
}

BaseWeights::BaseWeights(const ExportRequest& request) : m_request(request), m_base(baseOf(request))
{
}

models::BaseFormat BaseWeights::form() const
{
    if (m_base == MergeBase::Original) {
        return {};
    }
    models::BaseFormat seen = m_request.seen;
    if (!m_request.model.storedQuantization().isNone()) { // as it is stored, whatever was seen
        seen.quantization = Quantization::None;
    }
    return models::heldFormat(m_request.model, seen);
}

at::ScalarType BaseWeights::dtype(const std::string& parameter) const
{
    const models::ModelFolder& model = m_request.model;
    return model.isQuantized(parameter)
               ? model.quantized(parameter).dtype
               : *device::safetensorsDtype(
                   model.weights().entry(model.storedName(parameter)).dtype);
}

at::Tensor BaseWeights::tensor(const std::string& parameter) const
{
    const models::ModelFolder& model = m_request.model;
    const at::Tensor stored = model.dense(parameter);
    const nn::ModuleSpec& module =
        *model.blueprint().find(parameter.substr(0, parameter.rfind('.')));
    const models::BaseFormat seen = form();
    // What a packed checkpoint keeps dense in its blocks was dense for the adapters, too.
    const bool isStoredDense = module.isQuantizable() && !model.storedQuantization().isNone();
    const bool isSeenPacked = !model.isQuantized(parameter) && !isStoredDense && seen.packs(module)
                              && parameter == module.weightName();
    if (!isSeenPacked) {
        return stored;
    }
    const bool isTransposed = module.kind == nn::ModuleKind::Conv1d;
    const kernels::QuantizedWeight packed =
        kernels::quantize(isTransposed ? stored.t() : stored, seen.quantization, seen.isDouble);
    const at::Tensor weight = kernels::dequantize(packed, packed.dtype);
    return isTransposed ? weight.t().contiguous() : weight;
}

} // namespace engine::exporters
