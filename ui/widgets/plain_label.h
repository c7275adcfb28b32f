// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A label that shows text exactly as it is, never as markup: texts from files and models are
// hostile. Wrapped Korean breaks at spaces only. Type role and tone follow the theme.
#pragma once

#include "ui/theme/tokens.h"
#include "ui/theme/tone.h"

#include <QHash>
#include <QLabel>

namespace ui::widgets {

class PlainLabel : public QLabel
{
    Q_OBJECT

public:
    explicit PlainLabel(const QString& text = {},
                        Type type = Type::Body,
                        Tone tone = Tone::Normal,
                        QWidget* parent = nullptr);

    // The text as it was set; QLabel::text() may hold word joiners.
    QString plainText() const { return m_text; }
    // Shown up to 4,000 characters; longer text ends in an ellipsis.
    void setText(const QString& text);
    void setType(Type type);
    void setTone(Tone tone);
    // Wraps at words; of a wrapping label the height follows the width.
    void setWrapping(bool wraps);

    // Shaping the words anew at every activation of a layout was most of the time a page took to
    // show.
    int heightForWidth(int width) const override;

protected:
    bool event(QEvent* event) override;

private:
    void showText();
    void applyTheme();

    QString m_text;
    Type m_type;
    Tone m_tone;
    mutable QHash<int, int> m_heights; // by width
};

// The text with U+2060 between Hangul syllables of a word, so that lines break at spaces only.
QString joinHangul(const QString& text);

} // namespace ui::widgets
