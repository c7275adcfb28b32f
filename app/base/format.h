// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers, sizes, times and hashes as people read them, in the language of the studio
// (QLocale::setDefault). Units as in the visual language: files MB and GB, memory GiB, "1.78 %".
#pragma once

#include <QDateTime>
#include <QString>

#include <cstdint>

namespace app {

// What stands where there is no value.
inline QString noValue()
{
    return QStringLiteral("\u2013");
}

// "8,798,208"
QString formatCount(int64_t count);

// Three significant digits: "8.80 M", "0.54 M", "92.1 K", "1.24 B"; below 10,000 the count itself.
QString formatShort(int64_t count);

// Sizes of files, decimal: "512 B", "46 MB", "1.5 MB", "3.9 GB".
QString formatBytes(int64_t bytes);

// Memory, binary: "4.27 GiB", "31.2 GiB"; below 0.1 GiB "71 MiB".
QString formatMemory(int64_t bytes);
// "4.27 of 8.00 GiB"
QString formatMemoryUse(int64_t used, int64_t total);

// A share of 1: "1.78 %", "46.3 %", "100 %". With `decimals` ≥ 0 exactly so many.
QString formatPercent(double share, int decimals = -1);

// "0.4 s", "38 s", "9 min 58 s", "15 min 02 s", "2 h 05 min", "3 d 04 h". Below zero or not finite:
// noValue().
QString formatDuration(double seconds);

// "14:22" today, "Yesterday", "27 Feb", and "27 Feb 2024" in another year; noValue() when invalid.
// Times are shown in the local time zone.
QString formatWhen(const QDateTime& when, const QDateTime& now = QDateTime::currentDateTime());
// "Today 14:22", "Yesterday 13:05", "27 Feb 13:05", "27 Feb 2024 13:05"
QString formatMoment(const QDateTime& when, const QDateTime& now = QDateTime::currentDateTime());

// "2,140 tokens/s"; three significant digits below 100.
QString formatRate(double tokensPerSecond);

// "2e-4", "1.98e-4", "0"; at most three significant digits.
QString formatLearningRate(double rate);

// Four significant digits: "1.327". Not finite: noValue().
QString formatLoss(double loss);

// `digits` significant digits in the locale, without an exponent.
QString formatNumber(double value, int digits);

// The first eight characters.
QString shortHash(const QString& hash);

} // namespace app
