// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/fuzzy.h"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

namespace ui::shell {

namespace {

constexpr int kLetter = 1;
constexpr int kWordStart = 8;
constexpr int kNeighbour = 6;
constexpr int kTextStart = 4;
constexpr int kSkipped = -1; // per letter between two matches, down to kMostSkipped
constexpr int kMostSkipped = -6;

constexpr char16_t kFirstSyllable = 0xAC00;
constexpr char16_t kLastSyllable = 0xD7A3;
constexpr int kFinals = 28;
constexpr int kVowels = 21;

// The initial consonants in the order of Unicode's syllables, as a keyboard types them alone.
constexpr std::array<char16_t, 19> kInitials = {u'ㄱ',
                                                u'ㄲ',
                                                u'ㄴ',
                                                u'ㄷ',
                                                u'ㄸ',
                                                u'ㄹ',
                                                u'ㅁ',
                                                u'ㅂ',
                                                u'ㅃ',
                                                u'ㅅ',
                                                u'ㅆ',
                                                u'ㅇ',
                                                u'ㅈ',
                                                u'ㅉ',
                                                u'ㅊ',
                                                u'ㅋ',
                                                u'ㅌ',
                                                u'ㅍ',
                                                u'ㅎ'};

bool isSyllable(char16_t letter)
{
    return letter >= kFirstSyllable && letter <= kLastSyllable;
}

bool sameLetter(QChar typed, QChar letter)
{
    if (typed == letter) {
        return true;
    }
    if (!isSyllable(letter.unicode())) {
        return false;
    }
    const int index = letter.unicode() - kFirstSyllable;
    if (typed.unicode() == kInitials.at(static_cast<size_t>(index / (kFinals * kVowels)))) {
        return true;
    }
    const int open = index - index % kFinals;
    return typed.unicode() - kFirstSyllable == open;
}

bool startsWord(const QString& text, qsizetype at)
{
    return at == 0 || !text.at(at - 1).isLetterOrNumber()
           || (text.at(at).isUpper() && text.at(at - 1).isLower());
}

} // namespace

std::optional<FuzzyMatch> fuzzyMatch(const QString& pattern, const QString& text)
{
    QString typed = pattern.toCaseFolded();
    typed.removeIf([](QChar letter) { return letter.isSpace(); });
    const QString folded = text.toCaseFolded();
    // Folding may lengthen a text ("ß"): then positions would not be those of the text.
    const QString& letters = folded.size() == text.size() ? folded : text;
    const qsizetype rows = typed.size();
    const qsizetype columns = letters.size();
    if (rows == 0) {
        return FuzzyMatch{};
    }
    if (rows > columns) {
        return std::nullopt;
    }

    // best[row][column]: the best score with pattern letter `row` matched at `column`.
    constexpr int kImpossible = std::numeric_limits<int>::min() / 2;
    std::vector<std::vector<int>> best(static_cast<size_t>(rows),
                                       std::vector<int>(static_cast<size_t>(columns), kImpossible));
    std::vector<std::vector<int>> previous(static_cast<size_t>(rows),
                                           std::vector<int>(static_cast<size_t>(columns), -1));
    for (qsizetype row = 0; row < rows; ++row) {
        for (qsizetype column = row; column < columns; ++column) {
            if (!sameLetter(typed.at(row), letters.at(column))) {
                continue;
            }
            const int own = kLetter + (startsWord(text, column) ? kWordStart : 0);
            int& score = best[static_cast<size_t>(row)][static_cast<size_t>(column)];
            if (row == 0) {
                score = own + (column == 0 ? kTextStart : 0);
                continue;
            }
            for (qsizetype before = row - 1; before < column; ++before) {
                const int earlier = best[static_cast<size_t>(row - 1)][static_cast<size_t>(before)];
                const int gap = static_cast<int>(column - before - 1);
                const int join = gap == 0 ? kNeighbour : std::max(kMostSkipped, kSkipped * gap);
                if (earlier > kImpossible && earlier + own + join > score) {
                    score = earlier + own + join;
                    previous[static_cast<size_t>(row)][static_cast<size_t>(column)] =
                        static_cast<int>(before);
                }
            }
        }
    }

    const std::vector<int>& last = best.back();
    const auto top = std::max_element(last.begin(), last.end());
    if (*top <= kImpossible) {
        return std::nullopt;
    }
    FuzzyMatch match{*top, {}};
    int column = static_cast<int>(top - last.begin());
    for (qsizetype row = rows - 1; row >= 0; --row) {
        match.positions.prepend(column);
        column = previous[static_cast<size_t>(row)][static_cast<size_t>(column)];
    }
    return match;
}

} // namespace ui::shell
