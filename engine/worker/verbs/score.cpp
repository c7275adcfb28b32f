// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/failure.h"
#include "engine/device/signals.h"
#include "engine/evaluate/sample_losses.h"
#include "engine/objectives/registry.h"
#include "engine/tensors/safetensors_writer.h"
#include "engine/text/embedding_rows.h"
#include "engine/worker/model_session.h"
#include "engine/worker/section_data.h"
#include "engine/worker/template_use.h"
#include "engine/worker/verbs/verbs.h"
#include "engine/worker/work_progress.h"

#include <ATen/core/grad_mode.h>
#include <CLI/CLI.hpp>

#include <charconv>
#include <cmath>
#include <memory>
#include <numeric>

namespace engine::worker::verbs {

namespace {

using contract::Value;

struct Options
{
    ModelOptions model;
    std::string text;
    std::string ids;
    DataOptions data;
    bool perRow = false;
    std::string logits;
    std::string hidden;
};

std::vector<int64_t> parseIds(const std::string& text, int64_t vocabulary)
{
    std::vector<int64_t> ids;
    const char* at = text.data();
    const char* end = text.data() + text.size();
    while (at < end) {
        int64_t id = 0;
        const auto [stopped, problem] = std::from_chars(at, end, id);
        const bool isSeparated = stopped == end || *stopped == ',';
        if (problem != std::errc() || !isSeparated || id < 0 || id >= vocabulary) {
            throw Failure(code::kBadArgument,
                          "--ids: expected numbers 0…" + std::to_string(vocabulary - 1)
                              + " with commas between, got " + text,
                          "",
                          "--ids");
        }
        ids.push_back(id);
        at = stopped == end ? end : stopped + 1;
    }
    return ids;
}

// A sample whose every token after the first is scored.
text::TokenSample wholeSample(std::vector<int64_t> ids)
{
    text::TokenSample sample;
    sample.mask.assign(ids.size(), 1);
    sample.ids = std::move(ids);
    return sample;
}

// float32 [tokens, hidden]: "0" what enters the first block, "i" what leaves block i, "norm" what
// the head reads.
void saveStates(const std::string& file,
                const std::vector<at::Tensor>& states,
                const at::Tensor& hidden)
{
    std::vector<std::pair<std::string, at::Tensor>> tensors;
    for (std::size_t i = 0; i < states.size(); ++i) {
        tensors.emplace_back(std::to_string(i), states[i].to(at::kFloat).contiguous());
    }
    tensors.emplace_back("norm", hidden.to(at::kFloat).contiguous());
    tensors::saveTensors(file, tensors);
}

// Per token nll of the sample's trained tokens; writes the files that are named.
std::vector<double> score(const nn::Decoder& decoder,
                          const text::TokenSample& sample,
                          const std::string& logitsFile,
                          const std::string& hiddenFile)
{
    const at::NoGradGuard noGrad;
    objectives::TokenBatch batch = objectives::makeBatch({&sample});
    std::vector<at::Tensor> states;
    batch.pass.states = hiddenFile.empty() ? nullptr : &states;
    const at::Tensor hidden = decoder.hidden(batch.ids, batch.pass);
    if (!hiddenFile.empty()) {
        saveStates(hiddenFile, states, hidden);
    }
    if (!logitsFile.empty()) {
        tensors::saveTensors(
            logitsFile,
            {{"logits", decoder.logits(hidden, batch.pass).to(at::kFloat).contiguous()}});
    }
    const at::Tensor nll =
        decoder.tokenNll(hidden, batch.targets, batch.pass).to(at::kFloat).contiguous();
    const at::Tensor targets = batch.targets.contiguous();
    std::vector<double> values;
    for (int64_t i = 0; i < nll.numel(); ++i) {
        if (targets.data_ptr<int64_t>()[i] != kernels::kIgnoredTarget) {
            values.push_back(nll.data_ptr<float>()[i]);
        }
    }
    return values;
}

Value scoreValue(const std::vector<int64_t>& ids, const std::vector<double>& nll)
{
    double sum = 0;
    for (const double value : nll) {
        sum += value;
    }
    const double mean = sum / static_cast<double>(nll.size());
    return Value::object({{"ids", Value::list(ids)},
                          {"nll", Value::list(nll)},
                          {"mean_nll", nll.empty() ? Value() : Value(mean)},
                          {"perplexity", nll.empty() ? Value() : Value(std::exp(mean))}});
}

// Sums over the samples of --data, and what it says of them at the end.
struct Totals
{
    double sum = 0;
    int64_t tokens = 0;

