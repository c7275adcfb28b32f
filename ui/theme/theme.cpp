// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include "ui/theme/fonts.h"

#include <QApplication>
#include <QEvent>
#include <QFile>
#include <QFontInfo>
#include <QFontMetrics>
#include <QPalette>
#include <QStyle>
#include <QStyleHints>
#include <QTimer>
#include <QToolTip>

namespace ui {
namespace {

constexpr double kDesignPixels = 13;
constexpr double kSmallestPixels = 11;
// System fonts of 10 or 11 points are the design's size within this share: lengths stay whole.
constexpr double kScaleTolerance = 0.14;
constexpr int kTextPadding = 12;
constexpr int kSmallTextPadding = 8;

// The one theme of the application; set and cleared by Theme itself, GUI thread only.
Theme* s_theme = nullptr;

QByteArray resource(const QString& path)
{
    QFile file(path);
    const bool isOpen = file.open(QIODevice::ReadOnly);
    Q_ASSERT_X(isOpen, "resources", "initialiseTheme() has not run");
    return isOpen ? file.readAll() : QByteArray();
}

const char* sizeName(Size size)
{
    switch (size) {
    case Size::Control:
        return "control";
    case Size::ControlSmall:
        return "control_small";
    case Size::ControlPrimary:
        return "control_primary";
    case Size::SegmentedSmall:
        return "segmented_small";
    case Size::Chip:
        return "chip";
    case Size::NavItem:
        return "nav_item";
    case Size::TableRow:
        return "table_row";
    case Size::TableRowTwoLines:
        return "table_row_two_lines";
    case Size::TableRowCompact:
        return "table_row_compact";
    case Size::ListItem:
        return "list_item";
    case Size::TableHeader:
        return "table_header";
    case Size::CardHeader:
        return "card_header";
    case Size::TabBar:
        return "tab_bar";
    case Size::TopBar:
        return "top_bar";
    case Size::JobBar:
        return "job_bar";
    }
    return "control";
}

} // namespace

Theme& theme()
{
    Q_ASSERT_X(s_theme, "theme()", "initialiseTheme() has not run");
    return *s_theme;
}

Theme* themeOrNull()
{
    return s_theme;
}

Theme::Theme(QApplication& app)
    : QObject(&app), m_app(app),
      m_tokens(readTokens(resource(QStringLiteral(":/theme/tokens.json"))))
{
    Q_ASSERT(!s_theme);
    s_theme = this;
    setBaseFont(systemBaseFont());
    app.installEventFilter(this);
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    connect(QGuiApplication::styleHints(),
            &QStyleHints::colorSchemeChanged,
            this,
            &Theme::followSystem);
#endif
}

Theme::~Theme()
{
    s_theme = nullptr;
}

void Theme::setScheme(Scheme scheme)
{
    m_scheme = scheme;
    if (scheme == Scheme::System) {
        followSystem();
        return;
    }
    const bool isDark = scheme == Scheme::Dark;
    if (isDark != m_isDark || !m_isApplied) {
        m_isDark = isDark;
        apply();
    }
}

void Theme::setDensity(Density density)
{
    if (m_density != density) {
        m_density = density;
        apply();
    }
}

const Series& Theme::series(int index) const
{
    Q_ASSERT(index >= 0);
    return current().line(index);
}

QFont Theme::font(Type type) const
{
    const TypeToken& token = m_tokens.types[size_t(type)];
    const bool isMono = type == Type::Mono || type == Type::MonoSmall;
    QFont font = isMono ? m_mono : m_base;
    const double base = QFontInfo(m_base).pixelSize();
    font.setPixelSize(qRound(std::max(kSmallestPixels, base * token.size / kDesignPixels)));
    font.setWeight(isMono ? QFont::Normal : QFont::Weight(token.weight));
    return font;
}

void Theme::setBaseFont(const QFont& font)
{
    m_base = font;
    m_mono = systemMonoFont(font);
    const double scale = QFontInfo(font).pixelSize() / kDesignPixels;
    m_textScale = std::abs(scale - 1) <= kScaleTolerance ? 1 : std::max(scale, 0.8);
    m_app.setFont(this->font(Type::Body));
    if (m_isApplied) {
        apply();
    }
}

int Theme::px(double length) const
{
    return qRound(length * m_textScale);
}

int Theme::height(Size size) const
{
    int token = int(number(QLatin1String("size/") + QLatin1String(sizeName(size))));
    if (m_density == Density::Compact) {
        if (size == Size::TableRow || size == Size::ListItem) {
            token -= 8;
        } else if (size == Size::TableRowTwoLines || size == Size::TableRowCompact) {
            token -= 4;
        }
    }
    const QFontMetrics body(font(Type::Body));
    const QFontMetrics small(font(Type::Small));
    switch (size) {
    case Size::Chip:
        return std::max(token, QFontMetrics(font(Type::Caption)).height() + 4);
    case Size::SegmentedSmall:
    case Size::ControlSmall:
    case Size::TableRowCompact:
        return std::max(token, small.height() + kSmallTextPadding);
    case Size::TableRowTwoLines:
    case Size::ListItem:
        return std::max(token, body.height() + small.height() + kSmallTextPadding);
    case Size::TopBar:
    case Size::JobBar:
        return std::max(token, QFontMetrics(font(Type::Title)).height() + kTextPadding);
    default:
        return std::max(token, body.height() + kTextPadding);
    }
}

double Theme::number(const QString& path) const
{
    Q_ASSERT_X(m_tokens.numbers.contains(path), "tokens.json", qPrintable(path));
    return m_tokens.numbers.value(path);
}

bool Theme::eventFilter(QObject* watched, QEvent* event)
{
    // Sent to every window when the desktop changes its colours; ours must not answer to our own.
    if (event->type() == QEvent::ThemeChange && m_scheme == Scheme::System && !m_isApplying) {
        QTimer::singleShot(0, this, &Theme::followSystem);
    }
    return QObject::eventFilter(watched, event);
}

void Theme::followSystem()
{
    if (m_scheme != Scheme::System) {
        return;
    }
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    const bool isDark = QGuiApplication::styleHints()->colorScheme() == Qt::ColorScheme::Dark;
#else
    // Without our palette the application shows the platform's own.
    m_isApplying = true;
    const QPalette ours = QGuiApplication::palette();
    m_app.setPalette(QPalette());
    const bool isDark = QGuiApplication::palette().color(QPalette::Window).lightnessF() < 0.5;
    m_app.setPalette(ours);
    m_isApplying = false;
#endif
    if (isDark != m_isDark || !m_isApplied) {
        m_isDark = isDark;
        apply();
    }
}

void Theme::apply()
{
    m_isApplying = true;
    const QPalette colors = palette();
    m_app.setPalette(colors);
    QToolTip::setPalette(colors);
    QToolTip::setFont(font(Type::Small));
    m_app.setFont(font(Type::Body));
    m_isApplying = false;
    m_isApplied = true;
    Q_EMIT changed();
}

QPalette Theme::palette() const
{
    QPalette palette;
    const auto set = [&](QPalette::ColorRole role, Color normal, Color disabled) {
        palette.setColor(QPalette::All, role, color(normal));
        palette.setColor(QPalette::Disabled, role, color(disabled));
    };
    set(QPalette::Window, Color::Window, Color::Window);
    set(QPalette::WindowText, Color::Text, Color::TextDisabled);
    set(QPalette::Base, Color::Surface, Color::Inset);
    set(QPalette::AlternateBase, Color::Inset, Color::Inset);
    set(QPalette::Text, Color::Text, Color::TextDisabled);
    set(QPalette::PlaceholderText, Color::TextTertiary, Color::TextDisabled);
    set(QPalette::Button, Color::Surface, Color::Inset);
    set(QPalette::ButtonText, Color::Text, Color::TextDisabled);
    set(QPalette::BrightText, Color::Error, Color::TextDisabled);
    set(QPalette::Highlight, Color::AccentFill, Color::LineStrong);
    set(QPalette::HighlightedText, Color::OnAccent, Color::Text);
    set(QPalette::Link, Color::Accent, Color::TextDisabled);
    set(QPalette::LinkVisited, Color::Accent, Color::TextDisabled);
    set(QPalette::ToolTipBase, Color::Tooltip, Color::Tooltip);
    set(QPalette::ToolTipText, Color::TooltipText, Color::TooltipText);
    set(QPalette::Light, Color::Surface, Color::Surface);
    set(QPalette::Midlight, Color::Inset, Color::Inset);
    set(QPalette::Mid, Color::LineStrong, Color::Line);
    set(QPalette::Dark, Color::FieldLine, Color::Line);
    set(QPalette::Shadow, Color::FieldLine, Color::Line);
    return palette;
}

} // namespace ui
