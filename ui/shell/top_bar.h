// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The head of the content: the page's title, one grey fact, and the page's own widgets at the
// right.
#pragma once

#include "ui/page/page.h"
#include "ui/shell/band.h"

#include <QPointer>

#include <map>

class QHBoxLayout;

namespace ui::widgets {
class ElidedLabel;
class PlainLabel;
} // namespace ui::widgets

namespace ui::shell {

class TopBar : public Band
{
    Q_OBJECT

public:
    explicit TopBar(QWidget* parent = nullptr);

    // Shows the page's heading and widgets from now on.
    void setPage(Page* page);
    // Destroys the widgets of a page that goes.
    void forget(Page* page);

private:
    void showHeading();

    widgets::PlainLabel* m_title;
    widgets::ElidedLabel* m_fact;
    QHBoxLayout* m_layout;
    QPointer<Page> m_page;
    std::map<Page*, QWidget*> m_tools;
};

} // namespace ui::shell
