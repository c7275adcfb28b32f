// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One pane's side of the conversation: questions as bubbles, answers with hash × scale, tokens and
// speed. Painted as plain text; tokens can be pointed at, text selected and copied.
#pragma once

#include "ui/pages/playground/conversation.h"
#include "ui/pages/playground/flow_text.h"

#include <QAbstractScrollArea>

namespace ui::pages::playground {

class TokenTip;

class TranscriptView : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit TranscriptView(QWidget* parent = nullptr);

    // Shows this pane's part of everything. The exchanges outlive the view's use of them.
    void setExchanges(const std::vector<Exchange>* exchanges, int pane);
    // The last answer grew or changed its state.
    void updateAnswer();
    // Said while nothing was asked yet.
    void setHint(const QString& hint);
    // In the last answer: the word where it parts from another; nothing = none.
    void setDifference(qsizetype begin, qsizetype end);
    void setColoured(bool byProbability);

    // What is selected; the last answer where nothing is.
    QString copyText() const;
    // Points at a token of the last answer, as the mouse and the arrow keys do; −1 at none.
    void pointAt(int token);
    int pointedToken() const { return m_token; }
    const TokenTip& tip() const { return *m_tip; }

    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;

private:
    struct Item
    {
        bool isAnswer = false;
        std::size_t exchange = 0;
        FlowText text;
        double top = 0;
        double height = 0;
    };
    struct Place
    {
        int item = -1;
        qsizetype offset = -1;
    };

    const Answer* answerOf(const Item& item) const;
    QString words(const Answer& answer) const;
    QString state(const Answer& answer) const;
    void rebuild();
    void arrange();
    QRectF bubbleOf(const Item& item) const;
    QPointF textOrigin(const Item& item) const;
    double metaHeight() const;
    void paintItem(QPainter& painter, Item& item, const QRectF& clip);
    void paintMeta(QPainter& painter, const Answer& answer, const QRectF& bubble) const;
    QList<Mark> marksOf(const Item& item, double top, double bottom) const;
    Place placeAt(const QPoint& point, bool nearest) const;
    void point(int item, int token);
    void describe();

    const std::vector<Exchange>* m_exchanges = nullptr;
    int m_pane = 0;
    std::vector<Item> m_items;
    QString m_hint;
    bool m_isColoured = false;
    bool m_followsEnd = true;
    qsizetype m_differenceBegin = 0;
    qsizetype m_differenceEnd = 0;
    int m_item = -1; // pointed at
    int m_token = -1;
    Place m_anchor; // of the selection
    Place m_cursor;
    TokenTip* m_tip;
};

} // namespace ui::pages::playground
