// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/number_field.h"

#include <QKeyEvent>
#include <QLocale>
#include <QWheelEvent>

#include <cmath>
#include <limits>

namespace ui::widgets {
namespace {

constexpr double kLargestExact = 9007199254740992.0;

// People write thousands with commas or spaces; in a real number a comma might be a decimal point.
QString withoutGroups(QString text)
{
    text.remove(QChar(0x00A0)).remove(QChar(0x202F)).remove(QChar(0x2009));
    return text.trimmed().remove(QLatin1Char(' ')).remove(QLatin1Char('_'));
}

bool hasGroupsOfThree(const QString& text)
{
    const QStringList parts = text.split(QLatin1Char(','));
    bool groups = !parts.first().isEmpty() && parts.first().size() <= 4;
    for (qsizetype i = 1; i < parts.size(); ++i) {
        groups = groups && parts[i].size() == 3;
    }
    return groups;
}

} // namespace

QString shortNumber(double value)
{
    if (value != 0 && (std::abs(value) < 1e-3 || std::abs(value) >= 1e15)) {
        // "2e-4", not "2e-04".
        QString text = QString::number(value, 'e', QLocale::FloatingPointShortest);
        const qsizetype e = text.indexOf(QLatin1Char('e'));
        const int exponent = text.mid(e + 1).toInt();
        return text.left(e) + QLatin1Char('e') + QString::number(exponent);
    }
    return QString::number(value, 'f', QLocale::FloatingPointShortest);
}

NumberField::NumberField(Kind kind, QWidget* parent)
    : QLineEdit(parent), m_kind(kind), m_minimum(std::numeric_limits<double>::lowest()),
      m_maximum(std::numeric_limits<double>::max()), m_format(shortNumber)
{
    setInputMethodHints(Qt::ImhFormattedNumbersOnly);
    setMaxLength(64);
    connect(this, &QLineEdit::textEdited, this, &NumberField::edited);
    connect(this, &QLineEdit::editingFinished, this, &NumberField::committed);
}

std::optional<double> NumberField::value() const
{
    QString text = withoutGroups(this->text());
    if (text.contains(QLatin1Char(',')) && hasGroupsOfThree(text)) {
        text.remove(QLatin1Char(','));
    }
    bool isNumber = false;
    const double value = QLocale::c().toDouble(text, &isNumber);
    if (!isNumber || !std::isfinite(value)) {
        return std::nullopt;
    }
    const bool isWhole = std::trunc(value) == value && std::abs(value) <= kLargestExact;
    return m_kind == Kind::Real || isWhole ? std::optional(value) : std::nullopt;
}

void NumberField::setValue(double value)
{
    // Whoever types "1e-4" keeps it though 0.0001 is written otherwise.
    if (this->value() != value) {
        setText(m_format(value));
    }
}

void NumberField::setRange(double minimum, double maximum)
{
    m_minimum = minimum;
    m_maximum = maximum;
}

bool NumberField::isInRange() const
{
    const std::optional<double> now = value();
    return now && *now >= m_minimum && *now <= m_maximum;
}

void NumberField::setFormat(std::function<QString(double)> format)
{
    m_format = std::move(format);
}

void NumberField::setStep(double add, double factor)
{
    m_step = add;
    m_factor = factor;
}

void NumberField::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Up:
        stepBy(1);
        return;
    case Qt::Key_Down:
        stepBy(-1);
        return;
    case Qt::Key_PageUp:
        stepBy(10);
        return;
    case Qt::Key_PageDown:
        stepBy(-10);
        return;
    default:
        QLineEdit::keyPressEvent(event);
    }
}

void NumberField::wheelEvent(QWheelEvent* event)
{
    const int delta = event->angleDelta().y();
    if (!hasFocus() || delta == 0) {
        event->ignore();
        return;
    }
    stepBy(delta > 0 ? 1 : -1);
    event->accept();
}

void NumberField::stepBy(int steps)
{
    const std::optional<double> now = value();
    if (!now || isReadOnly()) {
        return;
    }
    const bool multiplies = m_factor > 1 && *now > 0;
    const double stepped =
        multiplies ? *now * std::pow(m_factor, steps > 0 ? 1 : -1) : *now + m_step * steps;
    const double wanted = m_kind == Kind::Integer ? std::round(stepped) : stepped;
    // Twelve digits hide what adding tenths leaves behind.
    const double tidy = QString::number(wanted, 'g', 12).toDouble();
    const double next = std::clamp(tidy, m_minimum, m_maximum);
    if (next != *now) {
        setText(m_format(next));
        Q_EMIT edited();
        Q_EMIT committed();
    }
}

} // namespace ui::widgets
