// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/training_job.h"

#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/device/lock.h"
#include "engine/exporters/registry.h"
#include "engine/generate/generator.h"
#include "engine/text/built_in_templates.h"
#include "engine/text/embedding_rows.h"
#include "engine/worker/job_options.h"
#include "engine/worker/manifest.h"
#include "engine/worker/run_recorder.h"
#include "engine/worker/training_setup.h"

namespace engine::worker {

namespace fs = std::filesystem;
using contract::Value;

namespace {

// What a killed engine was writing; only the holder of the lock may remove it.
void removeLeftovers(const contract::RunFolder& run)
{
    std::vector<fs::path> leftovers;
    for (const auto& entry : fs::recursive_directory_iterator(run.root())) {
        if (entry.path().filename().string().find(".partial-") != std::string::npos) {
            leftovers.push_back(entry.path());
        }
    }
    for (const fs::path& leftover : leftovers) {
        fs::remove_all(leftover);
    }
}

// What `auto` became when the run began, from its newest checkpoint; null before the first one.
Value recordedResolution(const contract::RunFolder& run)
{
    const auto latest = run.latestCheckpoint();
    if (!latest) {
        return {};
    }
    const auto state =
        contract::parseJson(device::readFile(latest->path / contract::kCheckpointState));
    return state ? state.value()["resolved"] : Value();
}

// training.sample_prompts as ids. Throws Failure(bad_field) for one that leaves no room for an
// answer.
std::vector<std::vector<int64_t>> samplePrompts(const TrainingSetup& setup)
{
    text::RenderSettings render;
    render.templateName = setup.resolved()["template"].toString();
    render.maxLength = 0;
    const text::Renderer renderer(setup.tokenizer(), render);
    std::vector<std::vector<int64_t>> prompts;
    for (const std::string& prompt : setup.job().training.samplePrompts) {
        contract::Conversation conversation;
        conversation.turns.push_back({"user", prompt});
        prompts.push_back(renderer.prompt(conversation));
        text::requireRows(prompts.back(), setup.model().blueprint().vocabulary, setup.tokenizer());
        const auto tokens = static_cast<int64_t>(prompts.back().size());
        if (tokens >= setup.decoder().textContext()) {
            throw Failure(code::kBadField,
                          "training.sample_prompts: a prompt has " + std::to_string(tokens)
                              + " tokens, the model reads "
                              + std::to_string(setup.decoder().textContext()),
                          "Shorten or remove it",
                          "training.sample_prompts");
        }
    }
    return prompts;
}

// Greedy answers, so that they differ from step to step by the training alone.
void answerSamples(TrainingSetup& setup,
                   const std::vector<std::vector<int64_t>>& prompts,
                   EventWriter& events,
                   int64_t step)
{
    const contract::TrainingSection& settings = setup.job().training;
    generate::GenerationSettings generation;
    generation.sampling.temperature = 0;
    generation.maxNewTokens = settings.sampleMaxTokens;
    for (std::size_t i = 0; i < prompts.size(); ++i) {
        contract::event::Sample sample;
        sample.step = step;
        sample.index = static_cast<int64_t>(i);
        sample.prompt = settings.samplePrompts[i];
        sample.text =
            generate::generate(setup.decoder(), setup.tokenizer(), prompts[i], generation).text;
        events.send(sample);
    }
}

// The best step's adapter, the last one's, each with the chat template where that is not the
// model's own, and what output.export asks for beside them.
void writeOutputs(const contract::RunFolder& run,
                  TrainingSetup& setup,
                  const train::CheckpointStore& checkpoints,
                  const train::TrainState& state,
                  const std::string& chatTemplate)
{
    const adapters::BaseIdentity base{
        setup.job().model.path, setup.resolved()["base_sha256"].toString(), setup.trainedOn()};
    const nn::Blueprint& blueprint = setup.model().blueprint();
    const auto write = [&](const fs::path& folder) {
        adapters::writeAdapter(folder, setup.tuning().state(), blueprint, base);
        if (!chatTemplate.empty()) {
            device::writeFileAtomically(folder / "chat_template.jinja", chatTemplate);
        }
    };
    write(run.lastAdapter());
    if (state.bestLoss && state.bestStep != state.step) {
        checkpoints.loadParameters(state.bestStep, setup.tuning().parameters());
    }
    write(run.bestAdapter());
    for (const std::string& id : setup.job().output.exports) {
        const fs::path target = run.root() / "output" / id;
        if (id == exporters::kAdapterFolder) {
            continue; // output/adapter is the PEFT folder
        }
        fs::remove_all(target); // of an interrupted finish, or of the run before it was extended
        exporters::ScaledAdapter adapter;
        adapter.stored = adapters::readAdapter(run.bestAdapter());
        adapter.state = adapters::fitted(adapter.stored, blueprint);
        exporters::ExportRequest request{setup.model(), {std::move(adapter)}, target};
        if (base.quantization.isCorrected) { // such an adapter is merged into what it corrects
            request.seen = setup.baseFormat();
        }
        exporters::findExporter(id)->run(request);
    }
}

void writeReport(const contract::RunFolder& run,
                 const TrainingSetup& setup,
                 const train::Trainer& trainer)
{
    const train::TrainState& state = trainer.state();
    Value report = setup.report();
    report.set("resolved", setup.resolved());
    if (const std::string note = trainer.executorNote(); !note.empty()) {
        report.set("computed", note);
    }
    report.set(
        "result",
        Value::object({{"steps", state.step},
                       {"tokens", state.tokens},
                       {"trained_tokens", state.trainedTokens},
                       {"best_step", state.bestLoss ? Value(state.bestStep) : Value(state.step)},
                       {"best_loss", state.bestLoss ? Value(*state.bestLoss) : Value()}}));
    device::writeFileAtomically(run.report(), toJson(report, 2) + "\n");
}

} // namespace

bool runTrainingJob(const contract::RunFolder& run,
                    const contract::Job& job,
                    RunStart start,
                    EventWriter& events,
                    train::Control& control)
{
    fs::create_directories(run.checkpoints());
    const auto lock = device::FileLock::tryLock(run.lock());
    if (!lock) {
        throw Failure(code::kRunBusy,
                      "another engine works on this run",
                      "`lora-engine stop RUN` asks it to save and stop",
                      run.root().string());
    }
    if (fs::exists(run.manifest())) {
        events.send(contract::event::Done{readManifestFiles(run)});
        return true;
    }
    if (start == RunStart::New && !fs::exists(run.job())) {
        device::writeFileAtomically(run.job(), toJson(contract::toValue(job), 2) + "\n");
    }
    removeLeftovers(run);
    events.openJournal(run);
    events.send(contract::event::Started{job.id, run.root().string(), job.training.maxSteps});

    TrainingSetup setup(
        job, recordedResolution(run), events, [&control] { return control.isStopRequested(); });
    const std::string chatTemplate = // read now: a file may be gone at the end
        text::templateFile(setup.tokenizer(), setup.resolved()["template"].toString());
    const train::CheckpointStore checkpoints(run);
    const std::vector<std::vector<int64_t>> prompts = samplePrompts(setup);
    RunRecorder recorder(
        run, events, [&](int64_t step) { answerSamples(setup, prompts, events, step); });
    train::Trainer trainer({setup.decoder(),
                            setup.tuning(),
                            setup.objective(),
                            setup.samples(),
                            setup.validation(),
                            setup.batcher(),
                            checkpoints,
                            control,
                            recorder,
                            setup.resolved(),
                            setup.recompute()},
                           setup.job().training,
                           setup.job().training.batchSize * setup.maxLength());
    if (start == RunStart::Resume) {
        const int64_t from = trainer.resume().value_or(0);
        recorder.rewindTo(from);
        events.send(contract::event::Resumed{from});
    }
    events.send(
        contract::event::Progress{"training", trainer.state().step, trainer.state().totalSteps});
    const train::Outcome outcome = trainer.run();
    recorder.profile().write();
    if (outcome == train::Outcome::Stopped) {
        return false;
    }
    events.send(contract::event::Phase{"saving"});
    writeOutputs(run, setup, checkpoints, trainer.state(), chatTemplate);
    writeReport(run, setup, trainer);
    writeManifest(run, job, setup.resolved());
    events.send(contract::event::Done{readManifestFiles(run)});
    return true;
}

contract::Job readRunJob(const contract::RunFolder& run)
{
    if (!fs::exists(run.job())) {
        throw Failure(code::kNotFound,
                      "this is no run folder: job.json is missing",
                      "Give the --out of a training",
                      run.root().string());
    }
    std::vector<std::string> sets;
    if (fs::exists(run.root() / kExtensionFile)) {
        const Value extension =
            valueOrThrow(contract::parseJson(device::readFile(run.root() / kExtensionFile)));
        for (const Value& set : extension.toList()) {
            sets.push_back(set.toString());
        }
    }
    return readJob(run.job(), sets);
}

} // namespace engine::worker
