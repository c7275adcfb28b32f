// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A state: coloured dot and word, never the colour alone.
#pragma once

#include "ui/theme/tokens.h"
#include "ui/theme/tone.h"

#include <QWidget>

namespace ui::widgets {

class StatusLabel : public QWidget
{
    Q_OBJECT

public:
    explicit StatusLabel(StatusKind kind = StatusKind::Idle,
                         const QString& word = {},
                         QWidget* parent = nullptr);

    StatusKind kind() const { return m_kind; }
    QString word() const { return m_word; }
    void setStatus(StatusKind kind, const QString& word);
    void setType(Type type);
    void setTone(Tone tone);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void applyFont();

    StatusKind m_kind;
    QString m_word;
    Type m_type = Type::Body;
    Tone m_tone = Tone::Normal;
};

// The dot alone, 8 px across, for delegates that write the word themselves.
void paintStatusDot(QPainter& painter, const QPointF& centre, StatusKind kind);

} // namespace ui::widgets
