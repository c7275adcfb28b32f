// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/bad_row_editor.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "ui/pages/data/editor_splitter.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/field_frame.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/plain_label.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace ui::pages::data {

namespace {

using namespace Qt::StringLiterals;
using widgets::FieldFrame;

// By its name; of any other file the engine says what its rows are.
bool holdsJson(const QString& file)
{
    QString name = file;
    name.remove(u".gz"_s, Qt::CaseInsensitive);
    const QString ending = QFileInfo(name).suffix().toLower();
    return ending == "jsonl"_L1 || ending == "json"_L1 || ending == "ndjson"_L1
           || ending == "parquet"_L1;
}

} // namespace

BadRowEditor::BadRowEditor(QWidget* parent)
    : QWidget(parent), m_heading(new widgets::PlainLabel({}, Type::BodyStrong)),
      m_words(new widgets::PlainLabel({}, Type::Small, Tone::Secondary)),
      m_edit(new QPlainTextEdit), m_frame(new FieldFrame(tr("Text of the row"), m_edit)),
      m_keep(new widgets::Button(
          tr("Keep the change"), widgets::Button::Kind::Primary, widgets::Button::Extent::Small)),
      m_original(new widgets::Button(
          tr("As in the file"), widgets::Button::Kind::Ghost, widgets::Button::Extent::Small))
{
    const Theme& look = theme();
    auto* close = new widgets::IconButton(u"close"_s, tr("Close without keeping"));
    m_keep->setToolTip(tr("Ctrl+Return"));
    m_words->setWrapping(true);
    m_edit->setFont(look.font(Type::Mono));
    m_edit->setTabChangesFocus(true);
    auto* keys = new EditorKeys(this);
    m_edit->installEventFilter(keys);
    auto* head = new QHBoxLayout;
    head->setSpacing(look.px(8));
    head->addWidget(m_heading, 1);
    head->addWidget(m_original);
    head->addWidget(m_keep);
    head->addWidget(close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(look.px(16), look.px(8), look.px(12), look.px(12));
    layout->setSpacing(look.px(8));
    layout->addLayout(head);
    layout->addWidget(m_words);
    layout->addWidget(m_frame, 1);
    setAccessibleName(tr("Text of the row"));
    connect(m_keep, &QAbstractButton::clicked, this, &BadRowEditor::keep);
    connect(close, &QAbstractButton::clicked, this, &BadRowEditor::closed);
    connect(keys, &EditorKeys::kept, this, &BadRowEditor::keep);
    connect(keys, &EditorKeys::closed, this, &BadRowEditor::closed);
    connect(m_original, &QAbstractButton::clicked, this, [this] { Q_EMIT kept(std::nullopt); });
    connect(m_edit, &QPlainTextEdit::textChanged, this, &BadRowEditor::judge);
}

void BadRowEditor::setRow(const BadRow& row,
                          const QString& reason,
                          const std::optional<QString>& mended)
{
    m_row = row;
    m_isJson = holdsJson(row.file);
    m_start = mended.value_or(row.text);
    const bool canEdit = mended || row.isWhole();
    m_heading->setText(tr("Line %1").arg(app::formatCount(row.line)));
    m_words->setText(
        canEdit ? reason
                : reason + u'\n'
                      + tr("Its text is too long to be mended here, or holds bytes that are "
                           "no text. Save the rows, mend them in an editor and add that "
                           "file."));
    m_original->setVisible(mended.has_value());
    m_keep->setVisible(canEdit);
    m_edit->setReadOnly(!canEdit);
    m_edit->setPlainText(m_start);
    judge();
}

void BadRowEditor::setReadOnly(bool isReadOnly)
{
    if (isReadOnly) {
        m_edit->setReadOnly(true);
        m_keep->hide();
        m_original->hide();
        m_words->setText(m_words->text().section(u'\n', 0, 0));
    }
}

void BadRowEditor::focusText()
{
    m_edit->setFocus(Qt::OtherFocusReason);
}

QString BadRowEditor::complaint() const
{
    const QString text = m_edit->toPlainText();
    if (text.trimmed().isEmpty()) {
        return tr("A row without text is left out; take Leave out instead.");
    }
    if (!m_isJson) {
        return {};
    }
    const auto parsed = engine::contract::parseJson(app::stdString(text.trimmed()));
    if (!parsed.ok()) {
        return app::engineText(parsed.error().message);
    }
    return parsed.value().isObject() || parsed.value().isList()
               ? QString()
               : tr("A row is an object such as {\"prompt\": \"…\", \"completion\": \"…\"}.");
}

void BadRowEditor::judge()
{
    const bool isOther = m_edit->toPlainText() != m_start;
    const QString words = isOther ? complaint() : QString();
    m_frame->setChanged(isOther && words.isEmpty());
    m_frame->setState(words.isEmpty() ? FieldFrame::State::Normal : FieldFrame::State::Refused,
                      words);
    m_keep->setEnabled(isOther && words.isEmpty());
}

void BadRowEditor::keep()
{
    if (m_keep->isEnabled()) {
        const QString text = m_edit->toPlainText();
        Q_EMIT kept(text == m_row.text ? std::nullopt : std::optional(text));
    }
}

} // namespace ui::pages::data
