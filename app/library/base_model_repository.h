// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The base models the studio has met. A content hash identifies one as soon as it is known (the
// engine computes it when an adapter is first saved); until then its folder does.
#pragma once

#include "app/library/repository.h"

namespace app::library {

struct BaseModel
{
    qint64 row = 0;
    QString sha256; // empty until known
    QString name;   // the folder's, until renamed
    QString path;   // where it was last seen; a hint
    QString family;
    QString dtype;
    qint64 parameters = 0;
    qint64 context = 0;
    qint64 vocabulary = 0;
    qint64 bytes = 0;
    qint64 problems = 0;
    bool hasChatTemplate = false;
    QDateTime added;
    QDateTime used;
    QDateTime trashed;
};

// What people call the model in this folder: the folder's name, or the hub's where it is the hub's
// cache ("models--Qwen--Qwen2.5-0.5B/snapshots/…" → "Qwen2.5-0.5B").
QString modelName(const QString& folder);

class BaseModelRepository : public Repository
{
public:
    explicit BaseModelRepository(RepositoryContext& context) : Repository(context) {}

    // Inserts it, or updates the one with the same hash, else with the same path. Fields that are
    // empty or 0 leave what is known alone. Adapters that were waiting for it are tied to it.
    // Returns its row.
    Result<qint64> save(const BaseModel& model);
    Result<BaseModel> find(qint64 row) const;
    // Fails with kNotFound.
    Result<BaseModel> findByPath(const QString& path) const;
    Result<BaseModel> findByHash(const QString& sha256) const;
    // By name; those whose names, notes or tags contain the text. Without the trash.
    Result<std::vector<BaseModel>> list(const QString& text = {}) const;
    Result<void> rename(qint64 row, const QString& name);
    Result<void> moved(qint64 row, const QString& path);
    Result<void> used(qint64 row);
    Result<void> trash(qint64 row);
    Result<void> restore(qint64 row);
    Result<std::vector<BaseModel>> trashed() const;
    // Forgets the model; its files are the user's and stay.
    Result<void> purge(qint64 row);

private:
    Result<std::vector<BaseModel>> read(const QString& tail, const QVariantList& values) const;
    Result<BaseModel> one(const QString& tail, const QVariantList& values) const;
};

} // namespace app::library
