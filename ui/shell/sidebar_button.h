// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A button of the sidebar whose icon and word stand in line with the pages: the search box, which
// looks like a field, and Collapse. Only the icon when narrow; the word is then the tooltip.
#pragma once

#include <QAbstractButton>

namespace ui::shell {

class SidebarButton : public QAbstractButton
{
    Q_OBJECT

public:
    enum class Look { Flat, Field };

    SidebarButton(Look look, const QString& iconName, QWidget* parent = nullptr);

    // `keys` stands at the right, as "Ctrl K".
    void setWords(const QString& text, const QString& keys = {});
    void setIconName(const QString& iconName);
    void setNarrow(bool isNarrow);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void paintBox(QPainter& painter, const QRect& box) const;

    Look m_look;
    QString m_iconName;
    QString m_keys;
    bool m_isNarrow = false;
};

} // namespace ui::shell
