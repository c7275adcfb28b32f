// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Everything a run has told, in columns: 100 000 steps take about 6 MB. Plain value; implicitly
// copied only where it is handed over, read by const reference.
#pragma once

#include "app/engine/contract.h"

#include <QDateTime>
#include <QString>

#include <cstdint>
#include <optional>
#include <vector>

namespace app::runs {

struct EvalPoint
{
    int64_t step = 0;
    double epoch = 0;
    double loss = 0; // NaN when it was not finite
    double perplexity = 0;
    double accuracy = 0; // NaN when absent
    bool isBest = false;
    double seconds = 0; // of training until then
    int64_t tokens = 0;
    std::vector<double> lossByRank; // at rank 1, 2, …; empty where ranks are not nested
};

struct SamplePoint
{
    int64_t step = 0;
    int64_t index = 0; // of the prompt
    QString prompt;
    QString text;
};

struct CheckpointPoint
{
    int64_t step = 0;
    QString path; // relative to the run folder
};

struct IncidentPoint
{
    int64_t step = 0;
    QString what;
    QString action;
    QString message;
};

struct WarningPoint
{
    int64_t step = 0; // the last one before it
    engine::contract::Error error;
};

// How far the work of a phase is that has no steps: bytes of the data files that are read, or rows
// that become tokens.
struct PhaseProgress
{
    QString work; // "reading", "tokenizing"; empty = nothing is told
    int64_t done = 0;
    int64_t total = 0; // 0 = not known
};

// Columns of equal length, one entry per optimiser step, by rising step. What is absent or not
// finite is NaN (doubles) or 0.
struct RunSeries
{
    std::vector<int32_t> steps;
    std::vector<float> loss;
    std::vector<float> learningRate;
    std::vector<float> gradNorm;
    std::vector<float> tokensPerSecond;
    std::vector<float> epoch;
    std::vector<float> accuracy;
    std::vector<double> seconds; // of training since the start of the run
    std::vector<int64_t> tokens;
    std::vector<int64_t> memoryBytes;

    std::vector<EvalPoint> evals;
    std::vector<CheckpointPoint> checkpoints;
    std::vector<SamplePoint> samples;
    std::vector<IncidentPoint> incidents;
    std::vector<WarningPoint> warnings;
    std::vector<int64_t> resumed; // the steps it went on from

    int64_t totalSteps = 0;
    QString phase;
    PhaseProgress progress; // of that phase
    QDateTime started;      // of the first line
    QDateTime latest;       // of the last line
    // The terminal event of the last part: "done" or "failed", "" while it goes on.
    QString terminal;
    engine::contract::Error error; // of "failed"

    std::size_t size() const { return steps.size(); }
    bool isEmpty() const { return steps.empty(); }
    // The evaluation with the lowest loss, or nullptr.
    const EvalPoint* bestEval() const;
    // Forgets all that came after this step: it will be told again.
    void rewindTo(int64_t step);
    // Keeps the first `size` entries of every step column, or adds zeros.
    void resizeSteps(std::size_t size);
};

} // namespace app::runs
