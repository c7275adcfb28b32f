// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Everything a run needs before its first step: model, tokenizer, samples, attached method. Compute
// thread only.
#pragma once

#include "engine/adapters/adapter_folder.h"
#include "engine/adapters/loaded_adapter.h"
#include "engine/contract/job.h"
#include "engine/data/batcher.h"
#include "engine/data/dataset.h"
#include "engine/methods/method.h"
#include "engine/models/model_folder.h"
#include "engine/objectives/objective.h"
#include "engine/objectives/sample_list.h"
#include "engine/text/template_choice.h"
#include "engine/text/tokenizer.h"
#include "engine/worker/data_sources.h"
#include "engine/worker/event_writer.h"
#include "engine/worker/step_plan.h"

#include <functional>
#include <memory>
#include <vector>

namespace engine::worker {

class TrainingSetup
{
public:
    // `recorded`: what `auto` became when the run began; null for a new run. `isStopped` is asked
    // while data is read, which then ends with Failure(stopped).
    // Throws Failure for anything that keeps the job from training; (incompatible) when base or
    // data are no longer those that were recorded.
    TrainingSetup(const contract::Job& job,
                  const contract::Value& recorded,
                  EventWriter& events,
                  std::function<bool()> isStopped);

    // With training.batch_size and .accumulate as the device's memory wants them.
    const contract::Job& job() const { return m_job; }
    nn::Recompute recompute() const { return m_recompute; }
    const models::ModelFolder& model() const { return m_model; }
    const text::Tokenizer& tokenizer() const { return m_tokenizer; }
    nn::Decoder& decoder() { return *m_decoder; }
    const nn::Decoder& decoder() const { return *m_decoder; }
    methods::Tuning& tuning() { return *m_tuning; }
    const objectives::Objective& objective() const { return *m_objective; }
    const objectives::SampleList& samples() const { return m_samples; }
    const objectives::SampleList& validation() const { return m_validation; }
    data::Batcher& batcher() { return *m_batcher; }
    int64_t maxLength() const { return m_maxLength; }

    models::BaseFormat baseFormat() const; // in which the base is held
    // The same as the adapter records it.
    adapters::BaseQuantization trainedOn() const;
    // dtype, quantization, double_quant, quantize_embeddings, compute_dtype, recompute, threads,
    // device, template, base_sha256, data_sha256, of a mixture sources[{path, weight, edits,
    // sha256}]; on a GPU also micro_batch_parts,
    // on the processor packed_copies and micro_batches_together.
    const contract::Value& resolved() const { return m_resolved; }
    // What report.json says of data, masks and parameters.
    const contract::Value& report() const { return m_report; }

private:
    void resolve(const contract::Value& recorded);
    text::TemplateChoice chooseTemplate() const;
    void loadData(WorkProgress& work);
    std::vector<SourceShare> takeSamples(const std::vector<LoadedSource>& sources);
    void requireRows(const PreparedSource& source) const;
    void reportPrepared(const std::vector<LoadedSource>& sources);
    void reportData(const std::vector<LoadedSource>& sources,
                    const std::vector<SourceShare>& shares);
    void reportEdits(const contract::Value& edits, const std::vector<LoadedSource>& sources);
    std::vector<data::MixPart> parts() const;
    void planOnProcessor(nn::Recompute recompute);
    void planOnDevice(std::optional<nn::Recompute> wanted);
    estimate::HeldWeights heldWeights() const;
    estimate::MemoryPlan memoryPlan(int64_t trainedBytes) const;
    MicroBatchSize askedMicroBatch() const;
    void planSteps();
    void makeBatcher();
    at::ScalarType computeType() const;
    at::ScalarType heldType() const;
    // Says so where the adapter saw the base in another form.
    void warnOfForm(const adapters::StoredAdapter& adapter);
    void loadModel();

    contract::Job m_job;
    EventWriter& m_events;
    models::ModelFolder m_model;
    std::string m_tokenizerKey; // before it was loaded
    text::Tokenizer m_tokenizer;
    const objectives::Objective* m_objective;
    int64_t m_maxLength;
    at::Device m_place = at::kCPU;
    nn::Recompute m_recompute = nn::Recompute::None;
    bool m_isResumed = false;       // the trained numbers come from a checkpoint
    bool m_correctsPacking = false; // the adapter, what packing took away of the base
    contract::Value m_resolved;
    contract::Value m_report = contract::Value::Object();
    objectives::SampleList m_samples;
    objectives::SampleList m_validation;
    std::vector<data::MixPart> m_mixture; // of m_samples; empty for one source
    std::unique_ptr<data::Batcher> m_batcher;
    std::unique_ptr<nn::Decoder> m_decoder;
    std::vector<std::unique_ptr<adapters::LoadedAdapter>> m_adapters;
    std::unique_ptr<methods::Tuning> m_tuning;
};

} // namespace engine::worker
