// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The rows that could not be read, each with its line and reason; they can be saved, as a list and
// as they stand in the file, to be mended. GUI thread only.
#pragma once

#include "engine/contract/result.h"
#include "engine/contract/value.h"

#include <QWidget>

class QStandardItemModel;

namespace ui {
class Dialogs;
}

namespace ui::widgets {
class Button;
class MessageBar;
class PlainLabel;
class TableView;
} // namespace ui::widgets

namespace ui::pages::data {

// "line,code,reason,file" and a line for each of them, as spreadsheets read it.
QByteArray problemList(const engine::contract::Value& dropped);
// Their texts one below the other; nothing of those whose text is not known.
QByteArray problemRows(const engine::contract::Value& dropped);

class BadRowsTab final : public QWidget
{
    Q_OBJECT

public:
    explicit BadRowsTab(Dialogs& dialogs, QWidget* parent = nullptr);

    // `dropped` of `inspect data` of that file.
    void setRows(const engine::contract::Value& dropped, const QString& path);
    widgets::TableView* table() const { return m_table; }

private:
    void save(const QString& ending, const QString& filter, const QByteArray& bytes);
    void showText();

    Dialogs& m_dialogs;
    engine::contract::Value m_dropped;
    QString m_path;
    QStandardItemModel* m_model;
    widgets::TableView* m_table;
    widgets::PlainLabel* m_text;
    widgets::MessageBar* m_failure;
    widgets::PlainLabel* m_summary;
    widgets::Button* m_saveRows;
};

} // namespace ui::pages::data
