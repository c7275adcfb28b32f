// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The method's card: its own fields; for methods with targets quick choices, pattern, rank and the
// matrix, the selected cell and the legend below. The others say what they train instead. GUI
// thread only.
#pragma once

#include "ui/pages/train/target_matrix_model.h"

#include <QWidget>

class QStackedWidget;

namespace ui::widgets {
class Button;
class EmptyState;
class LoadingState;
class NumberField;
class PlainLabel;
class SearchField;
class SegmentedControl;
class Slider;
} // namespace ui::widgets

namespace ui::pages::train {

class JobDraft;
class MatrixLegend;
class MethodOptions;
class MethodOutline;
class TargetMatrixView;
struct Answer;

class TargetPanel : public QWidget
{
    Q_OBJECT

public:
    explicit TargetPanel(JobDraft& draft, QWidget* parent = nullptr);

    TargetMatrixModel& model() { return *m_model; }
    TargetMatrixView& view() { return *m_view; }
    MethodOptions& options() { return *m_options; }
    MethodOutline& outline() { return *m_outline; }
    // Whether the draft's method has targets to choose.
    bool hasTargets() const;
    // The answer of `inspect model --tree`.
    void setModelAnswer(const Answer& answer);
    // The answer of `estimate`.
    void setPlanAnswer(const Answer& answer);
    // "Targets and ranks", or the method's name.
    QString title() const;
    // "168 of 168 modules"; without a matrix where the method comes from.
    QString fact() const;
    // Beside the pattern; empty takes it away.
    void setRefusal(const QString& words);

Q_SIGNALS:
    void factChanged();

private:
    QWidget* makeToolbar();
    QWidget* makeMatrix();
    void follow();
    void showSelection();
    void showPattern();
    void takePattern();
    void chooseQuickly(int segment);
    void showPage();

    JobDraft& m_draft;
    TargetMatrixModel* m_model;
    TargetMatrixView* m_view;
    TargetMatrixView* m_sums;
    MethodOptions* m_options;
    MethodOutline* m_outline;
    QWidget* m_toolbar;
    QWidget* m_line; // below the toolbar and the method's own fields
    QWidget* m_rankRow;
    QStackedWidget* m_pages;
    widgets::EmptyState* m_instead;
    widgets::LoadingState* m_loading;
    widgets::SegmentedControl* m_quick;
    widgets::SearchField* m_pattern;
    widgets::PlainLabel* m_matches;
    widgets::PlainLabel* m_patternProblem;
    widgets::Slider* m_slider;
    widgets::NumberField* m_rank;
    widgets::NumberField* m_alpha;
    widgets::PlainLabel* m_scale;
    MatrixLegend* m_legend;
    std::vector<engine::contract::Value> m_quickTargets;
    QString m_refusal;
    bool m_isShowing = false;
    bool m_isLoading = false;
    bool m_hasFailed = false;
};

} // namespace ui::pages::train
