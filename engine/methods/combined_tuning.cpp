// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/combined_tuning.h"

#include <algorithm>
#include <string>

namespace engine::methods {

namespace {

std::string memoryPrefix(std::size_t member)
{
    return std::to_string(member) + ".";
}

} // namespace

CombinedTuning::CombinedTuning(std::vector<std::unique_ptr<Tuning>> members,
                               nn::ParameterBuffer buffer)
    : m_members(std::move(members)), m_buffer(std::move(buffer))
{
    int64_t first = 0;
    for (const std::unique_ptr<Tuning>& member : m_members) {
        nn::ParameterBuffer& own = member->parameters();
        const int64_t count = own.numbers();
        own.moveTo(m_buffer.values().narrow(0, first, count),
                   m_buffer.gradients().narrow(0, first, count));
        first += count;
    }
    TORCH_CHECK(first == m_buffer.numbers(), "CombinedTuning: the buffer does not fit");
}

CombinedTuning::~CombinedTuning()
{
    while (!m_members.empty()) {
        m_members.pop_back();
    }
}

AdapterState CombinedTuning::state() const
{
    AdapterState state = m_members.front()->state();
    for (std::size_t i = 1; i < m_members.size(); ++i) {
        state.with.push_back(m_members[i]->state());
    }
    return state;
}

void CombinedTuning::load(const AdapterState& state)
{
    m_members.front()->load(state);
    for (std::size_t i = 1; i < m_members.size(); ++i) {
        const std::string method = m_members[i]->state().method;
        const auto own = std::find_if(
            state.with.begin(), state.with.end(), [&method](const AdapterState& further) {
                return further.method == method;
            });
        TORCH_CHECK(own != state.with.end(), "CombinedTuning: no state of ", method);
        m_members[i]->load(*own);
    }
}

void CombinedTuning::beginStep(int64_t step, int64_t total)
{
    for (const std::unique_ptr<Tuning>& member : m_members) {
        member->beginStep(step, total);
    }
}

void CombinedTuning::addGradients()
{
    for (const std::unique_ptr<Tuning>& member : m_members) {
        member->addGradients();
    }
}

void CombinedTuning::endStep(int64_t step, int64_t total)
{
    for (const std::unique_ptr<Tuning>& member : m_members) {
        member->endStep(step, total);
    }
}

bool CombinedTuning::hasSteps() const
{
    return std::any_of(
        m_members.begin(), m_members.end(), [](const auto& member) { return member->hasSteps(); });
}

std::vector<ReplacedParameter> CombinedTuning::memory() const
{
    std::vector<ReplacedParameter> all;
    for (std::size_t i = 0; i < m_members.size(); ++i) {
        for (ReplacedParameter& own : m_members[i]->memory()) {
            own.name = memoryPrefix(i) + own.name;
            all.push_back(std::move(own));
        }
    }
    return all;
}

void CombinedTuning::remember(const std::vector<ReplacedParameter>& memory)
{
    for (std::size_t i = 0; i < m_members.size(); ++i) {
        std::vector<ReplacedParameter> own;
        for (const ReplacedParameter& one : memory) {
            if (one.name.starts_with(memoryPrefix(i))) {
                own.push_back({one.name.substr(memoryPrefix(i).size()), one.value});
            }
        }
        m_members[i]->remember(own);
    }
}

std::vector<PartialUpdate> CombinedTuning::partialUpdates() const
{
    std::vector<PartialUpdate> all;
    std::size_t first = 0;
    for (const std::unique_ptr<Tuning>& member : m_members) {
        for (PartialUpdate& own : member->partialUpdates()) {
            own.tensor += first;
            all.push_back(std::move(own));
        }
        first += member->parameters().size();
    }
    return all;
}

NestedRanks* CombinedTuning::nestedRanks()
{
    for (const std::unique_ptr<Tuning>& member : m_members) {
        if (NestedRanks* const ranks = member->nestedRanks()) {
            return ranks;
        }
    }
    return nullptr;
}

} // namespace engine::methods
