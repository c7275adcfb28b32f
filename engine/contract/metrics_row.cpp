// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/metrics_row.h"

#include "engine/contract/error_codes.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <vector>

namespace engine::contract {

namespace {

template <typename Number>
std::string shortest(Number number)
{
    std::array<char, 64> text = {};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    return {text.data(), end};
}

// One column: how it is written, and how it is read into a row (false: not a number).
struct Column
{
    std::string_view name;
    std::string (*write)(const MetricsRow& row);
    bool (*read)(std::string_view text, MetricsRow& row);
};

std::string write(double number)
{
    return std::isfinite(number) ? shortest(number) : "";
}
std::string write(int64_t number)
{
    return shortest(number);
}
std::string write(const std::optional<double>& number)
{
    return number ? write(*number) : "";
}

template <typename Number>
bool read(std::string_view text, Number& number)
{
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    return parsed.ec == std::errc() && parsed.ptr == end;
}
bool read(std::string_view text, std::optional<double>& number)
{
    double value = 0;
    if (text.empty()) {
        number.reset();
        return true;
    }
    if (!read(text, value)) {
        return false;
    }
    number = value;
    return true;
}

// The column of one member of the step.
template <auto member>
constexpr Column stepColumn(std::string_view name)
{
    return {name,
            [](const MetricsRow& row) { return write(row.step.*member); },
            [](std::string_view text, MetricsRow& row) { return read(text, row.step.*member); }};
}

constexpr std::array<Column, 10> kColumns = {
    stepColumn<&event::Step::step>("step"),
    stepColumn<&event::Step::epoch>("epoch"),
    stepColumn<&event::Step::loss>("loss"),
    Column{"eval_loss",
           [](const MetricsRow& row) { return write(row.evalLoss); },
           [](std::string_view text, MetricsRow& row) { return read(text, row.evalLoss); }},
    stepColumn<&event::Step::learningRate>("learning_rate"),
    stepColumn<&event::Step::gradNorm>("grad_norm"),
    stepColumn<&event::Step::tokens>("tokens"),
    stepColumn<&event::Step::seconds>("seconds"),
    stepColumn<&event::Step::tokensPerSecond>("tokens_per_second"),
    stepColumn<&event::Step::memoryBytes>("memory_bytes"),
};

std::vector<std::string_view> splitAtCommas(std::string_view line)
{
    std::vector<std::string_view> cells;
    for (std::size_t comma = line.find(','); comma != std::string_view::npos;
         comma = line.find(',')) {
        cells.push_back(line.substr(0, comma));
        line.remove_prefix(comma + 1);
    }
    cells.push_back(line);
    return cells;
}

Error badRow(std::string message)
{
    return Error{std::string(code::kBadFile), "metrics.csv: " + std::move(message), "", ""};
}

} // namespace

std::string_view metricsHeader()
{
    static const std::string header = [] {
        std::string text;
        for (const Column& column : kColumns) {
            text += text.empty() ? "" : ",";
            text += column.name;
        }
        return text;
    }();
    return header;
}

std::string formatMetrics(const MetricsRow& row)
{
    std::string line;
    for (const Column& column : kColumns) {
        line += &column == kColumns.data() ? "" : ",";
        line += column.write(row);
    }
    return line;
}

Result<MetricsRow> parseMetrics(std::string_view line)
{
    const std::vector<std::string_view> cells = splitAtCommas(line);
    if (cells.size() != kColumns.size()) {
        return badRow("expected " + std::to_string(kColumns.size()) + " columns, got "
                      + std::to_string(cells.size()));
    }
    MetricsRow row;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (!kColumns[i].read(cells[i], row)) {
            return badRow(std::string(kColumns[i].name) + ": expected a number, got \""
                          + std::string(cells[i]) + "\"");
        }
    }
    return row;
}

} // namespace engine::contract
