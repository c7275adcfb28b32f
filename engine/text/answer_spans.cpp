// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/text/answer_spans.h"

#include "engine/device/failure.h"
#include "engine/text/chat_format.h"

#include <algorithm>

namespace engine::text {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

size_t withoutSpaceBefore(std::string_view text, size_t position)
{
    while (position > 0 && kSpace.find(text[position - 1]) != std::string_view::npos) {
        --position;
    }
    return position;
}

// The longest mark of which `matches` is true.
template <typename Matches>
std::string_view longestMark(const std::vector<std::string>& marks, Matches matches)
{
    std::string_view longest;
    for (const auto& mark : marks) {
        if (mark.size() > longest.size() && matches(mark)) {
            longest = mark;
        }
    }
    return longest;
}

// A turn that ends in "<end>\n<document end>\n" ends, for training, after its first mark.
size_t cutAfterFirstMark(std::string_view text,
                         size_t begin,
                         size_t end,
                         const std::vector<std::string>& marks)
{
    size_t cut = end;
    for (size_t position = end;;) {
        position = withoutSpaceBefore(text, position);
        if (position <= begin) {
            return cut;
        }
        const auto before = text.substr(begin, position - begin);
        const auto mark =
            longestMark(marks, [&](const auto& each) { return before.ends_with(each); });
        if (mark.empty()) {
            return cut;
        }
        cut = position;
        position -= mark.size();
    }
}

class Finder
{
public:
    Finder(const ChatFormat& format,
           const contract::Conversation& conversation,
           const std::vector<std::string>& messages,
           const std::string& text,
           const std::vector<std::string>& marks)
        : m_format(format), m_conversation(conversation), m_messages(messages), m_text(text),
          m_marks(marks)
    {
    }

    AnswerSpans find()
    {
        AnswerSpans spans;
        for (size_t turn = 0; turn < m_conversation.turns.size(); ++turn) {
            const auto content = trimmed(m_conversation.turns[turn].content);
            if (m_conversation.turns[turn].role != "assistant") {
                const auto position = m_text.find(content, m_cursor);
                if (position != std::string::npos && !isMoved(turn, position)) {
                    m_cursor = position + content.size();
                }
                continue;
            }
            const auto span = answer(turn, content);
            if (!span) {
                spans.missing.push_back(turn);
                continue;
            }
            spans.found.push_back(*span);
            m_cursor = span->end;
        }
        return spans;
    }

private:
    // Whether the system turn at `position` stands behind the turn that follows it: some templates
    // put it into the last question.
    bool isMoved(size_t turn, size_t position) const
    {
        const auto& turns = m_conversation.turns;
        if (turns[turn].role != "system" || turn + 1 == turns.size()) {
            return false;
        }
        const auto next = trimmed(turns[turn + 1].content);
        return !next.empty() && m_text.find(next, m_cursor) < position;
    }

    // The length of the first `count` turns rendered alone, when the whole text begins with them.
    std::optional<size_t> lengthOf(size_t count, bool addGenerationPrompt) const
    {
        if (count == m_messages.size() && !addGenerationPrompt) {
            return m_text.size();
        }
        try {
            const auto part = m_format
                                  .render(m_messages,
                                          count,
                                          m_conversation.tools,
                                          addGenerationPrompt ? bridge::ChatEnd::GenerationPrompt
                                                              : bridge::ChatEnd::Closed)
                                  .text;
            return m_text.starts_with(part) ? std::optional(part.size()) : std::nullopt;
        } catch (const Failure&) {
            return std::nullopt; // some templates refuse a conversation that ends here; the whole
                                 // one was accepted
        }
    }

    std::optional<AnswerSpan> answer(size_t turn, std::string_view content) const
    {
        const auto header = lengthOf(turn, true);
        const bool headerIsKnown = header.has_value() && *header >= m_cursor;
        const size_t from = headerIsKnown ? *header : m_cursor;
        const auto place = content.empty() ? std::string::npos : m_text.find(content, from);
        if (!headerIsKnown && place == std::string::npos) {
            return std::nullopt;
        }
        const size_t begin = headerIsKnown ? from : place;
        if (const auto end = lengthOf(turn + 1, false); end && *end > begin) {
            return AnswerSpan{turn, begin, cutAfterFirstMark(m_text, begin, *end, m_marks)};
        }
        const auto contentEnd =
            place == std::string::npos ? firstMark(begin) : place + content.size();
        const auto mark = markAfter(m_text, contentEnd, m_marks);
        const auto end = mark.empty()
                             ? contentEnd
                             : static_cast<size_t>(mark.data() - m_text.data()) + mark.size();
        return end > begin ? std::optional(AnswerSpan{turn, begin, end}) : std::nullopt;
    }

    // Where the first mark after `position` begins; the end of the text without one.
    size_t firstMark(size_t position) const
    {
        size_t first = m_text.size();
        for (const auto& mark : m_marks) {
            first = std::min(first, m_text.find(mark, position));
        }
        return first;
    }

    const ChatFormat& m_format;
    const contract::Conversation& m_conversation;
    const std::vector<std::string>& m_messages;
    const std::string& m_text;
    const std::vector<std::string>& m_marks;
    size_t m_cursor = 0;
};

} // namespace

AnswerSpans findAnswers(const ChatFormat& format,
                        const contract::Conversation& conversation,
                        const std::vector<std::string>& messages,
                        const std::string& text,
                        const std::vector<std::string>& marks)
{
    return Finder(format, conversation, messages, text, marks).find();
}

AnswerSpans markedAnswers(const contract::Conversation& conversation,
                          const std::vector<bridge::RenderedChat::Span>& generations)
{
    std::vector<size_t> answers;
    for (size_t turn = 0; turn < conversation.turns.size(); ++turn) {
        if (conversation.turns[turn].role == "assistant") {
            answers.push_back(turn);
        }
    }
    AnswerSpans spans;
    for (size_t index = 0; index < generations.size() && !answers.empty(); ++index) {
        // A template that marks an answer in parts, or joins several, says no more than the order.
        const auto turn = answers[std::min(index, answers.size() - 1)];
        spans.found.push_back({turn, generations[index].begin, generations[index].end, true});
    }
    return spans;
}

std::string_view
markAfter(std::string_view text, size_t position, const std::vector<std::string>& marks)
{
    const auto start = text.find_first_not_of(kSpace, position);
    if (start == std::string_view::npos) {
        return {};
    }
    const auto rest = text.substr(start);
    const auto mark = longestMark(marks, [&](const auto& each) { return rest.starts_with(each); });
    return rest.substr(0, mark.size());
}

} // namespace engine::text
