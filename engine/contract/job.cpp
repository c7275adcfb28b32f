// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/job.h"

#include "engine/contract/error_codes.h"
#include "engine/contract/job_schema.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace engine::contract {

namespace {

constexpr std::size_t kLongestName = 100;

// Before anything else: a newer job has keys that this program does not know.
Result<void> checkVersion(const Value& version)
{
    if (version.toInteger(kJobVersion) <= kJobVersion) {
        return {};
    }
    return Error{std::string(code::kNewerFormat),
                 "version: this program reads jobs up to version " + std::to_string(kJobVersion)
                     + ", got " + toJson(version),
                 "Use a newer version of LoRA Studio",
                 "version"};
}

// The keys of "method" that are not settings of the method itself.
bool isOwnKeyOfMethod(std::string_view key)
{
    return key == "id" || key == "start_from" || key == "with";
}

// "method" split into what every method has and the settings that follow from its id.
struct SplitMethod
{
    Value own = Value::Object();
    Value settings = Value::Object();
};

SplitMethod splitMethod(const Value& method)
{
    SplitMethod split;
    for (const auto& [key, member] : method.toObject()) {
        (isOwnKeyOfMethod(key) ? split.own : split.settings).set(key, member);
    }
    return split;
}

// The settings of a method, complete. `object` is what stands at `path`, without the keys that
// every method has.
Result<Value> settingsOf(const std::string& id,
                         const Value& object,
                         const std::string& path,
                         const JobRegistry& registry)
{
    const MethodSchema* schema = findMethod(registry, id);
    if (schema == nullptr) {
        const std::string where = joinPath(path, "id");
        return badField(where, "the id of a method", id, "Set " + where);
    }
    return schema->settings.complete(object, path);
}

Result<void>
completeFurther(std::vector<FurtherMethod>& with, const Value& objects, const JobRegistry& registry)
{
    for (std::size_t i = 0; i < with.size(); ++i) {
        Value object = Value::Object();
        for (const auto& [key, member] : objects.toList()[i].toObject()) {
            if (key != "id") {
                object.set(key, member);
            }
        }
        Result<Value> settings =
            settingsOf(with[i].id, object, "method.with[" + std::to_string(i) + "]", registry);
        if (!settings) {
            return settings.error();
        }
        with[i].settings = std::move(settings).value();
    }
    return {};
}

Value withSettings(Value method, const Value& settings)
{
    for (const auto& [key, member] : settings.toObject()) {
        method.set(key, member);
    }
    return method;
}

Result<void> requirePath(const std::string& path, const std::string& where, std::string_view what)
{
    if (!path.empty()) {
        return {};
    }
    return Error{
        std::string(code::kBadField), where + ": missing", "Name " + std::string(what), where};
}

// One of data.path and data.mix, where data is needed.
Result<void> checkSources(const DataSection& data, JobUse use)
{
    if (!data.path.empty() && !data.mix.empty()) {
        return Error{std::string(code::kBadField),
                     "data.mix: data.path is given, too",
                     "Give one of both: data.mix names several sources",
                     "data.mix"};
    }
    return use == JobUse::Plan || !data.mix.empty()
               ? Result<void>()
               : requirePath(data.path, "data.path", "the training data");
}

bool isTemplateName(const std::string& text)
{
    const auto& names = templateNames();
    return text == "model" || std::find(names.begin(), names.end(), text) != names.end();
}

void makeAbsolute(std::string& path, const std::filesystem::path& folder)
{
    if (!path.empty()) {
        path = (folder / path).lexically_normal().string();
    }
}

// The character at `at`, or 0 when the bytes are not UTF-8 of three bytes: enough to recognise
// Hangul.
char32_t threeByteCharacter(std::string_view text, std::size_t at)
{
    if (at + 3 > text.size()) {
        return 0;
    }
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    if ((byte(0) & 0xF0) != 0xE0 || (byte(1) & 0xC0) != 0x80 || (byte(2) & 0xC0) != 0x80) {
        return 0;
    }
    return static_cast<char32_t>((byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F));
}

// Syllables, and the letters they are typed from (compatibility jamo).
bool isHangul(char32_t character)
{
    return (character >= 0xAC00 && character <= 0xD7A3)
           || (character >= 0x3131 && character <= 0x318E);
}

bool isAsciiNameCharacter(char character)
{
    return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '.'
           || character == '_' || character == '-';
}

} // namespace

