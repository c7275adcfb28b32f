// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a tokenizer, its chat template and the embedding say about each other, and where they
// differ: the usual reasons for a model that never stops or begins twice.
#pragma once

#include "engine/text/tokenizer.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace engine::text {

enum class Severity {
    Error,   // the model cannot be trained or asked
    Warning, // it can, with results that are likely wrong here or in other programs
    Note,    // worth knowing, nothing to do
};

struct Diagnosis
{
    Severity severity = Severity::Note;
    std::string code;    // permanent, in diagnosis below
    std::string where;   // the token or the file it is about; may be empty
    std::string message; // what is, in a sentence
    std::string hint;    // what to do; empty for notes
};

namespace diagnosis {

inline constexpr const char* kVocabularyTooLarge = "vocabulary_too_large"; // Error
inline constexpr const char* kSpareRows = "spare_rows";
inline constexpr const char* kTokenMissing = "token_not_in_vocabulary";
inline constexpr const char* kIdBeyondVocabulary = "id_beyond_vocabulary";
inline constexpr const char* kNoBos = "no_bos";
inline constexpr const char* kNoEos = "no_eos";
inline constexpr const char* kNoPad = "no_pad";
inline constexpr const char* kPadIsEos = "pad_is_eos";
inline constexpr const char* kDoubleBos = "double_bos";
inline constexpr const char* kEndOfTurnIsNotEos = "end_of_turn_not_eos";
inline constexpr const char* kEosUntrained = "eos_untrained";
inline constexpr const char* kBadTemplate = "bad_template";

} // namespace diagnosis

// "error", "warning", "note".
std::string_view nameOf(Severity severity);

// Everything found, errors first. `embeddingRows`: tokens the model has a row for. `templateName`
// as ChatFormat::name() gives it; "model" of a model without one: no template is examined.
std::vector<Diagnosis> examine(const Tokenizer& tokenizer,
                               const std::string& modelFolder,
                               int64_t embeddingRows,
                               const std::string& templateName = "model");

} // namespace engine::text
