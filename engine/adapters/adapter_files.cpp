// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/adapter_files.h"

#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/nn/shape_text.h"
#include "engine/tensors/finite_check.h"
#include "engine/tensors/tensor_file.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

namespace engine::adapters {

namespace fs = std::filesystem;
using contract::Value;

namespace {

constexpr std::size_t kMaximumName = 1000; // names are matched with expressions, which recurse

std::string shapeText(const at::Tensor& tensor)
{
    return nn::shapeText(tensor.sizes().vec());
}

} // namespace

bool NamedTensors::has(const std::string& name) const
{
    return std::any_of(
        tensors.begin(), tensors.end(), [&name](const auto& one) { return one.first == name; });
}

NamedTensors readTensors(const fs::path& path)
{
    const std::shared_ptr<const tensors::TensorFile> file = tensors::openTensorFile(path);
    NamedTensors result;
    result.path = path;
    for (const auto& entry : file->entries()) {
        result.tensors.emplace_back(entry.name, file->tensor(entry));
        tensors::requireFinite(result.tensors.back().second, entry.name, path.string());
    }
    result.metadata = file->metadata();
    return result;
}

Value readObject(const fs::path& path)
{
    contract::Result<Value> parsed = contract::parseJson(device::readFile(path));
    if (!parsed || !parsed.value().isObject()) {
        throw Failure(code::kBadFile,
                      path.filename().string() + ": "
                          + (parsed ? "holds no JSON object" : parsed.error().message),
                      "Repair the file or export the adapter again",
                      path.string());
    }
    return std::move(parsed).value();
}

void requireShort(const std::string& module, const fs::path& path)
{
    if (module.size() > kMaximumName) {
        throw Failure(code::kBadAdapter,
                      "a module name is " + std::to_string(module.size()) + " characters long",
                      "Export the adapter again",
                      path.string());
    }
}

void requirePair(const std::string& module,
                 const at::Tensor& a,
                 const at::Tensor& b,
                 const fs::path& path)
{
    requireShort(module, path);
    const auto refuse = [&path](const std::string& message) {
        throw Failure(code::kBadAdapter, message, "Export the adapter again", path.string());
    };
    if (!a.defined() || !b.defined()) {
        refuse(module + ": lora_" + (a.defined() ? "B" : "A") + " is missing");
    }
    if (a.dim() != 2 || b.dim() != 2 || a.size(0) != b.size(1) || a.size(0) == 0) {
        refuse(module + ": lora_A " + shapeText(a) + " and lora_B " + shapeText(b) + " do not fit");
    }
}

methods::LowRankFactors
wholeFactors(const std::string& module, const at::Tensor& a, const at::Tensor& b, double alpha)
{
    methods::LowRankFactors factors;
    factors.module = module;
    factors.rows = kernels::RowSlice::plain(0, b.size(0));
    factors.a = a.to(at::kFloat).contiguous();
    factors.b = b.to(at::kFloat).contiguous();
    factors.alpha = alpha;
    return factors;
}

at::Tensor blockStructured(const at::Tensor& b, const std::vector<bool>& enabled)
{
    const auto groups = static_cast<int64_t>(std::count(enabled.begin(), enabled.end(), true));
    const int64_t rows = b.size(0) / groups;
    const int64_t rank = b.size(1);
    at::Tensor whole =
        at::zeros({static_cast<int64_t>(enabled.size()) * rows, groups * rank}, at::kFloat);
    int64_t group = 0;
    for (std::size_t part = 0; part < enabled.size(); ++part) {
        if (enabled[part]) {
            whole.narrow(0, static_cast<int64_t>(part) * rows, rows)
                .narrow(1, group * rank, rank)
                .copy_(b.narrow(0, group * rows, rows));
            ++group;
        }
    }
    return whole;
}

Value groupRecord(const std::vector<bool>& enabled, int64_t rank, int64_t rows, double alpha)
{
    constexpr const char* kNames[] = {"q", "k", "v"};
    Value record = Value::List();
    for (std::size_t part = 0; part < enabled.size() && enabled.size() == 3; ++part) {
        if (enabled[part]) {
            record.append(Value::object({{"name", kNames[part]},
                                         {"rank", rank},
                                         {"alpha", alpha},
                                         {"offset", static_cast<int64_t>(part) * rows},
                                         {"rows", rows}}));
        }
    }
    return record;
}

std::vector<bool> flagsOf(const Value& value)
{
    std::vector<bool> flags;
    for (const Value& flag : value.toList()) {
        flags.push_back(flag.toBool());
    }
    return flags;
}

fs::path tensorsIn(const fs::path& folder)
{
    const fs::path legacy = folder / "adapter_model.bin";
    const fs::path path = folder / "adapter_model.safetensors";
    std::error_code error;
    return !fs::exists(path, error) && fs::exists(legacy, error) ? legacy : path;
}

Value ownRecord(const NamedTensors& file)
{
    const auto found = file.metadata.find("lora_studio");
    if (found == file.metadata.end()) {
        return {};
    }
    contract::Result<Value> parsed = contract::parseJson(found->second);
    return parsed ? std::move(parsed).value() : Value();
}

void takeOwnRecord(const Value& record, StoredAdapter& adapter)
{
    if (record.isObject()) {
        adapter.baseSha256 = record["base_sha256"].toString();
        adapter.baseQuantization = quantizationOf(record["base_quantization"]);
    }
}

namespace {

// The adapters that were trained together with the one in `folder`.
std::vector<StoredAdapter> readFurther(const fs::path& folder)
{
    std::error_code error;
    std::vector<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(folder / kFurtherFolder, error)) {
        if (fs::exists(entry.path() / "adapter_config.json", error)) {
            folders.push_back(entry.path());
        }
    }
    std::sort(folders.begin(), folders.end());
    std::vector<StoredAdapter> further;
    for (const fs::path& one : folders) {
        further.push_back(readPeft(one));
    }
    return further;
}

} // namespace

int64_t StoredAdapter::parameters() const
{
    int64_t sum = state.parameters();
    for (const StoredAdapter& further : with) {
        sum += further.parameters();
    }
    return sum;
}

StoredAdapter readAdapter(const fs::path& path)
{
    std::error_code error;
    if (fs::is_regular_file(path, error)) {
        return readLoralib(path);
    }
    if (!fs::is_directory(path, error)) {
        throw Failure(code::kNotFound,
                      "no such adapter folder",
                      "Give the folder that holds adapter_config.json, or a loralib checkpoint",
                      path.string());
    }
    if (!fs::exists(path / "adapter_config.json", error)
        && fs::exists(path / kLoralibFile, error)) {
        return readLoralib(path / kLoralibFile);
    }
    if (fs::exists(path / "adapters.safetensors", error)) {
        return readMlx(path);
    }
    StoredAdapter adapter = readPeft(path);
    adapter.with = readFurther(path);
    return adapter;
}

} // namespace engine::adapters
