// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/library.h"

#include "app/base/task.h"
#include "app/base/text.h"
#include "app/library/adapter_folder.h"
#include "app/library/library_error.h"
#include "app/library/rebuild.h"
#include "app/library/recovery.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace app::library {

using ::engine::contract::Value;

namespace {

// Read on another thread at a time; recording so many stays below a frame.
constexpr int kBatch = 8;

// Mean of ‖ΔW‖ / ‖W‖ over the modules of an `inspect adapter` answer; nothing without a base.
std::optional<double> meanRelativeNorm(const Value& inspected)
{
    double sum = 0;
    int count = 0;
    for (const Value& module : inspected["modules"].toList()) {
        if (module["relative_norm"].isNumber()) {
            sum += module["relative_norm"].toDouble();
            ++count;
        }
    }
    return count > 0 ? std::optional(sum / count) : std::nullopt;
}

bool isInside(const QString& path, const QString& folder)
{
    return path.startsWith(QDir::cleanPath(folder) + QLatin1Char('/'));
}

} // namespace

Library::Library(LibraryFolders folders, QObject* parent)
    : QObject(parent), m_folders(std::move(folders)),
      m_index(m_database), m_context{m_database,
                                     m_index,
                                     m_sideFiles,
                                     [this](Table table) { Q_EMIT changed(table); }},
      m_baseModels(m_context), m_datasets(m_context), m_runs(m_context), m_adapters(m_context),
      m_tags(m_context), m_notes(m_context), m_evaluations(m_context), m_exports(m_context),
      m_prompts(m_context), m_chats(m_context), m_jobs(m_context)
{
    connect(&m_sideFiles, &SideFileWriter::failed, this, &Library::sideFileFailed);
}

Library::~Library()
{
    if (m_database.isOpen()) {
        m_database.close();
        unmarkOpen(m_folders.database);
    }
}

Result<MigrationOutcome> Library::openNewest()
{
    if (auto opened = m_database.open(m_folders.database); !opened) {
        return opened.error();
    }
    auto migrated = migrate(m_database, migrations(), m_folders.backups);
    if (!migrated) {
        m_database.refuse(migrated.error());
    }
    return migrated;
}

Result<OpenReport> Library::open()
{
    QDir().mkpath(QFileInfo(m_folders.database).absolutePath());
    OpenReport report;
    report.isNew = !QFile::exists(m_folders.database);
    report.wasUnclean = !report.isNew && wasLeftOpen(m_folders.database);
    auto opened = isMarkedDamaged(m_folders.database) && !report.isNew
                      ? Result<MigrationOutcome>(Error{std::string(code::kDamaged), {}, {}, {}})
                      : openNewest();
    if (!opened && opened.error().code == code::kDamaged && !report.isNew) {
        m_database.close();
        auto moved = moveAside(m_folders.database);
        if (!moved) {
            m_database.refuse(moved.error());
            return moved.error();
        }
        report.damagedFile = moved.value();
        report.wasUnclean = false;
        restoreNewestCopy(m_folders.backups, m_folders.database);
        opened = openNewest();
    }
    if (!opened) {
        return opened.error();
    }
    report.backup = opened.value().backup;
    markOpen(m_folders.database);
    if (report.wasUnclean) {
        checkInBackground();
    }
    copyDailyInBackground();
    return report;
}

Result<std::vector<SearchHit>> Library::search(const QString& text, int limit) const
{
    return m_index.find(text, limit);
}

void Library::recordRun(const QString& folder, Done done)
{
    runThen(
        this,
        [folder] { return readRunFolder(folder); },
        [this, done = std::move(done)](const Result<RunRecord>& read) {
            const auto recorded = read ? record(read.value()) : Result<QString>(read.error());
            if (done) {
                done(recorded);
            }
        });
}

Result<QString> Library::record(const RunRecord& record)
{
    const auto recorded = m_database.transaction([&]() -> Result<void> {
        Run run = record.run;
        if (!record.base.path.isEmpty()) {
            const auto base = m_baseModels.save(record.base);
            if (!base) {
                return base.error();
            }
            run.base = base.value();
        }
        if (!record.dataset.path.isEmpty()) {
            const auto dataset = m_datasets.save(record.dataset);
            if (!dataset) {
                return dataset.error();
            }
            run.dataset = dataset.value();
        }
        const bool isNew = !m_runs.findById(run.id);
        const auto row = m_runs.save(run);
        if (!row) {
            return row.error();
        }
        if (isNew || m_isRebuilding) {
            applySideFile({SubjectKind::Run, row.value()}, record.side);
        }
        if (!record.adapter) {
            return {};
        }
        AdapterRecord made = *record.adapter;
        made.adapter.run = row.value();
        made.adapter.base = run.base;
        const auto adapter = recordAdapter(made);
        return adapter ? Result<void>() : Result<void>(adapter.error());
    });
    if (!recorded) {
        return recorded.error();
    }
    return record.run.id;
}

