// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The widgets of the job bar: shows a JobBarState and says what was pressed. Drops its sparkline,
// loss and device, in this order, when it is narrow.
#pragma once

#include "ui/shell/band.h"
#include "ui/shell/job_bar_state.h"

namespace ui::widgets {
class Button;
class ElidedLabel;
class IconButton;
class PlainLabel;
class ProgressBar;
class Sparkline;
class StatusLabel;
} // namespace ui::widgets

namespace ui::shell {

class JobBarView : public Band
{
    Q_OBJECT

public:
    explicit JobBarView(QWidget* parent = nullptr);

    void show(const JobBarState& state);
    const JobBarState& state() const { return m_state; }
    void showQueue(const QString& words);
    void showDevice(const QString& words, const QString& toolTip);

    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void runRequested();
    void whyRequested();
    void pauseRequested();
    void resumeRequested();
    void continueRequested();
    void stopRequested();
    void queueRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    QWidget* makeGroup(std::initializer_list<QWidget*> widgets, int spacing);
    void arrange();
    void connectButtons();
    // Figures keep the most room they had, so that nothing moves as they change; until another run
    // or state is shown.
    void forgetWidths();
    void fit();
    // The groups' before the bar's, which measures them.
    void activateLayouts();
    // What the layout needs beyond the bar's width; 0 or less = it fits.
    int missingWidth();

    JobBarState m_state;
    widgets::StatusLabel* m_dot;
    widgets::Button* m_name;
    widgets::PlainLabel* m_phase;
    widgets::Sparkline* m_sparkline;
    widgets::PlainLabel* m_lossWord;
    widgets::PlainLabel* m_loss;
    widgets::PlainLabel* m_stepWord;
    widgets::PlainLabel* m_steps;
    widgets::ProgressBar* m_bar;
    widgets::PlainLabel* m_percent;
    widgets::ElidedLabel* m_rest;
    widgets::IconButton* m_pause;
    widgets::IconButton* m_stop;
    widgets::Button* m_action;
    widgets::Button* m_queue;
    widgets::PlainLabel* m_device;
    // Each with the line at its left; hidden as one.
    QWidget* m_sparklineGroup = nullptr;
    QWidget* m_lossGroup = nullptr;
    QWidget* m_progressGroup = nullptr;
    QWidget* m_deviceGroup = nullptr;
    int m_restWidth = 0; // px
};

} // namespace ui::shell
