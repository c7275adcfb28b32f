// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/progress.h"

#include "engine/worker/work_progress.h"

#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>

namespace engine::worker {

namespace {

using contract::Message;
using contract::Value;
namespace event = contract::event;
using Clock = std::chrono::steady_clock;

constexpr double kFirstPause = 2; // seconds between lines; each pause is longer than the one before
constexpr double kLongestPause = 60;
constexpr double kPauseGrowth = 1.2;
constexpr int kBarWidth = 24;

std::string clockText(double seconds)
{
    const auto whole = static_cast<int64_t>(std::llround(seconds));
    char text[32];
    std::snprintf(text,
                  sizeof text,
                  "%lld:%02lld:%02lld",
                  static_cast<long long>(whole / 3600),
                  static_cast<long long>(whole / 60 % 60),
                  static_cast<long long>(whole % 60));
    return text;
}

class Progress
{
public:
    explicit Progress(Output& output) : m_output(output), m_isTerminal(isatty(STDERR_FILENO) != 0)
    {
    }

    void show(const Message& message)
    {
        const Value& body = message.body;
        if (message.kind == event::Progress::kKind && body["id"].toString() == "training") {
            m_totalSteps = body["total"].toInteger();
        } else if (message.kind == event::Progress::kKind && m_isTerminal) {
            drawLine(progressText(contract::readMessage<event::Progress>(message).value()));
        } else if (message.kind == event::Prepared::kKind) {
            showPrepared(body);
        } else if (message.kind == event::Step::kKind) {
            showStep(body);
        } else if (message.kind == event::Eval::kKind) {
            const bool isBest = body["metrics"]["best"].toBool();
            line("step " + toJson(body["step"]) + "  validation loss "
                 + brief(body["eval_loss"].toDouble()) + (isBest ? "  (best so far)" : ""));
        } else if (message.kind == event::Sample::kKind) {
            line("sample: " + body["prompt"].toString() + "\n  → " + body["text"].toString());
        } else if (message.kind == event::Warning::kKind) {
            line("warning: " + body["message"].toString());
        } else if (message.kind == event::Resumed::kKind) {
            line("continues after step " + toJson(body["from_step"]));
        } else if (message.kind == event::Done::kKind || message.kind == event::Failed::kKind) {
            clearBar();
        }
    }

private:
    void showPrepared(const Value& prepared)
    {
        if (const std::string note = prepared["note"].toString(); !note.empty()) {
            line("note: " + note);
        }
        if (prepared["cached"].toBool()) {
            line("the tokens of an earlier start are used, which saves "
                 + brief(prepared["saved_seconds"].toDouble(), 2) + " s");
        }
    }

    void showStep(const Value& step)
    {
        const std::string numbers = "loss " + brief(step["loss"].toDouble()) + "  "
                                    + grouped(std::llround(step["tokens_per_second"].toDouble()))
                                    + " tokens/s";
        std::string count = toJson(step["step"]);
        if (m_totalSteps > 0) {
            count.append("/").append(std::to_string(m_totalSteps));
        }
        m_secondsPerStep += 0.1 * (step["seconds"].toDouble() - m_seconds - m_secondsPerStep);
        m_seconds = step["seconds"].toDouble();
        if (m_isTerminal) {
            drawBar(step["step"].toInteger(), count + "  " + numbers);
        } else if (std::chrono::duration<double>(Clock::now() - m_lastLine).count() >= m_pause) {
            m_lastLine = Clock::now();
            m_pause = std::min(m_pause * kPauseGrowth, kLongestPause);
            line("step " + count + "  " + numbers + "  learning rate "
                 + brief(step["learning_rate"].toDouble(), 3));
        }
    }

    void drawBar(int64_t step, const std::string& text)
    {
        const int filled = m_totalSteps > 0 ? static_cast<int>(kBarWidth * step / m_totalSteps) : 0;
        std::string bar = "[";
        for (int i = 0; i < kBarWidth; ++i) {
            bar += i < filled ? "█" : "·";
        }
        bar += "] " + text;
        if (m_totalSteps > step) {
            bar += "  " + clockText(m_secondsPerStep * static_cast<double>(m_totalSteps - step))
                   + " left";
        }
        drawLine(bar);
    }

    void drawLine(const std::string& text)
    {
        std::fputs(("\r\033[K" + text).c_str(), stderr);
        m_hasBar = true;
    }

    void clearBar()
    {
        if (m_hasBar) {
            std::fputs("\r\033[K", stderr);
            m_hasBar = false;
        }
    }

    void line(const std::string& text)
    {
        clearBar();
        m_output.line(text);
    }

    Output& m_output;
    bool m_isTerminal;
    bool m_hasBar = false;
    int64_t m_totalSteps = 0;
    double m_seconds = 0;        // of the last step, since the start
    double m_secondsPerStep = 0; // smoothed
    double m_pause = kFirstPause;
    Clock::time_point m_lastLine = Clock::now() - std::chrono::hours(1);
};

} // namespace

EventWriter::Stream progressStream(Output& output)
{
    auto progress = std::make_shared<Progress>(output);
    return [progress](const Message& message, const std::string&) { progress->show(message); };
}

} // namespace engine::worker
