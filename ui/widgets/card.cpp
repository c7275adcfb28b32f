// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/card.h"

#include "ui/theme/box.h"
#include "ui/theme/theme.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/separator.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace ui::widgets {
namespace {

constexpr int kPaddingX = 16;
constexpr int kPaddingY = 12;
constexpr int kGap = 8;

} // namespace

Card::Card(const QString& title, const QString& fact, QWidget* parent)
    : QFrame(parent), m_header(new QWidget), m_headerLayout(new QHBoxLayout(m_header)),
      m_headerRight(new QHBoxLayout), m_title(new PlainLabel(title, Type::BodyStrong)),
      m_fact(new ElidedLabel(fact, Type::Small, Tone::Secondary)), m_headerLine(new Separator),
      m_outer(new QVBoxLayout(this)), m_body(new QVBoxLayout)
{
    setBox(*this, Box::Card);
    m_header->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_headerLayout->setContentsMargins(kPaddingX, 0, kPaddingY, 0);
    m_headerLayout->setSpacing(kGap);
    m_headerLayout->addWidget(m_title);
    m_headerLayout->addWidget(m_fact, 1);
    m_headerLayout->addLayout(m_headerRight);
    m_headerRight->setSpacing(kGap);
    // The frame's own line is 1 px: content must not cover it.
    m_outer->setContentsMargins(1, 1, 1, 1);
    m_outer->setSpacing(0);
    m_outer->addWidget(m_header);
    m_outer->addWidget(m_headerLine);
    m_outer->addLayout(m_body, 1);
    setFlush(false);
    applySizes();
    connect(&theme(), &Theme::changed, this, &Card::applySizes);
    m_header->setVisible(!title.isEmpty());
    m_headerLine->setVisible(!title.isEmpty());
    setAccessibleName(title);
}

void Card::applySizes()
{
    m_header->setMinimumHeight(theme().height(Size::CardHeader));
}

void Card::setTitle(const QString& title)
{
    m_title->setText(title);
    setAccessibleName(title);
    if (!title.isEmpty()) {
        showHeader();
    }
}

void Card::setFact(const QString& fact)
{
    m_fact->setText(fact);
}

void Card::addHeaderWidget(QWidget* widget)
{
    m_headerRight->addWidget(widget, 0, Qt::AlignVCenter);
    showHeader();
}

void Card::setHeaderWidget(QWidget* widget)
{
    m_title->hide();
    m_fact->hide();
    m_headerLayout->insertWidget(0, widget, 1);
    showHeader();
}

void Card::setFlush(bool flush)
{
    m_isFlush = flush;
    m_body->setSpacing(flush ? 0 : kGap);
    if (flush) {
        m_body->setContentsMargins(0, 0, 0, 0);
    } else {
        m_body->setContentsMargins(kPaddingX - 1, kPaddingY, kPaddingX - 1, kPaddingY);
    }
}

QHBoxLayout* Card::footer()
{
    if (!m_footer) {
        m_outer->addWidget(new Separator);
        m_footer = new QHBoxLayout;
        m_footer->setContentsMargins(kPaddingX, kGap, kPaddingX, kGap);
        m_footer->setSpacing(kGap);
        m_outer->addLayout(m_footer);
    }
    return m_footer;
}

void Card::showHeader()
{
    m_header->show();
    m_headerLine->show();
}

} // namespace ui::widgets
