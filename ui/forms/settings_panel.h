// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// "All settings": every field in its section, with a search over label, name and help. GUI thread
// only.
#pragma once

#include "ui/forms/field_form.h"

#include <QFrame>

class QScrollArea;

namespace ui::widgets {
class EmptyState;
class SearchField;
} // namespace ui::widgets

namespace ui::forms {

class SettingsPanel : public QWidget
{
    Q_OBJECT

public:
    explicit SettingsPanel(int columns = 2, QWidget* parent = nullptr);

    // The form inside: fields, values, refusals.
    FieldForm* form() const { return m_form; }
    // Filters and puts the cursor into the search.
    void search(const QString& text);
    // Scrolls to the field and gives it the focus; clears a filter that hides it.
    void reveal(const QString& path);

private:
    void filter(const QString& text);

    widgets::SearchField* m_search;
    QScrollArea* m_scroll;
    FieldForm* m_form;
    widgets::EmptyState* m_nothing;
};

} // namespace ui::forms
