// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/dtypes.h"
#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/models/model_folder.h"
#include "engine/tensors/finite_check.h"
#include "engine/text/chat_format.h"
#include "engine/text/doctor.h"
#include "engine/text/tokenizer.h"
#include "engine/worker/verbs/verbs.h"

#include <CLI/CLI.hpp>

#include <map>
#include <memory>

namespace engine::worker::verbs {

namespace {

using contract::Value;

// Weights up to this size are checked for NaN even without --check: it takes a blink.
constexpr uint64_t kQuickCheckBytes = 64 << 20;

struct Options
{
    std::string model;
    bool tree = false;
    bool check = false;
};

Value problemValue(const models::Problem& problem)
{
    return Value::object(
        {{"tensor", problem.tensor}, {"code", problem.code}, {"message", problem.message}});
}

uint64_t bytesOf(const tensors::Weights& weights)
{
    uint64_t bytes = 0;
    for (const std::string& name : weights.names()) {
        bytes += weights.bytes(name).size();
    }
    return bytes;
}

Value tokenizerValue(const text::Tokenizer& tokenizer)
{
    const auto id = [](std::optional<int64_t> value) { return value ? Value(*value) : Value(); };
    const Value& special = tokenizer.specialTokens();
    return Value::object({{"kind", tokenizer.kind()},
                          {"vocabulary", tokenizer.vocabularySize()},
                          {"bos", id(tokenizer.bosId())},
                          {"eos", id(tokenizer.eosId())},
                          {"pad", id(tokenizer.padId())},
                          {"bos_token", special["bos_token"]},
                          {"eos_token", special["eos_token"]},
                          {"pad_token", special["pad_token"]},
                          {"stop", Value::list(tokenizer.stopIds())}});
}

// A short exchange as the model's own template writes it; null when there is no template, or when
// it accepts neither form.
Value templatePreview(const text::Tokenizer& tokenizer)
{
    if (tokenizer.chatTemplate().empty()) {
        return {};
    }
    contract::Conversation exchange;
    exchange.turns = {{"system", "You are a helpful assistant."},
                      {"user", "What is the capital of France?"},
                      {"assistant", "Paris."}};
    const auto format = text::ChatFormat::resolve(tokenizer, "model");
    try {
        return format.render(format.messages(exchange), exchange.turns.size(), {}).text;
    } catch (const Failure&) {
        exchange.turns.erase(exchange.turns.begin()); // some templates know no system turn
    }
    try {
        return format.render(format.messages(exchange), exchange.turns.size(), {}).text;
    } catch (const Failure&) {
        return {};
    }
}

// Every file of the folder, links followed, sorted by path.
Value fileList(const std::filesystem::path& folder)
{
    std::map<std::string, int64_t> sizes;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.is_regular_file(error)) {
            sizes[entry.path().filename().string()] = static_cast<int64_t>(entry.file_size(error));
        }
    }
    Value files = Value::List();
    for (const auto& [path, bytes] : sizes) {
        files.append(Value::object({{"path", path}, {"bytes", bytes}}));
    }
    return files;
}

// What is packed and how; null where all numbers are dense.
Value quantizationValue(const models::ModelFolder& folder)
{
    const models::StoredQuantization& stored = folder.storedQuantization();
    int64_t modules = 0;
    int64_t parameters = 0;
    uint64_t bytes = 0;
    Value block;
    for (const std::string& name : folder.parameterNames()) {
        if (!folder.isQuantized(name)) {
            continue;
        }
        const kernels::QuantizedWeight weight = folder.quantized(name);
        ++modules;
        parameters += weight.rows() * weight.columns();
        for (const std::string_view part : folder.storedParts(name)) {
            bytes += part.size();
        }
        if (const auto* nf4 = std::get_if<kernels::Nf4Weight>(&weight.packed)) {
            block = nf4->block;
        }
    }
    if (modules == 0) {
        return {};
    }
    const bool isNf4 = stored.kind == kernels::Quantization::Nf4;
    return Value::object(
        {{"kind", models::nameOf(stored.kind)},
         {"format", "bitsandbytes"},
         {"double_quant", isNf4 ? Value(stored.doubleQuant) : Value()},
         {"block", block},
         {"compute_dtype", isNf4 ? Value(device::nameOf(stored.computeType)) : Value()},
         {"modules", modules},
         {"parameters", parameters},
         {"bytes", bytes},
         {"bytes_per_parameter", static_cast<double>(bytes) / static_cast<double>(parameters)}});
}

