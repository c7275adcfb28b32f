// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A white card on the grey page: a header of title, fact and own widgets, then a body.
// Never a card in a card; use a Separator.
#pragma once

#include <QFrame>

class QBoxLayout;
class QHBoxLayout;
class QVBoxLayout;

namespace ui::widgets {

class ElidedLabel;
class PlainLabel;

class Card : public QFrame
{
    Q_OBJECT

public:
    // No title: no header.
    explicit Card(const QString& title = {}, const QString& fact = {}, QWidget* parent = nullptr);

    void setTitle(const QString& title);
    // Grey words after the title; empty hides them.
    void setFact(const QString& fact);
    // Adds to the right end of the header, in order; shows the header if there was none.
    void addHeaderWidget(QWidget* widget);
    // Replaces title and fact by a widget that fills the header, such as tabs; its own line below.
    void setHeaderWidget(QWidget* widget);

    // Where the content goes: padding 16/12, gap 8.
    QVBoxLayout* body() const { return m_body; }
    // Without padding, for tables and lists that reach the card's edge.
    void setFlush(bool flush);
    bool isFlush() const { return m_isFlush; }
    // A pinned strip below the body with a line above, made on first use.
    QHBoxLayout* footer();

private:
    void showHeader();
    void applySizes();

    QWidget* m_header;
    QHBoxLayout* m_headerLayout;
    QHBoxLayout* m_headerRight;
    PlainLabel* m_title;
    ElidedLabel* m_fact;
    QFrame* m_headerLine;
    QVBoxLayout* m_outer;
    QVBoxLayout* m_body;
    QHBoxLayout* m_footer = nullptr;
    bool m_isFlush = false;
};

} // namespace ui::widgets
