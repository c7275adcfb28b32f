// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A settings struct declared once: form fields, strict parser and writer follow from one list of
// members.
//     schema.integer("rank", &LoraSettings::rank).range(1, 1024).label(LS_TEXT("Rank"));
// The default of a field is what a default-constructed S holds. Plain value type; const use is
// thread-free.
#pragma once

#include "engine/contract/field.h"
#include "engine/contract/member.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace engine::contract {

// What one declared member must satisfy. `check` runs on a value that already has the right type,
// range and choice.
struct FieldRule
{
    using Check = std::function<Result<void>(const Value& value, const std::string& where)>;
    Field field;
    Check check;
};

// Describes the member just declared; use it in that same expression.
class FieldBuilder
{
public:
    explicit FieldBuilder(FieldRule& rule) : m_rule(rule) {}
    FieldBuilder& range(double minimum, double maximum); // inclusive
    FieldBuilder& atLeast(double minimum);
    FieldBuilder& choices(std::vector<std::string> names);
    FieldBuilder& unit(std::string_view text);
    FieldBuilder& label(std::string_view text);
    FieldBuilder& help(std::string_view text);
    FieldBuilder& group(std::string_view text);
    FieldBuilder& advanced();
    // Shown while `key` has `value`, or one of a list of values. Several calls: all must hold.
    FieldBuilder& shownIf(std::string_view key, Value value);
    FieldBuilder& check(FieldRule::Check check);

private:
    FieldRule& m_rule;
};

// A Schema<S> whose S is forgotten: what a registry hands to the parser of the whole job.
struct SettingsSchema
{
    std::vector<Field> fields;
    // Checks an object and returns it with every default written.
    std::function<Result<Value>(const Value& object, const std::string& path)> complete;
};

enum class UnknownKeys { Refuse, Ignore };

template <typename S>
class Schema
{
public:
    using Check = std::function<Result<void>(const S& settings, const std::string& path)>;
    template <typename T>
    FieldBuilder add(std::string key, std::string_view type, T S::*member);

    FieldBuilder integer(std::string key, int64_t S::*m)
    {
        return add(key, field_type::kInteger, m);
    }
    FieldBuilder number(std::string key, double S::*m) { return add(key, field_type::kNumber, m); }
    FieldBuilder boolean(std::string key, bool S::*m) { return add(key, field_type::kBoolean, m); }
    FieldBuilder text(std::string key, std::string S::*m)
    {
        return add(key, field_type::kString, m);
    }
    FieldBuilder path(std::string key, std::string S::*m) { return add(key, field_type::kPath, m); }
    FieldBuilder choice(std::string key, std::string S::*m, std::vector<std::string> names);
    // Lists and maps of the element types that member.h reads.
    template <typename List>
    FieldBuilder list(std::string key, List S::*m)
    {
        return add(key, field_type::kList, m);
    }
    template <typename Map>
    FieldBuilder object(std::string key, Map S::*m)
    {
        return add(key, field_type::kObject, m);
    }
    FieldBuilder targets(std::string key, Value S::*m) { return add(key, field_type::kTargets, m); }
    FieldBuilder layers(std::string key, Value S::*m) { return add(key, field_type::kLayers, m); }
    // A struct inside this one. Its fields appear here with dotted keys ("validation.path") and the
    // defaults of a default-constructed N.
    template <typename N>
    void nested(std::string key, N S::*member, const Schema<N>& schema);
    // A list of structs.
    template <typename N>
    FieldBuilder objects(std::string key, std::vector<N> S::*member, const Schema<N>& schema);
    // Every member of a base class of S; the defaults are those of S.
    template <typename Base>
    void include(const Schema<Base>& schema);
    // A rule over several members; runs when each of them is valid.
    void check(Check check) { m_checks.push_back(std::move(check)); }

    // For what a newer program may send: unknown keys are ignored instead of refused.
    void allowUnknownKeys() { m_allowsUnknownKeys = true; }

    // Fails with kBadField naming the member ("method.rank: expected 1…1024, got 0"). Absent
    // members keep their default. `unknown` = Ignore: S is a part of what the object holds.
    Result<S> parse(const Value& object,
                    const std::string& path,
                    UnknownKeys unknown = UnknownKeys::Refuse) const;
    // Every member, defaults too, in the order of declaration.
    Value toValue(const S& settings) const;
    std::vector<Field> fields() const;
    SettingsSchema erased() const;

private:
    template <typename>
    friend class Schema;
    struct Member
    {
        FieldRule rule;
        std::vector<Field> inner; // of a nested struct
        std::function<Result<void>(S&, const Value&, const FieldRule&, const std::string& where)>
            read;
        std::function<Value(const S&)> write;
    };
    Member& append(std::string key, std::string_view type);

    std::vector<Member> m_members;
    std::vector<Check> m_checks;
    bool m_allowsUnknownKeys = false;
};

} // namespace engine::contract

#include "engine/contract/schema_impl.h"
