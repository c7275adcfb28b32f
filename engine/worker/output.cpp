// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/output.h"

#include <algorithm>
#include <cstdio>

namespace engine::worker {

void Output::value(const contract::Value& value)
{
    if (isJson()) {
        m_write(toJson(value) + "\n");
    }
}

void Output::text(std::string_view text)
{
    if (!isJson()) {
        m_write(text);
    }
}

void Output::facts(const std::vector<std::pair<std::string, std::string>>& rows)
{
    std::size_t width = 0;
    for (const auto& [name, value] : rows) {
        width = std::max(width, name.size());
    }
    for (const auto& [name, value] : rows) {
        std::string row = "  ";
        row += name;
        row.append(width - name.size() + 2, ' ');
        row += value;
        line(row);
    }
}

std::string grouped(int64_t number)
{
    std::string digits = std::to_string(number);
    const std::size_t first = number < 0 ? 1 : 0;
    for (std::size_t at = digits.size(); at > first + 3; at -= 3) {
        digits.insert(at - 3, 1, ' ');
    }
    return digits;
}

std::string brief(double number, int digits)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.*g", digits, number);
    return text;
}

} // namespace engine::worker
