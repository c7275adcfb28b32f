// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/plain_label.h"

#include "ui/theme/theme.h"

namespace ui::widgets {
namespace {

constexpr qsizetype kLongest = 4000;
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
    : QLabel(parent), m_type(type)
{
    setTextFormat(Qt::PlainText);
    setTone(tone);
    applyFont();
    setText(text);
    connect(&theme(), &Theme::changed, this, &PlainLabel::applyFont);
}

void PlainLabel::setText(const QString& text)
{
    m_text = text;
    showText();
}

void PlainLabel::setType(Type type)
{
    m_type = type;
    applyFont();
}

void PlainLabel::setTone(Tone tone)
{
    ui::setTone(this, tone);
}

void PlainLabel::setWrapping(bool wraps)
{
    setWordWrap(wraps);
    showText();
}

void PlainLabel::showText()
{
    QString shown = m_text.size() > kLongest ? m_text.left(kLongest) + QChar(0x2026) : m_text;
    if (wordWrap()) {
        shown = joinHangul(shown);
        setAccessibleName(m_text.left(kLongest));
    }
    QLabel::setText(shown);
}

void PlainLabel::applyFont()
{
    setFont(theme().font(m_type));
}

} // namespace ui::widgets
