// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/schema.h"

namespace engine::contract {

FieldBuilder& FieldBuilder::range(double minimum, double maximum)
{
    m_rule.field.minimum = minimum;
    m_rule.field.maximum = maximum;
    return *this;
}

FieldBuilder& FieldBuilder::atLeast(double minimum)
{
    m_rule.field.minimum = minimum;
    return *this;
}

FieldBuilder& FieldBuilder::choices(std::vector<std::string> names)
{
    m_rule.field.choices = std::move(names);
    return *this;
}

FieldBuilder& FieldBuilder::unit(std::string_view text)
{
    m_rule.field.unit = text;
    return *this;
}

FieldBuilder& FieldBuilder::label(std::string_view text)
{
    m_rule.field.label = text;
    return *this;
}

FieldBuilder& FieldBuilder::help(std::string_view text)
{
    m_rule.field.help = text;
    return *this;
}

FieldBuilder& FieldBuilder::group(std::string_view text)
{
    m_rule.field.group = text;
    return *this;
}

FieldBuilder& FieldBuilder::advanced()
{
    m_rule.field.advanced = true;
    return *this;
}

FieldBuilder& FieldBuilder::shownIf(std::string_view key, Value value)
{
    m_rule.field.shownIf.set(key, std::move(value));
    return *this;
}

FieldBuilder& FieldBuilder::check(FieldRule::Check check)
{
    m_rule.check = std::move(check);
    return *this;
}

} // namespace engine::contract
