// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/token_view.h"

#include "app/base/format.h"
#include "ui/pages/data/token_paint.h"
#include "ui/theme/theme.h"
#include "ui/widgets/row_delegate.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>

namespace ui::pages::data {

namespace {

using namespace Qt::StringLiterals;

// Tokens laid out before the window is let go on; about a millisecond's worth.
constexpr int kSlice = 2000;
// Of the chart palette, whose green the boundaries share.
constexpr int kGreen = 2;

QString roleText(const QString& role)
{
    if (role == "system"_L1) {
        return TokenView::tr("system", "role of a turn");
    }
    if (role == "user"_L1) {
        return TokenView::tr("user", "role of a turn");
    }
    if (role == "assistant"_L1) {
        return TokenView::tr("assistant", "role of a turn");
    }
    if (role == "tool"_L1) {
        return TokenView::tr("tool", "role of a turn");
    }
    return role;
}

bool hasRoles(const std::vector<TokenSample>& samples)
{
    return std::ranges::any_of(samples, [](const TokenSample& sample) {
        return std::ranges::any_of(sample.spans,
                                   [](const TokenSpan& span) { return !span.role.isEmpty(); });
    });
}

} // namespace

TokenView::TokenView(QWidget* parent) : QAbstractScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setMouseTracking(true);
    setAccessibleName(tr("Tokens of the row"));
    m_layoutTimer.setInterval(0);
    connect(&m_layoutTimer, &QTimer::timeout, this, &TokenView::layOutMore);
    connect(&theme(), &Theme::changed, this, &TokenView::restart);
}

void TokenView::setSamples(std::vector<TokenSample> samples, bool packed)
{
    m_samples = std::move(samples);
    m_packed = packed;
    m_current.reset();
    verticalScrollBar()->setValue(0);
    restart();
    Q_EMIT currentChanged();
}

void TokenView::restart()
{
    const Theme& look = theme();
    TokenLayout::Metrics lengths;
    lengths.width = viewport()->width();
    lengths.cellHeight = std::max(double(look.px(lengths.cellHeight)),
                                  QFontMetricsF(look.font(Type::Mono)).height() + 4);
    lengths.linePitch = lengths.cellHeight + look.px(6);
    lengths.boundary = lengths.linePitch + look.px(16);
    if (hasRoles(m_samples)) {
        const QFontMetricsF words(look.font(Type::Small));
        for (const QString& role : {u"system"_s, u"user"_s, u"assistant"_s, u"tool"_s}) {
            lengths.labelWidth =
                std::max(lengths.labelWidth, words.horizontalAdvance(roleText(role)));
        }
        lengths.labelWidth += look.px(16);
    }
    m_layout.reset(m_samples, QFontMetricsF(look.font(Type::Mono)), lengths);
    layOutMore();
}

void TokenView::layOutMore()
{
    if (m_layout.advance(kSlice)) {
        m_layoutTimer.start();
    } else {
        m_layoutTimer.stop();
    }
    updateScrollBar();
    viewport()->update();
}

void TokenView::updateScrollBar()
{
    const int height = viewport()->height();
    verticalScrollBar()->setPageStep(height);
    verticalScrollBar()->setSingleStep(theme().px(28));
    verticalScrollBar()->setRange(0, std::max(0, static_cast<int>(m_layout.height()) - height));
}

void TokenView::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    const int top = verticalScrollBar()->value();
    painter.translate(0, -top);
    const auto [first, last] = m_layout.linesIn(top, viewport()->height());
    for (int line = first; line < last; ++line) {
        paintLine(painter, line);
    }
    if (m_current && hasFocus()) {
        const int cell = m_layout.cellOf(*m_current);
        if (cell >= 0) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(theme().color(Color::Accent), 2));
            const double radius = theme().number(u"radius/cell"_s);
            painter.drawRoundedRect(
                m_layout.cellRect(m_layout.lineOfCell(cell), cell).adjusted(-1, -1, 1, 1),
                radius,
                radius);
        }
    }
}

void TokenView::paintLine(QPainter& painter, int line) const
{
    const TokenLayout::Line& placed = m_layout.lines()[static_cast<std::size_t>(line)];
    if (placed.boundaryBefore >= 0) {
        paintBoundary(painter, placed);
        return;
    }
    if (!placed.role.isEmpty()) {
        const Theme& look = theme();
        widgets::paintText(painter,
                           QRect(0, int(placed.y), look.px(120), look.px(28)),
                           roleText(placed.role),
                           look.font(Type::Small),
                           Color::TextTertiary);
    }
    painter.setFont(theme().font(Type::Mono));
    for (int cell = placed.firstCell; cell < m_layout.lastCellOf(line); ++cell) {
        paintToken(painter,
                   m_layout.cellRect(line, cell),
                   tokenAt(m_layout.cells()[static_cast<std::size_t>(cell)].at));
    }
}

