// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Everything the engine says, one struct per event (contract section 3); the journal of a run holds
// the same lines.
//     writer.send(makeMessage(event::Checkpoint{400, "checkpoints/step-00000400"}));
#pragma once

#include "engine/contract/catalog.h"
#include "engine/contract/message.h"
#include "engine/contract/result.h"
#include "engine/contract/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::contract {

// Errors in answers, in `failed` and on stdout of a verb with --json: {code, message, hint, where}.
const Schema<Error>& errorSchema();

// A file that a run or a verb wrote.
struct OutputFile
{
    std::string path; // relative to the run folder
    int64_t bytes = 0;
    std::string sha256; // lower-case hexadecimal
};
const Schema<OutputFile>& outputFileSchema();

namespace event {

// Events that are their kind alone: Message{std::string(event::kAlive)}.
inline constexpr std::string_view kAlive = "alive";       // every 5 s from the reader thread
inline constexpr std::string_view kStopping = "stopping"; // at once on `stop`

// First line of every conversation.
struct Hello
{
    static constexpr std::string_view kKind = "hello";
    static const Schema<Hello>& schema();
    int64_t protocol = kProtocolVersion;
    std::string version;
    std::vector<DeviceInfo> devices;
    Catalog catalog;
};

// The job is accepted.
struct Started
{
    static constexpr std::string_view kKind = "started";
    static const Schema<Started>& schema();
    std::string id;         // of the job
    std::string run;        // absolute folder
    int64_t totalSteps = 0; // 0 while unknown
};

struct Phase
{
    static constexpr std::string_view kKind = "phase";
    static const Schema<Phase>& schema();
    // loading_model, tokenizing, probing, training, evaluating, saving, exporting, generating
    std::string name;
};

struct Progress
{
    static constexpr std::string_view kKind = "progress";
    static const Schema<Progress>& schema();
    // Of the phase (in `tokenizing` first "reading"), or of the question that is being answered.
    std::string id;
    int64_t done = 0;  // while data is read, bytes of its files
    int64_t total = 0; // 0 = unknown
    int64_t rows = 0;  // of data that is read or tokenised, so far
};

// The data of a run are tokens now.
struct Prepared
{
    static constexpr std::string_view kKind = "prepared";
    static const Schema<Prepared>& schema();
    int64_t samples = 0;     // that train
    int64_t validation = 0;  // samples that validate
    int64_t tokens = 0;      // of all of them
    bool cached = false;     // all were found in the token cache
    double seconds = 0;      // that it took
    double savedSeconds = 0; // that making them would have taken beside those
    std::string note;        // why the cache was of no use, or had to be made again
};

// One optimiser step. A loss or norm that is not finite is null on the line and absent here.
struct Step
{
    static constexpr std::string_view kKind = "step";
    static const Schema<Step>& schema();
    int64_t step = 0; // from 1
    double epoch = 0;
    std::optional<double> loss; // mean over the trained tokens
    double learningRate = 0;
    std::optional<double> gradNorm; // before it was limited
    int64_t tokens = 0;             // read since the start of the run
    double tokensPerSecond = 0;
    double seconds = 0; // since the start of the run
    int64_t memoryBytes = 0;
    std::optional<double> accuracy; // of the next token
};

struct Eval
{
    static constexpr std::string_view kKind = "eval";
    static const Schema<Eval>& schema();
    int64_t step = 0;
    double epoch = 0;
    std::optional<double> evalLoss;
    Value metrics = Value::Object(); // {name: number}; loss_by_rank is a list
};

// The answer to one of training.sample_prompts.
struct Sample
{
    static constexpr std::string_view kKind = "sample";
    static const Schema<Sample>& schema();
    int64_t step = 0;
    int64_t index = 0; // of the prompt
    std::string prompt;
    std::string text;
};

// A token that might have come instead, by the model's own probabilities.
struct Alternative
{
    int64_t token = 0;
    std::string text;
    double logprob = 0;
};

// One token of a chat turn.
struct Token
{
    static constexpr std::string_view kKind = "token";
    static const Schema<Token>& schema();
    std::string id; // of the prompt
    int64_t pane = 0;
    // What became readable with this token; empty while a character is incomplete, or when it may
    // become a stop text.
    std::string text;
    int64_t token = -1; // its id; -1 for text that was only held back
    std::optional<double> logprob;
    std::vector<Alternative> top; // the most probable tokens of this place, best first
};

struct Checkpoint
{
    static constexpr std::string_view kKind = "checkpoint";
    static const Schema<Checkpoint>& schema();
    int64_t step = 0;
    std::string path; // relative to the run folder
};

struct Resumed
{
    static constexpr std::string_view kKind = "resumed";
    static const Schema<Resumed>& schema();
    int64_t fromStep = 0;
};

// To know; the run goes on.
struct Warning : Error
{
    static constexpr std::string_view kKind = "warning";
    static const Schema<Warning>& schema();
};

// The watchdog acted.
struct Incident
{
    static constexpr std::string_view kKind = "incident";
    static const Schema<Incident>& schema();
    std::string what; // "disk_low"
    int64_t step = 0;
    std::string action; // "stop"
    std::string message;
};

// To `ask`, with its id. Exactly one of value, file and error is set.
struct Answer
{
    static constexpr std::string_view kKind = "answer";
    static const Schema<Answer>& schema();
    std::string id;
    Value value;
    std::string file; // relative to --scratch, when the value is too large for a line
    Value error;      // errorSchema
};

// Terminal: exactly one of `done` and `failed`.
struct Done
{
    static constexpr std::string_view kKind = "done";
    static const Schema<Done>& schema();
    std::vector<OutputFile> outputs;
};

struct Failed : Error
{
    static constexpr std::string_view kKind = "failed";
    static const Schema<Failed>& schema();
};

} // namespace event

} // namespace engine::contract