    Value mean() const { return tokens > 0 ? Value(sum / static_cast<double>(tokens)) : Value(); }
    Value perplexity() const
    {
        return tokens > 0 ? Value(std::exp(sum / static_cast<double>(tokens))) : Value();
    }
};

// A line per sample with the loss of each of its trained tokens.
Totals
scoreSamples(const objectives::PreparedData& prepared, const ModelSession& session, Output& output)
{
    Totals totals;
    for (const text::TokenSample& sample : prepared.samples) {
        device::throwIfStopped();
        const std::vector<double> nll = score(session.decoder(), sample, "", "");
        totals.sum = std::accumulate(nll.begin(), nll.end(), totals.sum);
        totals.tokens += static_cast<int64_t>(nll.size());
        output.value(scoreValue(sample.ids, nll));
    }
    return totals;
}

// A line per row with the mean over its trained tokens: those of all its samples where it was
// split.
Totals scoreRows(const data::Dataset& dataset,
                 const objectives::PreparedData& prepared,
                 const ModelSession& session,
                 int64_t maxTokens,
                 Output& output)
{
    const auto losses = engine::evaluate::sampleLosses(
        session.decoder(), prepared.samples, maxTokens, [](int64_t, int64_t) {
            device::throwIfStopped();
            return true;
        });
    Totals totals;
    for (std::size_t i = 0; i < losses.size();) {
        const int64_t row = prepared.rows[i];
        Totals own;
        for (; i < losses.size() && prepared.rows[i] == row; ++i) {
            own.sum += losses[i].sum;
            own.tokens += losses[i].tokens;
        }
        const data::Record& record = dataset.records[static_cast<std::size_t>(row)];
        output.value(Value::object({{"index", record.index},
                                    {"file", record.file},
                                    {"line", record.line},
                                    {"sha256", record.sha256},
                                    {"tokens", own.tokens},
                                    {"mean_nll", own.mean()}}));
        totals.sum += own.sum;
        totals.tokens += own.tokens;
    }
    return totals;
}

void scoreData(const Options& options, const ModelSession& session, Output& output)
{
    contract::DataSection section = dataSection(options.data);
    section.maxLength = std::min(section.maxLength, session.decoder().textContext());
    const text::TemplateChoice format =
        templateFor(section.chatTemplate, options.model.adapters, session.tokenizer());
    section.chatTemplate = format.name;
    const text::Renderer renderer(session.tokenizer(), renderSettings(section));
    WorkProgress work(output, false);
    data::LoadSettings settings = loadSettings(section);
    settings.progress = work.reading();
    const data::Dataset dataset = data::loadDataset(section.path, settings);
    const auto prepared = objectives::findObjective("causal_lm")->prepare(dataset, renderer);
    text::requireRows(
        prepared.samples, session.folder().blueprint().vocabulary, session.tokenizer());
    const Totals totals = options.perRow
                              ? scoreRows(dataset, prepared, session, section.maxLength, output)
                              : scoreSamples(prepared, session, output);
    Value last = Value::object({{"samples", static_cast<int64_t>(prepared.samples.size())},
                                {"tokens", totals.tokens},
                                {"mean_nll", totals.mean()},
                                {"perplexity", totals.perplexity()},
                                {"template", templateValue(format)}});
    if (settings.edits) {
        last.set("edits", editsValue(settings.edits, {&dataset}));
    }
    last.set("notes", session.notes());
    output.value(last);
    output.facts({{"template", templateText(format)},
                  {"samples", grouped(static_cast<int64_t>(prepared.samples.size()))},
                  {"trained tokens", grouped(totals.tokens)},
                  {"mean nll", brief(totals.mean().toDouble(), 6)},
                  {"perplexity", brief(totals.perplexity().toDouble(), 6)}});
}

} // namespace

Action score(CLI::App& app)
{
    auto options = std::make_shared<Options>();
    addModelOptions(app, options->model);
    auto* source = app.add_option_group("source")->require_option(1);
    source->add_option("--text", options->text, "Text, encoded by the tokenizer's own rule");
    source->add_option("--ids", options->ids, "Token ids with commas between, used as given");
    source->add_option(
        "--data", options->data.section.path, "Data file: every sample over its trained tokens");
    addDataOptions(app, options->data, " of --data");
    app.add_flag("--per-row",
                 options->perRow,
                 "With --data: a line per row with its mean, not per sample with every token");
    app.add_option(
        "--logits", options->logits, "Also write the logits: float32 [tokens, vocabulary]");
    app.add_option("--hidden",
                   options->hidden,
                   "Also write the hidden states around every block: float32 [tokens, hidden]");
    return [options, &app](const CommonOptions& common, Output& output) {
        const ModelSession session(options->model, common);
        if (app.count("--data") > 0) {
            scoreData(*options, session, output);
            return 0;
        }
        const std::vector<int64_t> ids =
            app.count("--ids") > 0 ? parseIds(options->ids, session.folder().blueprint().vocabulary)
                                   : session.tokenizer().encode(options->text);
        if (app.count("--text") > 0) {
            text::requireRows(ids, session.folder().blueprint().vocabulary, session.tokenizer());
        }
        const int64_t context = session.decoder().textContext();
        if (static_cast<int64_t>(ids.size()) > context) {
            throw Failure(code::kBadArgument,
                          "the text has " + std::to_string(ids.size()) + " tokens, the model reads "
                              + std::to_string(context),
                          "Shorten the text");
        }
        const std::vector<double> nll =
            ids.empty()
                ? std::vector<double>()
                : score(session.decoder(), wholeSample(ids), options->logits, options->hidden);
        Value value = scoreValue(ids, nll);
        value.set("notes", session.notes());
        output.value(value);
        output.facts({{"tokens", grouped(static_cast<int64_t>(ids.size()))},
                      {"mean nll", brief(value["mean_nll"].toDouble(), 6)},
                      {"perplexity", brief(value["perplexity"].toDouble(), 6)}});
        return 0;
    };
}

} // namespace engine::worker::verbs