Value moduleList(const models::ModelFolder& folder)
{
    const nn::Blueprint& blueprint = folder.blueprint();
    Value modules = Value::List();
    for (const nn::ModuleSpec& module : blueprint.modules) {
        Value entry = Value::object({{"name", module.name},
                                     {"kind", nn::nameOf(module.kind)},
                                     {"shape", Value::list(module.storedShape())},
                                     {"parameters", module.parameters()},
                                     {"layer", module.layer},
                                     {"bias", module.bias}});
        const std::string stored = folder.storedName(module.weightName());
        if (!stored.empty()) {
            const auto dtype = device::safetensorsDtype(folder.weights().entry(stored).dtype);
            const bool isPacked = folder.isQuantized(module.weightName());
            entry.set("dtype",
                      isPacked ? Value(models::nameOf(folder.storedQuantization().kind))
                      : dtype  ? Value(device::nameOf(*dtype))
                               : Value());
        }
        if (!module.shortName.empty()) {
            entry.set("short_name", module.shortName);
        }
        for (const nn::SliceSpec& slice : module.slices) {
            Value slices = entry["slices"];
            slices.append(Value::object({{"name", slice.shortName}, {"rows", slice.rows.rows()}}));
            entry.set("slices", slices);
        }
        modules.append(entry);
    }
    return modules;
}

// A lone weight file: what it holds, without a family.
Value inspectFile(const Options& options)
{
    const tensors::Weights weights = tensors::Weights::open(options.model);
    int64_t total = 0;
    Value modules = Value::List();
    Value problems = Value::List();
    for (const std::string& name : weights.names()) {
        const bridge::TensorEntry& entry = weights.entry(name);
        int64_t count = 1;
        for (const int64_t size : entry.shape) {
            count *= size;
        }
        total += count;
        modules.append(Value::object({{"name", name},
                                      {"kind", entry.dtype},
                                      {"shape", Value::list(entry.shape)},
                                      {"parameters", count}}));
        if (options.check) {
            if (const auto found = tensors::firstNonFinite(weights.tensor(name))) {
                problems.append(problemValue(
                    {name, std::string(code::kNonFinite), name + " " + describe(*found)}));
            }
        }
    }
    Value value = Value::object({{"family", Value()},
                                 {"parameters", Value::object({{"total", total}})},
                                 {"problems", problems}});
    if (options.tree) {
        value.set("modules", modules);
    }
    return value;
}

// The doctor's findings as value["tokenizer"]["findings"]; what is no mere note also joins
// `problems`.
void examineTokenizer(const text::Tokenizer& tokenizer,
                      const std::string& folder,
                      int64_t embeddingRows,
                      Value& value,
                      std::vector<models::Problem>& problems)
{
    Value findings = Value::List();
    for (const text::Diagnosis& found : text::examine(tokenizer, folder, embeddingRows)) {
        findings.append(Value::object({{"level", text::nameOf(found.severity)},
                                       {"code", found.code},
                                       {"where", found.where},
                                       {"message", found.message},
                                       {"hint", found.hint}}));
        if (found.severity != text::Severity::Note) {
            problems.push_back(
                {found.where, std::string(code::kBadTokenizer), found.message + ". " + found.hint});
        }
    }
    Value described = value["tokenizer"];
    described.set("findings", findings);
    value.set("tokenizer", described);
}

