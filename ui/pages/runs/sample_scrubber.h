// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The answers to a fixed prompt along the run: a slider over the steps that have samples, the first
// answer beside the chosen one.
#pragma once

#include "app/runs/run_series.h"

#include <QWidget>

#include <vector>

namespace ui::widgets {
class ComboBox;
class IconButton;
class PlainLabel;
class Slider;
} // namespace ui::widgets

namespace ui::pages::runs {

class AnswerBox;

class SampleScrubber final : public QWidget
{
    Q_OBJECT

public:
    explicit SampleScrubber(QWidget* parent = nullptr);

    // Keeps prompt and step where they are; follows the newest step while it was shown.
    void show(const app::runs::RunSeries& series);
    void clear();
    // The step that has a sample and is nearest.
    void chooseNearest(double step);
    qint64 currentStep() const; // -1 = none

Q_SIGNALS:
    void stepChosen(qint64 step);

private:
    void showPrompts();
    void showSteps();
    void showAnswers();
    void walk(int by);
    const app::runs::SamplePoint* sampleAt(qint64 step) const;

    std::vector<app::runs::SamplePoint> m_samples;
    std::vector<qint64> m_steps; // of the prompt
    widgets::ComboBox* m_prompts;
    widgets::Slider* m_slider;
    widgets::PlainLabel* m_step;
    widgets::IconButton* m_previous;
    widgets::IconButton* m_next;
    AnswerBox* m_first;
    AnswerBox* m_chosen;
};

} // namespace ui::pages::runs
