// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The data files the studio has met, identified by their content.
#pragma once

#include "app/library/repository.h"

namespace app::library {

struct Dataset
{
    qint64 row = 0;
    QString sha256; // empty until known
    QString name;
    QString path; // where it was last seen; a hint
    QString format;
    bool isFormatChosen = false; // by a person, against or without detection
    QStringList columns;
    qint64 rows = 0;
    qint64 good = 0;
    qint64 dropped = 0;
    qint64 bytes = 0;
    QDateTime added;
    QDateTime used;
    QDateTime trashed;
};

class DatasetRepository : public Repository
{
public:
    explicit DatasetRepository(RepositoryContext& context) : Repository(context) {}

    // Inserts it, or updates the one with the same hash, else with the same path (a file that was
    // edited). Fields that are empty or 0 leave what is known alone. Returns its row.
    Result<qint64> save(const Dataset& dataset);
    Result<Dataset> find(qint64 row) const;
    Result<Dataset> findByPath(const QString& path) const;
    Result<Dataset> findByHash(const QString& sha256) const;
    // Newest use first. Without the trash.
    Result<std::vector<Dataset>> list(const QString& text = {}) const;
    Result<void> rename(qint64 row, const QString& name);
    Result<void> used(qint64 row);
    Result<void> trash(qint64 row);
    Result<void> restore(qint64 row);
    Result<std::vector<Dataset>> trashed() const;
    // Forgets the data; the file is the user's and stays.
    Result<void> purge(qint64 row);

private:
    Result<std::vector<Dataset>> read(const QString& tail, const QVariantList& values) const;
    Result<Dataset> one(const QString& tail, const QVariantList& values) const;
};

} // namespace app::library
