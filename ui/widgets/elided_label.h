// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One line of plain text that shortens itself in the middle (or at the end) and tells all in its
// tooltip.
#pragma once

#include "ui/theme/tokens.h"
#include "ui/theme/tone.h"

#include <QWidget>

namespace ui::widgets {

class ElidedLabel : public QWidget
{
    Q_OBJECT

public:
    explicit ElidedLabel(const QString& text = {},
                         Type type = Type::Body,
                         Tone tone = Tone::Normal,
                         QWidget* parent = nullptr);

    QString text() const { return m_text; }
    void setText(const QString& text);
    void setType(Type type);
    void setTone(Tone tone);
    void setElideMode(Qt::TextElideMode mode);
    void setAlignment(Qt::Alignment alignment);
    // What is painted now.
    QString shownText() const;
    bool isElided() const { return shownText() != m_text; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void applyFont();

    QString m_text;
    Type m_type;
    Tone m_tone;
    Qt::TextElideMode m_mode = Qt::ElideMiddle;
    Qt::Alignment m_alignment = Qt::AlignLeft | Qt::AlignVCenter;
};

// The start of a text that is enough for one line: hostile input may be megabytes long.
QString firstLine(const QString& text, int limit = 1024);

} // namespace ui::widgets