Value inspectFolder(const Options& options)
{
    const models::ModelFolder folder = models::ModelFolder::open(options.model);
    folder.requireSound();
    const nn::Blueprint& blueprint = folder.blueprint();
    std::vector<models::Problem> problems = folder.problems();
    if (options.check || bytesOf(folder.weights()) <= kQuickCheckBytes) {
        const std::vector<models::Problem> found = folder.nonFiniteTensors();
        problems.insert(problems.end(), found.begin(), found.end());
    }

    Value value = Value::object({
        {"family", blueprint.family},
        {"parameters",
         Value::object({{"total", blueprint.parameters()},
                        {"embedding", blueprint.modules.front().parameters()},
                        {"bytes", bytesOf(folder.weights())}})},
        {"dtype", device::nameOf(folder.storedDtype())},
        {"quantization", quantizationValue(folder)},
        {"tied", blueprint.tiedHead},
        {"vocabulary", blueprint.vocabulary},
        {"context", blueprint.context},
        {"layers", blueprint.layers},
        {"hidden_size", blueprint.hiddenSize},
        {"left_out", folder.leftOutTensors()},
        {"files", fileList(options.model)},
        {"tokenizer", Value()},
        {"chat_template", Value()},
        {"template_preview", Value()},
    });
    try {
        const text::Tokenizer tokenizer = text::Tokenizer::load(options.model);
        value.set("tokenizer", tokenizerValue(tokenizer));
        value.set("chat_template",
                  tokenizer.chatTemplate().empty() ? Value() : Value(tokenizer.chatTemplate()));
        value.set("template_preview", templatePreview(tokenizer));
        examineTokenizer(tokenizer, options.model, blueprint.vocabulary, value, problems);
    } catch (const Failure& failure) {
        problems.push_back({"", failure.error().code, failure.error().message});
    }
    Value list = Value::List();
    for (const models::Problem& problem : problems) {
        list.append(problemValue(problem));
    }
    value.set("problems", list);
    if (options.tree) {
        value.set("modules", moduleList(folder));
    }
    return value;
}

// "nf4 with double quantisation, blocks of 64: 14 layers in 25 KB, 0.53 bytes a parameter".
std::string packedText(const Value& packed)
{
    std::string text = packed["kind"].toString();
    if (packed["double_quant"].toBool()) {
        text += " with double quantisation";
    }
    if (!packed["block"].isNull()) {
        text += ", blocks of " + toJson(packed["block"]);
    }
    return text + ": " + grouped(packed["modules"].toInteger()) + " layers in "
           + device::readableBytes(static_cast<uint64_t>(packed["bytes"].toInteger())) + ", "
           + brief(packed["bytes_per_parameter"].toDouble(), 3) + " bytes a parameter";
}

void print(const Value& value, Output& output)
{
    const auto text = [](const Value& field) {
        return field.isString() ? field.toString()
               : field.isNull() ? std::string("–")
                                : toJson(field);
    };
    std::vector<std::pair<std::string, std::string>> facts = {
        {"family", text(value["family"])},
        {"parameters", grouped(value["parameters"]["total"].toInteger())},
        {"stored as", text(value["dtype"])},
        {"layers", text(value["layers"])},
        {"hidden size", text(value["hidden_size"])},
        {"vocabulary", text(value["vocabulary"])},
        {"context", text(value["context"]) + " tokens"},
        {"output head", value["tied"].toBool() ? "shares the embedding" : "of its own"},
        {"tokenizer", text(value["tokenizer"]["kind"])},
        {"chat template", value["chat_template"].isNull() ? "none" : "yes"},
    };
    if (const Value& packed = value["quantization"]; !packed.isNull()) {
        facts.insert(facts.begin() + 3, {"packed", packedText(packed)});
    }
    output.facts(facts);
    if (const int64_t leftOut = value["left_out"].toInteger(); leftOut > 0) {
        output.line("  only the text model is read: " + grouped(leftOut)
                    + " tensors that see images are left out");
    }
    for (const Value& module : value["modules"].toList()) {
        output.line("  " + module["name"].toString() + "  " + module["kind"].toString() + "  "
                    + toJson(module["shape"]));
    }
    for (const Value& problem : value["problems"].toList()) {
        output.line("problem: " + problem["message"].toString());
    }
    for (const Value& finding : value["tokenizer"]["findings"].toList()) {
        if (finding["level"].toString() == "note") {
            output.line("note: " + finding["message"].toString());
        }
    }
}

} // namespace

Action inspectModel(CLI::App& app)
{
    auto options = std::make_shared<Options>();
    app.add_option("model,--model", options->model, "Model folder, or a single weight file")
        ->required();
    app.add_flag("--tree", options->tree, "List every module with its shape");
    app.add_flag("--check", options->check, "Read every tensor and look for NaN and infinities");
    return [options](const CommonOptions&, Output& output) {
        const Value value = std::filesystem::is_directory(options->model) ? inspectFolder(*options)
                                                                          : inspectFile(*options);
        output.value(value);
        print(value, output);
        for (const Value& problem : value["problems"].toList()) {
            const bool isFatal = problem["code"].toString() == code::kNonFinite;
            if (isFatal) {
                throw Failure(code::kNonFinite,
                              problem["message"].toString(),
                              "Download the model again",
                              options->model);
            }
        }
        return 0;
    };
}

} // namespace engine::worker::verbs
