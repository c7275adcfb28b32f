// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/runs/journal_reader.h"

#include "app/base/text.h"
#include "engine/contract/event.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace app::runs {

namespace {

namespace contract = engine::contract;
namespace event = contract::event;

constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();
constexpr std::string_view kStepLine = "{\"event\":\"step\",";

// The numbers of a flat JSON line, found by their keys. The engine writes step lines without
// blanks; a line that looks otherwise is read by the JSON parser.
class FlatLine
{
public:
    explicit FlatLine(std::string_view line) : m_line(line) {}

    // Quick when the keys are asked for in the order of the line.
    double number(std::string_view quotedKey)
    {
        std::size_t at = m_line.find(quotedKey, m_at);
        if (at == std::string_view::npos) {
            at = m_line.find(quotedKey);
        }
        if (at == std::string_view::npos) {
            return kAbsent;
        }
        m_at = at + quotedKey.size();
        const char* const begin = m_line.data() + at + quotedKey.size();
        const char* const end = m_line.data() + m_line.size();
        double value = kAbsent;
        const auto [stop, error] = std::from_chars(begin, end, value);
        if (error == std::errc() && stop != end && (*stop == ',' || *stop == '}')) {
            return value;
        }
        m_isPlain = m_isPlain && m_line.substr(at + quotedKey.size()).starts_with("null");
        return kAbsent;
    }
    // Every number asked for was a number, null or absent.
    bool isPlain() const { return m_isPlain; }

private:
    std::string_view m_line;
    std::size_t m_at = 0;
    bool m_isPlain = true;
};

constexpr double kLargestStep = std::numeric_limits<int32_t>::max();
constexpr double kLargestCount = 9e15; // exact in a double

int64_t integerOf(double value)
{
    return std::isfinite(value) && std::abs(value) <= kLargestCount ? static_cast<int64_t>(value)
                                                                    : 0;
}

// The bytes of "time" in a line, without looking at the rest.
std::string_view timeIn(std::string_view line)
{
    constexpr std::string_view kKey = "\"time\":\"";
    const std::size_t at = line.find(kKey);
    return at == std::string_view::npos
               ? std::string_view()
               : line.substr(at + kKey.size(), line.find('"', at + kKey.size()) - at - kKey.size());
}

QDateTime timeOf(const std::string& text)
{
    return QDateTime::fromString(qs(text), Qt::ISODateWithMs);
}

struct StepRow
{
    double step = kAbsent;
    double epoch = kAbsent;
    double loss = kAbsent;
    double learningRate = kAbsent;
    double gradNorm = kAbsent;
    double tokens = kAbsent;
    double tokensPerSecond = kAbsent;
    double seconds = kAbsent;
    double memoryBytes = kAbsent;
    double accuracy = kAbsent;
};

void append(RunSeries& series, const StepRow& row)
{
    series.steps.push_back(static_cast<int32_t>(row.step));
    series.epoch.push_back(static_cast<float>(row.epoch));
    series.loss.push_back(static_cast<float>(row.loss));
    series.learningRate.push_back(static_cast<float>(row.learningRate));
    series.gradNorm.push_back(static_cast<float>(row.gradNorm));
    series.tokens.push_back(integerOf(row.tokens));
    series.tokensPerSecond.push_back(static_cast<float>(row.tokensPerSecond));
    series.seconds.push_back(row.seconds);
    series.memoryBytes.push_back(integerOf(row.memoryBytes));
    series.accuracy.push_back(static_cast<float>(row.accuracy));
}

} // namespace

void JournalReader::addLine(std::string_view line)
{
    if (line.starts_with(kStepLine) && addStepQuickly(line)) {
        return;
    }
    if (const auto message = contract::parseLine(contract::Speaker::Engine, line)) {
        addEvent(message.value());
    }
}

bool JournalReader::addStepQuickly(std::string_view line)
{
    FlatLine flat(line);
    StepRow row;
    row.step = flat.number("\"step\":");
    row.epoch = flat.number("\"epoch\":");
    row.loss = flat.number("\"loss\":");
    row.learningRate = flat.number("\"learning_rate\":");
    row.gradNorm = flat.number("\"grad_norm\":");
    row.tokens = flat.number("\"tokens\":");
    row.tokensPerSecond = flat.number("\"tokens_per_second\":");
    row.seconds = flat.number("\"seconds\":");
    row.memoryBytes = flat.number("\"memory_bytes\":");
    row.accuracy = flat.number("\"accuracy\":");
    const bool isStep =
        row.step >= 1 && row.step <= kLargestStep && row.step == std::floor(row.step);
    if (!flat.isPlain() || !line.ends_with('}') || !isStep) {
        return false;
    }
    m_latestTime = timeIn(line);
    addRow(row.step);
    append(m_series, row);
    return true;
}

