// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Where a verb's answer goes: text for a person, or JSON for a program. Compute thread only.
#pragma once

#include "engine/contract/event.h"
#include "engine/contract/value.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::worker {

// Who listens while a verb works, and may end it before it answers. Both may be empty.
struct Follower
{
    std::function<void(const contract::event::Progress& progress)> onProgress = {};
    std::function<bool()> isCancelled = {}; // from the compute thread, very often
};

class Output
{
public:
    enum class Form { Text, Json };
    using Write = std::function<void(std::string_view bytes)>;

    // `write` receives text as it comes.
    Output(Form form, Write write, Follower follower = {})
        : m_form(form), m_write(std::move(write)), m_follower(std::move(follower))
    {
    }
    virtual ~Output() = default;

    bool isJson() const { return m_form == Form::Json; }
    const Follower& follower() const { return m_follower; }
    // One JSON document on one line; nothing in text form.
    virtual void value(const contract::Value& value);
    // Bytes as they are, in either form.
    void write(std::string_view bytes) const { m_write(bytes); }
    // Text; nothing in JSON form.
    void text(std::string_view text);
    void line(std::string_view text) { this->text(std::string(text) + "\n"); }
    // "  name    value" in two columns.
    void facts(const std::vector<std::pair<std::string, std::string>>& rows);

private:
    Form m_form;
    Write m_write;
    Follower m_follower;
};

// "1 234 567"
std::string grouped(int64_t number);
// A number with so many significant digits: "2.31", "1e-05".
std::string brief(double number, int digits = 4);

} // namespace engine::worker