Result<Job> parseJob(const Value& object, const JobRegistry& registry, JobUse use)
{
    if (auto version = checkVersion(object["version"]); !version) {
        return version.error();
    }
    Value shared = object; // everything but the method's settings
    SplitMethod method;
    if (object["method"].isObject()) {
        method = splitMethod(object["method"]);
        shared.set("method", method.own);
    }
    Result<Job> parsed = jobSchema(registry).parse(shared, "");
    if (!parsed) {
        return parsed.error();
    }
    Job job = std::move(parsed).value();

    Result<Value> settings = settingsOf(job.method.id, method.settings, "method", registry);
    if (!settings) {
        return settings.error();
    }
    job.method.settings = std::move(settings).value();
    if (auto further = completeFurther(job.method.with, object["method"]["with"], registry);
        !further) {
        return further.error();
    }
    if (!object["training"].contains("learning_rate")) {
        job.training.learningRate = findMethod(registry, job.method.id)->learningRate;
    }
    if (job.training.optimizer == kAdamwLoralib && !object["training"].contains("epsilon")) {
        job.training.epsilon = kLoralibEpsilon;
    }
    if (use == JobUse::Train) {
        if (auto found = requirePath(job.model.path, "model.path", "the model's folder"); !found) {
            return found.error();
        }
    }
    if (auto sources = checkSources(job.data, use); !sources) {
        return sources.error();
    }
    return job;
}

Value toValue(const Job& job)
{
    Value object = jobSchema(JobRegistry()).toValue(job);
    Value method = withSettings(object["method"], job.method.settings);
    Value with = Value::List();
    for (const FurtherMethod& further : job.method.with) {
        with.append(withSettings(Value::object({{"id", further.id}}), further.settings));
    }
    method.set("with", std::move(with));
    object.set("method", std::move(method));
    return object;
}

std::vector<DataSection> dataSources(const DataSection& data)
{
    if (data.mix.empty()) {
        return {data};
    }
    std::vector<DataSection> sources;
    for (const MixSource& source : data.mix) {
        DataSection& own = sources.emplace_back(data);
        own.mix.clear();
        own.path = source.split.empty() ? source.path : source.path + "#" + source.split;
        own.format = source.format == "auto" ? data.format : source.format;
        own.encoding = source.encoding == "auto" ? data.encoding : source.encoding;
        own.columns = source.columns.empty() ? data.columns : source.columns;
        own.edits = source.edits.empty() ? data.edits : source.edits;
        own.chatTemplate = source.chatTemplate.empty() ? data.chatTemplate : source.chatTemplate;
    }
    return sources;
}

std::vector<double> sourceWeights(const DataSection& data)
{
    std::vector<double> weights;
    for (const MixSource& source : data.mix) {
        weights.push_back(source.weight);
    }
    return data.mix.empty() ? std::vector<double>{1} : weights;
}

Value mixValue(const std::vector<MixSource>& mix)
{
    const Schema<MixSource> schema = mixSourceSchema({});
    Value list = Value::List();
    for (const MixSource& source : mix) {
        list.append(schema.toValue(source));
    }
    return list;
}

Result<std::vector<MixSource>> parseMix(const Value& list, const JobRegistry& registry)
{
    const Value job = Value::object({{"data", Value::object({{"mix", list}})}});
    Result<Job> parsed = parseJob(job, registry, JobUse::Plan);
    if (!parsed) {
        return parsed.error();
    }
    return std::move(parsed).value().data.mix;
}

std::vector<Field> jobFields(const JobRegistry& registry)
{
    return jobSchema(registry).fields();
}

Job withAbsolutePaths(Job job, const std::filesystem::path& folder)
{
    makeAbsolute(job.model.path, folder);
    for (AdapterSource& adapter : job.model.adapters) {
        makeAbsolute(adapter.path, folder);
    }
    makeAbsolute(job.data.path, folder);
    makeAbsolute(job.data.validation.path, folder);
    makeAbsolute(job.data.edits, folder);
    if (!isTemplateName(job.data.chatTemplate)) {
        makeAbsolute(job.data.chatTemplate, folder);
    }
    for (MixSource& source : job.data.mix) {
        makeAbsolute(source.path, folder);
        makeAbsolute(source.edits, folder);
        if (!isTemplateName(source.chatTemplate)) {
            makeAbsolute(source.chatTemplate, folder);
        }
    }
    makeAbsolute(job.method.startFrom, folder);
    return job;
}

bool isOutputName(std::string_view name)
{
    if (name.empty() || name == "." || name.find("..") != std::string_view::npos) {
        return false;
    }
    std::size_t characters = 0;
    for (std::size_t at = 0; at < name.size(); ++characters) {
        const bool isAscii = isAsciiNameCharacter(name[at]);
        if (!isAscii && !isHangul(threeByteCharacter(name, at))) {
            return false;
        }
        at += isAscii ? 1 : 3;
    }
    return characters <= kLongestName;
}

} // namespace engine::contract
