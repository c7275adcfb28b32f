// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What choosing data sets in a job: its path, and the edits that were made to it in the studio.
#pragma once

#include "app/base/paths.h"
#include "app/library/library.h"
#include "ui/pages/train/job_draft.h"

namespace ui::pages::train {

// Flat, for JobDraft::editMany(). The edits are left out where the engine knows none. `format` is
// the one that was chosen for this data; empty: as detected.
engine::contract::Value dataChoice(const JobDraft& draft,
                                   const app::Paths& paths,
                                   const QString& dataPath,
                                   const QString& format = {});

// The same for the data that the draft has already; null when nothing would change. Edits come and
// go on another page.
engine::contract::Value dataRefresh(const JobDraft& draft, const app::Paths& paths);

// The format that a person chose for this data when it was imported; empty: none.
QString chosenFormat(app::library::Library& library, const QString& dataPath);

} // namespace ui::pages::train
