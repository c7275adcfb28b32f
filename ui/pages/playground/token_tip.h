// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The dark box under a token: how probable it was, and what might have come instead.
#pragma once

#include "ui/pages/playground/conversation.h"

#include <QWidget>

namespace ui::pages::playground {

class TokenTip : public QWidget
{
    Q_OBJECT

public:
    explicit TokenTip(QWidget* parent);

    // The token as it stands in the text first, then its rivals, at most three rows.
    void setToken(const QString& text, const WrittenToken& token);
    // Below `rect` of the parent, above it where there is no room.
    void placeAt(const QRect& rect);
    // The rows as words, for screen readers and tests.
    QString words() const;

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Row
    {
        QString text;
        double probability = 0;
        bool isChosen = false;
    };

    int textWidth() const;

    std::vector<Row> m_rows;
};

// A token's text on one line: a blank as "·", a line feed as "⏎", at most 24 characters.
QString shownToken(const QString& text);

} // namespace ui::pages::playground
