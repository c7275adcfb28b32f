// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A flat tag of 20 px: state in a few words, a label, a short hash. Clickable only in a filter row.
#pragma once

#include <QAbstractButton>

namespace ui::widgets {

class Chip : public QAbstractButton
{
    Q_OBJECT

public:
    enum class Kind { Neutral, Accent, Ok, Warning, Error, Mono };
    Q_ENUM(Kind)

    explicit Chip(const QString& text, Kind kind = Kind::Neutral, QWidget* parent = nullptr);

    Kind kind() const { return m_kind; }
    void setKind(Kind kind);
    // A dot of the kind's colour before the words.
    void setDot(bool dot);
    void setIconName(const QString& name);
    // Makes it a checkable button, for filter rows.
    void setFilter(bool filter);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Kind m_kind;
    QString m_iconName;
    bool m_hasDot = false;
};

// The same, for delegates; dot and icon need room beside chipWidth().
int chipWidth(const QString& text, Chip::Kind kind);
void paintChip(QPainter& painter,
               const QRect& rect,
               const QString& text,
               Chip::Kind kind,
               bool hasDot = false,
               const QString& iconName = {});

} // namespace ui::widgets
