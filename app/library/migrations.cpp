// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/migrations.h"

#include "app/base/text.h"
#include "engine/contract/error_codes.h"

#include <QDir>

namespace app::library {

namespace {

struct MigrationText
{
    Q_DECLARE_TR_FUNCTIONS(app::library::Migrations)
};

Result<void> applyStep(Database& database, const Migration& step, int version)
{
    return database.transaction([&]() -> Result<void> {
        for (const char* statement : step.statements) {
            if (auto ran = database.execute(QString::fromUtf8(statement)); !ran) {
                Error error = ran.error();
                error.message += " (" + std::string(step.sentence) + ")";
                return error;
            }
        }
        auto numbered = database.execute(QStringLiteral("PRAGMA user_version=%1").arg(version));
        return numbered ? Result<void>() : Result<void>(numbered.error());
    });
}

} // namespace

const std::vector<Migration>& migrations()
{
    // clang-format off
    static const std::vector<Migration> steps = {
        {"Create the library",
         {
R"(CREATE TABLE base_models (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT UNIQUE,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    family TEXT NOT NULL DEFAULT '',
    dtype TEXT NOT NULL DEFAULT '',
    parameters INTEGER NOT NULL DEFAULT 0,
    context INTEGER NOT NULL DEFAULT 0,
    vocabulary INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    problems INTEGER NOT NULL DEFAULT 0,
    has_chat_template INTEGER NOT NULL DEFAULT 0,
    added_at INTEGER NOT NULL,
    used_at INTEGER,
    deleted_at INTEGER))",
R"(CREATE INDEX base_models_path ON base_models(path))",
R"(CREATE TABLE datasets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT UNIQUE,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    format TEXT NOT NULL DEFAULT '',
    columns TEXT NOT NULL DEFAULT '[]',
    row_count INTEGER NOT NULL DEFAULT 0,
    good INTEGER NOT NULL DEFAULT 0,
    dropped INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    added_at INTEGER NOT NULL,
    used_at INTEGER,
    deleted_at INTEGER))",
R"(CREATE INDEX datasets_path ON datasets(path))",
R"(CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    folder TEXT NOT NULL,
    name TEXT NOT NULL,
    is_renamed INTEGER NOT NULL DEFAULT 0,
    method TEXT NOT NULL,
    status INTEGER NOT NULL,
    base_id INTEGER REFERENCES base_models(id) ON DELETE SET NULL,
    base_path TEXT NOT NULL DEFAULT '',
    dataset_id INTEGER REFERENCES datasets(id) ON DELETE SET NULL,
    data_path TEXT NOT NULL DEFAULT '',
    train_samples INTEGER NOT NULL DEFAULT 0,
    validation_samples INTEGER NOT NULL DEFAULT 0,
    start_from TEXT NOT NULL DEFAULT '',
    device TEXT NOT NULL DEFAULT '',
    error TEXT NOT NULL DEFAULT '',
    started_at INTEGER,
    ended_at INTEGER,
    deleted_at INTEGER))",
R"(CREATE INDEX runs_folder ON runs(folder))",
R"(CREATE INDEX runs_started ON runs(started_at))",
R"(CREATE INDEX runs_base ON runs(base_id))",
R"(CREATE INDEX runs_dataset ON runs(dataset_id))",
R"(CREATE TABLE metrics_summary (
    run_id INTEGER PRIMARY KEY REFERENCES runs(id) ON DELETE CASCADE,
    step INTEGER NOT NULL DEFAULT 0,
    total_steps INTEGER NOT NULL DEFAULT 0,
    tokens INTEGER NOT NULL DEFAULT 0,
    loss REAL,
    eval_loss REAL,
    best_loss REAL,
    best_step INTEGER NOT NULL DEFAULT 0,
    seconds REAL NOT NULL DEFAULT 0,
    tokens_per_second REAL NOT NULL DEFAULT 0,
    memory_bytes INTEGER NOT NULL DEFAULT 0,
    trainable INTEGER NOT NULL DEFAULT 0,
    parameters INTEGER NOT NULL DEFAULT 0,
    loss_points TEXT NOT NULL DEFAULT '[]'))",
