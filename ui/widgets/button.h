// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The push button in its kinds. One Primary a view; the page's one start action is large.
#pragma once

#include <QPushButton>

namespace ui::widgets {

class Button : public QPushButton
{
    Q_OBJECT

public:
    enum class Kind { Normal, Primary, Ghost, Danger, Link };
    Q_ENUM(Kind)
    // 28, 32 and 40 high at the usual text size.
    enum class Extent { Small, Regular, Large };
    Q_ENUM(Extent)

    explicit Button(const QString& text,
                    Kind kind = Kind::Normal,
                    Extent extent = Extent::Regular,
                    QWidget* parent = nullptr);

    Kind kind() const { return m_kind; }
    Extent extent() const { return m_extent; }
    // An icon of resources/icons, tinted as the kind asks.
    void setIconName(const QString& name);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void applyFont();
    QColor ink() const;
    int padding() const;

    Kind m_kind;
    Extent m_extent;
};

// The usual ones in short form; the layout that takes them sets the parent.
Button* primaryButton(const QString& text, const QString& iconName = {});
Button* normalButton(const QString& text, const QString& iconName = {});
Button* ghostButton(const QString& text, const QString& iconName = {});
Button* dangerButton(const QString& text, const QString& iconName = {});
Button* smallButton(const QString& text, const QString& iconName = {});
Button* linkButton(const QString& text);
// The page's one start action.
Button* startButton(const QString& text, const QString& iconName = {});

} // namespace ui::widgets
