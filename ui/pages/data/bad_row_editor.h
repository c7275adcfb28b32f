// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The text of a row that cannot be used, to be mended. Ctrl+Return keeps it, Escape leaves it as it
// was. GUI thread only.
#pragma once

#include "ui/pages/data/bad_row_model.h"

#include <QWidget>

#include <optional>

class QPlainTextEdit;

namespace ui::widgets {
class Button;
class FieldFrame;
class PlainLabel;
} // namespace ui::widgets

namespace ui::pages::data {

class BadRowEditor final : public QWidget
{
    Q_OBJECT

public:
    explicit BadRowEditor(QWidget* parent = nullptr);

    // `reason`: why it cannot be used now. `mended`: the text of its edit, when it has one. The
    // text of a row that is not whole is shown and cannot be edited.
    void setRow(const BadRow& row, const QString& reason, const std::optional<QString>& mended);
    // Nothing can be kept: the row is only looked at.
    void setReadOnly(bool isReadOnly);
    const BadRow& row() const { return m_row; }
    QPlainTextEdit* edit() const { return m_edit; }
    void focusText();

Q_SIGNALS:
    // Nothing: the row is again what the file says.
    void kept(const std::optional<QString>& text);
    void closed();

private:
    void keep();
    void judge();
    // What the parser says of a row of JSON; empty when it is one, and of rows of tables.
    QString complaint() const;

    BadRow m_row;
    QString m_start;
    bool m_isJson = false;
    widgets::PlainLabel* m_heading;
    widgets::PlainLabel* m_words;
    QPlainTextEdit* m_edit;
    widgets::FieldFrame* m_frame;
    widgets::Button* m_keep;
    widgets::Button* m_original;
};

} // namespace ui::pages::data
