// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// "All settings": every field in its section, with a search over label, name and help. GUI thread
// only.
#pragma once

#include "ui/forms/field_form.h"

#include <QWidget>

#include <deque>
#include <functional>

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

    // Makes the fields, a section in each turn of the event loop: some fifty fields take longer
    // than a frame of the screen. Calls `filled` after the last.
    void setSections(std::vector<FormSection> sections, std::function<void()> filled);
    bool isFilled() const { return m_coming.empty(); }
    // The form inside: fields, values, refusals. Fields that are still to come are made now.
    FieldForm* form();
    // Filters and puts the cursor into the search.
    void search(const QString& text);
    // Scrolls to the field and gives it the focus; clears a filter that hides it.
    void reveal(const QString& path);

private:
    void filter(const QString& text);
    void makeNext();

    widgets::SearchField* m_search;
    QScrollArea* m_scroll;
    FieldForm* m_form;
    std::deque<FormSection> m_coming;
    std::function<void()> m_filled;
    widgets::EmptyState* m_nothing;
};

} // namespace ui::forms
