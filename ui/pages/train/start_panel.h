// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The page's one start action with what stands beside it: add to the queue, save as preset, and in
// words why it would not start. Stays in sight in narrow windows, then with the total.
#pragma once

#include <QWidget>

class QBoxLayout;

namespace ui::widgets {
class Button;
class PlainLabel;
} // namespace ui::widgets

namespace ui::pages::train {

class StartPanel : public QWidget
{
    Q_OBJECT

public:
    explicit StartPanel(QWidget* parent = nullptr);

    // Shown in narrow windows only, where the consequences are on another tab.
    void setTotal(const QString& words);
    void setCompact(bool isCompact);
    // Quiet words above the buttons; empty takes no room.
    void setWords(const QString& words, bool isWarning);
    // Between the click and the engine's answer.
    void setBusy(bool isBusy);

Q_SIGNALS:
    void startRequested();
    void queueRequested();
    void presetRequested();

private:
    QBoxLayout* m_layout;
    widgets::PlainLabel* m_total;
    widgets::PlainLabel* m_words;
    widgets::Button* m_start;
    widgets::Button* m_queue;
    widgets::Button* m_preset;
};

} // namespace ui::pages::train
