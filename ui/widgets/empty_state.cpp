// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/empty_state.h"

#include "ui/theme/icon.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/plain_label.h"

#include <QLabel>
#include <QVBoxLayout>

namespace ui::widgets {
namespace {

constexpr int kIcon = 32;
constexpr int kWidest = 360;

} // namespace

EmptyState::EmptyState(const QString& iconName,
                       const QString& title,
                       const QString& words,
                       QWidget* parent)
    : QWidget(parent), m_icon(new QLabel), m_title(new PlainLabel(title, Type::Heading)),
      m_words(new PlainLabel(words, Type::Small, Tone::Secondary)),
      m_hint(new PlainLabel({}, Type::Caption, Tone::Tertiary))
{
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(8);
    layout->addStretch(1);
    for (QLabel* label : {m_icon, static_cast<QLabel*>(m_title), static_cast<QLabel*>(m_words)}) {
        label->setAlignment(Qt::AlignHCenter);
        layout->addWidget(label);
    }
    layout->addSpacing(4);
    layout->addWidget(m_hint);
    layout->addStretch(1);
    m_hint->setAlignment(Qt::AlignHCenter);
    m_words->setWrapping(true);
    m_words->setVisible(!words.isEmpty());
    m_hint->hide();
    const auto show = [this, iconName] {
        const int side = theme().px(kIcon);
        m_icon->setPixmap(icon(iconName).pixmap(side, side));
        const int margin = std::max(0, (width() - theme().px(kWidest)) / 2);
        m_words->setContentsMargins(margin, 0, margin, 0);
    };
    show();
    connect(&theme(), &Theme::changed, this, show);
}

void EmptyState::setTitle(const QString& title)
{
    m_title->setText(title);
}

void EmptyState::setWords(const QString& words)
{
    m_words->setText(words);
    m_words->setVisible(!words.isEmpty());
}

Button* EmptyState::setAction(const QString& text, const QString& iconName, bool primary)
{
    delete m_action;
    m_action = primary ? primaryButton(text, iconName) : normalButton(text, iconName);
    auto* box = static_cast<QVBoxLayout*>(layout());
    box->insertWidget(box->indexOf(m_hint), m_action, 0, Qt::AlignHCenter);
    return m_action;
}

void EmptyState::setHint(const QString& hint)
{
    m_hint->setText(hint);
    m_hint->setVisible(!hint.isEmpty());
}

void EmptyState::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const int margin = std::max(0, (width() - theme().px(kWidest)) / 2);
    m_words->setContentsMargins(margin, 0, margin, 0);
}

} // namespace ui::widgets
