// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Conversations and documents → token ids with a loss mask. The one renderer of training,
// playground and export.
#pragma once

#include "engine/contract/conversation.h"
#include "engine/text/answer_spans.h"
#include "engine/text/chat_format.h"
#include "engine/text/tokenizer.h"

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::text {

// What is trained: the answers of all assistant turns, of the last one, or every token.
enum class MaskRule { Answers, Last, All };
// What becomes of a sample that is too long: its beginning goes, its end goes, all of it goes, or
// it becomes several.
enum class Truncation { Left, Right, Drop, Split };

// data.mask and data.truncate as the job spells them. Failure kBadField lists what is valid.
MaskRule maskRuleOf(std::string_view name);
Truncation truncationOf(std::string_view name);

struct RenderSettings
{
    std::string templateName = "auto"; // data.template, see ChatFormat::resolve
    MaskRule mask = MaskRule::Answers;
    Truncation truncate = Truncation::Left;
    int64_t maxLength = 2048; // tokens; 0 = no limit
    bool endDocuments = true; // a document ends with EOS
    bool tryPolicies = false; // fill Rendered::policies
    bool findTurns = false;   // fill TokenSample::turns; costs a rendering per turn
    // Called before each conversation and document; what it throws ends the work.
    std::function<void()> eachText = {};
};

namespace finding {

// Permanent names, shown with the sample.
inline constexpr const char* kSpecialTokenText =
    "special_token_text";                               // a turn holds the text of a special token
inline constexpr const char* kDoubleBos = "double_bos"; // the second BOS was removed
inline constexpr const char* kNoBos =
    "no_bos"; // the tokenizer's rule begins with BOS, the template does not
inline constexpr const char* kNoEndOfTurn =
    "no_end_of_turn"; // a trained answer ends without a stop id
inline constexpr const char* kEndCut =
    "end_cut"; // the end of an answer was cut away, so its stop id is not trained here
inline constexpr const char* kAnswerNotFound =
    "answer_not_found"; // the template does not show an answer

} // namespace finding

// Ids [begin, end) of a sample that stand for one turn, the template's marks around it included.
struct TurnSpan
{
    std::string role;
    int64_t begin = 0;
    int64_t end = 0;
};

struct TokenSample
{
    std::vector<int64_t> ids;
    std::vector<uint8_t> mask; // same length; 1 = this id is a target
    std::string text;          // what the ids stand for
    int64_t truncatedTokens = 0;
    int64_t truncatedAnswerTokens = 0; // those of them that were targets
    std::vector<std::string> findings;
    std::vector<TurnSpan> turns; // without those that a template does not write in order
};

// What a policy for long rows makes of rows.
struct PolicyFacts
{
    int64_t samples = 0;
    int64_t truncated = 0;        // samples
    int64_t truncatedAnswers = 0; // samples that lost targets
    int64_t dropped = 0;          // rows
    int64_t trainedTokens = 0;

    void add(const PolicyFacts& other);
};
inline constexpr std::size_t kPolicies = 4; // enumerators of Truncation
using PolicyTable = std::array<PolicyFacts, kPolicies>;
// Of every policy in the order of Truncation: as data.truncate names it.
std::string_view nameOf(Truncation truncation);

struct Rendered
{
    std::vector<TokenSample> samples;
    int64_t tokens = 0;   // of the whole row, before anything was cut
    PolicyTable policies; // with RenderSettings::tryPolicies what each would do
    // Why there are none: "empty", "no_answer", "too_long" or "answer_cut", or an objective's own
    // word; empty otherwise.
    std::string dropReason;
};

class Renderer
{
public:
    // `tokenizer` outlives the renderer. Failure as in ChatFormat::resolve.
    Renderer(const Tokenizer& tokenizer, RenderSettings settings);

    // The template's name as a run records it; never "auto".
    const std::string& resolvedTemplate() const { return m_format.name(); }
    // Everything beside the tokenizer that decides what becomes of a row, as a text to be hashed;
    // the day, too, where the template writes it.
    std::string key() const;

    // Failure kBadTemplate when the template refuses the conversation.
    Rendered conversation(const contract::Conversation& conversation) const;
    // Plain text by the tokenizer's own rule, in consecutive windows of at most maxLength, every
    // token a target.
    Rendered document(std::string_view text) const;
    // What the model is given so that it answers next, or goes on with the answer that stands last.
    std::vector<int64_t> prompt(const contract::Conversation& conversation) const;

private:
    struct Marked; // a whole sample with the place of each token in the text

    Marked encode(std::string text, bool tokenizerRule) const;
    bool isTrained(const contract::Conversation& conversation, size_t turn) const;
    void markAnswers(const contract::Conversation& conversation,
                     const AnswerSpans& spans,
                     Marked& whole) const;
    void endAnswer(Marked& whole) const;
    void markTurns(const contract::Conversation& conversation,
                   const std::vector<std::string>& messages,
                   Marked& whole) const;
    Rendered cutAsAsked(const Marked& whole) const;
    Rendered cut(const Marked& whole, Truncation truncation) const;

    const Tokenizer& m_tokenizer;
    RenderSettings m_settings;
    ChatFormat m_format;
    bool m_ruleBeginsWithBos;
};

} // namespace engine::text
