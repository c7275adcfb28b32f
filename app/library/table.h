// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The library's tables, as listeners see them.
#pragma once

namespace app::library {

enum class Table {
    BaseModels,
    Datasets,
    Runs,
    Adapters,
    Tags,
    Notes,
    Evaluations,
    Exports,
    Prompts,
    Chats,
    Jobs,
};

} // namespace app::library
