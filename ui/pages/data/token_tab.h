// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One row of the data as the chosen model sees it: token by token, what is trained and what is only
// read. The next row follows below, as packing would put it.
#pragma once

#include "engine/contract/value.h"
#include "ui/pages/data/data_source.h"
#include "ui/pages/data/token_sample.h"

#include <QWidget>

class QStackedWidget;

namespace app {
class Studio;
}

namespace ui::widgets {
class ComboBox;
class IconButton;
class LoadingState;
class MessageBar;
class PlainLabel;
} // namespace ui::widgets

namespace ui::pages::data {

class TokenView;

class TokenTab final : public QWidget
{
    Q_OBJECT

public:
    explicit TokenTab(app::Studio& studio, QWidget* parent = nullptr);

    void setSource(const DataSource& source, qint64 rows);
    // The edits were written: the row is asked again.
    void setEdits(const QString& file);
    // From 0. Asks the engine when the tab is seen.
    void setRow(qint64 row);
    qint64 row() const { return m_row; }
    // The model whose tokenizer is used; empty while there is none.
    QString model() const;

Q_SIGNALS:
    void modelChanged();
    void rowShown(qint64 row);
    // Without a model in the library nothing can be shown: the user asks for one.
    void modelWanted();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeHead();
    void fillModels();
    void ask();
    void show_(const engine::contract::Value& samples);
    void fail(const engine::contract::Error& error);
    void step(int by);

    app::Studio& m_studio;
    DataSource m_source;
    qint64 m_rows = 0;
    qint64 m_row = 0;
    bool m_isCurrent = false; // what is shown is what was asked for
    QString m_question;
    widgets::PlainLabel* m_heading;
    widgets::PlainLabel* m_summary;
    widgets::ComboBox* m_models;
    widgets::IconButton* m_previous;
    widgets::IconButton* m_next;
    QStackedWidget* m_stack;
    TokenView* m_view;
    widgets::LoadingState* m_loading;
    widgets::MessageBar* m_failure;
    widgets::MessageBar* m_findings;
};

} // namespace ui::pages::data
