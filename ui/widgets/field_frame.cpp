// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/field_frame.h"

#include "ui/theme/icon.h"
#include "ui/theme/theme.h"
#include "ui/theme/tone.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/tab_order.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

namespace ui::widgets {
namespace {

constexpr int kLabelGap = 4;
constexpr int kInsideGap = 8;
constexpr int kInsideMargin = 10;

QString nameOf(FieldFrame::State state)
{
    switch (state) {
    case FieldFrame::State::Unusual:
        return QStringLiteral("unusual");
    case FieldFrame::State::Refused:
        return QStringLiteral("refused");
    case FieldFrame::State::Normal:
        return {};
    }
    return {};
}

} // namespace

FieldFrame::FieldFrame(const QString& label, QWidget* editor, QWidget* parent)
    : QWidget(parent), m_editor(editor), m_labelRow(new QHBoxLayout),
      m_label(new PlainLabel({}, Type::Label, Tone::Secondary)),
      m_reset(new IconButton(QStringLiteral("reset"), tr("Reset to the default"))),
      m_words(new PlainLabel({}, Type::Caption, Tone::Tertiary))
{
    m_labelRow->setSpacing(kLabelGap);
    m_labelRow->addWidget(m_label, 1);
    m_labelRow->addWidget(m_reset);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kLabelGap);
    layout->addLayout(m_labelRow);
    layout->addWidget(m_editor);
    layout->addWidget(m_words);
    m_label->setBuddy(m_editor);
    m_words->setWrapping(true);
    m_words->setAlignment(Qt::AlignLeading | Qt::AlignTop);
    m_words->hide();
    QSizePolicy keepsRoom = m_reset->sizePolicy();
    keepsRoom.setRetainSizeWhenHidden(true);
    m_reset->setSizePolicy(keepsRoom);
    m_reset->hide();
    // Not Fixed: words in a narrow column take more lines than the size hint, made for a wide one.
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    m_label->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    layout->addSpacerItem(new QSpacerItem(0, 0, QSizePolicy::Minimum, QSizePolicy::Preferred));
    setFocusProxy(m_editor);
    chainTabStops(tabStops());
    setLabel(label);
    applySizes();
    m_editor->installEventFilter(this);
    connect(m_reset, &QToolButton::clicked, this, &FieldFrame::resetRequested);
    connect(&theme(), &Theme::changed, this, &FieldFrame::applySizes);
}

QList<QWidget*> FieldFrame::tabStops() const
{
    // The arrow stands before the editor but is rarer: Tab comes to it after.
    return widgets::tabStops(m_editor) << m_reset;
}

void FieldFrame::setLabel(const QString& label)
{
    m_label->setText(label);
    m_editor->setAccessibleName(label);
}

QString FieldFrame::label() const
{
    return m_label->plainText();
}

void FieldFrame::setUnit(const QString& unit)
{
    if (auto* combo = qobject_cast<ComboBox*>(m_editor)) {
        combo->setTrailingText(unit);
        return;
    }
    if (!m_unit) {
        m_unit = new PlainLabel({}, Type::Small, Tone::Tertiary, m_editor);
        m_unit->setAttribute(Qt::WA_TransparentForMouseEvents);
    }
    m_unit->setText(unit);
    m_unit->setVisible(!unit.isEmpty());
    placeInside();
}

void FieldFrame::setHint(const QString& hint)
{
    m_hint = hint;
    showWords();
}

void FieldFrame::setHelp(const QString& help)
{
    m_help = help;
    const QString plain = plainToolTip(help);
    m_label->setToolTip(plain);
    m_editor->setToolTip(plain);
    showWords();
}

void FieldFrame::setChanged(bool changed, const QString& resetWords)
{
    m_isChanged = changed;
    m_reset->setVisible(changed);
    if (!resetWords.isEmpty()) {
        m_reset->setWords(resetWords);
    }
    setStyleProperty(m_editor, "fieldChanged", changed);
    m_editor->update();
}

void FieldFrame::setState(State state, const QString& words)
{
    m_state = state;
    m_stateWords = words;
    setStyleProperty(m_editor, "fieldState", nameOf(state));
    m_editor->update();
    showMark();
    showWords();
}

void FieldFrame::addLabelWidget(QWidget* widget)
{
    m_labelRow->addWidget(widget);
}

bool FieldFrame::eventFilter(QObject* watched, QEvent* event)
{
    const bool mayMove = event->type() == QEvent::Resize || event->type() == QEvent::Show
                         || event->type() == QEvent::FontChange;
    if (watched == m_editor && mayMove) {
        placeInside();
    }
    return QWidget::eventFilter(watched, event);
}

void FieldFrame::showWords()
{
    const bool hasState = m_state != State::Normal && !m_stateWords.isEmpty();
    const QString words = hasState ? m_stateWords : m_hint;
    m_words->setTone(!hasState                   ? Tone::Tertiary
                     : m_state == State::Unusual ? Tone::Warning
                                                 : Tone::Error);
    m_words->setText(words);
    m_words->setVisible(!words.isEmpty());
    // A screen reader says the reason with the field.
    m_editor->setAccessibleDescription(hasState || m_help.isEmpty() ? words : m_help);
}

void FieldFrame::showMark()
{
    const bool hasMark = m_state != State::Normal && qobject_cast<QLineEdit*>(m_editor);
    if (hasMark && !m_mark) {
        m_mark = new QLabel(m_editor);
        m_mark->setAttribute(Qt::WA_TransparentForMouseEvents);
    }
    if (!m_mark) {
        return;
    }
    const bool isRefused = m_state == State::Refused;
    const int side = theme().px(16);
    const QIcon mark = icon(isRefused ? QStringLiteral("error") : QStringLiteral("warning"),
                            isRefused ? IconRole::Error : IconRole::Warning);
    m_mark->setPixmap(mark.pixmap(QSize(side, side), devicePixelRatioF()));
    m_mark->setVisible(hasMark);
    placeInside();
}

// Unit and mark stand inside the editor, at its end; the text leaves them room.
void FieldFrame::placeInside()
{
    int room = 0;
    for (QLabel* label : {m_mark, static_cast<QLabel*>(m_unit)}) {
        if (!label || label->isHidden()) {
            continue;
        }
        const QSize size = label->sizeHint();
        const int x = kInsideMargin + room;
        label->setGeometry(isRightToLeft() ? x : m_editor->width() - x - size.width(),
                           (m_editor->height() - size.height()) / 2,
                           size.width(),
                           size.height());
        room += size.width() + kInsideGap;
    }
    if (auto* line = qobject_cast<QLineEdit*>(m_editor)) {
        line->setTextMargins(isRightToLeft() ? room : 0, 0, isRightToLeft() ? 0 : room, 0);
    }
}

void FieldFrame::applySizes()
{
    // No higher than the label's line, so that a row of fields keeps its grid.
    const int side = std::max(theme().px(16), m_label->sizeHint().height());
    m_reset->setFixedSize(side, side);
    m_reset->setIconSize({theme().px(14), theme().px(14)});
    showMark();
    placeInside();
}

} // namespace ui::widgets
