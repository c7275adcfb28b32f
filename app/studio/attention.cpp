// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/attention.h"

#include "app/base/task.h"

#include <QFileInfo>

#include <algorithm>

namespace app::studio {

namespace {

std::vector<AttentionItem> withoutFolder(std::vector<AttentionItem> bases)
{
    std::erase_if(bases, [](const AttentionItem& base) {
        return QFileInfo::exists(base.path + QStringLiteral("/config.json"))
               || QFileInfo(base.path).isFile();
    });
    return bases;
}

AttentionItem interruptedItem(const runs::RunInfo& run)
{
    AttentionItem item;
    item.kind = AttentionKind::InterruptedRun;
    item.path = run.folder;
    item.name = run.name;
    item.step = run.step;
    item.totalSteps = run.totalSteps;
    item.lastCheckpoint = run.lastCheckpoint;
    item.error = run.error;
    item.log = run.logTail;
    return item;
}

} // namespace

Attention::Attention(library::Library& library,
                     engine::EngineService& engine,
                     runs::RunCenter& runs,
                     QObject* parent)
    : QObject(parent), m_library(library), m_engine(engine), m_runs(runs)
{
    connect(&runs, &runs::RunCenter::listChanged, this, &Attention::compose);
    connect(&runs, &runs::RunCenter::changed, this, &Attention::compose);
    connect(&engine, &engine::EngineService::stateChanged, this, &Attention::compose);
    connect(&library, &library::Library::changed, this, [this](library::Table table) {
        if (table == library::Table::BaseModels || table == library::Table::Adapters) {
            refresh();
        }
    });
    connect(&library, &library::Library::damaged, this, [this](const auto& error) {
        AttentionItem item;
        item.kind = AttentionKind::LibraryDamaged;
        item.error = error;
        report(item);
    });
    connect(&library, &library::Library::rebuilt, this, [this] {
        std::erase_if(m_reported, [](const AttentionItem& item) {
            return item.kind == AttentionKind::LibraryDamaged && !item.path.isEmpty();
        });
        compose();
    });
    refresh();
}

void Attention::refresh()
{
    if (m_isLooking) {
        m_lookAgain = true;
        return;
    }
    const auto bases = m_library.baseModels().list();
    if (!bases) {
        compose();
        return;
    }
    const auto counts = m_library.adapters().countsByBase();
    std::vector<AttentionItem> candidates;
    for (const library::BaseModel& base : bases.value()) {
        AttentionItem item;
        item.kind = AttentionKind::MissingBase;
        item.path = base.path;
        item.name = base.name;
        item.row = base.row;
        if (counts) {
            item.count = counts.value().value(base.row);
        }
        candidates.push_back(std::move(item));
    }
    m_isLooking = true;
    // A folder on a drive that sleeps takes seconds to answer.
    runThen(
        this,
        [candidates = std::move(candidates)] { return withoutFolder(candidates); },
        [this](std::vector<AttentionItem> missing) { takeMissing(std::move(missing)); });
}

void Attention::takeMissing(std::vector<AttentionItem> missing)
{
    m_isLooking = false;
    m_missing = std::move(missing);
    compose();
    if (std::exchange(m_lookAgain, false)) {
        refresh();
    }
}

void Attention::dismiss(const AttentionItem& item)
{
    m_dismissed.insert(item.path);
    std::erase_if(m_reported, [&](const AttentionItem& other) { return other.isSame(item); });
    compose();
}

void Attention::report(const AttentionItem& item)
{
    m_reported.push_back(item);
    compose();
}

void Attention::compose()
{
    using State = engine::EngineService::State;
    std::vector<AttentionItem> items = m_reported;
    if (m_engine.state() == State::Failed || m_engine.state() == State::Incompatible) {
        AttentionItem item;
        item.kind = AttentionKind::EngineFailed;
        item.path = m_engine.program();
        item.error = m_engine.error();
        item.log = m_engine.logTail();
        items.push_back(std::move(item));
    }
    for (const runs::RunInfo* run : m_runs.interrupted()) {
        items.push_back(interruptedItem(*run));
    }
    items.insert(items.end(), m_missing.begin(), m_missing.end());
    std::erase_if(items, [this](const AttentionItem& item) {
        return !item.path.isEmpty() && m_dismissed.contains(item.path);
    });
    std::stable_sort(items.begin(), items.end(), [](const auto& left, const auto& right) {
        return left.kind < right.kind;
    });
    // A run in progress changes several times a second; its neighbours here do not.
    const bool isSame = std::equal(items.begin(),
                                   items.end(),
                                   m_items.begin(),
                                   m_items.end(),
                                   [](const AttentionItem& left, const AttentionItem& right) {
                                       return left.isSame(right) && left.count == right.count
                                              && left.step == right.step
                                              && left.lastCheckpoint == right.lastCheckpoint
                                              && left.error.message == right.error.message;
                                   });
    if (!isSame) {
        m_items = std::move(items);
        Q_EMIT changed();
    }
}

} // namespace app::studio