Result<QString> Library::record(const AdapterRecord& imported)
{
    const auto recorded = m_database.transaction([&]() -> Result<void> {
        AdapterRecord adapter = imported;
        auto base = m_baseModels.findByHash(adapter.adapter.baseSha256);
        if (!base) {
            base = m_baseModels.findByPath(adapter.adapter.basePath);
        }
        if (base) {
            adapter.adapter.base = base.value().row;
        }
        const auto row = recordAdapter(adapter);
        return row ? Result<void>() : Result<void>(row.error());
    });
    if (!recorded) {
        return recorded.error();
    }
    return imported.adapter.id;
}

Result<QString> Library::record(const FolderRecord& found)
{
    if (const auto* refusal = std::get_if<Error>(&found)) {
        return *refusal;
    }
    const auto* run = std::get_if<RunRecord>(&found);
    return run ? record(*run) : record(std::get<AdapterRecord>(found));
}

Result<qint64> Library::recordAdapter(const AdapterRecord& record)
{
    const bool isNew = !m_adapters.findById(record.adapter.id);
    const auto row = m_adapters.save(record.adapter);
    if (!row) {
        return row;
    }
    if (!record.parents.empty()) {
        if (auto tied = m_adapters.setParents(row.value(), record.parents); !tied) {
            return tied.error();
        }
    }
    if (isNew || m_isRebuilding) {
        applySideFile({SubjectKind::Adapter, row.value()}, record.side);
    }
    return row;
}

void Library::applySideFile(Subject subject, const SideFile& side)
{
    if (side.isEmpty()) {
        return;
    }
    const bool isRun = subject.kind == SubjectKind::Run;
    if (!side.name.isEmpty()) {
        (void)(isRun ? m_runs.rename(subject.row, side.name)
                     : m_adapters.rename(subject.row, side.name));
    }
    (void)m_tags.set(subject, side.tags);
    (void)m_notes.set(subject, side.note);
    if (side.trashed.isValid()) {
        (void)(isRun ? m_runs.trash(subject.row, side.trashed)
                     : m_adapters.trash(subject.row, side.trashed));
    }
}

void Library::importAdapter(const QString& folder, const Value& inspected, Done done)
{
    const auto copyAndRead = [folder, adapters = m_folders.adapters]() -> Result<AdapterRecord> {
        const auto copied = copyAdapterFolder(folder, adapters);
        return copied ? readImportedAdapter(copied.value()) : Result<AdapterRecord>(copied.error());
    };
    runThen(this,
            copyAndRead,
            [this, folder, inspected, done = std::move(done)](Result<AdapterRecord> read) {
                if (!read) {
                    if (done) {
                        done(read.error());
                    }
                    return;
                }
                AdapterRecord imported = std::move(read).value();
                Adapter& adapter = imported.adapter;
                adapter.relativeNorm = meanRelativeNorm(inspected);
                if (inspected["parameters"].isNumber()) {
                    adapter.parameters = inspected["parameters"].toInteger();
                }
                // The copy is named by its hash; what it was called is kept beside it.
                if (imported.side.name.isEmpty()) {
                    imported.side.name = QDir(folder).dirName();
                }
                const auto recorded = record(imported);
                if (const auto known = m_adapters.findById(adapter.id);
                    known && known.value().trashed.isValid()) {
                    (void)m_adapters.restore(known.value().row);
                }
                if (done) {
                    done(recorded);
                }
            });
}

Result<void> Library::purge(Subject subject)
{
    switch (subject.kind) {
    case SubjectKind::BaseModel:
        return m_baseModels.purge(subject.row);
    case SubjectKind::Dataset:
        return m_datasets.purge(subject.row);
    case SubjectKind::Chat:
        return m_chats.purge(subject.row);
    case SubjectKind::Prompt:
        return m_prompts.purge(subject.row);
    case SubjectKind::Run: {
        const auto run = m_runs.find(subject.row);
        if (!run) {
            return run.error();
        }
        if (const auto adapter = m_adapters.ofRun(subject.row)) {
            return Error{
                std::string(code::kConflict),
                stdString(
                    tr("The adapter %1 lies in the folder of this run").arg(adapter.value().name)),
                stdString(tr("Delete the adapter for good first")),
                stdString(run.value().folder)};
        }
        auto forgotten = m_runs.forget(subject.row);
        if (forgotten && QFile::exists(run.value().folder + QStringLiteral("/job.json"))) {
            removeInBackground({run.value().folder});
        }
        return forgotten;
    }
    case SubjectKind::Adapter: {
        const auto adapter = m_adapters.find(subject.row);
        if (!adapter) {
            return adapter.error();
        }
        const QString path = adapter.value().path;
        auto forgotten = m_adapters.forget(subject.row);
        if (forgotten && QFile::exists(path + QStringLiteral("/adapter_config.json"))) {
            removeInBackground({path, sideFilePath(path)});
        }
        return forgotten;
    }
    }
    return {};
}

