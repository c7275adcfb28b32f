// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The line below the matrix: what is selected, how many cells differ from the default, Reset.
#pragma once

#include <QWidget>

namespace ui::widgets {
class Button;
class ElidedLabel;
class PlainLabel;
} // namespace ui::widgets

namespace ui::pages::train {

class TargetMatrixModel;
class TargetMatrixView;

class MatrixLegend : public QWidget
{
    Q_OBJECT

public:
    MatrixLegend(TargetMatrixModel& model, TargetMatrixView& view, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void follow();
    void describeSelection();

    TargetMatrixModel& m_model;
    TargetMatrixView& m_view;
    widgets::PlainLabel* m_name;
    widgets::ElidedLabel* m_facts;
    widgets::PlainLabel* m_lower;
    widgets::PlainLabel* m_higher;
    widgets::Button* m_reset;
};

} // namespace ui::pages::train
