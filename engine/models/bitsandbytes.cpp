// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/bitsandbytes.h"

#include "engine/contract/value.h"
#include "engine/device/dtypes.h"
#include "engine/device/failure.h"
#include "engine/kernels/dynamic_map.h"
#include "engine/kernels/nf4_table.h"
#include "engine/nn/shape_text.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/zeros.h>

#include <array>
#include <cmath>
#include <cstring>

namespace engine::models::bitsandbytes {

namespace {

using contract::Value;
using kernels::Int8Weight;
using kernels::Nf4Weight;
using kernels::Quantization;
using kernels::QuantizedWeight;

constexpr std::string_view kWeightEnd = "weight";
constexpr const char* kScales = ".absmax";
constexpr const char* kMap = ".quant_map";
constexpr const char* kNestedScales = ".nested_absmax";
constexpr const char* kNestedMap = ".nested_quant_map";
constexpr const char* kState = ".quant_state.bitsandbytes__nf4";
constexpr const char* kFp4State = ".quant_state.bitsandbytes__fp4";
// What as_dict() of any real shape stays well below.
constexpr int64_t kMostStateBytes = 4096;
constexpr int64_t kWrittenStateBytes = 256;
constexpr int64_t kNestedMapSize = 256;
constexpr std::array<int64_t, 8> kBlocks = {32, 64, 128, 256, 512, 1024, 2048, 4096};
// Between the numbers of NF4 lie 0.08: this is rounding, not another table.
constexpr float kMapTolerance = 1e-6F;

// "….q_proj.weight" → "….q_proj.SCB".
std::string besideWeight(const std::string& name, const char* part)
{
    return name.substr(0, name.size() - kWeightEnd.size()) + part;
}

int64_t blocksOf(int64_t numbers, int64_t block)
{
    return (numbers + block - 1) / block;
}

// Every check of one weight: the first that fails says why.
class Check
{
public:
    explicit Check(const tensors::Weights& weights) : m_weights(weights) {}

    const std::optional<Problem>& problem() const { return m_problem; }

    bool fail(const std::string& tensor, std::string_view code, const std::string& what)
    {
        m_problem = {tensor, std::string(code), tensor + " " + what};
        return false;
    }