R"(CREATE TABLE adapters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    identity TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    is_renamed INTEGER NOT NULL DEFAULT 0,
    path TEXT NOT NULL,
    origin TEXT NOT NULL,
    method TEXT NOT NULL,
    rank INTEGER NOT NULL DEFAULT 0,
    has_several_ranks INTEGER NOT NULL DEFAULT 0,
    modules INTEGER NOT NULL DEFAULT 0,
    parameters INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    dtype TEXT NOT NULL DEFAULT '',
    eval_loss REAL,
    eval_step INTEGER NOT NULL DEFAULT 0,
    relative_norm REAL,
    base_id INTEGER REFERENCES base_models(id) ON DELETE SET NULL,
    base_path TEXT NOT NULL DEFAULT '',
    base_sha256 TEXT NOT NULL DEFAULT '',
    run_id INTEGER REFERENCES runs(id) ON DELETE SET NULL,
    made_at INTEGER,
    deleted_at INTEGER))",
R"(CREATE INDEX adapters_by_name ON adapters(deleted_at, name COLLATE NOCASE))",
R"(CREATE INDEX adapters_by_loss ON adapters(deleted_at, eval_loss IS NULL, eval_loss))",
R"(CREATE INDEX adapters_by_time ON adapters(deleted_at, made_at))",
R"(CREATE INDEX adapters_sha256 ON adapters(sha256))",
R"(CREATE INDEX adapters_path ON adapters(path))",
R"(CREATE INDEX adapters_base ON adapters(base_id))",
R"(CREATE INDEX adapters_run ON adapters(run_id))",
R"(CREATE TABLE adapter_parents (
    child_id INTEGER NOT NULL REFERENCES adapters(id) ON DELETE CASCADE,
    parent_id INTEGER REFERENCES adapters(id) ON DELETE SET NULL,
    parent_path TEXT NOT NULL DEFAULT '',
    parent_sha256 TEXT NOT NULL DEFAULT '',
    relation TEXT NOT NULL,
    weight REAL NOT NULL DEFAULT 1,
    position INTEGER NOT NULL,
    PRIMARY KEY (child_id, position)))",
R"(CREATE INDEX adapter_parents_parent ON adapter_parents(parent_id))",
R"(CREATE INDEX adapter_parents_path ON adapter_parents(parent_path))",
R"(CREATE TABLE tags (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL COLLATE NOCASE UNIQUE))",
R"(CREATE TABLE tag_links (
    tag_id INTEGER NOT NULL REFERENCES tags(id) ON DELETE CASCADE,
    kind INTEGER NOT NULL,
    subject INTEGER NOT NULL,
    PRIMARY KEY (kind, subject, tag_id)) WITHOUT ROWID)",
R"(CREATE INDEX tag_links_tag ON tag_links(tag_id, kind))",
R"(CREATE TABLE notes (
    kind INTEGER NOT NULL,
    subject INTEGER NOT NULL,
    text TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (kind, subject)) WITHOUT ROWID)",
R"(CREATE TABLE evaluations (
    id INTEGER PRIMARY KEY,
    adapter TEXT,
    base_sha256 TEXT,
    base_path TEXT NOT NULL DEFAULT '',
    data_sha256 TEXT,
    data_path TEXT NOT NULL DEFAULT '',
    metrics TEXT NOT NULL,
    samples INTEGER NOT NULL DEFAULT 0,
    tokens INTEGER NOT NULL DEFAULT 0,
    made_at INTEGER NOT NULL))",
R"(CREATE INDEX evaluations_adapter ON evaluations(adapter))",
R"(CREATE TABLE exports (
    id INTEGER PRIMARY KEY,
    adapters TEXT NOT NULL,
    base_path TEXT NOT NULL DEFAULT '',
    format TEXT NOT NULL,
    path TEXT NOT NULL,
    bytes INTEGER NOT NULL DEFAULT 0,
    verification TEXT NOT NULL DEFAULT 'null',
    made_at INTEGER NOT NULL))",
R"(CREATE TABLE prompts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL DEFAULT '',
    system TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL,
    expected TEXT NOT NULL DEFAULT '',
    position INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    deleted_at INTEGER))",
