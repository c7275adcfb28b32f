// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/format.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>

namespace app {

namespace {

struct Format
{
    Q_DECLARE_TR_FUNCTIONS(app::Format)
};

constexpr double kKiB = 1024;
constexpr double kMiB = kKiB * 1024;
constexpr double kGiB = kMiB * 1024;
constexpr int kMinute = 60;
constexpr int kHour = 60 * kMinute;
constexpr int kDay = 24 * kHour;

QString fixed(double value, int decimals)
{
    return QLocale().toString(value, 'f', decimals);
}

int decimalsFor(double value, int digits)
{
    if (value == 0) {
        return 0;
    }
    const int whole = int(std::floor(std::log10(std::abs(value)))) + 1;
    return std::clamp(digits - whole, 0, 12);
}

// Rounding may carry into another digit (9.996 → 10.0), so the decimals are those of the rounded.
QString significant(double value, int digits)
{
    if (value == 0) {
        return fixed(0, 0);
    }
    const double scale = std::pow(10.0, decimalsFor(value, digits));
    return fixed(value, decimalsFor(std::round(value * scale) / scale, digits));
}

QString gibibytes(int64_t bytes)
{
    const double value = double(bytes) / kGiB;
    return fixed(value, value < 9.995 ? 2 : 1);
}

// "9 min 02 s": two units, the smaller one padded, so that a column of them lines up.
QString twoDigits(int64_t value)
{
    return QStringLiteral("%1").arg(value, 2, 10, QLatin1Char('0'));
}

QString dateText(const QDate& date, const QDate& today)
{
    //: The format of a date in this year, as in QLocale::toString(QDate)
    const QString thisYear = Format::tr("d MMM");
    //: The format of a date in another year, as in QLocale::toString(QDate)
    const QString otherYear = Format::tr("d MMM yyyy");
    return QLocale().toString(date, date.year() == today.year() ? thisYear : otherYear);
}

QString timeText(const QDateTime& local)
{
    return local.time().toString(QStringLiteral("HH:mm"));
}

} // namespace

QString formatCount(int64_t count)
{
    return QLocale().toString(qlonglong(count));
}

QString formatNumber(double value, int digits)
{
    return std::isfinite(value) ? significant(value, digits) : noValue();
}

QString formatShort(int64_t count)
{
    const double size = std::abs(double(count));
    if (size < 1e4) {
        return formatCount(count);
    }
    if (size < 1e5) {
        //: Thousands, as in "92.1 K tokens"
        return Format::tr("%1 K").arg(fixed(double(count) / 1e3, 1));
    }
    if (size < 9.995e5) {
        //: Millions, as in "8.80 M parameters"
        return Format::tr("%1 M").arg(fixed(double(count) / 1e6, 2));
    }
    if (size < 9.995e8) {
        return Format::tr("%1 M").arg(significant(double(count) / 1e6, 3));
    }
    //: Billions (10^9), as in "1.24 B parameters"
    return Format::tr("%1 B").arg(significant(double(count) / 1e9, 3));
}

QString formatBytes(int64_t bytes)
{
    if (bytes < 0) {
        return noValue();
    }
    static constexpr std::array kUnits = {"kB", "MB", "GB", "TB", "PB"};
    if (bytes < 1000) {
        return QStringLiteral("%1 B").arg(bytes);
    }
    double value = double(bytes) / 1e3;
    size_t unit = 0;
    while (value >= 999.5 && unit + 1 < kUnits.size()) {
        value /= 1e3;
        unit += 1;
    }
    return fixed(value, value < 9.95 ? 1 : 0) + QLatin1Char(' ') + QLatin1String(kUnits[unit]);
}

QString formatMemory(int64_t bytes)
{
    if (bytes < 0) {
        return noValue();
    }
    if (double(bytes) < 0.1 * kGiB) {
        return fixed(double(bytes) / kMiB, 0) + QStringLiteral(" MiB");
    }
    return gibibytes(bytes) + QStringLiteral(" GiB");
}

QString formatMemoryUse(int64_t used, int64_t total)
{
    //: "4.27 of 8.00 GiB": memory in use, of all there is
    return Format::tr("%1 of %2 GiB").arg(gibibytes(used), gibibytes(total));
}

QString formatPercent(double share, int decimals)
{
    if (!std::isfinite(share)) {
        return noValue();
    }
    const double percent = share * 100;
    const QString number = decimals >= 0
                               ? fixed(percent, decimals)
                               : (std::abs(percent) < 1 ? fixed(percent, percent == 0 ? 0 : 2)
                                                        : significant(percent, 3));
    return number + QStringLiteral("\u2009%");
}

QString formatDuration(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0) {
        return noValue();
    }
    if (seconds > 0 && seconds < 0.95) {
        return Format::tr("%1 s").arg(fixed(std::max(seconds, 0.1), 1));
    }
    const auto whole = int64_t(std::llround(std::min(seconds, 1e12)));
    if (whole < kMinute) {
        return Format::tr("%1 s").arg(whole);
    }
    if (whole < kHour) {
        return Format::tr("%1 min %2 s").arg(whole / kMinute).arg(twoDigits(whole % kMinute));
    }
    if (whole < kDay) {
        return Format::tr("%1 h %2 min").arg(whole / kHour).arg(twoDigits(whole % kHour / kMinute));
    }
    return Format::tr("%1 d %2 h").arg(whole / kDay).arg(twoDigits(whole % kDay / kHour));
}

