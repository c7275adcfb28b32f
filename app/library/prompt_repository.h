// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Prompts kept for trying adapters, in an order of their own.
#pragma once

#include "app/library/repository.h"

namespace app::library {

struct Prompt
{
    qint64 row = 0;
    QString title;
    QString system;
    QString text;
    QString expected; // an answer to hold others against; may be empty
    QDateTime made;
};

class PromptRepository : public Repository
{
public:
    explicit PromptRepository(RepositoryContext& context) : Repository(context) {}

    // Appends it; returns its row.
    Result<qint64> add(const Prompt& prompt);
    Result<void> update(const Prompt& prompt);
    Result<std::vector<Prompt>> list(const QString& text = {}) const;
    Result<void> move(qint64 row, int position);
    Result<void> trash(qint64 row);
    Result<void> restore(qint64 row);
    Result<void> purge(qint64 row);
};

} // namespace app::library
