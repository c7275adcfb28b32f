// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One note a subject: plain text of a person.
#pragma once

#include "app/library/repository.h"

namespace app::library {

class NoteRepository : public Repository
{
public:
    explicit NoteRepository(RepositoryContext& context) : Repository(context) {}

    // Empty when there is none.
    Result<QString> of(Subject subject) const;
    // A blank text removes the note.
    Result<void> set(Subject subject, const QString& text);
};

} // namespace app::library
