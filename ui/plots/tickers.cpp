// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/tickers.h"

#include <QCoreApplication>
#include <QLocale>

#include <qcustomplot.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace ui::plots {

namespace {

constexpr double kMinute = 60;
constexpr double kHour = 3600;
constexpr int kMostDecimals = 9;

class Texts
{
    Q_DECLARE_TR_FUNCTIONS(ui::plots::Texts)
};

// Equal decimals on one axis: as many as it takes to write its step.
int decimalsOf(double step)
{
    const int first = static_cast<int>(std::ceil(-std::log10(step) - 1e-6));
    int decimals = std::clamp(first, 0, kMostDecimals);
    double scaled = step * std::pow(10, decimals);
    while (decimals < kMostDecimals && std::abs(scaled - std::round(scaled)) > 1e-6 * scaled) {
        ++decimals;
        scaled *= 10;
    }
    return decimals;
}

class ValueTicker : public QCPAxisTicker
{
public:
    explicit ValueTicker(int count) { setTickCount(count); }

protected:
    double getTickStep(const QCPRange& range) override
    {
        m_step = QCPAxisTicker::getTickStep(range);
        return m_step;
    }

    int getSubTickCount(double) override { return 0; }

    QString getTickLabel(double tick, const QLocale&, QChar, int) override
    {
        return valueLabel(tick, m_step);
    }

    double m_step = 1;
};

// Counts have no halves.
class StepTicker final : public ValueTicker
{
public:
    using ValueTicker::ValueTicker;

protected:
    double getTickStep(const QCPRange& range) override
    {
        m_step = std::max(1.0, std::round(ValueTicker::getTickStep(range)));
        return m_step;
    }

    QString getTickLabel(double tick, const QLocale&, QChar, int) override
    {
        return QLocale().toString(static_cast<qint64>(std::llround(tick)));
    }
};

class TimeTicker final : public ValueTicker
{
public:
    using ValueTicker::ValueTicker;

protected:
    double getTickStep(const QCPRange& range) override
    {
        static const QVector<double> steps = {
            1,         2,         5,          10,         15,         30,        kMinute,
            120,       300,       600,        900,        1800,       kHour,     2 * kHour,
            3 * kHour, 6 * kHour, 12 * kHour, 24 * kHour, 48 * kHour, 96 * kHour};
        const double wanted = range.size() / std::max(1, tickCount());
        m_step = wanted > steps.back() || wanted < 1 ? ValueTicker::getTickStep(range)
                                                     : pickClosest(wanted, steps);
        return m_step;
    }

    QString getTickLabel(double tick, const QLocale&, QChar, int) override
    {
        return timeLabel(tick, m_step);
    }
};

class LogarithmicTicker final : public ValueTicker
{
public:
    using ValueTicker::ValueTicker;

protected:
    QVector<double> createTickVector(double step, const QCPRange& range) override
    {
        if (range.lower <= 0 || range.upper / range.lower < kLinearRatio) {
            m_isLinear = true;
            return ValueTicker::createTickVector(step, range);
        }
        m_isLinear = false;
        const double decades = std::log10(range.upper / range.lower);
        const auto between = std::max(1.0, std::ceil(decades / (2.0 * tickCount())));
        QVector<double> ticks;
        for (double exponent = std::floor(std::log10(range.lower));
             exponent <= std::ceil(std::log10(range.upper));
             exponent += between) {
            ticks.append(std::pow(10, exponent));
            if (decades <= kDecadesWithParts) {
                ticks.append(2 * ticks.last());
                ticks.append(2.5 * ticks.last());
            }
        }
        return ticks;
    }

    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override
    {
        return m_isLinear ? ValueTicker::getTickLabel(tick, locale, format, precision)
                          : valueLabel(tick, tick);
    }

private:
    static constexpr double kLinearRatio = 8;
    static constexpr double kDecadesWithParts = 3;

