// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The bodies of Schema<S>; included by schema.h only.
#pragma once

#include "engine/contract/schema.h"

namespace engine::contract {

template <typename S>
auto Schema<S>::append(std::string key, std::string_view type) -> Member&
{
    Member& member = m_members.emplace_back();
    member.rule.field.key = std::move(key);
    member.rule.field.type = type;
    return member;
}

template <typename S>
template <typename T>
FieldBuilder Schema<S>::add(std::string key, std::string_view type, T S::*pointer)
{
    Member& member = append(std::move(key), type);
    member.read = [pointer](S& settings,
                            const Value& value,
                            const FieldRule& rule,
                            const std::string& where) -> Result<void> {
        if (auto read = readMember(value, rule.field, where, settings.*pointer); !read) {
            return read;
        }
        return rule.check ? rule.check(value, where) : Result<void>();
    };
    member.write = [pointer](const S& settings) { return writeMember(settings.*pointer); };
    member.rule.field.defaultValue = member.write(S{});
    return FieldBuilder(member.rule);
}

template <typename S>
FieldBuilder Schema<S>::choice(std::string key, std::string S::*m, std::vector<std::string> names)
{
    return add(std::move(key), field_type::kChoice, m).choices(std::move(names));
}

template <typename S>
template <typename N>
void Schema<S>::nested(std::string key, N S::*pointer, const Schema<N>& schema)
{
    Member& member = append(std::move(key), field_type::kObject);
    member.read = [pointer, schema](S& settings,
                                    const Value& value,
                                    const FieldRule&,
                                    const std::string& where) -> Result<void> {
        Result<N> parsed = schema.parse(value, where);
        if (!parsed) {
            return parsed.error();
        }
        settings.*pointer = std::move(parsed).value();
        return {};
    };
    member.write = [pointer, schema](const S& settings) {
        return schema.toValue(settings.*pointer);
    };
    member.inner = schema.fields();
}

template <typename S>
template <typename N>
FieldBuilder
Schema<S>::objects(std::string key, std::vector<N> S::*pointer, const Schema<N>& schema)
{
    Member& member = append(std::move(key), field_type::kList);
    member.read = [pointer, schema](S& settings,
                                    const Value& value,
                                    const FieldRule& rule,
                                    const std::string& where) -> Result<void> {
        Value checked;
        if (auto read = readMember(value, rule.field, where, checked); !read) {
            return read;
        }
        std::vector<N> items;
        for (const Value& item : value.toList()) {
            const std::string place = where + "[" + std::to_string(items.size()) + "]";
            Result<N> parsed = schema.parse(item, place);
            if (!parsed) {
                return parsed.error();
            }
            items.push_back(std::move(parsed).value());
        }
        settings.*pointer = std::move(items);
        return rule.check ? rule.check(value, where) : Result<void>();
    };
    member.write = [pointer, schema](const S& settings) {
        Value::List list;
        for (const N& item : settings.*pointer) {
            list.push_back(schema.toValue(item));
        }
        return Value(std::move(list));
    };
    member.rule.field.defaultValue = member.write(S{});
    return FieldBuilder(member.rule);
}

template <typename S>
template <typename Base>
void Schema<S>::include(const Schema<Base>& schema)
{
    for (const auto& inherited : schema.m_members) {
        Member& member = m_members.emplace_back();
        member.rule = inherited.rule;
        member.inner = inherited.inner;
        member.read = inherited.read;
        member.write = inherited.write;
        member.rule.field.defaultValue = member.write(S{});
    }
    m_checks.insert(m_checks.end(), schema.m_checks.begin(), schema.m_checks.end());
}

template <typename S>
Result<S> Schema<S>::parse(const Value& object, const std::string& path, UnknownKeys unknown) const
{
    if (!object.isObject()) {
        return badField(path, "an object", object);
    }
    if (unknown == UnknownKeys::Refuse && !m_allowsUnknownKeys) {
        std::vector<std::string> keys;
        for (const Member& member : m_members) {
            keys.push_back(member.rule.field.key);
        }
        if (auto known = refuseUnknownKeys(object, keys, path); !known) {
            return known.error();
        }
    }
    S settings{};
    for (const Member& member : m_members) {
        const std::string& key = member.rule.field.key;
        if (!object.contains(key)) {
            continue;
        }
        if (auto read = member.read(settings, object[key], member.rule, joinPath(path, key));
            !read) {
            return read.error();
        }
    }
    for (const Check& check : m_checks) {
        if (auto checked = check(settings, path); !checked) {
            return checked.error();
        }
    }
    return settings;
}

template <typename S>
Value Schema<S>::toValue(const S& settings) const
{
    Value::Object object;
    for (const Member& member : m_members) {
        object.emplace_back(member.rule.field.key, member.write(settings));
    }
    return object;
}

template <typename S>
std::vector<Field> Schema<S>::fields() const
{
    std::vector<Field> fields;
    for (const Member& member : m_members) {
        if (member.inner.empty()) {
            fields.push_back(member.rule.field);
        }
        for (Field field : member.inner) {
            field.key = joinPath(member.rule.field.key, field.key);
            fields.push_back(std::move(field));
        }
    }
    return fields;
}

template <typename S>
SettingsSchema Schema<S>::erased() const
{
    return {fields(),
            [schema = *this](const Value& object, const std::string& path) -> Result<Value> {
                Result<S> parsed = schema.parse(object, path);
                if (!parsed) {
                    return parsed.error();
                }
                return schema.toValue(parsed.value());
            }};
}

} // namespace engine::contract
