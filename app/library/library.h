// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The studio's memory: an index over run folders and imported adapters, with what people wrote
// about them, and the little that has no folder. GUI thread only; file work happens on other
// threads. A library that could not be opened answers every question with that error.
#pragma once

#include "app/library/adapter_repository.h"
#include "app/library/base_model_repository.h"
#include "app/library/chat_repository.h"
#include "app/library/dataset_repository.h"
#include "app/library/evaluation_repository.h"
#include "app/library/export_repository.h"
#include "app/library/job_repository.h"
#include "app/library/migrations.h"
#include "app/library/note_repository.h"
#include "app/library/prompt_repository.h"
#include "app/library/rebuild.h"
#include "app/library/run_record.h"
#include "app/library/run_repository.h"
#include "app/library/side_file_writer.h"
#include "app/library/tag_repository.h"

#include <QObject>

#include <memory>

namespace app::library {

struct LibraryFolders
{
    QString database; // library.db
    QString runs;
    QString adapters; // copies of imported adapters
    QString backups;
};

struct OpenReport
{
    bool isNew = false;
    bool wasUnclean = false; // the last studio did not close it; a check runs in the background
    QString damagedFile;     // where a damaged database was moved; `rebuild` is due
    QString backup;          // copy made before a migration
};

class Library : public QObject
{
    Q_OBJECT

public:
    using Done = std::function<void(Result<QString>)>;

    explicit Library(LibraryFolders folders, QObject* parent = nullptr);
    ~Library() override;

    // Opens and migrates. A damaged database is moved aside; the newest sound daily copy takes its
    // place, else an empty one, and `rebuild` brings it up to date.
    Result<OpenReport> open();
    bool isOpen() const { return m_database.isOpen(); }
    const LibraryFolders& folders() const { return m_folders; }

    BaseModelRepository& baseModels() { return m_baseModels; }
    DatasetRepository& datasets() { return m_datasets; }
    RunRepository& runs() { return m_runs; }
    AdapterRepository& adapters() { return m_adapters; }
    TagRepository& tags() { return m_tags; }
    NoteRepository& notes() { return m_notes; }
    EvaluationRepository& evaluations() { return m_evaluations; }
    ExportRepository& exports() { return m_exports; }
    PromptRepository& prompts() { return m_prompts; }
    ChatRepository& chats() { return m_chats; }
    JobRepository& jobs() { return m_jobs; }

    // Many changes as one: all or, when `work` fails, none of them.
    Result<void> inOneGo(const std::function<Result<void>()>& work)
    {
        return m_database.transaction(work);
    }

    // Everything whose name, note, tags or base contain the words.
    Result<std::vector<SearchHit>> search(const QString& text, int limit = 50) const;

    // Reads a run folder on another thread and records it; `done` gets the run's id.
    void recordRun(const QString& folder, Done done = {});
    // The second half, for what was read already. Returns the run's id.
    Result<QString> record(const RunRecord& run);
    Result<QString> record(const AdapterRecord& imported);
    // Copies a PEFT folder into the library on another thread and records it; `inspected` is the
    // answer of `inspect adapter` (null when there is none). `done` gets the adapter's id; for
    // content that is there already, the id it has, taken out of the trash if it was there.
    void importAdapter(const QString& folder,
                       const ::engine::contract::Value& inspected,
                       Done done = {});

    // Forgets a run, adapter, base, dataset, chat or prompt for good. Files are removed on another
    // thread, and only those the studio made: a run's folder, a trained or imported adapter. A run
    // whose adapter is still in the library is refused with kConflict.
    Result<void> purge(Subject subject);

    // Reads every run folder and imported copy again and forgets those that are gone from our
    // folders; folders elsewhere stay. Idempotent; ends with `rebuilt`.
    void rebuild();
    bool isRebuilding() const { return m_isRebuilding; }

    // Writes pending side files. For shutdown and tests.
    void flush() { m_sideFiles.flush(); }

Q_SIGNALS:
    void changed(app::library::Table table);
    void rebuildProgress(int done, int total);
    // `refused`: folders that could not be read, each with its reason.
    void rebuilt(int recorded, const QStringList& refused);
    // The background check found the open database damaged; the next start rebuilds it.
    void damaged(const ::engine::contract::Error& error);
    void sideFileFailed(const QString& folder, const ::engine::contract::Error& error);

private:
    Result<MigrationOutcome> openNewest();
    Result<qint64> recordAdapter(const AdapterRecord& record);
    // What was written about a subject before; only for one that the database did not know.
    void applySideFile(Subject subject, const SideFile& side);
    Result<QString> record(const FolderRecord& found);
    void recordNext(std::shared_ptr<Rebuild> work);
    void finishRebuild(const Rebuild& work);
    void checkInBackground();
    void copyDailyInBackground();
    void removeInBackground(const QStringList& paths);

    LibraryFolders m_folders;
    Database m_database;
    SearchIndex m_index;
    SideFileWriter m_sideFiles;
    RepositoryContext m_context;
    BaseModelRepository m_baseModels;
    DatasetRepository m_datasets;
    RunRepository m_runs;
    AdapterRepository m_adapters;
    TagRepository m_tags;
    NoteRepository m_notes;
    EvaluationRepository m_evaluations;
    ExportRepository m_exports;
    PromptRepository m_prompts;
    ChatRepository m_chats;
    JobRepository m_jobs;
    bool m_isRebuilding = false;
};

} // namespace app::library