    bool m_isLinear = true;
};

class TokenTicker final : public ValueTicker
{
public:
    using ValueTicker::ValueTicker;

protected:
    QString getTickLabel(double tick, const QLocale&, QChar, int) override
    {
        const double largest = std::max(std::abs(tick), m_step);
        if (tick == 0 || largest < 10'000) {
            return valueLabel(tick, m_step);
        }
        return m_step >= 100'000 || largest >= 10'000'000
                   ? Texts::tr("%1 M", "million").arg(valueLabel(tick / 1e6, m_step / 1e6))
                   : Texts::tr("%1 K", "thousand").arg(valueLabel(tick / 1e3, m_step / 1e3));
    }
};

class MagnitudeTicker final : public ValueTicker
{
public:
    using ValueTicker::ValueTicker;

protected:
    QVector<double> createTickVector(double, const QCPRange& range) override
    {
        const bool hasParts = range.size() <= kDecadesWithParts;
        const double between = std::max(1.0, std::ceil(range.size() / tickCount()));
        QVector<double> ticks;
        for (double decade = std::floor(range.lower); decade <= range.upper; decade += between) {
            ticks.append(decade);
            if (hasParts) {
                ticks.append(decade + std::log10(2.0));
                ticks.append(decade + std::log10(5.0));
            }
        }
        return ticks;
    }

    QString getTickLabel(double tick, const QLocale&, QChar, int) override
    {
        const double count = std::pow(10, tick);
        const auto parts = [](double value) { return valueLabel(value, value < 1 ? 0.1 : 1); };
        if (count >= 0.999e9) {
            return Texts::tr("%1 B", "billion").arg(parts(count / 1e9));
        }
        if (count >= 0.999e6) {
            return Texts::tr("%1 M", "million").arg(parts(count / 1e6));
        }
        return count >= 0.999e3 ? Texts::tr("%1 K", "thousand").arg(parts(count / 1e3))
                                : parts(count);
    }

private:
    static constexpr double kDecadesWithParts = 2;
};

} // namespace

QString valueLabel(double value, double step)
{
    if (step < std::pow(10, -kMostDecimals) || std::abs(value) >= 1e9) {
        return QLocale().toString(value, 'g', 3).toLower();
    }
    // Rounding leaves a "-0" beside zero.
    const double shown = std::abs(value) < step * 1e-6 ? 0 : value;
    return QLocale().toString(shown, 'f', decimalsOf(step));
}

QString timeLabel(double seconds, double step)
{
    const auto whole = static_cast<qint64>(std::llround(seconds));
    if (whole == 0) {
        return QLocale().toString(0);
    }
    if (step < 1) {
        return Texts::tr("%1 s", "seconds").arg(valueLabel(seconds, step));
    }
    const qint64 hours = whole / 3600;
    const qint64 minutes = whole / 60 % 60;
    const qint64 rest = whole % 60;
    if (hours > 0 && minutes == 0 && rest == 0) {
        return Texts::tr("%1 h", "hours").arg(QLocale().toString(hours));
    }
    if (hours > 0) {
        return Texts::tr("%1 h %2", "hours and minutes")
            .arg(hours)
            .arg(minutes, 2, 10, QChar(u'0'));
    }
    if (minutes > 0 && rest == 0) {
        return Texts::tr("%1 min", "minutes").arg(minutes);
    }
    if (minutes > 0) {
        return Texts::tr("%1 min %2", "minutes and seconds")
            .arg(minutes)
            .arg(rest, 2, 10, QChar(u'0'));
    }
    return Texts::tr("%1 s", "seconds").arg(rest);
}

QSharedPointer<QCPAxisTicker> valueTicker(int count)
{
    return QSharedPointer<ValueTicker>::create(count);
}

QSharedPointer<QCPAxisTicker> logarithmicTicker(int count)
{
    return QSharedPointer<LogarithmicTicker>::create(count);
}

QSharedPointer<QCPAxisTicker> magnitudeTicker(int count)
{
    return QSharedPointer<MagnitudeTicker>::create(count);
}

QSharedPointer<QCPAxisTicker> xTicker(XUnit unit, int count)
{
    switch (unit) {
    case XUnit::Tokens:
        return QSharedPointer<TokenTicker>::create(count);
    case XUnit::Time:
        return QSharedPointer<TimeTicker>::create(count);
    case XUnit::Step:
        break;
    }
    return QSharedPointer<StepTicker>::create(count);
}

} // namespace ui::plots
