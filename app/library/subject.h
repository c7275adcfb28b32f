// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What tags, notes and the search index can belong to. The numbers are stored; never renumber.
#pragma once

#include <QtGlobal>

namespace app::library {

enum class SubjectKind { BaseModel = 1, Dataset = 2, Run = 3, Adapter = 4, Chat = 5, Prompt = 6 };

struct Subject
{
    SubjectKind kind = SubjectKind::Adapter;
    qint64 row = 0;

    bool operator==(const Subject&) const = default;
};

} // namespace app::library