// A step that is told again replaces the older telling and all that followed it.
void JournalReader::addRow(double step)
{
    if (!m_series.steps.empty() && m_series.steps.back() >= step) {
        rewindTo(static_cast<int64_t>(step) - 1);
    }
    m_firstChanged = std::min(m_firstChanged, m_series.size());
    m_series.terminal.clear();
}

void JournalReader::addEvent(const contract::Message& message)
{
    m_latestTime = message.time;
    if (!m_series.started.isValid()) {
        m_series.started = timeOf(message.time);
    }
    const std::string& kind = message.kind;
    const contract::Value& body = message.body;
    const int64_t lastStep = m_series.isEmpty() ? 0 : m_series.steps.back();
    if (kind == event::Step::kKind) {
        addStep(message);
    } else if (kind == event::Started::kKind) {
        m_series.terminal.clear();
        m_series.error = {};
        m_series.totalSteps = std::max(m_series.totalSteps, body["total_steps"].toInteger());
    } else if (kind == event::Phase::kKind) {
        m_series.phase = qs(body["name"].toString());
        m_series.progress = {};
    } else if (kind == event::Progress::kKind) {
        addProgress(body);
    } else if (kind == event::Eval::kKind) {
        addEval(body);
    } else if (kind == event::Sample::kKind) {
        m_series.samples.push_back({body["step"].toInteger(),
                                    body["index"].toInteger(),
                                    qs(body["prompt"].toString()),
                                    qs(body["text"].toString())});
    } else if (kind == event::Checkpoint::kKind) {
        m_series.checkpoints.push_back({body["step"].toInteger(), qs(body["path"].toString())});
    } else if (kind == event::Resumed::kKind) {
        rewindTo(body["from_step"].toInteger());
        m_series.resumed.push_back(body["from_step"].toInteger());
    } else if (kind == event::Incident::kKind) {
        m_series.incidents.push_back({body["step"].toInteger(),
                                      qs(body["what"].toString()),
                                      qs(body["action"].toString()),
                                      qs(body["message"].toString())});
    } else if (kind == event::Warning::kKind) {
        m_series.warnings.push_back({lastStep, engine::errorOf(body)});
    } else if (kind == event::Failed::kKind) {
        m_series.terminal = qs(kind);
        m_series.error = engine::errorOf(body);
    } else if (kind == event::Done::kKind) {
        m_series.terminal = qs(kind);
        m_series.error = {};
    }
}

void JournalReader::addProgress(const contract::Value& body)
{
    const std::string& work = body["id"].toString();
    const int64_t total = body["total"].toInteger();
    if (work != "training") {
        m_series.progress = {qs(work), body["done"].toInteger(), total};
    } else if (total > 0) {
        m_series.totalSteps = total;
    }
}

void JournalReader::addStep(const contract::Message& message)
{
    const auto parsed = contract::readMessage<event::Step>(message);
    if (!parsed || parsed.value().step < 1
        || static_cast<double>(parsed.value().step) > kLargestStep) {
        return;
    }
    const event::Step& step = parsed.value();
    addRow(static_cast<double>(step.step));
    append(m_series,
           {static_cast<double>(step.step),
            step.epoch,
            step.loss.value_or(kAbsent),
            step.learningRate,
            step.gradNorm.value_or(kAbsent),
            static_cast<double>(step.tokens),
            step.tokensPerSecond,
            step.seconds,
            static_cast<double>(step.memoryBytes),
            step.accuracy.value_or(kAbsent)});
}

void JournalReader::addEval(const contract::Value& body)
{
    EvalPoint eval;
    eval.step = body["step"].toInteger();
    eval.epoch = body["epoch"].toDouble();
    eval.loss = body["eval_loss"].toDouble(kAbsent);
    const contract::Value& metrics = body["metrics"];
    eval.perplexity = metrics["perplexity"].toDouble(kAbsent);
    eval.accuracy = metrics["token_accuracy"].toDouble(kAbsent);
    eval.isBest = metrics["best"].toBool();
    for (const contract::Value& loss : metrics["loss_by_rank"].toList()) {
        eval.lossByRank.push_back(loss.toDouble(kAbsent));
    }
    if (!m_series.isEmpty()) {
        eval.seconds = m_series.seconds.back();
        eval.tokens = m_series.tokens.back();
    }
    std::erase_if(m_series.evals, [&eval](const EvalPoint& old) { return old.step >= eval.step; });
    m_series.evals.push_back(eval);
}

void JournalReader::rewindTo(int64_t step)
{
    m_series.rewindTo(step);
    m_firstChanged = std::min(m_firstChanged, m_series.size());
}

std::size_t JournalReader::settle()
{
    m_series.latest = timeOf(m_latestTime);
    return std::exchange(m_firstChanged, std::numeric_limits<std::size_t>::max());
}

} // namespace app::runs
