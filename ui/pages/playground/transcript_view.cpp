// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/playground/transcript_view.h"

#include "app/base/format.h"
#include "ui/pages/playground/token_tip.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

namespace ui::pages::playground {

namespace {

int margin()
{
    return theme().px(16);
}

int padding()
{
    return theme().px(12);
}

// How much a question is moved in from the left.
int indent()
{
    return theme().px(33);
}

} // namespace

TranscriptView::TranscriptView(QWidget* parent)
    : QAbstractScrollArea(parent), m_tip(new TokenTip(viewport()))
{
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    viewport()->setCursor(Qt::IBeamCursor);
    verticalScrollBar()->setSingleStep(theme().px(20));
    connect(verticalScrollBar(), &QScrollBar::actionTriggered, this, [this] {
        // Whoever scrolls up reads; at the end the view follows again.
        const QScrollBar& bar = *verticalScrollBar();
        m_followsEnd = bar.sliderPosition() >= bar.maximum() - bar.singleStep();
    });
    connect(&theme(), &Theme::changed, this, &TranscriptView::rebuild);
}

QSize TranscriptView::minimumSizeHint() const
{
    return {theme().px(180), theme().px(120)};
}

void TranscriptView::setExchanges(const std::vector<Exchange>* exchanges, int pane)
{
    m_exchanges = exchanges;
    m_pane = pane;
    m_followsEnd = true;
    rebuild();
}

void TranscriptView::rebuild()
{
    m_items.clear();
    m_anchor = m_cursor = {};
    point(-1, -1);
    for (std::size_t i = 0; m_exchanges && i < m_exchanges->size(); ++i) {
        Item question;
        question.exchange = i;
        question.text.setFont(theme().font(Type::Body));
        question.text.setText((*m_exchanges)[i].question);
        m_items.push_back(std::move(question));
        if (std::size_t(m_pane) >= (*m_exchanges)[i].answers.size()) {
            continue;
        }
        Item answer;
        answer.isAnswer = true;
        answer.exchange = i;
        answer.text.setFont(theme().font(Type::Body));
        answer.text.setText((*m_exchanges)[i].answers[std::size_t(m_pane)].text);
        m_items.push_back(std::move(answer));
    }
    arrange();
    describe();
}

const Answer* TranscriptView::answerOf(const Item& item) const
{
    return item.isAnswer ? &(*m_exchanges)[item.exchange].answers[std::size_t(m_pane)] : nullptr;
}

void TranscriptView::updateAnswer()
{
    if (m_items.empty() || !m_items.back().isAnswer) {
        rebuild();
        return;
    }
    Item& item = m_items.back();
    const Answer& answer = *answerOf(item);
    if (answer.text.size() < item.text.text().size()) {
        item.text.setText(answer.text);
    } else {
        item.text.append(answer.text.mid(item.text.text().size()));
    }
    arrange();
    if (!answer.isBusy()) {
        describe();
    }
}

void TranscriptView::describe()
{
    const Answer* const answer = m_items.empty() ? nullptr : answerOf(m_items.back());
    setAccessibleDescription(answer ? words(*answer) + QLatin1String(". ") + answer->text.left(4000)
                                    : QString());
}

void TranscriptView::setDifference(qsizetype begin, qsizetype end)
{
    if (m_differenceBegin != begin || m_differenceEnd != end) {
        m_differenceBegin = begin;
        m_differenceEnd = end;
        viewport()->update();
    }
}

void TranscriptView::setHint(const QString& hint)
{
    m_hint = hint;
    viewport()->update();
}

void TranscriptView::setColoured(bool byProbability)
{
    m_isColoured = byProbability;
    viewport()->update();
}

void TranscriptView::arrange()
{
    const double width = viewport()->width() - 2 * margin();
    double y = margin();
    for (Item& item : m_items) {
        const double bubble = width - (item.isAnswer ? 0 : indent());
        item.text.setWidth(bubble - 2 * padding());
        item.top = y;
        const double above = item.isAnswer ? metaHeight() : padding() - theme().px(2);
        item.height = above + item.text.height() + padding() - theme().px(2);
        y += item.height + theme().px(12);
    }
    QScrollBar& bar = *verticalScrollBar();
    bar.setPageStep(viewport()->height());
    bar.setRange(0, std::max(0, int(y + theme().px(4)) - viewport()->height()));
    if (m_followsEnd) {
        bar.setValue(bar.maximum());
    }
    viewport()->update();
}

double TranscriptView::metaHeight() const
{
    return QFontMetrics(theme().font(Type::Caption)).height() + theme().px(26);
}

QRectF TranscriptView::bubbleOf(const Item& item) const
{
    const double left = margin() + (item.isAnswer ? 0 : indent());
    return {left,
            item.top - verticalScrollBar()->value(),
            viewport()->width() - margin() - left,
            item.height};
}

QPointF TranscriptView::textOrigin(const Item& item) const
{
    const double above = item.isAnswer ? metaHeight() : padding() - theme().px(2);
    return bubbleOf(item).topLeft() + QPointF(padding(), above);
}

void TranscriptView::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    painter.fillRect(event->rect(), theme().color(Color::Inset));
    if (m_items.empty()) {
        painter.setFont(theme().font(Type::Small));
        painter.setPen(theme().color(Color::TextTertiary));
        painter.drawText(viewport()->rect().adjusted(margin(), margin(), -margin(), -margin()),
                         Qt::AlignCenter | Qt::TextWordWrap,
                         m_hint.left(200));
    }
    const QRectF clip = event->rect();
    for (Item& item : m_items) {
        if (bubbleOf(item).intersects(clip)) {
            paintItem(painter, item, clip);
        }
    }
}

