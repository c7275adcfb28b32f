// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What stands beside the tokens of a source in the token cache, as JSON, so that a later start says
// the same of the data as the one that read them.
#pragma once

#include "engine/data/source.h"
#include "engine/worker/prepared_source.h"

#include <memory>
#include <optional>
#include <string>

namespace engine::worker {

// `edits`: those that were applied, or null.
std::string
preparedNote(const PreparedSource& made, const data::Source& source, const data::Edits* edits);

// What a note says, of data that may lie elsewhere by now: `path` and `source` say where. Nothing
// when it is no note.
std::optional<PreparedSource> fromPreparedNote(std::shared_ptr<const objectives::TokenStore> store,
                                               const data::Source& source,
                                               const std::string& path,
                                               const data::Edits* edits);

} // namespace engine::worker
