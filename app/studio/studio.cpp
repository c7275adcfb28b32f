// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/studio.h"

#include "app/base/text.h"
#include "app/engine/catalog_access.h"

#include <QDir>

namespace app {

namespace {

// Beyond so many unknown runs the library is rebuilt, which reads them one after the other.
constexpr qsizetype kMostAtOnce = 32;

QString under(const QString& folder, const char* name)
{
    return folder + QLatin1Char('/') + QLatin1String(name);
}

// Answers of the studio before are nobody's any more.
QString emptied(const QString& folder)
{
    QDir(folder).removeRecursively();
    QDir().mkpath(folder);
    return folder;
}

} // namespace

Studio::Studio(const Paths& paths, const QString& engineProgram, QObject* parent)
    : QObject(parent), m_paths(paths), m_settings(paths.settings),
      m_library({paths.library, paths.runs, paths.adapters, under(paths.data, "backups")}),
      m_engine(
          engineProgram, emptied(under(paths.scratch, "service")), under(paths.logs, "engine.log")),
      m_chat(engineProgram, emptied(under(paths.scratch, "chat")), under(paths.logs, "chat.log")),
      m_runs(m_engine, paths.runs, under(paths.data, "queue.json")),
      m_intake(m_library, m_engine, paths.runs), m_drafts(paths.drafts), m_system(paths.data),
      m_presets(paths.presets), m_sample(paths.samples, m_engine, m_runs, m_intake),
      m_attention(m_library, m_engine, m_runs)
{
    openLibrary();
    recordFinishedRuns();
    connect(&m_intake, &intake::Intake::added, this, [this](intake::Kind kind) {
        if (kind == intake::Kind::Run) {
            m_runs.rescan();
        }
    });
    if (!m_settings.brokenFile().isEmpty()) {
        studio::AttentionItem item;
        item.kind = studio::AttentionKind::SettingsDamaged;
        item.path = m_settings.brokenFile();
        m_attention.report(item);
    }
}

Studio::~Studio() = default;

::engine::contract::Value Studio::newJob(const QString& method) const
{
    const ::engine::contract::Catalog* catalog = m_engine.catalog();
    if (!catalog) {
        return {};
    }
    using ::engine::contract::Value;
    Value job = engine::defaultJob(*catalog, stdString(method));
    engine::setValueAt(job, "runtime.device", stdString(m_settings.get(kDevice)));
    engine::setValueAt(job, "runtime.threads", Value(int64_t(m_settings.get(kThreads))));
    engine::setValueAt(job,
                       "training.watchdog.min_free_disk_mb",
                       Value(int64_t(m_settings.get(kMinimumFreeDisk))));
    return job;
}

void Studio::openLibrary()
{
    const auto opened = m_library.open();
    studio::AttentionItem item;
    if (!opened) {
        item.kind = studio::AttentionKind::LibraryClosed;
        item.path = m_paths.library;
        item.error = opened.error();
        m_attention.report(item);
        return;
    }
    if (!opened.value().damagedFile.isEmpty()) {
        item.kind = studio::AttentionKind::LibraryDamaged;
        item.path = opened.value().damagedFile;
        m_attention.report(item);
        m_library.rebuild();
    }
    m_attention.refresh();
}

void Studio::recordFinishedRuns()
{
    connect(&m_runs, &runs::RunCenter::runFinished, this, &Studio::record);
    connect(&m_runs, &runs::RunCenter::runStopped, this, &Studio::record);
    connect(&m_runs, &runs::RunCenter::runFailed, this, &Studio::record);
    connect(&m_runs,
            &runs::RunCenter::listChanged,
            this,
            &Studio::recordUnknownRuns,
            Qt::QueuedConnection);
}

void Studio::record(const QString& folder)
{
    m_known.insert(folder);
    m_library.recordRun(folder, [folder](const auto& recorded) {
        if (!recorded) {
            qWarning("The run %s is not in the library: %s",
                     qUtf8Printable(folder),
                     recorded.error().message.c_str());
        }
    });
}

// What ended while no studio was there, or was copied in by hand.
void Studio::recordUnknownRuns()
{
    QSet<QString> unknown;
    for (const runs::RunInfo& run : m_runs.runs()) {
        if (!runs::isActive(run.status) && !m_known.contains(run.folder)) {
            unknown.insert(run.folder);
        }
    }
    if (unknown.isEmpty()) {
        return;
    }
    for (const auto& runs : {m_library.runs().list(), m_library.runs().trashed()}) {
        if (!runs) {
            return; // a closed library: attention() says so
        }
        for (const library::Run& run : runs.value()) {
            m_known.insert(run.folder);
            unknown.remove(run.folder);
        }
    }
    if (unknown.size() > kMostAtOnce) {
        m_known.unite(unknown);
        m_library.rebuild();
        return;
    }
    for (const QString& folder : unknown) {
        record(folder);
    }
}

} // namespace app
