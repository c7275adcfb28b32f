// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Results of `lora-engine evaluate`.
#pragma once

#include "app/library/repository.h"
#include "engine/contract/value.h"

namespace app::library {

struct Evaluation
{
    qint64 row = 0;
    std::optional<qint64> adapter; // nothing: the base alone
    std::optional<qint64> base;
    std::optional<qint64> dataset;
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
    Result<std::vector<Evaluation>> ofAdapter(qint64 adapter) const;
    Result<std::vector<Evaluation>> ofBase(qint64 base) const;
    Result<void> remove(qint64 row);

private:
    Result<std::vector<Evaluation>> read(const QString& tail, const QVariantList& values) const;
};

} // namespace app::library