QString formatWhen(const QDateTime& when, const QDateTime& now)
{
    if (!when.isValid()) {
        return noValue();
    }
    const QDateTime local = when.toLocalTime();
    const QDate today = now.toLocalTime().date();
    if (local.date() == today) {
        return timeText(local);
    }
    if (local.date() == today.addDays(-1)) {
        return Format::tr("Yesterday");
    }
    return dateText(local.date(), today);
}

QString formatMoment(const QDateTime& when, const QDateTime& now)
{
    if (!when.isValid()) {
        return noValue();
    }
    const QDateTime local = when.toLocalTime();
    const QDate today = now.toLocalTime().date();
    if (local.date() == today) {
        //: %1 is a time, as in "Today 14:22"
        return Format::tr("Today %1").arg(timeText(local));
    }
    if (local.date() == today.addDays(-1)) {
        return Format::tr("Yesterday %1").arg(timeText(local));
    }
    //: A date, then a time: "27 Feb 13:05"
    return Format::tr("%1 %2").arg(dateText(local.date(), today), timeText(local));
}

QString formatRate(double tokensPerSecond)
{
    if (!std::isfinite(tokensPerSecond) || tokensPerSecond < 0) {
        return noValue();
    }
    return Format::tr("%1 tokens/s")
        .arg(tokensPerSecond < 99.95 ? significant(tokensPerSecond, 3) : fixed(tokensPerSecond, 0));
}

QString formatLearningRate(double rate)
{
    if (!std::isfinite(rate)) {
        return noValue();
    }
    if (rate == 0) {
        return QStringLiteral("0");
    }
    // Written like in code, so never in the locale's way.
    QString text = QString::number(rate, 'e', 2);
    const qsizetype e = text.indexOf(QLatin1Char('e'));
    QString mantissa = text.left(e);
    while (mantissa.endsWith(QLatin1Char('0'))) {
        mantissa.chop(1);
    }
    if (mantissa.endsWith(QLatin1Char('.'))) {
        mantissa.chop(1);
    }
    const int exponent = text.mid(e + 1).toInt();
    return exponent == 0 ? mantissa
                         : QString(mantissa + QLatin1Char('e') + QString::number(exponent));
}

QString formatLoss(double loss)
{
    return formatNumber(loss, 4);
}

QString shortHash(const QString& hash)
{
    return hash.left(8);
}

} // namespace app
