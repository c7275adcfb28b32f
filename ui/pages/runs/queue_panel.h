// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The queue below the run list: what trains next, moved by drag or Alt with the arrow keys, removed
// by Delete. Hidden while nothing waits.
#pragma once

#include <QWidget>

class QListView;

namespace app::runs {
class RunCenter;
}

namespace ui::widgets {
class IconButton;
class MessageBar;
class PlainLabel;
} // namespace ui::widgets

namespace ui::pages::runs {

class QueueModel;

class QueuePanel final : public QWidget
{
    Q_OBJECT

public:
    explicit QueuePanel(app::runs::RunCenter& center, QWidget* parent = nullptr);

Q_SIGNALS:
    void addRequested();

private:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void update();
    void showMenu(const QPoint& place);

    app::runs::RunCenter& m_center;
    QueueModel* m_model;
    QListView* m_list;
    widgets::PlainLabel* m_count;
    widgets::IconButton* m_remove;
    widgets::MessageBar* m_message;
};

} // namespace ui::pages::runs
