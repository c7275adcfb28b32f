// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/text/renderer.h"

#include "engine/device/failure.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <numeric>

namespace engine::text {

namespace {

constexpr std::array kMaskNames = {"answers", "last", "all"};
constexpr std::array kTruncationNames = {"left", "right", "drop", "split"};

// The enumerator at the place of `name` in `names`.
template <typename Enum, size_t Count>
Enum named(std::string_view name,
           const std::array<const char*, Count>& names,
           const std::string& field)
{
    std::string valid;
    for (size_t index = 0; index < Count; ++index) {
        if (name == names[index]) {
            return static_cast<Enum>(index);
        }
        valid += (index > 0 ? ", " : "") + std::string(names[index]);
    }
    throw Failure(code::kBadField,
                  field + ": \"" + std::string(name) + "\" is not one of " + valid,
                  "Choose one of " + valid + ".",
                  field);
}

void addFinding(std::vector<std::string>& findings, const char* finding)
{
    if (std::find(findings.begin(), findings.end(), finding) == findings.end()) {
        findings.emplace_back(finding);
    }
}

int64_t sumOf(const std::vector<uint8_t>& mask, size_t begin, size_t end)
{
    return std::accumulate(mask.begin() + static_cast<std::ptrdiff_t>(begin),
                           mask.begin() + static_cast<std::ptrdiff_t>(end),
                           int64_t(0));
}

Rendered nothing(const char* reason)
{
    Rendered rendered;
    rendered.dropReason = reason;
    return rendered;
}

PolicyFacts factsOf(const Rendered& rendered)
{
    PolicyFacts facts;
    facts.dropped = rendered.samples.empty() ? 1 : 0;
    for (const TokenSample& sample : rendered.samples) {
        ++facts.samples;
        facts.truncated += sample.truncatedTokens > 0 ? 1 : 0;
        facts.truncatedAnswers += sample.truncatedAnswerTokens > 0 ? 1 : 0;
        facts.trainedTokens += sumOf(sample.mask, 1, sample.mask.size());
    }
    return facts;
}

bool holdsSpecialText(const contract::Turn& turn, const std::vector<std::string>& specialTexts)
{
    return std::any_of(specialTexts.begin(), specialTexts.end(), [&](const auto& special) {
        return turn.content.find(special) != std::string::npos
               || turn.input.find(special) != std::string::npos;
    });
}

} // namespace

MaskRule maskRuleOf(std::string_view name)
{
    return named<MaskRule>(name, kMaskNames, "data.mask");
}

std::string_view nameOf(Truncation truncation)
{
    return kTruncationNames[static_cast<std::size_t>(truncation)];
}

void PolicyFacts::add(const PolicyFacts& other)
{
    samples += other.samples;
    truncated += other.truncated;
    truncatedAnswers += other.truncatedAnswers;
    dropped += other.dropped;
    trainedTokens += other.trainedTokens;
}

Truncation truncationOf(std::string_view name)
{
    return named<Truncation>(name, kTruncationNames, "data.truncate");
}

struct Renderer::Marked
{
    std::string text;
    bridge::Encoding tokens;
    std::vector<uint8_t> mask;
    std::vector<std::string> findings;
    std::vector<TurnSpan> turns;
    bool isDocument = false;

    void append(int64_t id, uint8_t target)
    {
        tokens.ids.push_back(id);
        tokens.begins.push_back(text.size());
        tokens.ends.push_back(text.size());
        mask.push_back(target);
    }

