// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/row_editor.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "ui/pages/data/editor_splitter.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/field_frame.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::pages::data {

namespace {

using engine::contract::Result;
using engine::contract::Value;
using namespace Qt::StringLiterals;
using widgets::FieldFrame;

constexpr int kMostLines = 9;

} // namespace

RowEditor::RowEditor(QWidget* parent)
    : QWidget(parent), m_keys(new EditorKeys(this)),
      m_heading(new widgets::PlainLabel({}, Type::BodyStrong)),
      m_words(new widgets::PlainLabel({}, Type::Small, Tone::Tertiary)), m_fields(new QVBoxLayout),
      m_content(new QWidget),
      m_keep(new widgets::Button(
          tr("Keep the change"), widgets::Button::Kind::Primary, widgets::Button::Extent::Small)),
      m_original(new widgets::Button(
          tr("As in the file"), widgets::Button::Kind::Ghost, widgets::Button::Extent::Small))
{
    const Theme& look = theme();
    auto* close = new widgets::IconButton(u"close"_s, tr("Close without keeping"));
    m_keep->setToolTip(tr("Ctrl+Return"));
    auto* head = new QHBoxLayout;
    head->setContentsMargins(look.px(16), look.px(8), look.px(12), look.px(8));
    head->setSpacing(look.px(8));
    head->addWidget(m_heading);
    head->addWidget(m_words, 1);
    head->addWidget(m_original);
    head->addWidget(m_keep);
    head->addWidget(close);
    m_fields->setContentsMargins(look.px(16), look.px(4), look.px(16), look.px(12));
    m_fields->setSpacing(look.px(10));
    m_content->setLayout(m_fields);
    auto* area = new QScrollArea;
    area->setWidget(m_content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    m_content->setAutoFillBackground(false);
    area->viewport()->setAutoFillBackground(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(area, 1);
    setAccessibleName(tr("Texts of the row"));
    connect(m_keep, &QAbstractButton::clicked, this, &RowEditor::keep);
    connect(close, &QAbstractButton::clicked, this, &RowEditor::closed);
    connect(m_keys, &EditorKeys::kept, this, &RowEditor::keep);
    connect(m_keys, &EditorKeys::closed, this, &RowEditor::closed);
    connect(m_original, &QAbstractButton::clicked, this, [this] { Q_EMIT kept(Value::Object()); });
}

void RowEditor::setRow(const DataRow& row, const Value& change)
{
    m_row = row;
    m_start = withChange(row.members, change);
    m_lines.clear();
    while (QLayoutItem* item = m_fields->takeAt(0)) {
        if (item->widget() != nullptr) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
    m_heading->setText(tr("Row %1").arg(app::formatCount(row.index + 1)));
    m_words->setText(row.line > 0 ? tr("line %1 of the file").arg(app::formatCount(row.line))
                                  : QString());
    m_original->setVisible(!change.toObject().empty());
    const bool isKnown = row.members.isObject();
    m_keep->setVisible(isKnown);
    if (isKnown) {
        for (const RowField& field : fieldsOf(m_start)) {
            addField(field);
        }
    } else {
        auto* words = new widgets::PlainLabel(
            tr("This row is too large to be edited here. It can be deleted."),
            Type::Small,
            Tone::Secondary);
        words->setWrapping(true);
        m_fields->addWidget(words);
    }
    m_fields->addStretch(1);
    judge();
}

void RowEditor::addField(const RowField& field)
{
    auto* edit = new QPlainTextEdit;
    edit->setPlainText(field.text);
    edit->setTabChangesFocus(true);
    edit->setFont(theme().font(field.isJson ? Type::Mono : Type::Body));
    edit->installEventFilter(m_keys);
    auto* frame = new FieldFrame(field.label, edit);
    if (field.path != field.label) {
        frame->setHelp(field.path);
    }
    m_fields->addWidget(frame);
    m_lines.push_back({field, edit, frame});
    fit(edit);
    connect(edit, &QPlainTextEdit::textChanged, this, [this, edit] {
        fit(edit);
        judge();
    });
}

// As high as its text, within reason.
void RowEditor::fit(QPlainTextEdit* edit)
{
    const QFontMetrics metrics(edit->font());
    const int width = std::max(theme().px(240), edit->viewport()->width());
    const int perLine = std::max(10, width / std::max(1, metrics.averageCharWidth()));
    int lines = 0;
    for (QTextBlock block = edit->document()->begin(); block.isValid() && lines < kMostLines;
         block = block.next()) {
        lines += 1 + block.length() / perLine;
    }
    edit->setVerticalScrollBarPolicy(lines < kMostLines ? Qt::ScrollBarAlwaysOff
                                                        : Qt::ScrollBarAsNeeded);
    edit->setFixedHeight(std::clamp(lines, 1, kMostLines) * metrics.lineSpacing() + theme().px(24));
}

void RowEditor::focusFirst()
{
    if (!m_lines.empty()) {
        m_lines.front().edit->setFocus(Qt::OtherFocusReason);
    }
}

std::optional<Value> RowEditor::edited()
{
    Value row = m_start;
    bool isGood = true;
    for (const Line& line : m_lines) {
        const QString text = line.edit->toPlainText();
        if (text == line.field.text) {
            line.frame->setState(FieldFrame::State::Normal);
            line.frame->setChanged(false);
            continue;
        }
        const Result<Value> next = withText(row, line.field, text);
        line.frame->setChanged(next.ok());
        line.frame->setState(next.ok() ? FieldFrame::State::Normal : FieldFrame::State::Refused,
                             next.ok() ? QString() : app::engineText(next.error().message));
        isGood = isGood && next.ok();
        row = next.ok() ? next.value() : row;
    }
    return isGood ? std::optional(row) : std::nullopt;
}

void RowEditor::judge()
{
    const std::optional<Value> row = edited();
    m_keep->setEnabled(row && *row != m_start);
}

void RowEditor::keep()
{
    const std::optional<Value> row = edited();
    if (row) {
        Q_EMIT kept(changeBetween(m_row.members, *row));
        return;
    }
    for (const Line& line : m_lines) {
        if (line.frame->state() == FieldFrame::State::Refused) {
            line.edit->setFocus(Qt::OtherFocusReason);
            return;
        }
    }
}

} // namespace ui::pages::data
