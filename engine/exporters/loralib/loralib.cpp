// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/loralib/loralib.h"

#include "engine/adapters/peft_keys.h"
#include "engine/contract/text.h"
#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/device/pending_folder.h"
#include "engine/nn/row_slices.h"
#include "engine/tensors/torch_writer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>

namespace engine::exporters::loralib {

namespace {

using contract::Value;
using methods::LowRankFactors;
using Parts = std::vector<const LowRankFactors*>;

// What one module becomes: a Linear or Embedding, or a MergedLinear with its enabled groups.
struct Written
{
    std::string module;
    at::Tensor a;
    at::Tensor b; // with its share of the scale in it
    int64_t rank = 0;
    std::vector<bool> enabled; // empty unless it is a MergedLinear
};

// MergedLinear cuts its outputs into equal groups, one after the other.
bool isCutEvenly(const nn::ModuleSpec& module)
{
    const auto count = static_cast<int64_t>(module.slices.size());
    for (int64_t i = 0; i < count; ++i) {
        const kernels::RowSlice& rows = module.slices[static_cast<std::size_t>(i)].rows;
        if (rows.groups != 1 || rows.rows() * count != module.out
            || rows.offset != i * rows.rows()) {
            return false;
        }
    }
    return count > 0;
}

// B with scale · rank / alpha in it: loralib multiplies by alpha / rank.
at::Tensor scaledB(const LowRankFactors& factors, double weight, double alpha, int64_t rank)
{
    const double share = factors.scale() * weight * static_cast<double>(rank) / alpha;
    return std::abs(share - 1) < 1e-12 ? factors.b : factors.b * share;
}

Written merged(const nn::ModuleSpec& module, const Parts& parts, double weight, double alpha)
{
    Written written;
    for (const LowRankFactors* part : parts) {
        written.rank = std::max(written.rank, part->rank());
    }
    std::vector<at::Tensor> a, b;
    for (const nn::SliceSpec& slice : module.slices) {
        const auto part = std::find_if(parts.begin(), parts.end(), [&slice](const auto* one) {
            return one->slice == slice.shortName;
        });
        written.enabled.push_back(part != parts.end());
        if (part != parts.end()) {
            const int64_t missing = written.rank - (*part)->rank(); // ranks of zeros
            a.push_back(at::constant_pad_nd((*part)->a, {0, 0, 0, missing}));
            b.push_back(
                at::constant_pad_nd(scaledB(**part, weight, alpha, written.rank), {0, missing}));
        }
    }
    written.a = at::cat(a);
    written.b = at::cat(b);
    return written;
}

// One update of all rows. Slices that MergedLinear cannot hold are stacked, with zeros between.
Written whole(const nn::ModuleSpec& module, const Parts& parts, double weight, double alpha)
{
    Written written;
    if (parts.size() == 1 && parts.front()->slice.empty()) {
        written.rank = parts.front()->rank();
        written.a = parts.front()->a;
        written.b = scaledB(*parts.front(), weight, alpha, written.rank);
        return written;
    }
    std::vector<at::Tensor> a;
    for (const LowRankFactors* part : parts) {
        written.rank += part->rank();
        a.push_back(part->a);
    }
    written.a = at::cat(a);
    written.b = at::zeros({module.out, written.rank}, at::kFloat);
    int64_t column = 0;
    for (const LowRankFactors* part : parts) {
        written.b.narrow(1, column, part->rank())
            .index_copy_(
                0, nn::rowIndices(part->rows), scaledB(*part, weight, alpha, written.rank));
        column += part->rank();
    }
    return written;
}

std::vector<Written> writtenOf(const ExportRequest& request, double alpha)
{
    const ScaledAdapter& adapter = request.adapters.front();
    std::vector<Written> all;
    for (const nn::ModuleSpec& module : request.model.blueprint().modules) {
        Parts parts;
        for (const LowRankFactors& factors : adapter.state.factors) {
            if (factors.module == module.name) {
                parts.push_back(&factors);
            }
        }
        if (parts.empty()) {
            continue;
        }
        const bool areSlices = std::all_of(
            parts.begin(), parts.end(), [](const auto* p) { return !p->slice.empty(); });
        all.push_back(areSlices && isCutEvenly(module)
                          ? merged(module, parts, adapter.scale, alpha)
                          : whole(module, parts, adapter.scale, alpha));
        all.back().module = adapters::peftName(module);
    }
    return all;
}

// The alpha that most updates have; the others carry the difference in B.
double alphaOf(const ScaledAdapter& adapter)
{
    std::map<double, int> counts;
    for (const LowRankFactors& factors : adapter.state.factors) {
        const double alpha = factors.scale() * adapter.scale * static_cast<double>(factors.rank());
        if (alpha > 0) {
            ++counts[alpha];
        }
    }
    const auto most = std::max_element(
        counts.begin(), counts.end(), [](auto& x, auto& y) { return x.second < y.second; });
    return most == counts.end() ? 1 : most->first;
}

// One list when all modules agree, else one per module.
Value enabledValue(const std::vector<Written>& all)
{
    Value byModule;
    std::vector<bool> common;
    bool areAlike = true;
    for (const Written& written : all) {
        if (!written.enabled.empty()) {
            Value flags = Value::List();
            for (const bool flag : written.enabled) {
                flags.append(flag);
            }
            byModule.set(written.module, flags);
            areAlike = areAlike && (common.empty() || common == written.enabled);
            common = written.enabled;
        }
    }
    const bool isMixed =
        std::any_of(all.begin(), all.end(), [](const Written& w) { return w.enabled.empty(); });
    return areAlike && !isMixed && !common.empty() ? byModule.toObject().front().second : byModule;
}

Value sideFile(const ExportRequest& request, const std::vector<Written>& all, double alpha)
{
    const adapters::StoredAdapter& stored = request.adapters.front().stored;
    std::map<int64_t, int> ranks;
    bool isTransposed = false;
    for (const Written& written : all) {
        ++ranks[written.rank];
        const nn::ModuleSpec* module =
            adapters::moduleNamed(request.model.blueprint(), written.module);
        isTransposed =
            isTransposed || (module != nullptr && module->kind == nn::ModuleKind::Conv1d);
    }
    Value value = Value::object({{"base_model_name_or_path", stored.baseName},
                                 {"base_sha256", stored.baseSha256},
                                 {"fan_in_fan_out", isTransposed},
                                 {"lora_alpha", alpha},
                                 {"r", ranks.size() == 1 ? Value(ranks.begin()->first) : Value()}});
    if (stored.baseQuantization.isPacked()) {
        value.set("base_quantization", adapters::quantizationValue(stored.baseQuantization));
    }
    const Value enabled = enabledValue(all);
    if (!enabled.isNull()) {
        value.set("enable_lora", enabled);
    }
    return value;
}

void requireExpressible(const ExportRequest& request)
{
    const auto refuse = [](const std::string& message) {
        throw Failure(code::kBadArgument, message, "Export as peft instead", "--adapter");
    };
    if (request.adapters.size() != 1) {
        refuse("--format loralib takes exactly one --adapter, got "
               + std::to_string(request.adapters.size()));
    }
    const ScaledAdapter& adapter = request.adapters.front();
    for (const LowRankFactors& factors : adapter.state.factors) {
        if (factors.bias.defined()) {
            refuse(factors.module + ": loralib has no bias in its updates");
        }
        if (factors.magnitude.defined()) {
            refuse(factors.module + ": loralib has no DoRA, which brings rows to learnt lengths");
        }
    }
    if (adapter.scale != 1 && !adapter.state.replaced.empty()) {
        refuse("an adapter with whole parameters (" + adapter.state.replaced.front().name
               + ") can only be written with weight 1");
    }
}

ExportReport run(const ExportRequest& request)
{
    requireExpressible(request);
    const ScaledAdapter& adapter = request.adapters.front();
    const double alpha = alphaOf(adapter);
    const std::vector<Written> all = writtenOf(request, alpha);
    std::vector<std::pair<std::string, at::Tensor>> tensors;
    for (const Written& written : all) {
        tensors.emplace_back(written.module + ".lora_A", written.a);
        tensors.emplace_back(written.module + ".lora_B", written.b);
    }
    for (const methods::ReplacedParameter& replaced : adapter.state.replaced) {
        const std::size_t dot = replaced.name.rfind('.');
        const nn::ModuleSpec& module =
            *request.model.blueprint().find(replaced.name.substr(0, dot));
        const bool isTransposed =
            module.kind == nn::ModuleKind::Conv1d && replaced.value.dim() == 2;
        tensors.emplace_back(adapters::peftName(module) + replaced.name.substr(dot),
                             isTransposed ? replaced.value.t() : replaced.value);
    }
    device::requireFreeSpace(request.target,
                             static_cast<uint64_t>(adapter.state.parameters()) * sizeof(float),
                             "the adapter");
    device::PendingFolder pending(request.target);
    tensors::saveTorchFile(pending.path() / "lora.pt", tensors);
    device::writeFileAtomically(pending.path() / "lora.json",
                                toJson(sideFile(request, all, alpha), 2) + "\n");
    ExportReport report{listFiles(pending.path()), std::nullopt};
    pending.commit();
    return report;
}

} // namespace

const Exporter kLoralib = {
    "loralib",
    LS_TEXT("loralib checkpoint"),
    LS_TEXT("The adapter alone, for programs built on Microsoft's loralib"),
    [](const methods::Method& method) { return method.effect == methods::Effect::LowRank; },
    LS_TEXT("loralib holds low-rank updates alone"),
    run,
};

} // namespace engine::exporters::loralib
