// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The first page: the sample to try at once, what needs attention, the newest runs, this computer.
// Destinations: none of its own.
#pragma once

#include "ui/page/page.h"

#include <memory>

class QBoxLayout;
class QScrollArea;

namespace ui::widgets {
class Button;
}

namespace ui::pages::home {

class AttentionCard;
class ComputerCard;
class RecentRunsCard;
class TryCard;

class HomePage final : public Page
{
    Q_OBJECT

public:
    explicit HomePage(PageContext& context);

    QString title() const override;
    QList<QWidget*> topBarWidgets() override;
    void open(const Destination& destination) override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    widgets::Button* makeImport();
    void importFolder(const QString& title);
    void importFiles();

    QScrollArea* m_scroll;
    QBoxLayout* m_top;
    TryCard* m_try;
    ComputerCard* m_computer;
    AttentionCard* m_attention;
    RecentRunsCard* m_recent;
};

std::unique_ptr<ui::Page> makePage(PageContext& context);

} // namespace ui::pages::home
