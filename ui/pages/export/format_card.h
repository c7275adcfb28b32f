// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One format to choose: its name, what it is for, and how large it will be.
#pragma once

#include <QAbstractButton>

namespace ui::pages::exporting {

class FormatCard : public QAbstractButton
{
    Q_OBJECT

public:
    FormatCard(const QString& format,
               const QString& name,
               const QString& use,
               QWidget* parent = nullptr);

    const QString& format() const { return m_format; }
    void setSizeText(const QString& text);
    // Why this adapter has no such form: the card is then off, and says so in place of the use.
    void setRefusal(const QString& words);
    const QString& refusal() const { return m_refusal; }

    QSize sizeHint() const override;
    int heightForWidth(int width) const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int useLeft() const;
    int useRoom(int width) const;
    int useHeight(int width) const;

    QString m_format;
    const QString& words() const { return m_refusal.isEmpty() ? m_use : m_refusal; }

    QString m_use;
    QString m_refusal;
    QString m_size;
};

} // namespace ui::pages::exporting
