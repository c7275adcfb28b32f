// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/tokens.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringView>

namespace ui {
namespace {

constexpr std::array<const char*, kColorCount> kColorNames = {
    "window",
    "surface",
    "inset",
    "sidebar",
    "hover",
    "selected",
    "line",
    "line_strong",
    "field_line",
    "text",
    "text_secondary",
    "text_tertiary",
    "text_disabled",
    "accent",
    "accent_fill",
    "accent_fill_hover",
    "accent_fill_pressed",
    "accent_soft",
    "accent_line",
    "on_accent",
    "ok",
    "ok_soft",
    "ok_line",
    "warning",
    "warning_soft",
    "warning_line",
    "error",
    "error_soft",
    "error_line",
    "rank_lower",
    "rank_lower_text",
    "rank_lower_line",
    "rank_higher",
    "rank_higher_text",
    "rank_higher_line",
    "tooltip",
    "tooltip_text",
};
constexpr std::array<const char*, kChartColorCount> kChartColorNames = {
    "grid", "axis", "tick_text", "label_text", "future", "crosshair"};
constexpr std::array<const char*, kMemoryPartCount> kMemoryPartNames = {
    "weights", "activations", "adapters", "gradients", "optimizer", "workspace"};
// Mono letters look larger: they follow the sizes of small and caption.
constexpr std::array<const char*, kTypeCount> kTypeNames = {"caption",
                                                            "small",
                                                            "body",
                                                            "label",
                                                            "body_strong",
                                                            "heading",
                                                            "title",
                                                            "figure",
                                                            "display",
                                                            "small",
                                                            "caption"};

template <size_t N>
void readColors(const QJsonObject& object,
                const std::array<const char*, N>& names,
                std::array<QColor, N>& colors)
{
    for (size_t i = 0; i < N; ++i) {
        colors[i] = QColor(object.value(QLatin1String(names[i])).toString());
        Q_ASSERT_X(colors[i].isValid(), "tokens.json", names[i]);
    }
}

SchemeTokens readScheme(const QJsonObject& colors, const QJsonObject& chart)
{
    SchemeTokens scheme;
    readColors(colors, kColorNames, scheme.colors);
    readColors(chart, kChartColorNames, scheme.chartColors);
    readColors(
        chart.value(QLatin1String("memory")).toObject(), kMemoryPartNames, scheme.memoryColors);
    const QJsonArray series = chart.value(QLatin1String("series")).toArray();
    for (const QJsonValue& value : series) {
        const QJsonObject line = value.toObject();
        Series read{line.value(QLatin1String("id")).toString(),
                    QColor(line.value(QLatin1String("color")).toString()),
                    {}};
        const QJsonArray dash = line.value(QLatin1String("dash")).toArray();
        for (const QJsonValue& length : dash) {
            read.dash << length.toDouble();
        }
        scheme.series << read;
    }
    const QJsonArray stops = chart.value(QLatin1String("sequential")).toArray();
    for (const QJsonValue& stop : stops) {
        scheme.sequential << QColor(stop.toString());
    }
    Q_ASSERT(!scheme.series.isEmpty() && scheme.sequential.size() > 1);
    return scheme;
}

void readNumbers(const QJsonObject& root, QStringView group, QHash<QString, double>& numbers)
{
    const QJsonObject object = root.value(group).toObject();
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (it->isDouble()) {
            numbers.insert(group + QLatin1Char('/') + it.key(), it->toDouble());
        }
    }
}

} // namespace

QString tokenName(Color color)
{
    return QLatin1String(kColorNames[size_t(color)]);
}

QString tokenName(ChartColor color)
{
    return QLatin1String(kChartColorNames[size_t(color)]);
}

QString tokenName(MemoryPart part)
{
    return QLatin1String(kMemoryPartNames[size_t(part)]);
}

Tokens readTokens(const QByteArray& json)
{
    const QJsonObject root = QJsonDocument::fromJson(json).object();
    const QJsonObject colors = root.value(QLatin1String("color")).toObject();
    const QJsonObject charts = root.value(QLatin1String("chart")).toObject();
    Tokens tokens;
    tokens.light = readScheme(colors.value(QLatin1String("light")).toObject(),
                              charts.value(QLatin1String("light")).toObject());
    tokens.dark = readScheme(colors.value(QLatin1String("dark")).toObject(),
                             charts.value(QLatin1String("dark")).toObject());
    const QJsonObject types =
        root.value(QLatin1String("type")).toObject().value(QLatin1String("scale")).toObject();
    for (size_t i = 0; i < kTypeNames.size(); ++i) {
        const QJsonObject type = types.value(QLatin1String(kTypeNames[i])).toObject();
        Q_ASSERT_X(!type.isEmpty(), "tokens.json", kTypeNames[i]);
        tokens.types[i] = {type.value(QLatin1String("size")).toDouble(),
                           type.value(QLatin1String("line")).toDouble(),
                           type.value(QLatin1String("weight")).toInt()};
    }
    for (const QStringView group : {u"size", u"spacing", u"radius", u"border"}) {
        readNumbers(root, group, tokens.numbers);
    }
    return tokens;
}

} // namespace ui