void TokenView::paintBoundary(QPainter& painter, const TokenLayout::Line& line) const
{
    const TokenSample& next = m_samples[static_cast<std::size_t>(line.boundaryBefore)];
    const QString words =
        m_packed
            ? tr("row %1 begins · attention and positions restart").arg(app::formatCount(next.row))
            : tr("row %1").arg(app::formatCount(next.row));
    const Theme& look = theme();
    painter.setFont(look.font(Type::Caption));
    const double width = painter.fontMetrics().horizontalAdvance(words) + look.px(16);
    const double middle = line.y + look.px(22);
    const double centre = viewport()->width() / 2.0;
    QPen dashes(look.series(kGreen).color, 1);
    dashes.setDashPattern({3, 3});
    painter.setPen(dashes);
    painter.drawLine(QPointF(0, middle), QPointF(centre - width / 2, middle));
    painter.drawLine(QPointF(centre + width / 2, middle), QPointF(viewport()->width(), middle));
    painter.setPen(look.color(Color::TextTertiary));
    painter.drawText(QRectF(centre - width / 2, middle - look.px(10), width, look.px(20)),
                     Qt::AlignCenter,
                     words);
}

void TokenView::setCurrent(const TokenPosition& position)
{
    m_current = position;
    const int cell = m_layout.cellOf(position);
    if (cell >= 0) {
        ensureVisible(cell);
    }
    setAccessibleDescription(description(position));
    viewport()->update();
    Q_EMIT currentChanged();
}

const Token& TokenView::tokenAt(const TokenPosition& position) const
{
    return m_samples[static_cast<std::size_t>(position.sample)]
        .tokens[static_cast<std::size_t>(position.token)];
}

QString TokenView::description(const TokenPosition& position) const
{
    const Token& token = tokenAt(position);
    const QString what = token.special ? tr("%1  id %2 · special") : tr("%1  id %2");
    const QString state = token.trained ? tr("Position %1 · trained")
                                        : tr("Position %1 · read only, it carries no loss");
    return what.arg(visibleText(token).left(200), QString::number(token.id)) + u'\n'
           + state.arg(app::formatCount(position.token));
}

void TokenView::ensureVisible(int cell)
{
    const QRectF rect = m_layout.cellRect(m_layout.lineOfCell(cell), cell);
    QScrollBar* bar = verticalScrollBar();
    if (rect.top() < bar->value()) {
        bar->setValue(static_cast<int>(rect.top()) - theme().px(4));
    } else if (rect.bottom() > bar->value() + viewport()->height()) {
        bar->setValue(static_cast<int>(rect.bottom()) - viewport()->height() + theme().px(4));
    }
}

void TokenView::move(int by)
{
    if (m_layout.cells().empty()) {
        return;
    }
    const int cell = m_current ? m_layout.cellOf(*m_current) + by : 0;
    const int last = static_cast<int>(m_layout.cells().size()) - 1;
    setCurrent(m_layout.cells()[static_cast<std::size_t>(std::clamp(cell, 0, last))].at);
}

void TokenView::moveLine(int by)
{
    const int cell = m_current ? m_layout.cellOf(*m_current) : -1;
    if (cell < 0) {
        move(0);
        return;
    }
    const double x = m_layout.cells()[static_cast<std::size_t>(cell)].x;
    const int lines = static_cast<int>(m_layout.lines().size());
    for (int line = m_layout.lineOfCell(cell) + by; line >= 0 && line < lines; line += by) {
        const int first = m_layout.lines()[static_cast<std::size_t>(line)].firstCell;
        if (first == m_layout.lastCellOf(line)) {
            continue; // a boundary
        }
        int nearest = first;
        while (nearest + 1 < m_layout.lastCellOf(line)
               && m_layout.cells()[static_cast<std::size_t>(nearest) + 1].x <= x) {
            ++nearest;
        }
        setCurrent(m_layout.cells()[static_cast<std::size_t>(nearest)].at);
        return;
    }
}

void TokenView::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left:
        return move(-1);
    case Qt::Key_Right:
        return move(1);
    case Qt::Key_Up:
        return moveLine(-1);
    case Qt::Key_Down:
        return moveLine(1);
    case Qt::Key_Home:
        return move(-static_cast<int>(m_layout.cells().size()));
    case Qt::Key_End:
        return move(static_cast<int>(m_layout.cells().size()));
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void TokenView::mousePressEvent(QMouseEvent* event)
{
    const int cell = m_layout.cellAt(event->position() + QPointF(0, verticalScrollBar()->value()));
    if (event->button() == Qt::LeftButton && cell >= 0) {
        setCurrent(m_layout.cells()[static_cast<std::size_t>(cell)].at);
    }
}

void TokenView::focusInEvent(QFocusEvent* event)
{
    if (!m_current && event->reason() != Qt::MouseFocusReason) {
        move(0);
    }
    QAbstractScrollArea::focusInEvent(event);
}

void TokenView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    restart();
}

bool TokenView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int cell = m_layout.cellAt(help->pos() + QPointF(0, verticalScrollBar()->value()));
        if (cell < 0) {
            QToolTip::hideText();
        } else {
            const QString words = description(m_layout.cells()[static_cast<std::size_t>(cell)].at);
            QToolTip::showText(help->globalPos(), widgets::plainToolTip(words), viewport());
        }
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

QSize TokenView::sizeHint() const
{
    return {theme().px(480), theme().px(360)};
}

} // namespace ui::pages::data
