// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Conversations of the playground.
#pragma once

#include "app/library/repository.h"
#include "engine/contract/value.h"

namespace app::library {

struct Chat
{
    qint64 row = 0;
    QString title;
    QString model;                     // path of the base
    ::engine::contract::Value content; // panes, settings and turns, as the playground keeps them
    QDateTime made;
    QDateTime changed;
};

class ChatRepository : public Repository
{
public:
    explicit ChatRepository(RepositoryContext& context) : Repository(context) {}

    // row 0 = a new one. Returns its row.
    Result<qint64> save(const Chat& chat);
    Result<Chat> find(qint64 row) const;
    // Without content, newest change first; limit < 0 = all.
    Result<std::vector<Chat>> list(const QString& text = {}, int limit = -1) const;
    Result<void> trash(qint64 row);
    Result<void> restore(qint64 row);
    Result<void> purge(qint64 row);
};

} // namespace app::library
