// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/fonts.h"

#include <QFontDatabase>
#include <QFontInfo>
#include <QFontMetrics>
#include <QGuiApplication>
#include <QStringList>

namespace ui {
namespace {

#if defined(Q_OS_WIN)
const char* const kGeneral[] = {"Segoe UI Variable", "Segoe UI"};
const char* const kKorean[] = {"Malgun Gothic"};
const char* const kMono[] = {"Cascadia Mono", "Consolas"};
#elif defined(Q_OS_MACOS)
const char* const kGeneral[] = {".AppleSystemUIFont"};
const char* const kKorean[] = {"Apple SD Gothic Neo"};
const char* const kMono[] = {"SF Mono", "Menlo"};
#else
const char* const kGeneral[] = {"Inter", "Noto Sans"};
const char* const kKorean[] = {"Noto Sans CJK KR", "Noto Sans KR", "NanumGothic"};
const char* const kMono[] = {"JetBrains Mono", "Noto Sans Mono", "DejaVu Sans Mono"};
#endif

template <size_t N>
QStringList installed(const char* const (&names)[N])
{
    const QStringList all = QFontDatabase::families();
    QStringList found;
    for (const char* name : names) {
        const QString family = QLatin1String(name);
        // The private families of macOS are not listed but exist.
        if (all.contains(family) || family.startsWith(QLatin1Char('.'))) {
            found << family;
        }
    }
    return found;
}

// Platforms without a desktop know no general font: what they name is whatever sorts first.
bool hasSystemFont()
{
    const QString platform = QGuiApplication::platformName();
    return platform != QLatin1String("offscreen") && platform != QLatin1String("minimal")
           && platform != QLatin1String("vnc");
}

// Not every fixed font says so of itself.
bool isFixed(const QFont& font)
{
    const QFontMetrics metrics(font);
    return metrics.horizontalAdvance(QLatin1Char('i'))
           == metrics.horizontalAdvance(QLatin1Char('W'));
}

constexpr int kDesignPixels = 13;

} // namespace

QFont systemBaseFont()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    QStringList families = font.families();
    if (!hasSystemFont()) {
        families = installed(kGeneral) + families;
        font.setPixelSize(kDesignPixels);
        font.setHintingPreference(QFont::PreferNoHinting);
    }
    families += installed(kKorean);
    families.removeDuplicates();
    font.setFamilies(families);
    return font;
}

QFont systemMonoFont(const QFont& base)
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    QStringList families = font.families();
    const QStringList known = installed(kMono);
    if (!hasSystemFont() || !isFixed(font)) {
        families = known + families;
    } else {
        families += known;
    }
    families += installed(kKorean);
    families.removeDuplicates();
    font.setFamilies(families);
    font.setStyleHint(QFont::Monospace);
    font.setHintingPreference(base.hintingPreference());
#if QT_VERSION >= QT_VERSION_CHECK(6, 7, 0)
    font.setFeature("liga", 0);
    font.setFeature("calt", 0);
#endif
    font.setPixelSize(QFontInfo(base).pixelSize());
    return font;
}

} // namespace ui