void TranscriptView::paintItem(QPainter& painter, Item& item, const QRectF& clip)
{
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF bubble = bubbleOf(item);
    const double radius = theme().number(QStringLiteral("radius/card"));
    const Answer* const answer = answerOf(item);
    paintRoundedBox(painter,
                    bubble,
                    theme().color(answer ? Color::Surface : Color::AccentSoft),
                    theme().color(answer ? Color::Line : Color::AccentLine),
                    radius);
    if (answer) {
        paintMeta(painter, *answer, bubble);
    }
    const QPointF origin = textOrigin(item);
    const QList<Mark> marks = marksOf(item, clip.top() - origin.y(), clip.bottom() - origin.y());
    if (item.text.paint(painter, origin, clip, theme().color(Color::Text), marks)) {
        QMetaObject::invokeMethod(
            this, [this] { arrange(); }, Qt::QueuedConnection);
    }
    if (answer && answer->state == Answer::State::Writing) {
        const QRectF caret = item.text.caretRect().translated(origin);
        painter.fillRect(
            QRectF(caret.left() + 1, caret.top() + 1, theme().px(7), caret.height() - 2),
            theme().color(Color::Accent));
    }
}

QString TranscriptView::state(const Answer& answer) const
{
    switch (answer.state) {
    case Answer::State::Waiting:
        return tr("waiting");
    case Answer::State::Loading:
        return tr("loading the model");
    case Answer::State::Writing:
        return tr("writing");
    case Answer::State::Stopped:
        return tr("stopped");
    case Answer::State::Failed:
        return tr("failed");
    case Answer::State::Done:
        break;
    }
    return answer.stop == QLatin1String("length") ? tr("cut at the longest answer") : QString();
}

QString TranscriptView::words(const Answer& answer) const
{
    QStringList parts = {writtenBy(answer)};
    if (answer.tokenCount > 0) {
        parts << tr("%n token(s)", nullptr, int(answer.tokenCount));
    }
    if (answer.tokensPerSecond > 0) {
        parts << app::formatRate(answer.tokensPerSecond);
    }
    parts << templateWords(answer) << state(answer);
    parts.removeAll(QString());
    return parts.join(QLatin1String(", "));
}

