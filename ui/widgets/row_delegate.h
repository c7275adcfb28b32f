// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Paints a table's or tree's cell: hover and selection over the whole row, a line below, plain text
// elided as the view says. The base of the other delegates, which paint only their content.
#pragma once

#include "ui/theme/tone.h"

#include <QStyledItemDelegate>

class QAbstractItemView;

namespace ui::widgets {

class RowDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    explicit RowDelegate(QObject* parent = nullptr);

    // Rows of 28, as in trees.
    void setCompact(bool compact) { m_isCompact = compact; }

    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const final;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    // Shows the full text when the cell does not, always as plain text.
    bool helpEvent(QHelpEvent* event,
                   QAbstractItemView* view,
                   const QStyleOptionViewItem& option,
                   const QModelIndex& index) override;

protected:
    // The cell's content inside its padding. `rect` is in the painter's coordinates.
    virtual void paintContent(QPainter& painter,
                              const QRect& rect,
                              const QStyleOptionViewItem& option,
                              const QModelIndex& index) const;
    // What the tooltip tells when it does not fit; by default the display text.
    virtual QString fullText(const QModelIndex& index) const;
    virtual int contentWidth(const QStyleOptionViewItem& option, const QModelIndex& index) const;
    virtual int rowHeight() const;

private:
    void paintFocus(QPainter& painter, const QStyleOptionViewItem& option) const;

    bool m_isCompact = false;
};

// One elided line of plain text in a tone, vertically centred; numbers get equal digits.
void paintText(QPainter& painter,
               const QRect& rect,
               const QString& text,
               const QFont& font,
               Color color,
               Qt::Alignment alignment = Qt::AlignLeft,
               Qt::TextElideMode mode = Qt::ElideMiddle);
// "plain" for a tooltip: what Qt would take for markup is escaped, long text cut.
QString plainToolTip(const QString& text);
// The tone that a model asks for, else `fallback`.
Tone toneAt(const QModelIndex& index, int role, Tone fallback);

} // namespace ui::widgets
