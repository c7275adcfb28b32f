// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A few choices side by side, of which exactly one holds. Arrow keys move, Tab passes.
#pragma once

#include <QWidget>

class QButtonGroup;
class QHBoxLayout;
class QToolButton;

namespace ui::widgets {

class SegmentedControl : public QWidget
{
    Q_OBJECT

public:
    // `small` is 24 high, for headers; otherwise 28.
    explicit SegmentedControl(const QStringList& labels = {},
                              bool small = false,
                              QWidget* parent = nullptr);

    // Returns the segment's index. An icon without a word needs `toolTip`.
    int addSegment(const QString& label, const QString& iconName = {}, const QString& toolTip = {});
    int count() const;
    int currentIndex() const;
    // Emits currentChanged() if it differs.
    void setCurrentIndex(int index);
    QToolButton* segment(int index) const;

Q_SIGNALS:
    void currentChanged(int index);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void updateEdges();
    void updateFocusPolicy();
    void applySizes();

    QButtonGroup* m_group;
    QHBoxLayout* m_layout;
    bool m_isSmall;
};

} // namespace ui::widgets
