// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Tags on runs, adapters, models and data. Case is kept, but does not tell two tags apart.
#pragma once

#include "app/library/repository.h"

namespace app::library {

struct TagCount
{
    QString name;
    qint64 subjects = 0;
};

class TagRepository : public Repository
{
public:
    explicit TagRepository(RepositoryContext& context) : Repository(context) {}

    // Sorted by name.
    Result<QStringList> of(Subject subject) const;
    // Replaces them. Blank and repeated tags are dropped; tags nobody uses any more are forgotten.
    Result<void> set(Subject subject, const QStringList& tags);
    // Every tag in use for this kind, by name.
    Result<std::vector<TagCount>> all(SubjectKind kind) const;
};

} // namespace app::library
