// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The note of an adapter, written where it is read; saved when the typing rests or the field is
// left.
#pragma once

#include <QPlainTextEdit>

class QTimer;

namespace ui::pages::adapters {

class NoteEditor : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit NoteEditor(QWidget* parent = nullptr);

    // Says the old note's saved() first, if it was changed.
    void setNote(const QString& text);
    void save();

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void saved(const QString& text);

protected:
    void focusOutEvent(QFocusEvent* event) override;

private:
    QTimer* m_rest;
    QString m_saved;
};

} // namespace ui::pages::adapters
