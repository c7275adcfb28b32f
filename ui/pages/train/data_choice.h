// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What choosing data sets in a job: its path, and the edits that were made to it in the studio; and
// several files with weights.
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

// One source as data.mix holds it, with the edits and the format that were chosen for its file.
engine::contract::Value
mixSource(app::library::Library& library, const app::Paths& paths, const QString& dataPath);

// What choosing these files sets in a job: the only one, or all of them together with weight 1.
// Flat, for JobDraft::editMany(). Of an engine that cannot mix the first is taken.
engine::contract::Value filesChoice(const JobDraft& draft,
                                    app::library::Library& library,
                                    const app::Paths& paths,
                                    const QStringList& dataPaths);

// What the draft is trained on, as data.mix holds it: data.path is the only source then. Empty
// without data.
engine::contract::Value mixOf(const JobDraft& draft);

// What setting these sources sets in a job: data.mix, or data.path and its fields where one is left
// that has weight 1. Flat, for JobDraft::editMany().
engine::contract::Value mixChoice(const JobDraft& draft, const engine::contract::Value& sources);

// Whether the engine trains on several sources.
bool canMix(const JobDraft& draft);

// The same for the data that the draft has already; null when nothing would change. Edits come and
// go on another page.
engine::contract::Value dataRefresh(const JobDraft& draft, const app::Paths& paths);

// The format that a person chose for this data when it was imported; empty: none.
QString chosenFormat(app::library::Library& library, const QString& dataPath);

} // namespace ui::pages::train
