// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/catalog_access.h"

#include <algorithm>

namespace app::engine {

namespace {

using contract::Value;

constexpr std::string_view kMethod = "method";
constexpr std::string_view kDefaultMethod = "lora";

void setIfAbsent(Value& object, std::string_view key, const Value& value)
{
    if (valueAt(object, key).isNull()) {
        setValueAt(object, key, value);
    }
}

std::string dotted(std::string_view section, std::string_view key)
{
    return std::string(section) + "." + std::string(key);
}

} // namespace

const contract::CatalogEntry* findMethod(const contract::Catalog& catalog, std::string_view id)
{
    return contract::findEntry(catalog.methods, id);
}

const contract::CatalogEntry* findExporter(const contract::Catalog& catalog, std::string_view id)
{
    return contract::findEntry(catalog.exporters, id);
}

const contract::CatalogEntry* findSection(const contract::Catalog& catalog, std::string_view id)
{
    return contract::findEntry(catalog.job, id);
}

std::vector<FieldGroup> fieldsByGroup(const std::vector<contract::Field>& fields)
{
    std::vector<FieldGroup> groups;
    for (const contract::Field& field : fields) {
        auto group = std::find_if(groups.begin(), groups.end(), [&field](const FieldGroup& other) {
            return other.name == field.group;
        });
        if (group == groups.end()) {
            group = groups.insert(groups.end(), {field.group, {}});
        }
        group->fields.push_back(field);
    }
    return groups;
}

std::vector<contract::Field> jobFields(const contract::Catalog& catalog, std::string_view method)
{
    std::vector<contract::Field> fields;
    const auto add = [&fields](std::string_view section, const std::vector<contract::Field>& own) {
        for (contract::Field field : own) {
            field.key = dotted(section, field.key);
            fields.push_back(std::move(field));
        }
    };
    const contract::CatalogEntry* const entry = findMethod(catalog, method);
    for (const contract::CatalogEntry& section : catalog.job) {
        add(section.id, section.fields);
        if (section.id == kMethod && entry) {
            add(kMethod, entry->fields);
        }
    }
    if (entry) {
        for (contract::Field& field : fields) {
            if (entry->defaults.contains(field.key)) {
                field.defaultValue = entry->defaults[field.key];
            }
        }
    }
    return fields;
}

Value defaultJob(const contract::Catalog& catalog, std::string_view method)
{
    Value job;
    setValueAt(job, "method.id", method);
    return completedJob(catalog, job);
}

Value completedJob(const contract::Catalog& catalog, const Value& job)
{
    // Sections first, in the catalogue's order, so that the file reads as the contract does.
    Value complete = Value::object({{"version", contract::Value(int64_t{1})}});
    for (const auto& [key, value] : job.toObject()) {
        if (!value.isObject()) {
            complete.set(key, value);
        }
    }
    for (const contract::CatalogEntry& section : catalog.job) {
        complete.set(section.id, job[section.id].isNull() ? Value::Object() : job[section.id]);
    }
    for (const auto& [key, value] : job.toObject()) {
        complete.set(key, value);
    }
    const contract::CatalogEntry* const optimizer =
        contract::findEntry(catalog.optimizers, valueAt(job, "training.optimizer").toString());
    if (optimizer) {
        for (const auto& [key, value] : optimizer->defaults.toObject()) {
            setIfAbsent(complete, key, value);
        }
    }
    const std::string method = valueAt(job, "method.id").toString();
    for (const contract::Field& field :
         jobFields(catalog, method.empty() ? kDefaultMethod : std::string_view(method))) {
        setIfAbsent(complete, field.key, field.defaultValue);
    }
    return complete;
}

const Value& valueAt(const Value& object, std::string_view dottedKey)
{
    const std::size_t dot = dottedKey.find('.');
    const Value& member = object[dottedKey.substr(0, dot)];
    return dot == std::string_view::npos ? member : valueAt(member, dottedKey.substr(dot + 1));
}

void setValueAt(Value& object, std::string_view dottedKey, Value value)
{
    const std::size_t dot = dottedKey.find('.');
    if (dot == std::string_view::npos) {
        object.set(dottedKey, std::move(value));
        return;
    }
    const std::string_view key = dottedKey.substr(0, dot);
    Value inner = object[key].isObject() ? object[key] : Value(Value::Object());
    setValueAt(inner, dottedKey.substr(dot + 1), std::move(value));
    object.set(key, std::move(inner));
}

} // namespace app::engine
