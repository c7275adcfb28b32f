// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Results of `lora-engine evaluate`. They name things by id and hash rather than by row, so that
// they outlive a rebuilt library.
#pragma once

#include "app/library/repository.h"
#include "engine/contract/value.h"

namespace app::library {

struct Evaluation
{
    qint64 row = 0;
    QString adapter; // its id; empty: the base alone
    QString baseSha256;
    QString basePath;
    QString dataSha256;
    QString dataPath;
    ::engine::contract::Value metrics; // {name: number}
    qint64 samples = 0;
    qint64 tokens = 0;
    QDateTime made;
};

class EvaluationRepository : public Repository
{
public:
    explicit EvaluationRepository(RepositoryContext& context) : Repository(context) {}

    Result<qint64> add(const Evaluation& evaluation);
    // Newest first.
    Result<std::vector<Evaluation>> ofAdapter(const QString& id) const;
    Result<std::vector<Evaluation>> ofBase(const QString& path) const;
    Result<void> remove(qint64 row);

private:
    Result<std::vector<Evaluation>> read(const QString& tail, const QVariantList& values) const;
};

} // namespace app::library
