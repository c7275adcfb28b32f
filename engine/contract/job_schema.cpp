// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/job_schema.h"

#include "engine/contract/text.h"

#include <algorithm>

namespace engine::contract {

namespace {

constexpr double kManySteps = 1e9;
constexpr double kLargestSeed = 4294967295.0;

Schema<ModelSection> modelSchema()
{
    Schema<ModelSection> model;
    model.path("path", &ModelSection::path)
        .label(LS_TEXT("Base model"))
        .help(LS_TEXT("Folder of the model to fine-tune, with config.json and safetensors files."));
    model.choice("dtype", &ModelSection::dtype, {"auto", "float32", "bfloat16", "float16"})
        .label(LS_TEXT("Weight precision"))
        .help(LS_TEXT("Number format of the frozen weights in memory; auto keeps the stored one."))
        .advanced();
    model.choice("quantization", &ModelSection::quantization, {"none", "nf4", "int8"})
        .label(LS_TEXT("Quantization"))
        .help(LS_TEXT("Compression of the frozen weights of the blocks: nf4 keeps them in 4 bits "
                      "(QLoRA), int8 in 8, none as they are. Less memory, a little less "
                      "quality."))
        .advanced();
    model.boolean("double_quant", &ModelSection::doubleQuant)
        .label(LS_TEXT("Quantize the scales too"))
        .help(LS_TEXT("Saves another 0.37 bits per weight of nf4, as good as without loss."))
        .shownIf("quantization", "nf4")
        .advanced();
    model.boolean("quantize_embeddings", &ModelSection::quantizeEmbeddings)
        .label(LS_TEXT("Quantize embeddings too"))
        .help(LS_TEXT("Holds the token embedding and the output head in the same form as the "
                      "blocks: a large share of a small model. They cannot be trained in place "
                      "then."))
        .shownIf("quantization", Value::list(std::vector<std::string>{"nf4", "int8"}))
        .advanced();
    model.objects("adapters", &ModelSection::adapters, adapterSourceSchema())
        .label(LS_TEXT("Adapters below"))
        .help(LS_TEXT("Adapters merged into the frozen base before training, "
                      "each as {\"path\": …, \"scale\": 1}."))
        .advanced();
    return model;
}

Schema<ValidationSection> validationSchema()
{
    Schema<ValidationSection> validation;
    validation.path("path", &ValidationSection::path)
        .label(LS_TEXT("Validation data"))
        .help(LS_TEXT("Separate file to measure on; empty takes a part of the training data."));
    validation.number("fraction", &ValidationSection::fraction)
        .range(0, 0.5)
        .label(LS_TEXT("Validation share"))
        .help(LS_TEXT("Part of the training data held back to measure on; 0 measures nothing."));
    return validation;
}

void addTokenFields(Schema<DataSection>& data)
{
    data.text("template", &DataSection::chatTemplate)
        .choices(templateNames())
        .label(LS_TEXT("Chat template"))
        .help(LS_TEXT("How turns become text: auto takes the template of the adapter that "
                      "training goes on from, else the model's own, else plain; or the path of a "
                      "template file."));
    data.choice("mask", &DataSection::mask, {"answers", "last", "all"})
        .label(LS_TEXT("Train on"))
        .help(LS_TEXT("Which tokens carry loss: every answer, only the last answer, or all text."));
    data.choice("truncate", &DataSection::truncate, {"left", "right", "drop", "split"})
        .label(LS_TEXT("Too long"))
        .help(LS_TEXT("What happens to a sample above the maximum length: cut the prompt side, cut "
                      "the end, leave it out, or split it."));
    data.integer("max_length", &DataSection::maxLength)
        .range(2, 1048576)
        .unit(LS_TEXT("tokens"))
        .label(LS_TEXT("Maximum length"))
        .help(LS_TEXT("Longest sample in tokens; never more than the model's context."));
    data.boolean("packing", &DataSection::packing)
        .label(LS_TEXT("Packing"))
        .help(LS_TEXT("Put several short samples into one sequence. Faster; they do not see each "
                      "other."));
}

// Suggestions: every name of the WHATWG's Encoding Standard is one.
const std::vector<std::string>& encodingNames()
{
    static const std::vector<std::string> names = {"auto",
                                                   "utf-8",
                                                   "utf-16le",
                                                   "utf-16be",
                                                   "cp949",
                                                   "shift_jis",
                                                   "euc-jp",
                                                   "gb18030",
                                                   "big5",
                                                   "windows-1250",
                                                   "windows-1251",
                                                   "windows-1252",
                                                   "iso-8859-1"};
    return names;
}

std::vector<std::string> formatsOf(const JobRegistry& registry)
{
    std::vector<std::string> formats = {"auto"};
    formats.insert(formats.end(), registry.formats.begin(), registry.formats.end());
    return formats;
}

Schema<DataSection> dataSchema(const JobRegistry& registry)
{
    const std::vector<std::string> formats = formatsOf(registry);
    Schema<DataSection> data;
    data.path("path", &DataSection::path)
        .label(LS_TEXT("Training data"))
        .help(LS_TEXT("File or folder with the examples to learn from."));
    data.objects("mix", &DataSection::mix, mixSourceSchema(formats))
        .label(LS_TEXT("Several sources"))
        .help(
            LS_TEXT("Instead of one file several that are trained together, each as {\"path\": …, "
                    "\"weight\": 1}: how often its samples are seen in an epoch."))
        .advanced();
    data.choice("format", &DataSection::format, formats)
        .label(LS_TEXT("Format"))
        .help(LS_TEXT("How the file is read; auto detects it from the content."));
    data.text("encoding", &DataSection::encoding)
        .choices(encodingNames())
        .label(LS_TEXT("Encoding"))
        .help(LS_TEXT("How the bytes of a text file are letters; auto finds it out. Give it where "
                      "letters come out wrong."))
        .advanced();
    data.object("columns", &DataSection::columns)
        .choices(columnRoles())
        .label(LS_TEXT("Columns"))
        .help(LS_TEXT("The role of each column, as {\"column\": \"role\"}; empty detects them."))
        .advanced();
    data.path("edits", &DataSection::edits)
        .label(LS_TEXT("Edits"))
        .help(LS_TEXT("File of changed and deleted rows; the data itself stays as it is."))
        .advanced();
    addTokenFields(data);
    data.boolean("shuffle", &DataSection::shuffle)
        .label(LS_TEXT("Shuffle"))
        .help(LS_TEXT("Take the samples in a new random order each epoch."))
        .advanced();
    data.boolean("group_by_length", &DataSection::groupByLength)
        .label(LS_TEXT("Group by length"))
        .help(LS_TEXT("Put samples of similar length into one batch. Less padding, less random."))
        .advanced()
        .shownIf("packing", false);
    data.nested("validation", &DataSection::validation, validationSchema());
    return data;
}

Schema<ObjectiveSection> objectiveSchema()
{
    Schema<ObjectiveSection> objective;
    objective.choice("id", &ObjectiveSection::id, {"causal_lm"})
        .label(LS_TEXT("Objective"))
        .help(LS_TEXT("What is learnt: causal_lm predicts the next token."));
    return objective;
}

Schema<MethodSection> methodSchema(const JobRegistry& registry)
{
    std::vector<std::string> ids;
    for (const MethodSchema& method : registry.methods) {
        ids.push_back(method.id);
    }
    Schema<FurtherMethod> further;
    further.choice("id", &FurtherMethod::id, ids);
    further.allowUnknownKeys(); // its settings, which follow from the id
    Schema<MethodSection> method;
    method.choice("id", &MethodSection::id, std::move(ids))
        .label(LS_TEXT("Method"))
        .help(LS_TEXT("Which weights are trained, and how."));
    method.path("start_from", &MethodSection::startFrom)
        .label(LS_TEXT("Continue adapter"))
        .help(LS_TEXT("Folder of an adapter of the same method to go on from; empty starts anew."))
        .advanced();
    method.objects("with", &MethodSection::with, further)
        .label(LS_TEXT("Together with"))
        .help(LS_TEXT("Further methods trained at the same time, each as {\"id\": "
                      "\"prefix_embedding\", \"prefix_tokens\": 8}."))
        .advanced();
    return method;
}

void addLengthFields(Schema<TrainingSection>& training)
{
    training.number("epochs", &TrainingSection::epochs)
        .range(0.001, 10000)
        .label(LS_TEXT("Epochs"))
        .help(LS_TEXT("How often the whole training data is seen."))
        .shownIf("max_steps", 0);
    training.integer("max_steps", &TrainingSection::maxSteps)
        .range(0, kManySteps)
        .unit(LS_TEXT("steps"))
        .label(LS_TEXT("Maximum steps"))
        .help(LS_TEXT("Stop after so many optimiser steps, whatever the epochs; 0 = by epochs."));
    training.integer("batch_size", &TrainingSection::batchSize)
        .range(1, 65536)
        .unit(LS_TEXT("samples"))
        .label(LS_TEXT("Batch size"))
        .help(LS_TEXT("Samples computed together; packed sequences when packing is on."));
    training.integer("batch_tokens", &TrainingSection::batchTokens)
        .range(0, 16777216)
        .unit(LS_TEXT("tokens"))
        .label(LS_TEXT("Batch tokens"))
        .help(LS_TEXT("Upper limit of tokens in a batch, padding included; 0 = no limit."))
        .advanced();
    training.integer("accumulate", &TrainingSection::accumulate)
        .range(1, 65536)
        .unit(LS_TEXT("batches"))
        .label(LS_TEXT("Accumulate"))
        .help(LS_TEXT("Batches summed up for one optimiser step. Less memory than a large batch."))
        .advanced();
}

void addOptimizerFields(Schema<TrainingSection>& training)
{
    training.number("learning_rate", &TrainingSection::learningRate)
        .range(0, 10)
        .label(LS_TEXT("Learning rate"))
        .help(LS_TEXT("Size of a step at its peak. Too high diverges, too low learns nothing."));
    training.choice("schedule", &TrainingSection::schedule, {"cosine", "linear", "constant"})
        .label(LS_TEXT("Schedule"))
        .help(LS_TEXT("How the learning rate falls after the warm-up."));
    training.number("warmup_ratio", &TrainingSection::warmupRatio)
        .range(0, 1)
        .label(LS_TEXT("Warm-up share"))
        .help(LS_TEXT("Part of all steps in which the learning rate rises from 0."))
        .advanced()
        .shownIf("warmup_steps", 0);
    training.integer("warmup_steps", &TrainingSection::warmupSteps)
        .range(0, kManySteps)
        .unit(LS_TEXT("steps"))
        .label(LS_TEXT("Warm-up steps"))
        .help(LS_TEXT("Steps in which the learning rate rises from 0; 0 = by the share."))
        .advanced();
    training
        .choice("optimizer",
                &TrainingSection::optimizer,
                {std::string(kAdamw), std::string(kAdamw8bit), std::string(kAdamwLoralib)})
        .label(LS_TEXT("Optimizer"))
        .help(LS_TEXT("The rule that turns gradients into steps."))
        .advanced();
    training.number("weight_decay", &TrainingSection::weightDecay)
        .range(0, 1)
        .label(LS_TEXT("Weight decay"))
        .help(LS_TEXT("Pull of the trained weights towards 0, in units of the learning rate."))
        .advanced();
    training.number("beta1", &TrainingSection::beta1)
        .range(0, 0.999999)
        .label(LS_TEXT("Beta 1"))
        .help(LS_TEXT("Memory of the mean gradient; 0 = none."))
        .advanced();
    training.number("beta2", &TrainingSection::beta2)
        .range(0, 0.999999)
        .label(LS_TEXT("Beta 2"))
        .help(LS_TEXT("Memory of the squared gradient; 0 = none."))
        .advanced();
    training.number("epsilon", &TrainingSection::epsilon)
        .range(1e-16, 1)
        .label(LS_TEXT("Epsilon"))
        .help(LS_TEXT("Small number that keeps the step finite where gradients vanish. With "
                      "adamw_loralib it is 1e-6 unless it is set."))
        .advanced();
    training.number("max_grad_norm", &TrainingSection::maxGradNorm)
        .atLeast(0)
        .label(LS_TEXT("Gradient limit"))
        .help(LS_TEXT("Gradients with a larger norm are scaled down to it; 0 = off."))
        .advanced();
    training.number("label_smoothing", &TrainingSection::labelSmoothing)
        .range(0, 1)
        .label(LS_TEXT("Label smoothing"))
        .help(
            LS_TEXT("Share of the training loss that all tokens of the vocabulary share alike, so "
                    "that the model does not grow too sure; evaluation stays without it. The LoRA "
                    "paper's GPT-2 runs took 0.1."))
        .advanced();
    training.number("neftune_alpha", &TrainingSection::neftuneAlpha)
        .range(0, 1000)
        .label(LS_TEXT("Noise"))
        .help(LS_TEXT("Random noise on the embeddings of the training texts (NEFTune), which makes "
                      "answers longer and less tied to their wording; 5 is usual, 0 = none."))
        .advanced();
    training
        .choice("compute_dtype", &TrainingSection::computeDtype, {"auto", "float32", "bfloat16"})
        .label(LS_TEXT("Compute precision"))
        .help(LS_TEXT("auto = bfloat16 where the device multiplies it natively, else float32. "
                      "Adapters, moments and loss are always float32."))
        .advanced();
    training.choice("recompute", &TrainingSection::recompute, {"auto", "none", "mlp", "block"})
        .label(LS_TEXT("Compute again"))
        .help(LS_TEXT("What the backward pass computes again instead of keeping it: less memory, "
                      "more time, the same result. mlp = gate and up, block = all but each block's "
                      "input; auto = nothing, or what a GPU's memory wants."))
        .advanced();
}

FieldBuilder
addInterval(Schema<TrainingSection>& training, std::string key, int64_t TrainingSection::*member)
{
    return training.integer(std::move(key), member).range(0, kManySteps).unit(LS_TEXT("steps"));
}

void addRhythmFields(Schema<TrainingSection>& training)
{
    addInterval(training, "evaluate_every", &TrainingSection::evaluateEvery)
        .label(LS_TEXT("Evaluate every"))
        .help(LS_TEXT("Optimiser steps between two evaluations; 0 = at the end of each epoch."))
        .advanced();
    addInterval(training, "save_every", &TrainingSection::saveEvery)
        .label(LS_TEXT("Save every"))
        .help(LS_TEXT("Optimiser steps between two checkpoints; 0 = at the end of each epoch."))
        .advanced();
    addInterval(training, "sample_every", &TrainingSection::sampleEvery)
        .label(LS_TEXT("Sample every"))
        .help(LS_TEXT("Optimiser steps between two rounds of sample prompts; 0 = at the end of "
                      "each epoch."))
        .advanced();
    training.integer("keep_checkpoints", &TrainingSection::keepCheckpoints)
        .range(1, 100000)
        .label(LS_TEXT("Keep checkpoints"))
        .help(LS_TEXT("Older ones are deleted; the best and the last always stay."))
        .advanced();
    training.integer("early_stopping_patience", &TrainingSection::earlyStoppingPatience)
        .range(0, 100000)
        .unit(LS_TEXT("evaluations"))
        .label(LS_TEXT("Patience"))
        .help(LS_TEXT("Stop after so many evaluations without a better loss; 0 = never. Needs "
                      "validation data."))
        .advanced();
    training.list("sample_prompts", &TrainingSection::samplePrompts)
        .label(LS_TEXT("Sample prompts"))
        .help(LS_TEXT("Prompts answered during training, to watch the model change."));
    training.integer("sample_max_tokens", &TrainingSection::sampleMaxTokens)
        .range(1, 65536)
        .unit(LS_TEXT("tokens"))
        .label(LS_TEXT("Sample length"))
        .help(LS_TEXT("Longest answer to a sample prompt, in tokens."))
        .advanced();
}

Schema<TrainingSection> trainingSchema()
{
    Schema<WatchdogSection> watchdog;
    watchdog.integer("min_free_disk_mb", &WatchdogSection::minFreeDiskMb)
        .range(0, kManySteps)
        .unit(LS_TEXT("MB"))
        .label(LS_TEXT("Free disk space"))
        .help(LS_TEXT("Stop with a checkpoint before less than this is left, in megabytes."))
        .advanced();

    Schema<TrainingSection> training;
    addLengthFields(training);
    addOptimizerFields(training);
    addRhythmFields(training);
    training.nested("watchdog", &TrainingSection::watchdog, watchdog);
    training.boolean("deterministic", &TrainingSection::deterministic)
        .label(LS_TEXT("Deterministic"))
        .help(LS_TEXT("The same job on the same machine gives the same bytes."))
        .advanced();
    training.integer("seed", &TrainingSection::seed)
        .range(0, kLargestSeed)
        .label(LS_TEXT("Seed"))
        .help(LS_TEXT("Start of every random choice."))
        .advanced();
    return training;
}

// "cuda:0" is what the catalogue calls the first GPU.
bool isDeviceName(std::string_view name)
{
    constexpr std::string_view kGpu = "cuda:";
    if (name == "auto" || name == "cpu" || name == "cuda") {
        return true;
    }
    const std::string_view number = name.substr(std::min(name.size(), kGpu.size()));
    return name.starts_with(kGpu) && !number.empty() && number.size() <= 2
           && std::all_of(
               number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Schema<RuntimeSection> runtimeSchema()
{
    Schema<RuntimeSection> runtime;
    runtime.text("device", &RuntimeSection::device)
        .choices({"auto", "cpu", "cuda"})
        .label(LS_TEXT("Device"))
        .help(LS_TEXT("Where the model is computed."))
        .check([](const Value& name, const std::string& where) -> Result<void> {
            if (isDeviceName(name.toString())) {
                return {};
            }
            return badField(where,
                            "auto, cpu, cuda or cuda:N",
                            name,
                            "`lora-engine describe` lists the devices");
        })
        .advanced();
    runtime.integer("threads", &RuntimeSection::threads)
        .range(0, 4096)
        .label(LS_TEXT("Threads"))
        .help(LS_TEXT("Processor threads to compute on; 0 = all physical cores."))
        .advanced();
    return runtime;
}

Schema<OutputSection> outputSchema(const JobRegistry& registry)
{
    Schema<OutputSection> output;
    output.text("name", &OutputSection::name)
        .label(LS_TEXT("Name"))
        .help(LS_TEXT("Name of the run and its adapter: letters, digits, dots, underscores, "
                      "hyphens, Hangul; empty takes the model and the method."))
        .check([](const Value& name, const std::string& where) -> Result<void> {
            if (name.toString().empty() || isOutputName(name.toString())) {
                return {};
            }
            return badField(where,
                            "letters, digits, \".\", \"_\", \"-\" or Hangul, without \"..\"",
                            name,
                            "Choose a name such as my-adapter_1");
        });
    output.list("export", &OutputSection::exports)
        .choices(registry.exporters)
        .label(LS_TEXT("Export"))
        .help(LS_TEXT("File formats written when training is done."));
    return output;
}

} // namespace

Schema<AdapterSource> adapterSourceSchema()
{
    Schema<AdapterSource> adapter;
    adapter.path("path", &AdapterSource::path);
    adapter.number("scale", &AdapterSource::scale);
    adapter.check([](const AdapterSource& source, const std::string& path) -> Result<void> {
        if (source.path.empty()) {
            return badField(joinPath(path, "path"), "the folder of an adapter", source.path);
        }
        return {};
    });
    return adapter;
}

Schema<MixSource> mixSourceSchema(std::vector<std::string> formats)
{
    Schema<MixSource> source;
    source.path("path", &MixSource::path);
    source.choice("format", &MixSource::format, std::move(formats));
    source.text("encoding", &MixSource::encoding);
    source.object("columns", &MixSource::columns).choices(columnRoles());
    source.path("edits", &MixSource::edits);
    source.text("template", &MixSource::chatTemplate);
    source.number("weight", &MixSource::weight).range(kLeastWeight, kMostWeight);
    source.text("split", &MixSource::split);
    source.check([](const MixSource& one, const std::string& path) -> Result<void> {
        if (one.path.empty()) {
            return badField(joinPath(path, "path"), "a data file or folder", one.path);
        }
        return {};
    });
    return source;
}

Schema<Job> jobSchema(const JobRegistry& registry)
{
    Schema<Job> job;
    job.integer("version", &Job::version).atLeast(1).advanced();
    job.text("id", &Job::id).advanced();
    job.nested("model", &Job::model, modelSchema());
    job.nested("data", &Job::data, dataSchema(registry));
    job.nested("objective", &Job::objective, objectiveSchema());
    job.nested("method", &Job::method, methodSchema(registry));
    job.nested("training", &Job::training, trainingSchema());
    job.nested("runtime", &Job::runtime, runtimeSchema());
    job.nested("output", &Job::output, outputSchema(registry));
    return job;
}

const MethodSchema* findMethod(const JobRegistry& registry, std::string_view id)
{
    const auto found = std::find_if(registry.methods.begin(),
                                    registry.methods.end(),
                                    [id](const MethodSchema& method) { return method.id == id; });
    return found == registry.methods.end() ? nullptr : &*found;
}

const std::vector<std::string>& columnRoles()
{
    static const std::vector<std::string> roles = {"text",
                                                   "text_pair",
                                                   "label",
                                                   "prompt",
                                                   "input",
                                                   "completion",
                                                   "history",
                                                   "system",
                                                   "messages",
                                                   "tools",
                                                   "chosen",
                                                   "rejected",
                                                   "weight",
                                                   "id"};
    return roles;
}

const std::vector<std::string>& templateNames()
{
    static const std::vector<std::string> names = {"auto", "none", "plain", "alpaca", "chatml"};
    return names;
}

} // namespace engine::contract
