// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/job_arguments.h"

#include "engine/contract/error_codes.h"
#include "engine/contract/job_schema.h"
#include "engine/contract/suggest.h"

#include <algorithm>

namespace engine::contract {

namespace {

struct Setting
{
    std::string key;
    std::string text;
};

Result<std::vector<Setting>> splitSettings(const std::vector<std::string>& sets)
{
    std::vector<Setting> settings;
    for (const std::string& set : sets) {
        const std::size_t equals = set.find('=');
        if (equals == std::string::npos || equals == 0) {
            return Error{std::string(code::kBadArgument),
                         "--set " + set + ": expected key=value",
                         "For example --set training.max_steps=100",
                         "--set"};
        }
        settings.push_back({set.substr(0, equals), set.substr(equals + 1)});
    }
    return settings;
}

// Keys of the job and of the method with that id.
std::vector<Field> fieldsFor(std::string_view methodId, const JobRegistry& registry)
{
    std::vector<Field> fields = jobFields(registry);
    if (const MethodSchema* method = findMethod(registry, methodId)) {
        for (Field field : method->settings.fields) {
            field.key = joinPath("method", field.key);
            fields.push_back(std::move(field));
        }
    }
    return fields;
}

// "did you mean" over full keys, and over the last parts: `max_steps` is near training.max_steps.
Error unknownKey(const std::string& key, const std::vector<Field>& fields)
{
    std::vector<std::string> keys;
    std::string near;
    for (const Field& field : fields) {
        keys.push_back(field.key);
        if (field.key.ends_with("." + key)) {
            near = field.key;
        }
    }
    if (near.empty()) {
        near = nearest(key, keys);
    }
    return Error{std::string(code::kBadField),
                 key + ": unknown key",
                 near.empty() ? "lora-engine describe lists every key"
                              : "Did you mean " + near + "?",
                 key};
}

// Sets the member at a dotted key; what is no object on the way becomes one.
void setAt(Value& object, std::string_view key, Value value)
{
    const std::size_t dot = key.find('.');
    if (dot == std::string_view::npos) {
        object.set(key, std::move(value));
        return;
    }
    Value inner = object[key.substr(0, dot)];
    setAt(inner, key.substr(dot + 1), std::move(value));
    object.set(key.substr(0, dot), std::move(inner));
}

} // namespace

Result<Job> jobFromArguments(const JobArguments& arguments, const JobRegistry& registry, JobUse use)
{
    Value object = Value::Object();
    if (!arguments.model.empty()) {
        setAt(object, "model.path", arguments.model);
    }
    if (!arguments.data.empty()) {
        setAt(object, "data.path", arguments.data);
    }
    if (!arguments.mix.empty()) {
        setAt(object, "data.mix", mixValue(arguments.mix));
    }
    if (!arguments.method.empty()) {
        setAt(object, "method.id", arguments.method);
    }
    Result<Value> complete = applySets(std::move(object), arguments.sets, registry);
    if (!complete) {
        return complete.error();
    }
    return parseJob(complete.value(), registry, use);
}

Result<Value>
applySets(Value object, const std::vector<std::string>& sets, const JobRegistry& registry)
{
    Result<std::vector<Setting>> split = splitSettings(sets);
    if (!split) {
        return split.error();
    }
    const std::vector<Setting>& settings = split.value();
    for (const Setting& setting : settings) {
        if (setting.key == "method.id") {
            setAt(object, setting.key, setting.text);
        }
    }
    const Value& id = object["method"]["id"];
    const std::vector<Field> fields =
        fieldsFor(id.isString() ? id.toString() : MethodSection().id, registry);
    for (const Setting& setting : settings) {
        const auto field = std::find_if(fields.begin(), fields.end(), [&](const Field& candidate) {
            return candidate.key == setting.key;
        });
        if (field == fields.end()) {
            return unknownKey(setting.key, fields);
        }
        setAt(object, setting.key, valueFromText(*field, setting.text));
    }
    return object;
}

} // namespace engine::contract
