// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How long the rows are in the tokens of the chosen model, how many do not fit, and what each way
// to treat those would lose. The choice goes along when one trains from here. GUI thread only.
#pragma once

#include "engine/contract/result.h"

#include <QWidget>

class QStandardItemModel;
class QStackedWidget;

namespace ui::plots {
class LengthChart;
}

namespace ui::widgets {
class FieldFrame;
class LoadingState;
class MessageBar;
class NumberField;
class PlainLabel;
class TableView;
} // namespace ui::widgets

namespace ui::pages::data {

class DataMeasure;

class LengthsTab final : public QWidget
{
    Q_OBJECT

public:
    explicit LengthsTab(DataMeasure& measure, QWidget* parent = nullptr);

Q_SIGNALS:
    void modelWanted();

private:
    QWidget* makeContent();
    QWidget* makeHead();
    void follow();
    void showAnswer();
    void showPolicies();
    void showFailure(const engine::contract::Error& error);
    void takeLimit();
    void takePolicy();
    void showLimit();

    DataMeasure& m_measure;
    QStackedWidget* m_stack;
    widgets::LoadingState* m_loading;
    widgets::MessageBar* m_failure;
    widgets::NumberField* m_limit;
    widgets::FieldFrame* m_limitFrame;
    widgets::PlainLabel* m_facts;
    widgets::PlainLabel* m_verdict;
    plots::LengthChart* m_chart;
    QStandardItemModel* m_policyModel;
    widgets::TableView* m_policies;
    bool m_isShowing = false;
};

} // namespace ui::pages::data