// "9f3c41d7 × 1.00   52 tokens   58 tokens/s   writing", a line below.
void TranscriptView::paintMeta(QPainter& painter, const Answer& answer, const QRectF& bubble) const
{
    painter.setFont(theme().font(Type::Caption));
    const QFontMetrics metrics = painter.fontMetrics();
    const double top = bubble.top() + theme().px(8);
    double x = bubble.left() + padding();
    const double right = bubble.right() - padding();
    const auto write = [&](const QString& text, Color color) {
        if (text.isEmpty() || x >= right) {
            return;
        }
        painter.setPen(theme().color(color));
        const QString shown = metrics.elidedText(text, Qt::ElideRight, int(right - x));
        painter.drawText(
            QRectF(x, top, right - x, metrics.height()), Qt::AlignLeft | Qt::AlignVCenter, shown);
        x += metrics.horizontalAdvance(shown) + theme().px(14);
    };
    write(writtenBy(answer), Color::TextSecondary);
    if (answer.tokenCount > 0) {
        write(tr("%n token(s)", nullptr, int(answer.tokenCount)), Color::TextSecondary);
    }
    if (answer.tokensPerSecond > 0) {
        write(app::formatRate(answer.tokensPerSecond), Color::TextSecondary);
    }
    write(templateWords(answer), Color::TextTertiary);
    write(state(answer),
          answer.state == Answer::State::Failed ? Color::Error
          : answer.isBusy()                     ? Color::Accent
                                                : Color::TextTertiary);
    painter.fillRect(QRectF(bubble.left() + padding(),
                            top + metrics.height() + theme().px(6),
                            bubble.width() - 2 * padding(),
                            1),
                     theme().color(Color::Line));
}

QList<Mark> TranscriptView::marksOf(const Item& item, double top, double bottom) const
{
    QList<Mark> marks;
    const Answer* const answer = answerOf(item);
    const bool isLast = &item == &m_items.back();
    if (answer && m_isColoured && !answer->tokens.empty()) {
        const auto [begin, end] = item.text.visibleRange(top, bottom);
        QColor fill = theme().color(Color::RankHigherText);
        const std::size_t first = answer->tokenAt(begin).value_or(answer->tokens.size());
        for (std::size_t i = first; i < answer->tokens.size() && answer->begin(i) < end; ++i) {
            // The more surprising, the stronger; a sure token has no colour.
            fill.setAlphaF(float(0.45 * (1 - std::clamp(answer->tokens[i].probability, 0.0, 1.0))));
            marks.append({answer->begin(i), answer->tokens[i].end, fill});
        }
    }
    if (answer && isLast && m_differenceBegin < m_differenceEnd) {
        marks.append({m_differenceBegin,
                      m_differenceEnd,
                      theme().color(Color::RankHigher),
                      theme().series(1).color});
    }
    const int index = int(&item - m_items.data());
    if (m_anchor.item == index && m_cursor.item == index && m_anchor.offset != m_cursor.offset) {
        QColor fill = theme().color(Color::Accent);
        fill.setAlphaF(0.3F);
        marks.append({std::min(m_anchor.offset, m_cursor.offset),
                      std::max(m_anchor.offset, m_cursor.offset),
                      fill});
    }
    if (answer && index == m_item && m_token >= 0 && std::size_t(m_token) < answer->tokens.size()) {
        const auto token = std::size_t(m_token);
        qsizetype begin = answer->begin(token);
        const qsizetype end = answer->tokens[token].end;
        while (begin + 1 < end && answer->text.at(begin).isSpace()) {
            ++begin;
        }
        marks.append({begin, end, {}, {}, theme().color(Color::Accent)});
    }
    return marks;
}

TranscriptView::Place TranscriptView::placeAt(const QPoint& point, bool nearest) const
{
    for (std::size_t i = 0; i < m_items.size(); ++i) {
        const Item& item = m_items[i];
        const QRectF bubble = bubbleOf(item);
        if (point.y() < bubble.top() || point.y() > bubble.bottom()) {
            continue;
        }
        const QPointF origin = textOrigin(item);
        const qsizetype offset =
            nearest ? item.text.nearestOffset(point - origin) : item.text.offsetAt(point - origin);
        return {int(i), offset};
    }
    return {};
}

void TranscriptView::point(int item, int token)
{
    if (m_item == item && m_token == token) {
        return;
    }
    m_item = item;
    m_token = token;
    viewport()->update();
    const Answer* const answer = item < 0 ? nullptr : answerOf(m_items[std::size_t(item)]);
    if (!answer || token < 0 || std::size_t(token) >= answer->tokens.size()) {
        m_tip->hide();
        return;
    }
    const auto index = std::size_t(token);
    const qsizetype begin = answer->begin(index);
    const qsizetype end = answer->tokens[index].end;
    m_tip->setToken(answer->text.mid(begin, end - begin), answer->tokens[index]);
    const Item& shown = m_items[std::size_t(item)];
    const QList<QRectF> rects = shown.text.rectsOf(begin, std::max(end, begin + 1));
    const QRectF rect = rects.isEmpty() ? shown.text.caretRect() : rects.first();
    m_tip->placeAt(rect.translated(textOrigin(shown)).toAlignedRect());
}

