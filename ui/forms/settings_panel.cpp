// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/settings_panel.h"

#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/field_frame.h"
#include "ui/widgets/search_field.h"

#include <QScrollArea>
#include <QTimer>
#include <QVBoxLayout>

namespace ui::forms {

SettingsPanel::SettingsPanel(int columns, QWidget* parent)
    : QWidget(parent), m_search(new widgets::SearchField(tr("Search settings"), false)),
      m_scroll(new QScrollArea), m_form(new FieldForm(columns)),
      m_nothing(new widgets::EmptyState(QStringLiteral("search"),
                                        tr("No setting found"),
                                        tr("Search by label, by the name in job files or by what "
                                           "the setting does.")))
{
    const int gap = theme().px(16);
    auto* bar = new QVBoxLayout;
    bar->setContentsMargins(gap, theme().px(12), gap, theme().px(12));
    bar->addWidget(m_search);

    auto* content = new QWidget;
    auto* contentLayout = new QVBoxLayout(content);
    contentLayout->setContentsMargins(gap, theme().px(4), gap, gap);
    contentLayout->addWidget(m_form);
    contentLayout->addWidget(m_nothing);
    contentLayout->addStretch(1);
    m_nothing->hide();
    m_scroll->setWidget(content);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(m_scroll, 1);
    m_search->setAccessibleName(tr("Search settings"));
    connect(m_search, &widgets::SearchField::searchChanged, this, &SettingsPanel::filter);
}

void SettingsPanel::setSections(std::vector<FormSection> sections, std::function<void()> filled)
{
    const bool isWaiting = !m_coming.empty();
    m_coming.assign(std::make_move_iterator(sections.begin()),
                    std::make_move_iterator(sections.end()));
    m_filled = std::move(filled);
    m_form->setSections({});
    if (!isWaiting && !m_coming.empty()) {
        QTimer::singleShot(0, this, &SettingsPanel::makeNext);
    }
}

void SettingsPanel::makeNext()
{
    if (m_coming.empty()) {
        return; // form() was faster
    }
    m_form->addSection(m_coming.front());
    m_coming.pop_front();
    if (!m_coming.empty()) {
        QTimer::singleShot(0, this, &SettingsPanel::makeNext);
        return;
    }
    m_filled();
}

FieldForm* SettingsPanel::form()
{
    while (!m_coming.empty()) {
        m_form->addSection(m_coming.front());
        m_coming.pop_front();
        if (m_coming.empty()) {
            m_filled();
        }
    }
    return m_form;
}

void SettingsPanel::filter(const QString& text)
{
    m_nothing->setVisible(form()->setFilter(text) == 0);
}

void SettingsPanel::search(const QString& text)
{
    m_search->setText(text);
    filter(text);
    m_search->setFocus(Qt::ShortcutFocusReason);
}

void SettingsPanel::reveal(const QString& path)
{
    if (!form()->hasField(path)) {
        return;
    }
    m_search->clear();
    filter({});
    m_scroll->ensureWidgetVisible(m_form->frame(path));
    m_form->focusField(path);
}

} // namespace ui::forms
