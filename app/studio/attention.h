// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is wrong and can be put right: interrupted runs, bases that are not where they were, a
// library or an engine in trouble. What Home lists; each entry stays until it is solved or set
// aside. GUI thread only.
#pragma once

#include "app/engine/engine_service.h"
#include "app/library/library.h"
#include "app/runs/run_center.h"

#include <QObject>
#include <QSet>

#include <vector>

namespace app::studio {

enum class AttentionKind {
    LibraryClosed,   // could not be opened; error
    LibraryDamaged,  // a damaged one was moved aside (path), or damage was found; rebuild
    SettingsDamaged, // the defaults hold; path of the file put aside
    EngineFailed,    // error, log
    InterruptedRun,  // path = run folder, name, step, lastCheckpoint
    MissingBase,     // path = where it was, name, count = adapters that need it
};

struct AttentionItem
{
    AttentionKind kind = AttentionKind::InterruptedRun;
    QString path;
    QString name;
    qint64 row = 0; // of the base
    qint64 count = 0;
    qint64 step = 0;
    qint64 totalSteps = 0;
    qint64 lastCheckpoint = -1; // −1 = none
    ::engine::contract::Error error;
    QString log;

    bool isSame(const AttentionItem& other) const
    {
        return kind == other.kind && path == other.path && row == other.row;
    }
};

class Attention : public QObject
{
    Q_OBJECT

public:
    Attention(library::Library& library,
              engine::EngineService& engine,
              runs::RunCenter& runs,
              QObject* parent = nullptr);

    // The most serious first.
    const std::vector<AttentionItem>& items() const { return m_items; }
    // Looks again, in the background: a drive may be back.
    void refresh();
    // Sets an interrupted run aside until the next start.
    void dismiss(const AttentionItem& item);
    // What was found while starting.
    void report(const AttentionItem& item);

Q_SIGNALS:
    void changed();

private:
    void takeMissing(std::vector<AttentionItem> missing);
    void compose();

    library::Library& m_library;
    engine::EngineService& m_engine;
    runs::RunCenter& m_runs;
    std::vector<AttentionItem> m_reported;
    std::vector<AttentionItem> m_missing;
    std::vector<AttentionItem> m_items;
    QSet<QString> m_dismissed;
    bool m_isLooking = false;
    bool m_lookAgain = false;
};

} // namespace app::studio
