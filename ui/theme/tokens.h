// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The design tokens: names as enums, values as read from resources/theme/tokens.json.
// A token that the file lacks is a broken build, so the reader asserts; tests walk every name.
#pragma once

#include <QColor>
#include <QHash>
#include <QList>
#include <QString>

#include <array>

class QByteArray;

namespace ui {

enum class Color {
    Window,
    Surface,
    Inset,
    Sidebar,
    Hover,
    Selected,
    Line,
    LineStrong,
    FieldLine,
    Text,
    TextSecondary,
    TextTertiary,
    TextDisabled,
    Accent,
    AccentFill,
    AccentFillHover,
    AccentFillPressed,
    AccentSoft,
    AccentLine,
    OnAccent,
    Ok,
    OkSoft,
    OkLine,
    Warning,
    WarningSoft,
    WarningLine,
    Error,
    ErrorSoft,
    ErrorLine,
    RankLower,
    RankLowerText,
    RankLowerLine,
    RankHigher,
    RankHigherText,
    RankHigherLine,
    Tooltip,
    TooltipText,
};
inline constexpr int kColorCount = int(Color::TooltipText) + 1;

enum class ChartColor { Grid, Axis, TickText, LabelText, Future, Crosshair };
inline constexpr int kChartColorCount = int(ChartColor::Crosshair) + 1;

// The parts of a memory estimate, in the order in which a memory bar stacks them.
enum class MemoryPart { Weights, Activations, Adapters, Gradients, Optimizer, Workspace };
inline constexpr int kMemoryPartCount = int(MemoryPart::Workspace) + 1;

enum class Type {
    Caption,
    Small,
    Body,
    Label,
    BodyStrong,
    Heading,
    Title,
    Figure,
    Display,
    // Small and caption sized text of equal advance: patterns, tokens, hashes.
    Mono,
    MonoSmall,
};
inline constexpr int kTypeCount = int(Type::MonoSmall) + 1;

// One line of a chart: colour and dash pattern in pixels (empty is solid) always go together.
struct Series
{
    QString id;
    QColor color;
    QList<qreal> dash;
};

// Everything that differs between light and dark.
struct SchemeTokens
{
    std::array<QColor, kColorCount> colors;
    std::array<QColor, kChartColorCount> chartColors;
    std::array<QColor, kMemoryPartCount> memoryColors;
    QList<Series> series;
    QList<QColor> sequential;

    const QColor& color(Color name) const { return colors[size_t(name)]; }
    const QColor& chartColor(ChartColor name) const { return chartColors[size_t(name)]; }
    const QColor& memoryColor(MemoryPart part) const { return memoryColors[size_t(part)]; }
    // Starts over after the last.
    const Series& line(int index) const { return series[index % series.size()]; }
};

// Pixel size at the 13-px base, line height and weight of one type role.
struct TypeToken
{
    double size = 13;
    double line = 20;
    int weight = 400;
};

struct Tokens
{
    SchemeTokens light;
    SchemeTokens dark;
    std::array<TypeToken, kTypeCount> types;
    // "size/control", "spacing/m", "radius/card" …: the plain numbers.
    QHash<QString, double> numbers;
};

// "text_secondary" for Color::TextSecondary: the name in tokens.json.
QString tokenName(Color color);
QString tokenName(ChartColor color);
QString tokenName(MemoryPart part);

// The tokens of a file's text. Asserts that every name above is there.
Tokens readTokens(const QByteArray& json);

} // namespace ui