void Library::removeInBackground(const QStringList& paths)
{
    m_sideFiles.flush();
    runThen(
        this,
        [paths] {
            for (const QString& path : paths) {
                // The folder's name goes at once, so that a crash leaves no half of it behind it.
                const QString aside = path + QStringLiteral(".deleted");
                if (QFileInfo(path).isDir() && QFile::rename(path, aside)) {
                    QDir(aside).removeRecursively();
                } else {
                    QFile::remove(path);
                }
            }
        },
        [] {});
}

void Library::rebuild()
{
    if (m_isRebuilding) {
        return;
    }
    m_isRebuilding = true;
    flush(); // names, tags and notes are read from the files that are still being written
    runThen(
        this,
        [folders = m_folders] {
            return std::make_shared<Rebuild>(findFolders(folders.runs, folders.adapters));
        },
        [this](std::shared_ptr<Rebuild> work) { recordNext(std::move(work)); });
}

void Library::recordNext(std::shared_ptr<Rebuild> work)
{
    Q_EMIT rebuildProgress(work->total - int(work->folders.size()), work->total);
    if (work->folders.isEmpty()) {
        finishRebuild(*work);
        return;
    }
    const QStringList batch = work->folders.mid(0, kBatch);
    work->folders.remove(0, batch.size());
    const auto read = [batch] {
        std::vector<FolderRecord> records;
        for (const QString& folder : batch) {
            records.push_back(readFolder(folder));
        }
        return records;
    };
    runThen(this, read, [this, work, batch](const std::vector<FolderRecord>& records) {
        const auto recordAll = [&]() -> Result<void> {
            for (size_t i = 0; i < records.size(); ++i) {
                const auto recorded = record(records[i]);
                if (recorded) {
                    ++work->recorded;
                } else {
                    work->refused << QStringLiteral("%1: %2").arg(batch[qsizetype(i)],
                                                                  qs(recorded.error().message));
                }
            }
            return {};
        };
        if (const auto written = m_database.transaction(recordAll); !written) {
            work->refused << qs(written.error().message);
        }
        recordNext(work);
    });
}

void Library::finishRebuild(const Rebuild& work)
{
    // What was ours and is gone. A folder that could not be listed tells nothing.
    if (QFileInfo(m_folders.runs).isReadable() && QFileInfo(m_folders.adapters).isReadable()) {
        const auto adapters = m_adapters.list();
        for (size_t i = 0; adapters && i < adapters.value().size(); ++i) {
            const Adapter& adapter = adapters.value()[i];
            if ((isInside(adapter.path, m_folders.runs)
                 || isInside(adapter.path, m_folders.adapters))
                && !QFileInfo::exists(adapter.path)) {
                (void)m_adapters.forget(adapter.row);
            }
        }
        const auto runs = m_runs.list();
        for (size_t i = 0; runs && i < runs.value().size(); ++i) {
            const Run& run = runs.value()[i];
            if (isInside(run.folder, m_folders.runs) && !QFileInfo::exists(run.folder)) {
                (void)m_runs.forget(run.row);
            }
        }
    }
    m_isRebuilding = false;
    Q_EMIT rebuilt(work.recorded, work.refused);
}

void Library::checkInBackground()
{
    const auto check = [file = m_folders.database]() -> Result<void> {
        Database database;
        auto opened = database.open(file, Database::Mode::ReadOnly);
        return opened ? database.check() : opened;
    };
    runThen(this, check, [this](const Result<void>& checked) {
        if (!checked && checked.error().code == code::kDamaged) {
            markDamaged(m_folders.database);
            Q_EMIT damaged(checked.error());
        }
    });
}

void Library::copyDailyInBackground()
{
    const auto copy = [folders = m_folders]() -> Result<bool> {
        Database database;
        if (auto opened = database.open(folders.database, Database::Mode::ReadOnly); !opened) {
            return opened.error();
        }
        return copyDaily(database, folders.backups, QDate::currentDate());
    };
    runThen(this, copy, [](const Result<bool>& copied) {
        if (!copied) {
            qWarning("%s", copied.error().message.c_str());
        }
    });
}

} // namespace app::library
