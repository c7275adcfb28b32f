// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/plain_label.h"

#include "ui/theme/theme.h"

#include <QEvent>

namespace ui::widgets {
namespace {

constexpr qsizetype kLongest = 4000;
constexpr int kKnownHeights = 8;
constexpr QChar kWordJoiner(0x2060);

bool isHangul(QChar c)
{
    return c.script() == QChar::Script_Hangul;
}

} // namespace

QString joinHangul(const QString& text)
{
    QString joined;
    joined.reserve(text.size() * 2);
    for (qsizetype i = 0; i < text.size(); ++i) {
        joined += text[i];
        // A particle after a Latin name belongs to the word as well.
        const bool isInWord = i + 1 < text.size() && !text[i].isSpace() && !text[i + 1].isSpace();
        if (isInWord && (isHangul(text[i]) || isHangul(text[i + 1]))) {
            joined += kWordJoiner;
        }
    }
    return joined;
}

PlainLabel::PlainLabel(const QString& text, Type type, Tone tone, QWidget* parent)
    : QLabel(parent), m_type(type), m_tone(tone)
{
    setTextFormat(Qt::PlainText);
    applyTheme();
    setText(text);
    connect(&theme(), &Theme::changed, this, &PlainLabel::applyTheme);
}

void PlainLabel::setText(const QString& text)
{
    m_text = text;
    showText();
}

void PlainLabel::setType(Type type)
{
    m_type = type;
    applyTheme();
}

void PlainLabel::setTone(Tone tone)
{
    if (tone != m_tone) {
        m_tone = tone;
        applyTone(*this, tone);
    }
}

void PlainLabel::setWrapping(bool wraps)
{
    setWordWrap(wraps);
    showText();
}

int PlainLabel::heightForWidth(int width) const
{
    auto known = m_heights.constFind(width);
    if (known == m_heights.constEnd()) {
        if (m_heights.size() >= kKnownHeights) {
            m_heights.clear();
        }
        known = m_heights.insert(width, QLabel::heightForWidth(width));
    }
    return *known;
}

bool PlainLabel::event(QEvent* event)
{
    if (event->type() == QEvent::FontChange || event->type() == QEvent::ContentsRectChange) {
        m_heights.clear();
    }
    return QLabel::event(event);
}

void PlainLabel::showText()
{
    m_heights.clear();
    QString shown = m_text.size() > kLongest ? m_text.left(kLongest) + QChar(0x2026) : m_text;
    if (wordWrap()) {
        shown = joinHangul(shown);
        setAccessibleName(m_text.left(kLongest));
    }
    QLabel::setText(shown);
}

void PlainLabel::applyTheme()
{
    setFont(theme().font(m_type));
    applyTone(*this, m_tone);
}

} // namespace ui::widgets
