// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Every setting, in cards by group, drawn from the table in app/base/settings_table; then keyboard,
// privacy, support and about. Changes hold at once and can be undone.
// Destinations: item = a section: appearance, folders, device, runs, privacy, keyboard, support.
#pragma once

#include "ui/page/page.h"

#include <QList>

#include <memory>

class QScrollArea;
class QVBoxLayout;

namespace ui::widgets {
class Card;
class IconButton;
class ListView;
class PlainLabel;
} // namespace ui::widgets

namespace ui::pages::settings {

class SectionModel;
class SettingsHistory;
class SettingsSection;

class SettingsPage final : public Page
{
    Q_OBJECT

public:
    explicit SettingsPage(PageContext& context);

    QString title() const override;
    QString fact() const override;
    QList<QWidget*> topBarWidgets() override;
    void open(const Destination& destination) override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeNavigation();
    QWidget* makeSections();
    void addSection(const QString& id, SettingsSection* section);
    void filter(const QString& text);
    void showSection(const QString& id);
    void followScroll();
    void confirmReset();

    SettingsHistory* m_history;
    SectionModel* m_sections;
    widgets::Card* m_navigation = nullptr;
    widgets::ListView* m_list = nullptr;
    widgets::PlainLabel* m_nothing = nullptr;
    QScrollArea* m_scroll = nullptr;
    QVBoxLayout* m_column = nullptr;
    QList<SettingsSection*> m_cards; // in the order of the list
    bool m_isJumping = false;
};

std::unique_ptr<ui::Page> makePage(PageContext& context);

} // namespace ui::pages::settings
