// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/answer_box.h"

#include "ui/theme/theme.h"
#include "ui/widgets/plain_label.h"

#include <QPainter>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace ui::pages::runs {

namespace {

constexpr int kTextLines = 3; // more scroll

} // namespace

AnswerBox::AnswerBox(bool accent, QWidget* parent)
    : QFrame(parent), m_isAccent(accent),
      m_caption(new widgets::PlainLabel({}, Type::Caption, accent ? Tone::Accent : Tone::Tertiary)),
      m_text(new QPlainTextEdit)
{
    m_text->setReadOnly(true);
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setTabChangesFocus(true);
    m_text->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_text->viewport()->setAutoFillBackground(false);
    m_text->document()->setDocumentMargin(0);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme().px(12), theme().px(6), theme().px(4), theme().px(8));
    layout->setSpacing(theme().px(2));
    layout->addWidget(m_caption);
    layout->addWidget(m_text);

    const auto adopt = [this] {
        const QFont font = theme().font(Type::Small);
        m_text->setFont(font);
        const int line = QFontMetrics(font).lineSpacing();
        m_text->setFixedHeight(kTextLines * line + theme().px(4));
        QPalette colors = m_text->palette();
        colors.setColor(QPalette::Base, Qt::transparent);
        colors.setColor(QPalette::Text,
                        theme().color(m_isAccent ? Color::Text : Color::TextSecondary));
        m_text->setPalette(colors);
        update();
    };
    connect(&theme(), &Theme::changed, this, adopt);
    adopt();
}

void AnswerBox::setAnswer(const QString& caption, const QString& text)
{
    m_caption->setText(caption);
    if (m_text->toPlainText() != text) {
        m_text->setPlainText(text);
    }
    m_text->setAccessibleName(caption);
}

void AnswerBox::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().color(m_isAccent ? Color::AccentLine : Color::Line), 1));
    painter.setBrush(theme().color(m_isAccent ? Color::Surface : Color::Inset));
    const double radius = theme().number(QStringLiteral("radius/control"));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
}

} // namespace ui::pages::runs
