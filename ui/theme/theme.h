// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The application's look: colours, fonts and lengths from the design tokens, for the scheme in use.
// One object, made by initialiseTheme() and reached through theme(). GUI thread only.
// Changing the scheme repaints widgets and re-tints icons; it never rebuilds anything.
#pragma once

#include "ui/theme/tokens.h"

#include <QFont>
#include <QObject>

class QApplication;

namespace ui {

// Heights and widths that a component shares with every other of its kind.
enum class Size {
    Control,
    ControlSmall,
    ControlPrimary,
    SegmentedSmall,
    Chip,
    NavItem,
    TableRow,
    TableRowTwoLines,
    TableRowCompact,
    ListItem,
    TableHeader,
    CardHeader,
    TabBar,
    TopBar,
    JobBar,
};

class Theme : public QObject
{
    Q_OBJECT

public:
    enum class Scheme { System, Light, Dark };
    Q_ENUM(Scheme)
    // Row height of tables and lists.
    enum class Density { Comfortable, Compact };
    Q_ENUM(Density)

    explicit Theme(QApplication& app);
    ~Theme() override;

    Scheme scheme() const { return m_scheme; }
    void setScheme(Scheme scheme);
    Density density() const { return m_density; }
    void setDensity(Density density);
    // Follows the system while the scheme is System.
    bool isDark() const { return m_isDark; }
    // Both schemes, for pictures that leave the studio in light colours.
    const Tokens& tokens() const { return m_tokens; }

    QColor color(Color color) const { return current().colors[size_t(color)]; }
    // Colour and dash of the nth line of a chart; starts over after the last.
    const Series& series(int index) const;
    int seriesCount() const { return int(current().series.size()); }
    QColor chartColor(ChartColor color) const { return current().chartColors[size_t(color)]; }
    QColor memoryColor(MemoryPart part) const { return current().memoryColors[size_t(part)]; }
    // Stops of the heat maps' ramp, smallest value first.
    const QList<QColor>& sequential() const { return current().sequential; }
    // All of these for one scheme whatever is on the screen: exported charts are light.
    const SchemeTokens& tokens(bool dark) const { return dark ? m_tokens.dark : m_tokens.light; }

    // Sizes are ratios to the system's font and never under 11 px.
    QFont font(Type type) const;
    // Replaces the system font as the base, for a text size chosen by a person or a test.
    void setBaseFont(const QFont& font);
    // A length of the design in device-independent pixels; grows with the text, not with the
    // screen.
    int px(double length) const;
    // Height of a component: the token, or what its text needs.
    int height(Size size) const;
    // A number of tokens.json by its path, such as "radius/card", "spacing/m". Not scaled.
    double number(const QString& path) const;

Q_SIGNALS:
    // Colours, fonts or lengths differ now. Painting widgets update, caches drop.
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    const SchemeTokens& current() const { return tokens(m_isDark); }
    void followSystem();
    void apply();
    QPalette palette() const;

    QApplication& m_app;
    Tokens m_tokens;
    Scheme m_scheme = Scheme::System;
    Density m_density = Density::Comfortable;
    bool m_isDark = false;
    bool m_isApplying = false;
    bool m_isApplied = false;
    QFont m_base;
    QFont m_mono;
    double m_textScale = 1;
};

// The application's theme; initialiseTheme() must have run.
Theme& theme();
// The same, or null before initialiseTheme() and after the application's end.
Theme* themeOrNull();

} // namespace ui
