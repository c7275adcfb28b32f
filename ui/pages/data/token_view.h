// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of data as tokens: trained ones tinted and underlined, context grey, special ones outlined.
// Only what is visible is painted. Arrow keys walk from token to token; hovering tells piece, id,
// position and why it is trained or not. GUI thread only.
#pragma once

#include "ui/pages/data/token_layout.h"

#include <QAbstractScrollArea>
#include <QTimer>

namespace ui::pages::data {

class TokenView final : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit TokenView(QWidget* parent = nullptr);

    // `packed`: the samples share a sequence, as the lines between them then say.
    void setSamples(std::vector<TokenSample> samples, bool packed);
    const std::vector<TokenSample>& samples() const { return m_samples; }

    // The token that the keys stand on; none at first.
    std::optional<TokenPosition> current() const { return m_current; }
    void setCurrent(const TokenPosition& position);
    // What is said of a token on hover and to screen readers, in plain text.
    QString description(const TokenPosition& position) const;

    QSize sizeHint() const override;

Q_SIGNALS:
    void currentChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    void restart();
    void layOutMore();
    void updateScrollBar();
    void paintLine(QPainter& painter, int line) const;
    void paintBoundary(QPainter& painter, const TokenLayout::Line& line) const;
    void move(int by);
    void moveLine(int by);
    void ensureVisible(int cell);
    const Token& tokenAt(const TokenPosition& position) const;

    std::vector<TokenSample> m_samples;
    bool m_packed = false;
    TokenLayout m_layout;
    QTimer m_layoutTimer;
    std::optional<TokenPosition> m_current;
};

} // namespace ui::pages::data
