// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/message_bar.h"

#include "ui/theme/icon.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/row_delegate.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>
#include <QStyle>

namespace ui::widgets {
namespace {

constexpr int kMostActions = 2;
constexpr int kIcon = 16;
constexpr int kPadding = 14;
constexpr int kIconGap = 12;
constexpr int kGap = 8;
constexpr int kUsualWidth = 360;
constexpr int kLeastWidth = 160;
constexpr int kLeastHeight = 38;

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

// A sentence, not a log: what is longer stands in the tooltip.
constexpr qsizetype kLongest = 600;

QString shortened(const QString& text)
{
    return text.size() > kLongest ? text.left(kLongest) + QChar(0x2026) : text;
}

// A label needs a pixel more than its text, or it wraps. Text that fits no line, or has several, is
// not measured.
int textWidth(const QFontMetrics& metrics, const PlainLabel& label)
{
    constexpr qsizetype kLongestLine = 400;
    const QString text = label.plainText();
    const bool isLong = text.size() > kLongestLine || text.contains(QLatin1Char('\n'));
    return isLong ? QWIDGETSIZE_MAX / 4 : metrics.horizontalAdvance(text) + 2;
}

} // namespace

MessageBar::MessageBar(Severity severity,
                       const QString& cause,
                       const QString& consequence,
                       QWidget* parent)
    : QFrame(parent), m_severity(severity), m_icon(new QLabel(this)),
      m_cause(new PlainLabel({}, Type::BodyStrong, Tone::Normal, this)),
      m_consequence(new PlainLabel({}, Type::Body, Tone::Secondary, this)),
      m_actions(new QWidget(this))
{
    auto* actions = new QHBoxLayout(m_actions);
    actions->setContentsMargins(0, 0, 0, 0);
    actions->setSpacing(kGap);
    m_cause->setWrapping(true);
    m_consequence->setWrapping(true);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setSeverity(severity);
    setText(cause, consequence);
    connect(&theme(), &Theme::changed, this, [this] {
        showIcon();
        arrange();
    });
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
}

void MessageBar::setText(const QString& cause, const QString& consequence)
{
    m_cause->setText(shortened(cause));
    m_cause->setVisible(!cause.isEmpty());
    m_consequence->setText(shortened(consequence));
    const bool isCut = cause.size() > kLongest || consequence.size() > kLongest;
    setToolTip(isCut ? plainToolTip(consequence) : QString());
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
    m_actions->layout()->addWidget(button);
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
    while (QLayoutItem* item = m_actions->layout()->takeAt(0)) {
        item->widget()->hide();
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

bool MessageBar::event(QEvent* event)
{
    // A button of ours changed its words or went.
    if (event->type() == QEvent::LayoutRequest) {
        arrange();
    }
    return QFrame::event(event);
}

QSize MessageBar::sizeHint() const
{
    const int width = theme().px(kUsualWidth);
    return {width, heightForWidth(width)};
}

QSize MessageBar::minimumSizeHint() const
{
    const int actions = m_actionCount > 0 ? m_actions->sizeHint().width() : 0;
    return {actions + theme().px(kLeastWidth), theme().px(kLeastHeight)};
}

MessageBar::Places MessageBar::places(int width) const
{
    const QFontMetrics strong(theme().font(Type::BodyStrong));
    const QFontMetrics body(theme().font(Type::Body));
    const int side = theme().px(kIcon);
    const int line = std::max(strong.height(), side);
    const int left = theme().px(kPadding) + side + theme().px(kIconGap);
    const QSize actions = m_actionCount > 0 ? m_actions->sizeHint() : QSize();
    const int end = m_actionCount > 0 ? actions.width() + 2 * kGap : theme().px(kPadding);
    const int room = std::max(theme().px(80), width - left - end);

    const bool hasCause = !m_cause->isHidden();
    const bool hasConsequence = !m_consequence->isHidden();
    const int space = hasCause && hasConsequence ? body.horizontalAdvance(QLatin1Char(' ')) - 1 : 0;
    const int causeWidth = hasCause ? textWidth(strong, *m_cause) : 0;
    const int restWidth = hasConsequence ? textWidth(body, *m_consequence) : 0;

    Places places;
    const int least = std::max(theme().px(kLeastHeight), actions.height() + kGap);
    if (causeWidth + space + restWidth <= room) {
        places.height = least;
        const int top = (least - line) / 2;
        places.cause = {left, top, causeWidth, line};
        places.consequence = {left + causeWidth + space, top, restWidth, line};
    } else {
        const int top = (theme().px(kLeastHeight) - line) / 2;
        const int causeHeight = hasCause ? m_cause->heightForWidth(room) : 0;
        const int restHeight = hasConsequence ? m_consequence->heightForWidth(room) : 0;
        const int between = hasCause && hasConsequence ? 3 : 0;
        places.cause = {left, top, room, causeHeight};
        places.consequence = {left, top + causeHeight + between, room, restHeight};
        places.height = std::max(least, 2 * top + causeHeight + between + restHeight);
    }
    const int iconTop = (hasCause ? places.cause : places.consequence).top() + (line - side) / 2;
    places.icon = {theme().px(kPadding), iconTop, side, side};
    places.actions =
        QRect(QPoint(width - actions.width() - kGap, (least - actions.height()) / 2), actions);
    return places;
}

void MessageBar::arrange()
{
    updateGeometry();
    const Places now = places(width());
    // Layouts that do not ask for a height by width would squeeze the sentence.
    setMinimumHeight(now.height);
    const auto put = [this](QWidget* widget, const QRect& rect) {
        widget->setGeometry(
            isRightToLeft() ? QStyle::visualRect(Qt::RightToLeft, this->rect(), rect) : rect);
    };
    put(m_icon, now.icon);
    put(m_cause, now.cause);
    put(m_consequence, now.consequence);
    put(m_actions, now.actions);
}

} // namespace ui::widgets
