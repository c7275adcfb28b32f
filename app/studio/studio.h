// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The studio without its window: settings, library, engine, runs and the rest, made in order and
// connected. Made once in main(); pages get it by reference. GUI thread only.
#pragma once

#include "app/base/drafts.h"
#include "app/base/paths.h"
#include "app/base/settings.h"
#include "app/base/system_facts.h"
#include "app/engine/chat_service.h"
#include "app/engine/engine_service.h"
#include "app/intake/intake.h"
#include "app/library/library.h"
#include "app/runs/run_center.h"
#include "app/studio/attention.h"
#include "app/studio/presets.h"
#include "app/studio/sample.h"

#include <QObject>
#include <QSet>

namespace app {

class Studio : public QObject
{
    Q_OBJECT

public:
    // The folders must be there (Paths::create). A library that cannot be opened leaves the studio
    // working; attention() says so.
    explicit Studio(const Paths& paths,
                    const QString& engineProgram = Paths::engineProgram(),
                    QObject* parent = nullptr);
    ~Studio() override;

    const Paths& paths() const { return m_paths; }
    Settings& settings() { return m_settings; }
    library::Library& library() { return m_library; }
    engine::EngineService& engine() { return m_engine; }
    engine::ChatService& chat() { return m_chat; }
    runs::RunCenter& runs() { return m_runs; }
    intake::Intake& intake() { return m_intake; }
    Drafts& drafts() { return m_drafts; }
    SystemMonitor& system() { return m_system; }
    studio::Presets& presets() { return m_presets; }
    studio::Sample& sample() { return m_sample; }
    studio::Attention& attention() { return m_attention; }

    // The defaults of the catalogue with what the settings say of device, threads and disk: what a
    // new job starts from. Null before the engine's hello.
    ::engine::contract::Value newJob(const QString& method) const;

private:
    void openLibrary();
    void recordFinishedRuns();
    void record(const QString& folder);
    void recordUnknownRuns();

    Paths m_paths;
    Settings m_settings;
    library::Library m_library;
    engine::EngineService m_engine;
    engine::ChatService m_chat;
    runs::RunCenter m_runs;
    intake::Intake m_intake;
    Drafts m_drafts;
    SystemMonitor m_system;
    studio::Presets m_presets;
    studio::Sample m_sample;
    studio::Attention m_attention;
    QSet<QString> m_known; // folders of runs that are in the library
};

} // namespace app
