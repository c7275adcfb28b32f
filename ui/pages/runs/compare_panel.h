// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The left column of the comparison: which runs are laid over one another, and which is the
// baseline.
#pragma once

#include <QFrame>

namespace ui::widgets {
class Button;
class ListView;
class PlainLabel;
} // namespace ui::widgets

namespace ui::pages::runs {

class CompareListModel;

class ComparePanel final : public QFrame
{
    Q_OBJECT

public:
    explicit ComparePanel(CompareListModel& model, QWidget* parent = nullptr);

Q_SIGNALS:
    void closeRequested();

private:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void toggle(const QModelIndex& index);
    void makeCurrentBaseline();
    void updateWords();

    CompareListModel& m_model;
    widgets::ListView* m_list;
    widgets::PlainLabel* m_words;
    widgets::Button* m_baseline;
};

} // namespace ui::pages::runs
