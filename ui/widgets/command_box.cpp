// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/command_box.h"

#include "ui/theme/box.h"
#include "ui/theme/theme.h"
#include "ui/widgets/copy_button.h"

#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QStyle>
#include <QTextBlock>
#include <QTextDocument>

namespace ui::widgets {

CommandBox::CommandBox(const QString& text, QWidget* parent)
    : QFrame(parent), m_edit(new QPlainTextEdit)
{
    setBox(*this, Box::Inset);
    m_edit->setReadOnly(true);
    m_edit->setFrameShape(QFrame::NoFrame);
    m_edit->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_edit->setTabChangesFocus(true);
    m_edit->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_edit->setAccessibleName(tr("Text to copy"));
    m_edit->document()->setDocumentMargin(0);
    m_edit->viewport()->setAutoFillBackground(false);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 8, 4, 8);
    layout->setSpacing(4);
    layout->addWidget(m_edit, 1);
    layout->addWidget(new CopyButton([this] { return this->text(); }), 0, Qt::AlignTop);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setText(text);
    fit();
    connect(&theme(), &Theme::changed, this, &CommandBox::fit);
}

void CommandBox::setText(const QString& text)
{
    m_edit->setPlainText(text);
    fit();
}

QString CommandBox::text() const
{
    return m_edit->toPlainText();
}

void CommandBox::setMaximumLines(int lines)
{
    m_maximumLines = lines;
    fit();
}

void CommandBox::setWrapping(bool wraps)
{
    m_edit->setLineWrapMode(wraps ? QPlainTextEdit::WidgetWidth : QPlainTextEdit::NoWrap);
    fit();
}

void CommandBox::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    fit();
}

void CommandBox::fit()
{
    m_edit->setFont(theme().font(Type::Mono));
    const bool wraps = m_edit->lineWrapMode() != QPlainTextEdit::NoWrap;
    // The layout of a plain text measures its height in lines.
    const int all =
        wraps ? qRound(m_edit->document()->size().height()) : m_edit->document()->blockCount();
    const int lines = std::clamp(all, 1, m_maximumLines);
    m_edit->setVerticalScrollBarPolicy(all > m_maximumLines ? Qt::ScrollBarAsNeeded
                                                            : Qt::ScrollBarAlwaysOff);
    const int line = QFontMetrics(m_edit->font()).lineSpacing();
    // The scroll bar of a long line stands below the text.
    const bool isWide = !wraps && widestLine() > m_edit->viewport()->width();
    const int bar = isWide ? style()->pixelMetric(QStyle::PM_ScrollBarExtent) : 0;
    m_edit->setFixedHeight(lines * line + bar + 2);
}

// The layout of a plain text knows no ideal width.
int CommandBox::widestLine() const
{
    const QFontMetrics metrics(m_edit->font());
    int widest = 0;
    for (QTextBlock block = m_edit->document()->begin(); block.isValid(); block = block.next()) {
        widest = std::max(widest, metrics.horizontalAdvance(block.text()));
    }
    return widest;
}

} // namespace ui::widgets