    bool part(const std::string& name, std::string_view dtype, const std::vector<int64_t>& shape)
    {
        if (!m_weights.has(name)) {
            return fail(name, code::kBadModel, "is missing beside its packed weight");
        }
        const bridge::TensorEntry& entry = m_weights.entry(name);
        if (entry.dtype != dtype || entry.shape != shape) {
            return fail(name,
                        code::kBadModel,
                        "is " + entry.dtype + " " + nn::shapeText(entry.shape)
                            + ", the weight's shape wants " + std::string(dtype) + " "
                            + nn::shapeText(shape));
        }
        return true;
    }

private:
    const tensors::Weights& m_weights;
    std::optional<Problem> m_problem;
};

// The JSON of a quant state; null where there is none to read.
Value stateOf(const tensors::Weights& weights, const std::string& name)
{
    const std::string stored = name + kState;
    if (!weights.has(stored) || weights.entry(stored).dtype != "U8") {
        return {};
    }
    const std::string_view bytes = weights.bytes(stored);
    if (bytes.size() > kMostStateBytes) {
        return {};
    }
    contract::Result<Value> parsed = contract::parseJson(bytes);
    return parsed ? std::move(parsed).value() : Value();
}

bool checkState(Check& check, const Value& state, const WeightPlace& place)
{
    const std::string name = place.name + kState;
    const auto expect = [&check, &name, &state](bool holds, const char* field, const char* what) {
        return holds
               || check.fail(name,
                             code::kBadModel,
                             std::string("says ") + field + " " + toJson(state[field])
                                 + ", expected " + what);
    };
    const Value shape = Value::list(std::vector<int64_t>{place.out, place.in});
    const int64_t block = state["blocksize"].toInteger();
    return expect(state["quant_type"] == Value("nf4"), "quant_type", "\"nf4\"")
           && expect(std::find(kBlocks.begin(), kBlocks.end(), block) != kBlocks.end(),
                     "blocksize",
                     "a power of two from 32 to 4096")
           && expect(device::dtypeOf(state["dtype"].toString()).has_value(),
                     "dtype",
                     "float32, bfloat16 or float16")
           && expect(state["shape"] == shape, "shape", toJson(shape).c_str());
}

bool checkNested(Check& check, const Value& state, const std::string& weight)
{
    const std::string name = weight + kState;
    const auto fail = [&](const char* field, const char* what) {
        return check.fail(name,
                          code::kBadModel,
                          std::string("says ") + field + " " + toJson(state[field]) + ", expected "
                              + what);
    };
    const int64_t block = state["nested_blocksize"].toInteger();
    if (std::find(kBlocks.begin(), kBlocks.end(), block) == kBlocks.end()) {
        return fail("nested_blocksize", "a power of two from 32 to 4096");
    }
    if (state["nested_dtype"].toString() != "float32") {
        return fail("nested_dtype", "float32");
    }
    if (!state["nested_offset"].isNumber() || !std::isfinite(state["nested_offset"].toDouble())) {
        return fail("nested_offset", "a number");
    }
    return true;
}

bool checkMap(Check& check, const tensors::Weights& weights, const std::string& name)
{
    const at::Tensor map = weights.tensor(name);
    for (std::size_t i = 0; i < kernels::kNf4.size(); ++i) {
        const float value = map.const_data_ptr<float>()[i];
        if (!(std::abs(value - kernels::kNf4[i]) <= kMapTolerance)) {
            return check.fail(name,
                              code::kUnsupported,
                              "holds other numbers than NF4: " + std::to_string(value) + " at "
                                  + std::to_string(i));
        }
    }
    return true;
}

std::optional<Problem> nf4Problem(const tensors::Weights& weights, const WeightPlace& place)
{
    Check check(weights);
    const std::string& name = place.name;
    const int64_t numbers = place.out * place.in;
    if (weights.has(name + kFp4State)) {
        check.fail(name, code::kUnsupported, "is packed as FP4; NF4 and int8 can be read");
        return check.problem();
    }
    const Value state = stateOf(weights, name);
    if (!state.isObject()) {
        check.fail(name + kState,
                   code::kBadModel,
                   weights.has(name + kState) ? "holds no JSON object of at most 4 KiB"
                                              : "is missing beside its packed weight");
        return check.problem();
    }
    if (!check.part(name, "U8", {(numbers + 1) / 2, 1}) || !checkState(check, state, place)) {
        return check.problem();
    }
    const int64_t blocks = blocksOf(numbers, state["blocksize"].toInteger());
    const bool isNested = weights.has(name + kNestedScales);
    if (!check.part(name + kScales, isNested ? "U8" : "F32", {blocks})
        || !check.part(name + kMap, "F32", {static_cast<int64_t>(kernels::kNf4.size())})
        || !checkMap(check, weights, name + kMap)
        || (isNested && !checkNested(check, state, name))) {
        return check.problem();
    }
    if (isNested) {
        const int64_t outer = blocksOf(blocks, state["nested_blocksize"].toInteger());
        if (check.part(name + kNestedScales, "F32", {outer})) {
            check.part(name + kNestedMap, "F32", {kNestedMapSize});
        }
    }
    return check.problem();
}

std::optional<Problem> int8Problem(const tensors::Weights& weights, const WeightPlace& place)
{
    Check check(weights);
    const std::string format = besideWeight(place.name, "weight_format");
    if (check.part(place.name, "I8", {place.out, place.in})
        && check.part(besideWeight(place.name, "SCB"), "F32", {place.out}) && weights.has(format)) {
        const std::string_view bytes = weights.bytes(format);
        if (bytes.size() != 1 || bytes.front() != 0) {
            check.fail(format, code::kUnsupported, "says the codes do not lie row by row");
        }
    }
    return check.problem();
}

at::Tensor stateTensor(const Nf4Weight& weight, at::ScalarType dtype)
{
    Value state = Value::object({{"quant_type", "nf4"},
                                 {"blocksize", weight.block},
                                 {"dtype", device::nameOf(dtype)},
                                 {"shape", Value::list(weight.shape)}});
    if (weight.scaleTable.defined()) {
        state.set("nested_blocksize", weight.scaleBlock);
        state.set("nested_dtype", "float32");
        state.set("nested_offset", weight.offset);
    }
    std::string text = toJson(state);
    text.resize(kWrittenStateBytes, ' ');
    at::Tensor bytes = at::empty({kWrittenStateBytes}, at::kByte);
    std::memcpy(bytes.data_ptr(), text.data(), text.size());
    return bytes;
}

at::Tensor mapTensor()
{
    at::Tensor map = at::empty({static_cast<int64_t>(kernels::kNf4.size())}, at::kFloat);
    std::memcpy(map.data_ptr(), kernels::kNf4.data(), map.nbytes());
    return map;
}

} // namespace

bool isPacked(const tensors::Weights& weights, const std::string& name, Quantization quantization)
{
    const std::string& dtype = weights.entry(name).dtype;
    return quantization == Quantization::Nf4    ? dtype == "U8"
           : quantization == Quantization::Int8 ? dtype == "I8"
                                                : false;
}

std::optional<Problem>
findProblem(const tensors::Weights& weights, const WeightPlace& place, Quantization quantization)
{
    return quantization == Quantization::Nf4 ? nf4Problem(weights, place)
                                             : int8Problem(weights, place);
}

std::vector<std::string>
partNames(const tensors::Weights& weights, const std::string& name, Quantization quantization)
{
    std::vector<std::string> names = {name};
    const std::vector<std::string> candidates =
        quantization == Quantization::Nf4
            ? std::vector<std::string>{name + kScales,
                                       name + kMap,
                                       name + kNestedScales,
                                       name + kNestedMap,
                                       name + kState,
                                       name + kFp4State}
            : std::vector<std::string>{besideWeight(name, "SCB"),
                                       besideWeight(name, "weight_format")};
    std::copy_if(candidates.begin(),
                 candidates.end(),
                 std::back_inserter(names),
                 [&weights](const std::string& part) { return weights.has(part); });
    return names;
}

QuantizedWeight
read(const tensors::Weights& weights, const WeightPlace& place, Quantization quantization)
{
    const std::string& name = place.name;
    if (quantization == Quantization::Int8) {
        return {Int8Weight{weights.tensor(name), weights.tensor(besideWeight(name, "SCB"))},
                at::kFloat};
    }
    const Value state = stateOf(weights, name);
    Nf4Weight packed;
    packed.codes = weights.tensor(name).view(-1);
    packed.scales = weights.tensor(name + kScales);
    packed.block = state["blocksize"].toInteger();
    packed.shape = {place.out, place.in};
    if (weights.has(name + kNestedScales)) {
        const at::Tensor table = weights.tensor(name + kNestedMap);
        const at::Tensor& usual = kernels::DynamicMap::ofSigned().numbers();
        packed.scaleTable = at::equal(table, usual) ? usual : table;
        packed.scaleScales = weights.tensor(name + kNestedScales);
        packed.scaleBlock = state["nested_blocksize"].toInteger();
        packed.offset = state["nested_offset"].toDouble();
    }
    return {std::move(packed), *device::dtypeOf(state["dtype"].toString())};
}

std::vector<tensors::TensorSpec>
specs(const WeightPlace& place, Quantization quantization, bool doubleQuant)
{
    const std::string& name = place.name;
    if (quantization == Quantization::Int8) {
        return {{name, at::kChar, {place.out, place.in}},
                {besideWeight(name, "SCB"), at::kFloat, {place.out}},
                {besideWeight(name, "weight_format"), at::kByte, {}}};
    }
    const Nf4Weight usual;
    const int64_t numbers = place.out * place.in;
    const int64_t blocks = blocksOf(numbers, usual.block);
    std::vector<tensors::TensorSpec> specs = {
        {name, at::kByte, {(numbers + 1) / 2, 1}},
        {name + kScales, doubleQuant ? at::kByte : at::kFloat, {blocks}}};
    if (doubleQuant) {
        specs.push_back({name + kNestedScales, at::kFloat, {blocksOf(blocks, usual.scaleBlock)}});
        specs.push_back({name + kNestedMap, at::kFloat, {kNestedMapSize}});
    }
    specs.push_back({name + kMap, at::kFloat, {static_cast<int64_t>(kernels::kNf4.size())}});
    specs.push_back({name + kState, at::kByte, {kWrittenStateBytes}});
    return specs;
}

std::vector<std::pair<std::string, at::Tensor>> parts(const std::string& name,
                                                      const QuantizedWeight& weight)
{
    if (const auto* int8 = std::get_if<Int8Weight>(&weight.packed)) {
        return {{name, int8->codes},
                {besideWeight(name, "SCB"), int8->scales},
                {besideWeight(name, "weight_format"), at::zeros({}, at::kByte)}};
    }
    const auto& nf4 = std::get<Nf4Weight>(weight.packed);
    std::vector<std::pair<std::string, at::Tensor>> parts = {{name, nf4.codes.view({-1, 1})},
                                                             {name + kScales, nf4.scales}};
    if (nf4.scaleTable.defined()) {
        parts.emplace_back(name + kNestedScales, nf4.scaleScales);
        parts.emplace_back(name + kNestedMap, nf4.scaleTable);
    }
    parts.emplace_back(name + kMap, mapTensor());
    parts.emplace_back(name + kState, stateTensor(nf4, weight.dtype));
    return parts;
}

} // namespace engine::models::bitsandbytes
