// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/training_setup.h"

#include "engine/data/joined_report.h"
#include "engine/data/split.h"
#include "engine/device/device.h"
#include "engine/device/dtypes.h"
#include "engine/device/failure.h"
#include "engine/device/memory.h"
#include "engine/device/sha256.h"
#include "engine/estimate/estimate.h"
#include "engine/estimate/memory_plan.h"
#include "engine/exporters/registry.h"
#include "engine/kernels/registry.h"
#include "engine/methods/combination.h"
#include "engine/methods/demands.h"
#include "engine/models/held_dtype.h"
#include "engine/models/original_weight.h"
#include "engine/objectives/registry.h"
#include "engine/tensors/base_hash.h"
#include "engine/text/embedding_rows.h"
#include "engine/worker/data_report.h"
#include "engine/worker/gpu.h"
#include "engine/worker/model_session.h"
#include "engine/worker/section_data.h"
#include "engine/worker/token_cache.h"

#include <algorithm>
#include <cmath>

namespace engine::worker {

using contract::Value;

namespace {

data::BatchSettings batchSettings(const contract::Job& job, int64_t maxLength)
{
    data::BatchSettings settings;
    settings.batchSize = job.training.batchSize;
    settings.batchTokens = job.training.batchTokens;
    settings.accumulate = job.training.accumulate;
    settings.packing = job.data.packing;
    settings.shuffle = job.data.shuffle;
    settings.groupByLength = job.data.groupByLength;
    settings.maxTokens = maxLength;
    settings.seed = static_cast<uint64_t>(job.training.seed);
    return settings;
}

std::string named(const std::string& setting, at::ScalarType automatic)
{
    return setting == "auto" ? std::string(device::nameOf(automatic)) : setting;
}

// The first source that is another now, as `sources` of a run's beginning and of now tell it.
std::string
changedSource(const Value& recorded, const Value& now, const contract::DataSection& data)
{
    const Value::List& before = recorded.toList();
    for (std::size_t i = 0; i < std::min(before.size(), now.toList().size()); ++i) {
        if (before[i]["sha256"] != now.toList()[i]["sha256"]) {
            return now.toList()[i]["path"].toString();
        }
    }
    return contract::dataSources(data).front().path;
}

// What virtual tokens leave of the context. Throws Failure(bad_field) when that is no text.
int64_t textContext(const contract::Job& job, const nn::Blueprint& blueprint)
{
    const int64_t taken = methods::virtualTokensOf(job.method);
    if (taken > blueprint.context - 2) {
        throw Failure(code::kBadField,
                      "method: " + std::to_string(taken)
                          + " virtual tokens leave no room for text in a context of "
                          + std::to_string(blueprint.context) + " tokens",
                      "Use fewer virtual tokens",
                      "method");
    }
    return blueprint.context - taken;
}

// Whether no row is a conversation.
bool isOnlyText(const LoadedSource& source)
{
    const auto& rows = source.dataset.rowsByFormat;
    return std::all_of(rows.begin(), rows.end(), [](const auto& format) {
        return format.first == "text" || format.first == "plain_text";
    });
}

// A NaN among the weights would surface as a diverged first step; it is the model that is damaged.
void requireFinite(const models::ModelFolder& model)
{
    const std::vector<models::Problem> found = model.nonFiniteTensors();
    if (!found.empty()) {
        throw Failure(code::kNonFinite,
                      found.front().tensor + " " + found.front().message,
                      "Download the model again",
                      model.path().string());
    }
}

} // namespace

TrainingSetup::TrainingSetup(const contract::Job& job,
                             const Value& recorded,
                             EventWriter& events,
                             std::function<bool()> isStopped)
    : m_job(job), m_events(events), m_model(models::ModelFolder::open(job.model.path)),
      m_tokenizerKey(tokenizerKey(job.model.path)),
      m_tokenizer(text::Tokenizer::load(job.model.path)),
      m_objective(objectives::findObjective(job.objective.id)),
      m_maxLength(std::min(job.data.maxLength, textContext(job, m_model.blueprint())))
{
    m_model.requireSound();
    requireFinite(m_model);
    // Refused before anything slow: targets that match nothing, nothing to train, forms that the
    // method has not. The adapter's own folder is always written.
    for (const std::string& id : m_job.output.exports) {
        if (id != exporters::kAdapterFolder) {
            exporters::requireAccepted(*exporters::findExporter(id), m_job.method.id);
            for (const contract::FurtherMethod& further : m_job.method.with) {
                exporters::requireAccepted(*exporters::findExporter(id), further.id);
            }
        }
    }
    methods::requireTrainable(m_job,
                              m_model.blueprint(),
                              {baseFormat().quantization != kernels::Quantization::None,
                               !m_model.storedQuantization().isNone(),
                               baseFormat().hasEmbeddings});
    const estimate::Estimate estimate = estimate::estimate(m_job, m_model.blueprint());
    m_report.set("parameters",
                 Value::object({{"total", estimate.totalParameters},
                                {"trainable", estimate.trainableParameters}}));
    m_events.send(contract::event::Phase{"tokenizing"});
    WorkProgress work([&events](const contract::event::Progress& told) { events.send(told); },
                      std::move(isStopped));
    loadData(work);
    device::trimHeap(); // rows and texts are gone
    resolve(recorded);
    planSteps();
    makeBatcher();
    m_events.send(contract::event::Phase{"loading_model"});
    loadModel();
    device::trimHeap();
}

void TrainingSetup::resolve(const Value& recorded)
{
    const std::string device = deviceNamed(m_job.runtime.device);
    Value now = Value::object({
        {"device", device},
        {"dtype", named(m_job.model.dtype, m_model.storedDtype())},
        {"quantization", std::string(models::nameOf(baseFormat().quantization))},
        {"double_quant", baseFormat().isDouble},
        {"quantize_embeddings", baseFormat().hasEmbeddings},
        {"compute_dtype", device::nameOf(computeDtype(m_job, device))},
        {"threads",
         m_job.runtime.threads > 0 ? m_job.runtime.threads : int64_t{device::physicalCores()}},
        {"template", m_resolved["template"]},
        {"base_sha256", tensors::baseHash(m_model.weights())},
        {"data_sha256", m_resolved["data_sha256"]},
    });
    if (!m_resolved["sources"].isNull()) {
        now.set("sources", m_resolved["sources"]);
    }
    // A resumed run computes as it began, whatever machine it is on; base and data must be the
    // same.
    m_isResumed = !recorded.isNull();
    m_resolved = m_isResumed ? recorded : now;
    for (const auto& [key, what] : {std::pair("base_sha256", "the base model's weights"),
                                    std::pair("data_sha256", "the training data")}) {
        if (m_resolved[key] != now[key]) {
            throw Failure(code::kIncompatible,
                          std::string(what) + " changed since the run began",
                          "Put the original back, or start a new run",
                          std::string(key) == "base_sha256"
                              ? m_job.model.path
                              : changedSource(m_resolved["sources"], now["sources"], m_job.data));
        }
    }
}

// What goes on from adapters goes on in the template that they were trained with.
text::TemplateChoice TrainingSetup::chooseTemplate() const
{
    std::vector<std::filesystem::path> adapters;
    for (const contract::AdapterSource& source : m_job.model.adapters) {
        adapters.emplace_back(source.path);
    }
    if (!m_job.method.startFrom.empty()) {
        adapters.emplace_back(m_job.method.startFrom);
    }
    return text::chooseTemplate(m_job.data.chatTemplate, adapters, m_tokenizer);
}

void TrainingSetup::loadData(WorkProgress& work)
{
    contract::DataSection section = m_job.data;
    section.maxLength = m_maxLength;
    const text::TemplateChoice format = chooseTemplate();
    section.chatTemplate = format.name;
    const text::Renderer renderer(m_tokenizer, renderSettings(section));
    device::useThreads(static_cast<int>(m_job.runtime.threads));
    const LoadedTokenizer tokenizer{m_tokenizer, m_job.model.path, m_tokenizerKey};
    const std::vector<LoadedSource> sources =
        DataSources(section, tokenizer, *m_objective, work).load();
    // Plain texts want none, so that what was trained on them goes on with a text.
    const bool needsNone = format.origin == text::TemplateOrigin::Fallback
                           && std::all_of(sources.begin(), sources.end(), isOnlyText);
    m_resolved.set("template", needsNone ? "none" : renderer.resolvedTemplate());
    const std::vector<SourceShare> shares = takeSamples(sources);
    reportData(sources, shares);
    for (const LoadedSource& source : sources) {
        requireRows(source.prepared);
        requireRows(source.preparedValidation);
    }
    if (m_samples.empty()) {
        throw Failure(code::kBadData,
                      "no sample with a trained token is left",
                      "`lora-engine preview` shows what becomes of the rows",
                      sources.front().section.path);
    }
    reportPrepared(sources);
}

void TrainingSetup::requireRows(const PreparedSource& source) const
{
    const int64_t rows = m_model.blueprint().vocabulary;
    for (int64_t i = 0; source.tally.largestId() >= rows && i < source.samples->size(); ++i) {
        text::requireRows(source.samples->sample(i).ids, rows, m_tokenizer);
    }
}

void TrainingSetup::reportPrepared(const std::vector<LoadedSource>& sources)
{
    contract::event::Prepared prepared;
    prepared.samples = m_samples.size();
    prepared.validation = m_validation.size();
    prepared.cached = true;
    for (const LoadedSource& source : sources) {
        for (const PreparedSource* each : {&source.prepared, &source.preparedValidation}) {
            if (!each->samples) {
                continue;
            }
            prepared.tokens += each->samples->tokens();
            prepared.cached = prepared.cached && each->isCached;
            prepared.seconds += each->seconds;
            prepared.savedSeconds += each->savedSeconds;
            prepared.note += prepared.note.empty() || each->note.empty() ? "" : "; ";
            prepared.note += each->note;
        }
    }
    m_events.send(prepared);
}

// Those that train and those that validate, source after source.
std::vector<SourceShare> TrainingSetup::takeSamples(const std::vector<LoadedSource>& sources)
{
    SampleTally tally;
    std::vector<SourceShare> shares;
    for (const LoadedSource& source : sources) {
        const PreparedSource& prepared = source.prepared;
        const bool hasOwn = source.validation || !m_job.data.validation.path.empty();
        data::Split split = data::splitIndices(prepared.samples->size(),
                                               hasOwn ? 0 : m_job.data.validation.fraction,
                                               static_cast<uint64_t>(m_job.training.seed),
                                               prepared.isOneDocument ? data::SplitBy::Order
                                                                      : data::SplitBy::Chance);
        const objectives::SampleList training(prepared.samples, std::move(split.train));
        objectives::SampleList validating(prepared.samples, std::move(split.validation));
        if (source.validation) {
            validating.append(objectives::SampleList(source.preparedValidation.samples));
        }
        SourceShare share{{training.size(), source.weight}, validating.size()};
        for (int64_t i = 0; i < training.size(); ++i) {
            share.trainedTokens += training.trainedTokens(i);
        }
        m_samples.append(training);
        m_validation.append(validating);
        tally.append(prepared.tally);
        shares.push_back(share);
    }
    m_report.set("lengths", tally.lengths(m_maxLength));
    m_report.set("findings", tally.findings());
    return shares;
}

// What is said of the data, and by which hash it is known again.
void TrainingSetup::reportData(const std::vector<LoadedSource>& sources,
                               const std::vector<SourceShare>& shares)
{
    std::vector<const data::Dataset*> datasets;
    std::vector<const data::Dataset*> validations;
    for (const LoadedSource& source : sources) {
        datasets.push_back(&source.dataset);
        if (source.validation) {
            validations.push_back(&*source.validation);
        }
    }
    Value report = datasetValue(data::joinedReport(datasets));
    if (!m_job.data.mix.empty()) {
        report.set("sources", sourcesValue(sources, shares));
        Value known = Value::List();
        for (std::size_t i = 0; i < sources.size(); ++i) {
            known.append(Value::object({{"path", sources[i].section.path},
                                        {"weight", sources[i].weight},
                                        {"edits", sources[i].section.edits},
                                        {"sha256", sources[i].sha256}}));
            m_mixture.push_back(shares[i].part);
        }
        m_resolved.set("sources", known);
    }
    m_report.set("data", report);
    if (!validations.empty()) {
        m_report.set("validation_data", datasetValue(data::joinedReport(validations)));
    }
    if (const Value edits = sourceEditsValue(sources); !edits.isNull()) {
        reportEdits(edits, sources);
    }
    m_resolved.set("data_sha256", sourcesSha256(sources));
}

// An edit without a row was made for other data, or for what the data was.
void TrainingSetup::reportEdits(const Value& edits, const std::vector<LoadedSource>& sources)
{
    const std::size_t unmatched = edits["unmatched"].toList().size();
    if (unmatched > 0) {
        m_events.send(contract::event::Warning{
            {std::string(code::kBadData),
             std::to_string(unmatched) + " edits match no row of the data",
             "`lora-engine inspect data --edits` lists them; the data may have changed since",
             sources.front().section.edits}});
    }
    m_report.set("edits", edits);
}

// What is computed twice; on a GPU, so that they fit, also how micro-batches are cut, on the
// processor how many are computed together. A resumed run does as it began.
void TrainingSetup::planSteps()
{
    CommonOptions options;
    options.device = m_resolved["device"].toString();
    options.threads = static_cast<int>(m_resolved["threads"].toInteger());
    m_place = prepareDevice(options);
    if (!m_place.is_cpu()) {
        device::beDeterministic(m_job.training.deterministic);
    }
    if (m_resolved["recompute"].isNull()) {
        const std::optional<nn::Recompute> wanted = recomputeNamed(m_job.training.recompute);
        if (m_place.is_cpu()) {
            planOnProcessor(wanted.value_or(nn::Recompute::None));
        } else {
            planOnDevice(wanted);
        }
    }
    m_recompute = recomputeNamed(m_resolved["recompute"].toString()).value_or(nn::Recompute::None);
    const int64_t parts = std::max<int64_t>(m_resolved["micro_batch_parts"].toInteger(), 1);
    const int64_t together = std::max<int64_t>(m_resolved["micro_batches_together"].toInteger(), 1);
    m_job.training.batchSize = m_job.training.batchSize / parts * together;
    m_job.training.accumulate = m_job.training.accumulate / together * parts;
}

void TrainingSetup::planOnProcessor(nn::Recompute recompute)
{
    m_resolved.set("recompute", nameOf(recompute));
    const MicroBatchSize size = askedMicroBatch();
    int64_t together = 1;
    if (m_job.training.accumulate > 1) {
        const int64_t tokenBytes = memoryPlan(0).tokenBytes[static_cast<std::size_t>(recompute)];
        together = microBatchesTogether(m_job, size, tokenBytes);
        m_resolved.set("micro_batches_together", together);
    }
    const nn::Blueprint& blueprint = m_model.blueprint();
    estimate::StepSettings step{
        size.tokens * together,
        std::min(m_maxLength + methods::virtualTokensOf(m_job.method), size.tokens),
        computeType(),
        heldWeights(),
        static_cast<int64_t>(device::bytesOf(m_model.storedDtype())),
        recompute,
        m_resolved["threads"].toInteger()};
    step.startsInside = methods::savedBeside(m_job.method, blueprint) > 0;
    fittingStep(methods::planOf(m_job.method, blueprint),
                blueprint,
                step,
                estimate::estimate(m_job, blueprint).trainedBytes + estimate::kProgramBytes);
    m_resolved.set("packed_copies", step.keepsCopies);
}

void TrainingSetup::planOnDevice(std::optional<nn::Recompute> wanted)
{
    const int64_t trained = estimate::estimate(m_job, m_model.blueprint()).deviceBytes;
    const estimate::StepChoice choice =
        chooseForDevice(memoryPlan(trained), askedMicroBatch(), m_place, wanted);
    m_resolved.set("recompute", nameOf(choice.recompute));
    m_resolved.set("micro_batch_parts", choice.parts);
}

estimate::MemoryPlan TrainingSetup::memoryPlan(int64_t trainedBytes) const
{
    return estimate::planMemory(
        m_model.blueprint(),
        heldWeights(),
        static_cast<int64_t>(device::bytesOf(computeType())),
        trainedBytes,
        m_place.is_cpu() ? 0 : kernels::deviceKernels().attentionBytes(m_place));
}

estimate::HeldWeights TrainingSetup::heldWeights() const
{
    const models::BaseFormat format = baseFormat();
    return {static_cast<int64_t>(device::bytesOf(heldType())),
            format.quantization,
            format.isDouble,
            format.hasEmbeddings};
}

MicroBatchSize TrainingSetup::askedMicroBatch() const
{
    std::vector<int64_t> lengths; // as often as an epoch may see them
    int64_t next = 0;
    for (const data::MixPart& part : parts()) {
        const auto times = static_cast<std::size_t>(std::ceil(part.weight));
        for (int64_t i = 0; i < part.samples; ++i) {
            lengths.insert(lengths.end(), times, m_samples.length(next++));
        }
    }
    return microBatchSize(m_job, std::move(lengths), m_maxLength);
}

std::vector<data::MixPart> TrainingSetup::parts() const
{
    return m_mixture.empty() ? std::vector<data::MixPart>{{m_samples.size(), 1}} : m_mixture;
}

at::ScalarType TrainingSetup::computeType() const
{
    return *device::dtypeOf(m_resolved["compute_dtype"].toString());
}

models::BaseFormat TrainingSetup::baseFormat() const
{
    const contract::ModelSection& asked = m_job.model;
    return models::heldFormat(m_model,
                              {models::quantizationNamed(asked.quantization),
                               asked.doubleQuant,
                               asked.quantizeEmbeddings});
}

adapters::BaseQuantization TrainingSetup::trainedOn() const
{
    const std::string form = m_resolved["quantization"].toString();
    return {form,
            form == "nf4" && m_resolved["double_quant"].toBool(),
            m_resolved["quantize_embeddings"].toBool(),
            m_correctsPacking};
}

at::ScalarType TrainingSetup::heldType() const
{
    const at::ScalarType compute = computeType();
    return heldDtype(
        m_job, compute, m_place.is_cpu() ? models::heldDtype(m_model, compute) : compute);
}

void TrainingSetup::makeBatcher()
{
    int64_t trained = 0;
    for (int64_t i = 0; i < m_samples.size(); ++i) {
        trained += m_samples.trainedTokens(i);
    }
    data::BatchSettings settings = batchSettings(m_job, m_maxLength);
    settings.mixture = m_mixture;
    m_batcher = std::make_unique<data::Batcher>(m_samples.lengths(), std::move(settings));
    m_report.set("samples",
                 Value::object({{"train", m_samples.size()},
                                {"validation", m_validation.size()},
                                {"trained_tokens", trained},
                                {"pack_fill", m_batcher->fill(0)}}));
}

void TrainingSetup::warnOfForm(const adapters::StoredAdapter& adapter)
{
    const std::string note =
        adapters::precisionNote(adapter.baseQuantization, recordedForm(baseFormat()));
    if (!note.empty()) {
        contract::event::Warning warning;
        warning.code = "other_precision";
        warning.message = adapter.path.string() + ": " + note;
        warning.hint = "Set model.quantization as it was then, or go on: the base differs a little";
        m_events.send(warning);
    }
}

void TrainingSetup::loadModel()
{
    m_decoder = models::loadDecoder(m_model, computeType(), heldType(), m_place, baseFormat());
    m_decoder->packed().setKeepsCopies(m_resolved["packed_copies"].toBool(true));
    for (const contract::AdapterSource& source : m_job.model.adapters) {
        const adapters::StoredAdapter stored = adapters::readAdapter(source.path);
        warnOfForm(stored);
        m_adapters.push_back(std::make_unique<adapters::LoadedAdapter>(
            *m_decoder, adapters::fitted(stored, m_model.blueprint()), source.scale));
    }
    const bool isLoadedNext = m_isResumed || !m_job.method.startFrom.empty();
    const methods::OriginalWeights originals = [this](const nn::ModuleSpec& module) {
        return models::originalWeight(m_model, module);
    };
    m_tuning = methods::attach(m_job.method,
                               *m_decoder,
                               static_cast<uint64_t>(m_job.training.seed),
                               isLoadedNext ? nullptr : originals);
    m_correctsPacking = methods::correctsPacking(m_job.method);
    if (!m_job.method.startFrom.empty()) {
        const adapters::StoredAdapter stored = adapters::readAdapter(m_job.method.startFrom);
        warnOfForm(stored);
        m_correctsPacking = stored.baseQuantization.isCorrected;
        const methods::AdapterState state = adapters::fitted(stored, m_model.blueprint());
        methods::requireSameMethods(m_job.method, state);
        m_tuning->load(state);
    }
}

} // namespace engine::worker