R"(CREATE TABLE chats (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    model TEXT NOT NULL DEFAULT '',
    content TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    deleted_at INTEGER))",
R"(CREATE TABLE jobs (
    id INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    job TEXT NOT NULL,
    position INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL))",
R"(CREATE INDEX jobs_kind ON jobs(kind, position))",
// A rowid is 8 · row + kind. The texts are folded; nothing is shown from here.
R"(CREATE VIRTUAL TABLE search USING fts5(name, note, tags, base, tokenize='trigram'))",
// Tags and notes belong to rows of several tables, which no foreign key can say.
R"(CREATE TRIGGER base_models_gone AFTER DELETE ON base_models BEGIN
    DELETE FROM tag_links WHERE kind=1 AND subject=OLD.id;
    DELETE FROM notes WHERE kind=1 AND subject=OLD.id;
    END)",
R"(CREATE TRIGGER datasets_gone AFTER DELETE ON datasets BEGIN
    DELETE FROM tag_links WHERE kind=2 AND subject=OLD.id;
    DELETE FROM notes WHERE kind=2 AND subject=OLD.id;
    END)",
R"(CREATE TRIGGER runs_gone AFTER DELETE ON runs BEGIN
    DELETE FROM tag_links WHERE kind=3 AND subject=OLD.id;
    DELETE FROM notes WHERE kind=3 AND subject=OLD.id;
    END)",
R"(CREATE TRIGGER adapters_gone AFTER DELETE ON adapters BEGIN
    DELETE FROM tag_links WHERE kind=4 AND subject=OLD.id;
    DELETE FROM notes WHERE kind=4 AND subject=OLD.id;
    END)",
         }},
        {"Count adapters without reading them",
         {
R"(CREATE INDEX adapters_by_size ON adapters(deleted_at, bytes, has_several_ranks))",
         }},
        {"Remember chosen formats of data, and in which form adapters saw their base",
         {
R"(ALTER TABLE datasets ADD COLUMN is_format_chosen INTEGER NOT NULL DEFAULT 0)",
R"(ALTER TABLE adapters ADD COLUMN base_quantization TEXT NOT NULL DEFAULT '')",
         }},
        {"Know adapters that correct the rounding of their base",
         {
R"(ALTER TABLE adapters ADD COLUMN corrects_rounding INTEGER NOT NULL DEFAULT 0)",
         }},
    };
    // clang-format on
    return steps;
}

Result<MigrationOutcome>
migrate(Database& database, std::span<const Migration> steps, const QString& backupFolder)
{
    Result<int> version = database.userVersion();
    if (!version) {
        return version.error();
    }
    const int newest = int(steps.size());
    MigrationOutcome outcome{version.value(), newest, {}};
    if (outcome.from > newest) {
        return Error{std::string(::engine::contract::code::kNewerFormat),
                     stdString(MigrationText::tr("The library was written by a newer LoRA Studio "
                                                 "(version %1 of its schema; this one knows %2)")
                                   .arg(outcome.from)
                                   .arg(newest)),
                     stdString(MigrationText::tr("Install the newer version, or choose another "
                                                 "data folder")),
                     stdString(database.file())};
    }
    if (outcome.from > 0 && outcome.from < newest) {
        QDir().mkpath(backupFolder);
        outcome.backup = QDir(backupFolder)
                             .filePath(QStringLiteral("library-version-%1-%2.db")
                                           .arg(outcome.from)
                                           .arg(QDateTime::currentDateTime().toString(
                                               QStringLiteral("yyyyMMdd-hhmmss"))));
        if (auto copied = database.copyTo(outcome.backup); !copied) {
            Error error = copied.error();
            error.hint = stdString(
                MigrationText::tr("The library is only changed after a copy of it was made. %1")
                    .arg(qs(error.hint)));
            return error;
        }
    }
    for (int i = outcome.from; i < newest; ++i) {
        if (auto applied = applyStep(database, steps[size_t(i)], i + 1); !applied) {
            return applied.error();
        }
    }
    return outcome;
}

} // namespace app::library