void TranscriptView::pointAt(int token)
{
    const bool hasAnswer = !m_items.empty() && m_items.back().isAnswer;
    point(hasAnswer ? int(m_items.size()) - 1 : -1, hasAnswer ? token : -1);
}

void TranscriptView::mouseMoveEvent(QMouseEvent* event)
{
    const bool isSelecting = (event->buttons() & Qt::LeftButton) && m_anchor.item >= 0;
    const Place place = placeAt(event->pos(), isSelecting);
    if (isSelecting) {
        if (place.item == m_anchor.item && place.offset >= 0) {
            m_cursor = place;
            point(-1, -1);
            viewport()->update();
        }
        return;
    }
    const Answer* const answer =
        place.item < 0 ? nullptr : answerOf(m_items[std::size_t(place.item)]);
    const auto token = answer ? answer->tokenAt(place.offset) : std::nullopt;
    point(token ? place.item : -1, token ? int(*token) : -1);
}

void TranscriptView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton) {
        m_anchor = m_cursor = placeAt(event->pos(), true);
        viewport()->update();
    }
}

void TranscriptView::mouseReleaseEvent(QMouseEvent*)
{
    if (m_anchor.offset == m_cursor.offset) {
        m_anchor = m_cursor = {};
    }
}

void TranscriptView::keyPressEvent(QKeyEvent* event)
{
    const Answer* const answer = m_items.empty() ? nullptr : answerOf(m_items.back());
    const int last = answer ? int(answer->tokens.size()) - 1 : -1;
    if (event->matches(QKeySequence::Copy)) {
        QApplication::clipboard()->setText(copyText());
    } else if (event->key() == Qt::Key_Right && last >= 0) {
        pointAt(std::min(m_token + 1, last));
    } else if (event->key() == Qt::Key_Left && last >= 0) {
        pointAt(m_token < 0 ? last : std::max(m_token - 1, 0));
    } else if (event->key() == Qt::Key_Escape && m_token >= 0) {
        point(-1, -1);
    } else if (event->key() == Qt::Key_Home || event->key() == Qt::Key_End) {
        verticalScrollBar()->triggerAction(event->key() == Qt::Key_Home
                                               ? QAbstractSlider::SliderToMinimum
                                               : QAbstractSlider::SliderToMaximum);
    } else {
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void TranscriptView::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void TranscriptView::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    point(-1, -1);
}

void TranscriptView::contextMenuEvent(QContextMenuEvent* event)
{
    auto* const menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString text = copyText();
    const bool isSelection = m_anchor.item >= 0 && m_anchor.offset != m_cursor.offset;
    QAction* const copy = menu->addAction(isSelection ? tr("Copy") : tr("Copy answer"));
    copy->setEnabled(!text.isEmpty());
    connect(copy, &QAction::triggered, this, [text] { QApplication::clipboard()->setText(text); });
    menu->popup(event->globalPos());
}

QString TranscriptView::copyText() const
{
    if (m_anchor.item >= 0 && m_anchor.offset != m_cursor.offset) {
        const qsizetype begin = std::min(m_anchor.offset, m_cursor.offset);
        return m_items[std::size_t(m_anchor.item)].text.text().mid(
            begin, std::abs(m_cursor.offset - m_anchor.offset));
    }
    const Answer* const answer = m_items.empty() ? nullptr : answerOf(m_items.back());
    return answer ? answer->text : QString();
}

void TranscriptView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    point(-1, -1);
    arrange();
}

void TranscriptView::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange) {
        rebuild();
    }
}

bool TranscriptView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave) {
        point(-1, -1);
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void TranscriptView::scrollContentsBy(int, int)
{
    point(-1, -1);
    viewport()->update();
}

} // namespace ui::pages::playground
