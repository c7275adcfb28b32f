// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The texts of one row, each in a field of its own, to be changed. Ctrl+Return keeps the change,
// Escape leaves the row as it was. GUI thread only.
#pragma once

#include "ui/pages/data/row_fields.h"
#include "ui/pages/data/row_table_model.h"

#include <QWidget>

class QPlainTextEdit;
class QVBoxLayout;

namespace ui::widgets {
class Button;
class FieldFrame;
class PlainLabel;
} // namespace ui::widgets

namespace ui::pages::data {

class EditorKeys;

class RowEditor final : public QWidget
{
    Q_OBJECT

public:
    explicit RowEditor(QWidget* parent = nullptr);

    // The row with the change that it has already; null when it has none.
    void setRow(const DataRow& row, const engine::contract::Value& change);
    const DataRow& row() const { return m_row; }
    // The first field gets the focus.
    void focusFirst();

Q_SIGNALS:
    // An empty object: the row is again what the file says.
    void kept(const engine::contract::Value& change);
    void closed();

private:
    struct Line
    {
        RowField field;
        QPlainTextEdit* edit = nullptr;
        widgets::FieldFrame* frame = nullptr;
    };

    void addField(const RowField& field);
    void fit(QPlainTextEdit* edit);
    void keep();
    void judge();
    // The row as it stands in the fields; nothing while a field is refused.
    std::optional<engine::contract::Value> edited();

    EditorKeys* m_keys;
    DataRow m_row;
    engine::contract::Value m_start; // with the change that it had
    std::vector<Line> m_lines;
    widgets::PlainLabel* m_heading;
    widgets::PlainLabel* m_words;
    QVBoxLayout* m_fields;
    QWidget* m_content;
    widgets::Button* m_keep;
    widgets::Button* m_original;
};

} // namespace ui::pages::data