    void erase(size_t index)
    {
        const auto at = static_cast<std::ptrdiff_t>(index);
        tokens.ids.erase(tokens.ids.begin() + at);
        tokens.begins.erase(tokens.begins.begin() + at);
        tokens.ends.erase(tokens.ends.begin() + at);
        mask.erase(mask.begin() + at);
    }
};

Renderer::Renderer(const Tokenizer& tokenizer, RenderSettings settings)
    : m_tokenizer(tokenizer), m_settings(std::move(settings)),
      m_format(ChatFormat::resolve(tokenizer, m_settings.templateName))
{
    const auto empty = tokenizer.encode("");
    m_ruleBeginsWithBos = !empty.empty() && tokenizer.bosId() == empty.front();
}

std::string Renderer::key() const
{
    using contract::Value;
    std::string day;
    if (m_format.key().find("strftime_now") != std::string::npos) {
        const std::time_t now = std::time(nullptr);
        std::tm local = {};
        localtime_r(&now, &local);
        day = std::to_string(local.tm_year) + " " + std::to_string(local.tm_yday);
    }
    return contract::toJson(Value::object({{"template", m_format.key()},
                                           {"day", day},
                                           {"mask", static_cast<int64_t>(m_settings.mask)},
                                           {"truncate", static_cast<int64_t>(m_settings.truncate)},
                                           {"max_length", m_settings.maxLength},
                                           {"end_documents", m_settings.endDocuments}}));
}

Rendered Renderer::conversation(const contract::Conversation& conversation) const
{
    if (m_settings.eachText) {
        m_settings.eachText();
    }
    const auto messages = m_format.messages(conversation);
    auto rendered = m_format.render(messages, messages.size(), conversation.tools);
    auto whole = encode(std::move(rendered.text), m_format.wantsTokenizerRule());
    const auto& specialTexts = m_tokenizer.bridge().specialTexts();
    if (std::any_of(conversation.turns.begin(), conversation.turns.end(), [&](const auto& turn) {
            return holdsSpecialText(turn, specialTexts);
        })) {
        addFinding(whole.findings, finding::kSpecialTokenText);
    }
    markAnswers(conversation,
                rendered.generations.empty()
                    ? findAnswers(m_format, conversation, messages, whole.text, specialTexts)
                    : markedAnswers(conversation, rendered.generations),
                whole);
    if (m_settings.findTurns) {
        markTurns(conversation, messages, whole);
    }
    if (sumOf(whole.mask, 0, whole.mask.size()) == 0) {
        Rendered none = nothing(whole.tokens.ids.empty() ? "empty" : "no_answer");
        none.policies.fill(factsOf(none));
        return none;
    }
    return cutAsAsked(whole);
}

Rendered Renderer::document(std::string_view text) const
{
    if (m_settings.eachText) {
        m_settings.eachText();
    }
    auto whole = encode(std::string(text), true);
    const bool ended = !whole.tokens.ids.empty() && whole.tokens.ids.back() == m_tokenizer.eosId();
    if (m_settings.endDocuments && m_tokenizer.eosId() && !text.empty() && !ended) {
        whole.append(*m_tokenizer.eosId(), 1);
    }
    std::fill(whole.mask.begin(), whole.mask.end(), uint8_t(1));
    whole.isDocument = true;
    if (text.empty()) {
        return nothing("empty");
    }
    Rendered rendered = cut(whole, Truncation::Split);
    rendered.policies.fill(factsOf(rendered)); // windows, whatever the policy
    return rendered;
}

std::vector<int64_t> Renderer::prompt(const contract::Conversation& conversation) const
{
    const auto messages = m_format.messages(conversation);
    const bool isOpen = !conversation.turns.empty() && conversation.turns.back().role == "assistant"
                        && !conversation.turns.back().content.empty();
    const auto end = isOpen ? bridge::ChatEnd::OpenMessage : bridge::ChatEnd::GenerationPrompt;
    return encode(m_format.render(messages, messages.size(), conversation.tools, end).text,
                  m_format.wantsTokenizerRule())
        .tokens.ids;
}

// The tokens of `text`, none of them a target yet, with at most one BOS in front and nothing added
// behind.
Renderer::Marked Renderer::encode(std::string text, bool tokenizerRule) const
{
    Marked whole;
    whole.tokens = m_tokenizer.bridge().encodeWithOffsets(text, tokenizerRule);
    whole.text = std::move(text);
    auto& ids = whole.tokens.ids;
    whole.mask.assign(ids.size(), 0);
    const auto bos = m_tokenizer.bosId();
    while (ids.size() > 1 && ids[0] == bos && ids[1] == bos) {
        whole.erase(1);
        addFinding(whole.findings, finding::kDoubleBos);
    }
    if (m_ruleBeginsWithBos && !ids.empty() && ids[0] != bos) {
        addFinding(whole.findings, finding::kNoBos);
    }
    while (tokenizerRule && ids.size() > 1 && whole.tokens.ends.back() == 0
           && m_tokenizer.bridge().isSpecial(ids.back())) {
        whole.erase(ids.size() - 1);
    }
    return whole;
}

bool Renderer::isTrained(const contract::Conversation& conversation, size_t turn) const
{
    if (!conversation.turns[turn].trained) {
        return false;
    }
    const auto isAnswer = [](const auto& later) { return later.role == "assistant"; };
    return m_settings.mask != MaskRule::Last
           || std::none_of(conversation.turns.begin() + static_cast<std::ptrdiff_t>(turn) + 1,
                           conversation.turns.end(),
                           isAnswer);
}

void Renderer::markAnswers(const contract::Conversation& conversation,
                           const AnswerSpans& spans,
                           Marked& whole) const
{
    const auto count = whole.tokens.ids.size();
    for (const auto turn : spans.missing) {
        if (isTrained(conversation, turn)) {
            addFinding(whole.findings, finding::kAnswerNotFound);
        }
    }
    size_t token = 0;
    for (const auto& span : spans.found) {
        if (!isTrained(conversation, span.turn)) {
            continue;
        }
        // A token belongs to the answer when it shares a byte with it.
        while (token < count && whole.tokens.ends[token] <= span.begin) {
            ++token;
        }
        size_t last = count;
        for (; token < count && whole.tokens.begins[token] < span.end; ++token) {
            whole.mask[token] = 1;
            last = token;
        }
        if (last == count || m_tokenizer.isStop(whole.tokens.ids[last])) {
            continue;
        }
        if (span.turn + 1 == conversation.turns.size() && !span.marked) {
            endAnswer(whole);
        } else {
            addFinding(whole.findings, finding::kNoEndOfTurn);
        }
    }
    if (m_settings.mask == MaskRule::All) {
        std::fill(whole.mask.begin(), whole.mask.end(), uint8_t(1));
    }
}

// A turn ends where the conversation rendered up to it ends, as long as that is how the whole
// begins.
void Renderer::markTurns(const contract::Conversation& conversation,
                         const std::vector<std::string>& messages,
                         Marked& whole) const
{
    size_t token = 0;
    for (size_t turn = 0; turn < messages.size(); ++turn) {
        std::string beginning;
        try {
            beginning = m_format.render(messages, turn + 1, conversation.tools).text;
        } catch (const Failure&) {
            return; // a template may refuse a conversation that ends with this turn
        }
        if (!whole.text.starts_with(beginning)) {
            return;
        }
        const size_t begin = token;
        while (token < whole.tokens.ids.size() && whole.tokens.ends[token] <= beginning.size()) {
            ++token;
        }
        whole.turns.push_back({conversation.turns[turn].role,
                               static_cast<int64_t>(begin),
                               static_cast<int64_t>(token)});
    }
}

// Lets the last answer, which the template leaves open, end with EOS.
void Renderer::endAnswer(Marked& whole) const
{
    if (!m_tokenizer.eosId()) {
        addFinding(whole.findings, finding::kNoEndOfTurn);
        return;
    }
    whole.append(*m_tokenizer.eosId(), 1);
}

Rendered Renderer::cutAsAsked(const Marked& whole) const
{
    Rendered asked = cut(whole, m_settings.truncate);
    if (!m_settings.tryPolicies) {
        return asked;
    }
    const bool fits = m_settings.maxLength <= 0 || asked.tokens <= m_settings.maxLength;
    for (std::size_t policy = 0; policy < kPolicies; ++policy) {
        const auto truncation = static_cast<Truncation>(policy);
        asked.policies[policy] =
            factsOf(fits || truncation == m_settings.truncate ? asked : cut(whole, truncation));
    }
    return asked;
}

Rendered Renderer::cut(const Marked& whole, Truncation truncation) const
{
    const auto& tokens = whole.tokens;
    const size_t count = tokens.ids.size();
    const size_t limit =
        m_settings.maxLength > 0 ? static_cast<size_t>(m_settings.maxLength) : count;
    const bool fits = count <= limit;
    Rendered rendered;
    rendered.tokens = static_cast<int64_t>(count);
    const auto keep = [&](size_t begin, size_t end, bool withBos) {
        TokenSample sample;
        const auto copy = [&](size_t from, size_t to) {
            const auto first = static_cast<std::ptrdiff_t>(from);
            const auto past = static_cast<std::ptrdiff_t>(to);
            sample.ids.insert(
                sample.ids.end(), tokens.ids.begin() + first, tokens.ids.begin() + past);
            sample.mask.insert(
                sample.mask.end(), whole.mask.begin() + first, whole.mask.begin() + past);
        };
        copy(0, withBos ? 1 : 0);
        copy(begin, end);
        // The first id has nothing before it that could predict it.
        if (sample.ids.size() < 2 || sumOf(sample.mask, 1, sample.mask.size()) == 0) {
            return;
        }
        const auto textBegin = begin == 0 ? 0 : tokens.begins[begin];
        const auto textEnd = end == count ? whole.text.size() : tokens.ends[end - 1];
        sample.text = whole.text.substr(textBegin, textEnd - std::min(textBegin, textEnd));
        sample.findings = whole.findings;
        // Trained up to where the cut is, and on behind it.
        if (end < count && whole.mask[end - 1] != 0 && whole.mask[end] != 0
            && m_settings.mask != MaskRule::All && !whole.isDocument) {
            addFinding(sample.findings, finding::kEndCut);
        }
        const auto first = static_cast<int64_t>(begin) - (withBos ? 1 : 0);
        const auto length = static_cast<int64_t>(sample.ids.size());
        for (const auto& turn : whole.turns) {
            const auto turnBegin = std::clamp<int64_t>(turn.begin - first, 0, length);
            const auto turnEnd = std::clamp<int64_t>(turn.end - first, 0, length);
            if (turnBegin < turnEnd) {
                sample.turns.push_back({turn.role, turnBegin, turnEnd});
            }
        }
        if (truncation != Truncation::Split) {
            sample.truncatedTokens = static_cast<int64_t>(count - sample.ids.size());
            sample.truncatedAnswerTokens =
                sumOf(whole.mask, 0, count) - sumOf(sample.mask, 0, sample.mask.size());
        }
        rendered.samples.push_back(std::move(sample));
    };
    if (fits) {
        keep(0, count, false);
    } else if (truncation == Truncation::Drop) {
        rendered.dropReason = "too_long";
        return rendered;
    } else if (truncation == Truncation::Right) {
        keep(0, limit, false);
    } else if (truncation == Truncation::Left) {
        const bool withBos = limit > 1 && tokens.ids.front() == m_tokenizer.bosId();
        keep(count - limit + (withBos ? 1 : 0), count, withBos);
    } else {
        for (size_t begin = 0; begin < count; begin += limit) {
            keep(begin, std::min(begin + limit, count), false);
        }
    }
    if (rendered.samples.empty()) {
        rendered.dropReason = fits ? "empty" : "answer_cut";
    }
    return rendered;
}

} // namespace engine::text
