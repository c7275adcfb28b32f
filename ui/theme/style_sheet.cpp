// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/style_sheet.h"

#include "ui/theme/theme.h"

#include <QHash>
#include <QRegularExpression>

namespace ui {
namespace {

constexpr int kBorders = 2;

QString pixels(double length)
{
    return QString::number(qRound(length)) + QLatin1String("px");
}

QHash<QString, QString> values(const Theme& theme)
{
    QHash<QString, QString> values;
    for (int i = 0; i < kColorCount; ++i) {
        values.insert(tokenName(Color(i)), theme.color(Color(i)).name());
    }
    for (const char* radius : {"chip", "control", "card"}) {
        const QString name = QLatin1String(radius);
        values.insert(QLatin1String("radius_") + name,
                      pixels(theme.number(QLatin1String("radius/") + name)));
    }
    // A style sheet counts heights without the border.
    values.insert(QStringLiteral("control_inner"), pixels(theme.height(Size::Control) - kBorders));
    values.insert(QStringLiteral("control_small_inner"),
                  pixels(theme.height(Size::ControlSmall) - kBorders));
    values.insert(QStringLiteral("control_primary_inner"),
                  pixels(theme.height(Size::ControlPrimary) - kBorders));
    values.insert(QStringLiteral("button_padding"), pixels(theme.px(12)));
    values.insert(QStringLiteral("button_small_padding"), pixels(theme.px(10)));
    values.insert(QStringLiteral("segment_padding"), pixels(theme.px(10)));
    values.insert(QStringLiteral("cell_padding"), pixels(theme.px(8)));
    values.insert(QStringLiteral("small_size"), pixels(theme.font(Type::Small).pixelSize()));
    values.insert(QStringLiteral("start_size"), pixels(theme.font(Type::Body).pixelSize() + 1));
    return values;
}

} // namespace

QString fillStyleSheet(const QString& sheet, const Theme& theme)
{
    static const QRegularExpression kName(QStringLiteral("@([a-z_]+)"));
    const QHash<QString, QString> known = values(theme);
    QString filled;
    qsizetype from = 0;
    for (auto it = kName.globalMatch(sheet); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        filled += QStringView(sheet).mid(from, match.capturedStart() - from);
        filled += known.value(match.captured(1), match.captured());
        from = match.capturedEnd();
    }
    filled += QStringView(sheet).mid(from);
    return filled;
}

} // namespace ui
