// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/row_problem.h"

#include <QCoreApplication>
#include <QHash>

namespace ui::pages::data {

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(ui::pages::data::RowProblem)
};

} // namespace

QString rowProblem(const QString& code)
{
    static const QHash<QString, const char*> kWords = {
        {QStringLiteral("answer_first"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "answer comes first")},
        {QStringLiteral("bad_history"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "unreadable history")},
        {QStringLiteral("bad_json"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "not valid JSON")},
        {QStringLiteral("bad_label"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "bad label")},
        {QStringLiteral("bad_tools"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "bad tools")},
        {QStringLiteral("cell_count"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "number of cells")},
        {QStringLiteral("empty_answer"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "empty answer")},
        {QStringLiteral("empty_prompt"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "empty prompt")},
        {QStringLiteral("empty_row"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "empty row")},
        {QStringLiteral("empty_text"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "empty text")},
        {QStringLiteral("no_answer"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "no answer")},
        {QStringLiteral("no_content"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "no content")},
        {QStringLiteral("no_known_columns"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "unknown columns")},
        {QStringLiteral("no_label"), QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "no label")},
        {QStringLiteral("no_messages"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "no messages")},
        {QStringLiteral("no_pair"), QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "no pair")},
        {QStringLiteral("no_prompt"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "no prompt")},
        {QStringLiteral("no_question"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "no question")},
        {QStringLiteral("no_text"), QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "no text")},
        {QStringLiteral("no_trained_turn"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "nothing to train")},
        {QStringLiteral("no_turns"), QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "no turns")},
        {QStringLiteral("not_a_list"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "not a list")},
        {QStringLiteral("not_a_message"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "not a message")},
        {QStringLiteral("not_an_object"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "not an object")},
        {QStringLiteral("not_text"), QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "not text")},
        {QStringLiteral("nul_byte"), QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "NUL byte")},
        {QStringLiteral("open_quote"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "open quote")},
        {QStringLiteral("same_answers"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "same answers")},
        {QStringLiteral("several_rows"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "several rows")},
        {QStringLiteral("too_many_members"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "too many members")},
        {QStringLiteral("unknown_role"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "unknown role")},
        {QStringLiteral("zero_weight"),
         QT_TRANSLATE_NOOP("ui::pages::data::RowProblem", "weight 0")},
    };
    const auto known = kWords.constFind(code);
    return known == kWords.constEnd() ? QString(code).replace(QLatin1Char('_'), QLatin1Char(' '))
                                      : Texts::tr(*known);
}

} // namespace ui::pages::data
