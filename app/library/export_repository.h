// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What was exported, from which adapters, to where, and how the check went.
#pragma once

#include "app/library/repository.h"
#include "engine/contract/value.h"

namespace app::library {

struct Export
{
    qint64 row = 0;
    QStringList adapters; // ids
    QString basePath;
    QString format; // the catalogue's id
    QString path;
    qint64 bytes = 0;
    ::engine::contract::Value verification; // as the engine answered; null when it was switched off
    QDateTime made;
};

class ExportRepository : public Repository
{
public:
    explicit ExportRepository(RepositoryContext& context) : Repository(context) {}

    Result<qint64> add(const Export& exported);
    // Newest first; limit < 0 = all.
    Result<std::vector<Export>> list(int limit = -1) const;
    Result<std::vector<Export>> ofAdapter(const QString& id) const;
    Result<void> remove(qint64 row);

private:
    Result<std::vector<Export>> read(const QString& tail, const QVariantList& values) const;
};

} // namespace app::library
