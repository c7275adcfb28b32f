// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/adalora/adalora_tuning.h"

#include "engine/device/failure.h"
#include "engine/methods/adalora/adalora.h"
#include "engine/methods/initial_values.h"
#include "engine/methods/made_update.h"
#include "engine/methods/own_tensors.h"
#include "engine/methods/trainable_mask.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/tensor.h>

namespace engine::methods::adalora {

using contract::Value;

namespace {

constexpr double kDeviation = 0.02; // of A and B at the start, PEFT's

// 2 · weight · (M / ‖M‖_F) v with M = v vᵀ − 1: the gradient of weight · ‖M‖_F.
at::Tensor orthogonalPull(const at::Tensor& v, double weight)
{
    const at::Tensor off = at::matmul(v, v.t()) - at::eye(v.size(0), v.options());
    const at::Tensor norm = off.norm();
    return at::matmul(off, v) * (2 * weight / norm.clamp_min(1e-30));
}

} // namespace

AdaloraTuning::AdaloraTuning(Value settings, nn::Decoder& decoder, uint64_t seed)
    : m_given(std::move(settings)), m_settings(settingsOf(m_given)), m_decoder(decoder),
      m_targets(chosenLinears(m_settings, decoder.blueprint())),
      m_buffer(tensorsOf(m_settings, m_targets), decoder.device()),
      m_allocator(m_settings, m_buffer)
{
    for (std::size_t i = 0; i < m_targets.size(); ++i) {
        const at::Tensor& a = m_buffer.leaf(3 * i);
        const at::Tensor& b = m_buffer.leaf(3 * i + 1);
        const at::Tensor& e = m_buffer.leaf(3 * i + 2);
        fillNormal(a, kDeviation, seed, m_buffer.tensors()[3 * i].name);
        fillNormal(b, kDeviation, seed, m_buffer.tensors()[3 * i + 1].name);
        kernels::LowRank update;
        update.scale = m_settings.scale();
        update.rows = rowsOf(m_targets[i]);
        update.dropout = m_settings.dropout;
        m_updates.attach(*decoder.linear(m_targets[i].module->name),
                         std::make_unique<MadeUpdate>(m_targets[i].name(),
                                                      std::move(update),
                                                      [a, b, e] { return std::pair(a * e, b); }));
    }
}

AdapterState AdaloraTuning::state() const
{
    AdapterState state;
    state.method = kAdalora.id;
    state.settings = m_given;
    const at::Tensor kept =
        m_allocator.kept().defined() ? copyOnProcessor(m_allocator.kept()) : at::Tensor();
    Value pattern;
    for (std::size_t i = 0; i < m_targets.size(); ++i) {
        at::Tensor a = copyOnProcessor(m_buffer.leaf(3 * i));
        at::Tensor b = copyOnProcessor(m_buffer.leaf(3 * i + 1));
        at::Tensor e = copyOnProcessor(m_buffer.leaf(3 * i + 2));
        if (kept.defined()) {
            const at::Tensor off = kept[static_cast<int64_t>(i)].logical_not();
            a.masked_fill_(off.unsqueeze(1), 0);
            b.masked_fill_(off.unsqueeze(0), 0);
            e.masked_fill_(off.unsqueeze(1), 0);
            Value flags = Value::List();
            for (int64_t r = 0; r < m_settings.initR; ++r) {
                flags.append(!off[r].item<bool>());
            }
            pattern.set(m_targets[i].name(), flags);
        }
        const std::string name = m_targets[i].name() + ".";
        state.own.push_back({name + kA, std::move(a)});
        state.own.push_back({name + kB, std::move(b)});
        state.own.push_back({name + kE, std::move(e)});
    }
    if (m_total > 0) {
        state.record.set(kTotalStep, m_total);
    }
    if (!pattern.isNull()) {
        state.record.set(kRankPattern, pattern);
    }
    derive(state, m_decoder.blueprint());
    return state;
}

void AdaloraTuning::load(const AdapterState& state)
{
    loadOwn(m_buffer, state);
}

void AdaloraTuning::beginStep(int64_t /*step*/, int64_t total)
{
    m_total = total;
    if (m_settings.tinit >= total - m_settings.tfinal) {
        throw Failure(code::kBadField,
                      "method.tinit: " + std::to_string(m_settings.tinit) + " steps before and "
                          + std::to_string(m_settings.tfinal)
                          + " after the allocation leave none of the run's "
                          + std::to_string(total),
                      "Lower method.tinit or method.tfinal, or train for more steps",
                      "method.tinit");
    }
}

at::Tensor AdaloraTuning::gradientOf(std::size_t index)
{
    const at::Tensor& leaf = m_buffer.leaf(index);
    return m_buffer.gradients().narrow(0, m_buffer.offset(index), leaf.numel()).view(leaf.sizes());
}

void AdaloraTuning::addGradients()
{
    const double weight = m_settings.orthRegWeight / (2 * static_cast<double>(m_targets.size()));
    for (std::size_t i = 0; weight > 0 && i < m_buffer.size(); i += 3) {
        gradientOf(i).add_(orthogonalPull(m_buffer.leaf(i).detach(), weight));
        gradientOf(i + 1).add_(orthogonalPull(m_buffer.leaf(i + 1).detach().t(), weight).t());
    }
}

void AdaloraTuning::endStep(int64_t step, int64_t total)
{
    m_allocator.allocate(step + 1, total);
}

void derive(AdapterState& state, const nn::Blueprint& blueprint)
{
    const AdaloraSettings settings = settingsOf(state.settings);
    for (const Target& target : chosenLinears(settings, blueprint)) {
        const std::string name = target.name();
        const std::vector<int64_t> left =
            tripletsLeft(state.record[kRankPattern][name], settings.initR, name);
        if (left.empty()) {
            continue;
        }
        const at::Tensor rows = at::tensor(left, at::kLong);
        const at::Tensor& a = *findTensor(state.own, name + "." + kA);
        const at::Tensor& e = *findTensor(state.own, name + "." + kE);
        LowRankFactors factors = factorsOn(target);
        factors.a = (a * e).index_select(0, rows);
        factors.b = findTensor(state.own, name + "." + kB)->index_select(1, rows);
        factors.alpha = settings.scale() * static_cast<double>(left.size());
        state.factors.push_back(std::move(factors));
    }
    state.isDerived = true;
}

} // namespace engine::methods::adalora
