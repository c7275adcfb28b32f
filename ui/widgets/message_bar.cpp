// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/message_bar.h"

#include "ui/theme/icon.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>

namespace ui::widgets {
namespace {

constexpr int kMostActions = 2;

struct Look
{
    Color strong;
    Color soft;
    Color line;
    IconRole role;
    const char* icon;
};

Look lookOf(MessageBar::Severity severity)
{
    switch (severity) {
    case MessageBar::Severity::Info:
        return {Color::Accent, Color::AccentSoft, Color::AccentLine, IconRole::Accent, "info"};
    case MessageBar::Severity::Success:
        return {Color::Ok, Color::OkSoft, Color::OkLine, IconRole::Ok, "success"};
    case MessageBar::Severity::Warning:
        return {
            Color::Warning, Color::WarningSoft, Color::WarningLine, IconRole::Warning, "warning"};
    case MessageBar::Severity::Error:
        return {Color::Error, Color::ErrorSoft, Color::ErrorLine, IconRole::Error, "error"};
    }
    return {Color::Accent, Color::AccentSoft, Color::AccentLine, IconRole::Accent, "info"};
}

} // namespace

MessageBar::MessageBar(Severity severity,
                       const QString& cause,
                       const QString& consequence,
                       QWidget* parent)
    : QFrame(parent), m_severity(severity), m_icon(new QLabel),
      m_cause(new PlainLabel({}, Type::BodyStrong)),
      m_consequence(new PlainLabel({}, Type::Body, Tone::Secondary)),
      m_texts(new QBoxLayout(QBoxLayout::LeftToRight)), m_actions(new QHBoxLayout)
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 6, 8, 6);
    layout->setSpacing(12);
    layout->addWidget(m_icon, 0, Qt::AlignTop);
    layout->addLayout(m_texts, 1);
    layout->addLayout(m_actions);
    m_texts->setContentsMargins(0, 4, 0, 4);
    m_texts->addWidget(m_cause, 0, Qt::AlignTop);
    m_texts->addWidget(m_consequence, 1);
    m_actions->setSpacing(8);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    setSeverity(severity);
    setText(cause, consequence);
    connect(&theme(), &Theme::changed, this, &MessageBar::showIcon);
}

void MessageBar::setSeverity(Severity severity)
{
    m_severity = severity;
    showIcon();
    update();
}

void MessageBar::showIcon()
{
    const Look look = lookOf(m_severity);
    const int side = theme().px(16);
    m_icon->setPixmap(icon(QLatin1String(look.icon), look.role).pixmap(side, side));
    const int line = QFontMetrics(theme().font(Type::Body)).height();
    m_icon->setContentsMargins(0, 4 + std::max(0, (line - side) / 2), 0, 0);
}

void MessageBar::setText(const QString& cause, const QString& consequence)
{
    m_cause->setText(cause);
    m_cause->setVisible(!cause.isEmpty());
    m_consequence->setText(consequence);
    m_consequence->setVisible(!consequence.isEmpty());
    m_consequence->setTone(cause.isEmpty() ? Tone::Normal : Tone::Secondary);
    setAccessibleName(text());
    arrange();
}

QString MessageBar::text() const
{
    const QString space = m_cause->plainText().isEmpty() || m_consequence->plainText().isEmpty()
                              ? QString()
                              : QStringLiteral(" ");
    return m_cause->plainText() + space + m_consequence->plainText();
}

Button* MessageBar::addButton(Button* button, QObject* context, std::function<void()> action)
{
    Q_ASSERT_X(m_actionCount < kMostActions, "MessageBar", "at most two actions");
    ++m_actionCount;
    connect(button, &QPushButton::clicked, context, std::move(action));
    m_actions->addWidget(button, 0, Qt::AlignVCenter);
    arrange();
    return button;
}

Button* MessageBar::addAction(const QString& text, QObject* context, std::function<void()> action)
{
    const auto kind = m_actionCount == 0 ? Button::Kind::Normal : Button::Kind::Ghost;
    return addButton(
        new Button(text, kind, Button::Extent::Small, this), context, std::move(action));
}

Button* MessageBar::addLink(const QString& text, QObject* context, std::function<void()> action)
{
    return addButton(linkButton(text), context, std::move(action));
}

void MessageBar::clearActions()
{
    while (QLayoutItem* item = m_actions->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    m_actionCount = 0;
    arrange();
}

void MessageBar::paintEvent(QPaintEvent*)
{
    const Look look = lookOf(m_severity);
    const double radius = theme().number(QStringLiteral("radius/control"));
    const double stripe = theme().number(QStringLiteral("border/message_stripe"));
    QPainter painter(this);
    paintRoundedBox(painter, rect(), theme().color(look.soft), theme().color(look.line), radius);
    QPainterPath shape;
    shape.addRoundedRect(rect(), radius, radius);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(QRectF(0, 0, stripe, height()));
    painter.fillPath(shape, theme().color(look.strong));
}

void MessageBar::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    arrange();
}

// On one line if both fit, else the consequence goes below, where it may wrap.
void MessageBar::arrange()
{
    const QFontMetrics strong(theme().font(Type::BodyStrong));
    const QFontMetrics body(theme().font(Type::Body));
    const int room = width() - m_actions->sizeHint().width() - theme().px(16) - 60;
    const int wanted = strong.horizontalAdvance(m_cause->plainText())
                       + body.horizontalAdvance(m_consequence->plainText()) + 4;
    const bool fits = wanted <= room;
    m_texts->setDirection(fits ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_texts->setSpacing(fits ? body.horizontalAdvance(QLatin1Char(' ')) : 2);
    m_cause->setWrapping(!fits);
    m_consequence->setWrapping(!fits);
}

} // namespace ui::widgets
