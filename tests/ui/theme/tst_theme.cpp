// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The tokens are whole, readable, and a change of scheme reaches what stands already.
#include "tests/support/studio_test.h"

#include "ui/theme/figures.h"
#include "ui/theme/focus_ring.h"
#include "ui/theme/icon.h"

#include <QFile>
#include <QFontMetrics>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QWheelEvent>

#include <cmath>

using namespace ui;

namespace {

double luminance(const QColor& color)
{
    const auto linear = [](double c) {
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF())
           + 0.0722 * linear(color.blueF());
}

double contrast(const QColor& a, const QColor& b)
{
    const double first = luminance(a) + 0.05;
    const double second = luminance(b) + 0.05;
    return std::max(first, second) / std::min(first, second);
}

} // namespace

class TestTheme : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void everyTokenHasAColourInBothSchemes();
    void textIsReadableOnItsGround_data();
    void textIsReadableOnItsGround();
    void changingTheSchemeReachesWidgetsThatStand();
    void changingTheSchemeTellsListenersOnce();
    void componentsGrowWithTheText();
    void noFontIsSmallerThanElevenPixels();
    void hangulHasAFontToFallBackOn();
    void figuresOfOneLengthAreOfOneWidth();
    void fieldsAreAsHighAsTheDesignSays();
    void wheelPassesAFieldWithoutFocus();
    void ringFollowsTheKeyboardOnly();
};

void TestTheme::init()
{
    theme().setScheme(Theme::Scheme::Light);
}

void TestTheme::everyTokenHasAColourInBothSchemes()
{
    for (const bool dark : {false, true}) {
        const SchemeTokens& tokens = theme().tokens(dark);
        for (int i = 0; i < kColorCount; ++i) {
            QVERIFY2(tokens.colors[size_t(i)].isValid(), qPrintable(tokenName(Color(i))));
        }
        for (int i = 0; i < kChartColorCount; ++i) {
            QVERIFY2(tokens.chartColors[size_t(i)].isValid(), qPrintable(tokenName(ChartColor(i))));
        }
        for (int i = 0; i < kMemoryPartCount; ++i) {
            QVERIFY2(tokens.memoryColors[size_t(i)].isValid(),
                     qPrintable(tokenName(MemoryPart(i))));
        }
        QCOMPARE(tokens.series.size(), 6);
        QCOMPARE(tokens.line(7).id, tokens.line(1).id);
    }
}

void TestTheme::textIsReadableOnItsGround_data()
{
    QTest::addColumn<Color>("text");
    QTest::addColumn<Color>("ground");
    const std::pair<Color, Color> pairs[] = {{Color::Text, Color::Surface},
                                             {Color::Text, Color::Selected},
                                             {Color::Text, Color::Hover},
                                             {Color::TextSecondary, Color::Sidebar},
                                             {Color::TextSecondary, Color::Window},
                                             {Color::TextSecondary, Color::Inset},
                                             {Color::TextTertiary, Color::Surface},
                                             {Color::TextTertiary, Color::Inset},
                                             {Color::TextTertiary, Color::Window},
                                             {Color::Accent, Color::Surface},
                                             {Color::Accent, Color::AccentSoft},
                                             {Color::OnAccent, Color::AccentFill},
                                             {Color::Ok, Color::OkSoft},
                                             {Color::Warning, Color::WarningSoft},
                                             {Color::Error, Color::ErrorSoft},
                                             {Color::RankLowerText, Color::RankLower},
                                             {Color::RankHigherText, Color::RankHigher},
                                             {Color::TooltipText, Color::Tooltip}};
    for (const auto& [text, ground] : pairs) {
        QTest::addRow("%s on %s", qPrintable(tokenName(text)), qPrintable(tokenName(ground)))
            << text << ground;
    }
}

void TestTheme::textIsReadableOnItsGround()
{
    QFETCH(Color, text);
    QFETCH(Color, ground);
    for (const bool dark : {false, true}) {
        const SchemeTokens& tokens = theme().tokens(dark);
        QVERIFY(contrast(tokens.color(text), tokens.color(ground)) >= 4.5);
    }
}

void TestTheme::changingTheSchemeReachesWidgetsThatStand()
{
    QWidget window;
    QLabel label(QStringLiteral("Name"), &window);
    QPushButton button(icon(QStringLiteral("home")), {}, &window);
    window.show();
    const QColor lightText = label.palette().color(QPalette::WindowText);
    const QImage lightIcon = button.icon().pixmap(16, 16).toImage();
    theme().setScheme(Theme::Scheme::Dark);
    QVERIFY(theme().isDark());
    // Qt tells widgets in the next turn of the event loop.
    QTRY_COMPARE(label.palette().color(QPalette::WindowText), theme().color(Color::Text));
    QVERIFY(label.palette().color(QPalette::WindowText) != lightText);
    QVERIFY(button.icon().pixmap(16, 16).toImage() != lightIcon);
    QCOMPARE(window.palette().color(QPalette::Window), theme().color(Color::Window));
    QCOMPARE(window.findChild<QLabel*>(), &label);
}

void TestTheme::changingTheSchemeTellsListenersOnce()
{
    QSignalSpy changes(&theme(), &Theme::changed);
    theme().setScheme(Theme::Scheme::Dark);
    QCOMPARE(changes.size(), 1);
    QCOMPARE(theme().scheme(), Theme::Scheme::Dark);
    // The platform of tests is light.
    theme().setScheme(Theme::Scheme::System);
    QVERIFY(!theme().isDark());
    QCOMPARE(changes.size(), 2);
}

void TestTheme::componentsGrowWithTheText()
{
    const QFont usual = theme().font(Type::Body);
    QCOMPARE(theme().height(Size::Control), 32);
    QCOMPARE(theme().px(16), 16);
    QFont large = usual;
    large.setPixelSize(usual.pixelSize() * 2);
    theme().setBaseFont(large);
    QCOMPARE(theme().px(16), 32);
    for (int size = 0; size <= int(Size::JobBar); ++size) {
        QVERIFY(theme().height(Size(size)) >= QFontMetrics(theme().font(Type::Small)).height());
    }
    theme().setBaseFont(usual);
    QCOMPARE(theme().height(Size::Control), 32);
}

void TestTheme::noFontIsSmallerThanElevenPixels()
{
    const QFont usual = theme().font(Type::Body);
    QFont tiny = usual;
    tiny.setPixelSize(7);
    theme().setBaseFont(tiny);
    for (int type = 0; type < kTypeCount; ++type) {
        QVERIFY(theme().font(Type(type)).pixelSize() >= 11);
    }
    theme().setBaseFont(usual);
}

void TestTheme::hangulHasAFontToFallBackOn()
{
    QVERIFY(theme().font(Type::Body).families().size() > 1);
    QVERIFY(QFontMetrics(theme().font(Type::Body)).horizontalAdvance(QStringLiteral("학습")) > 10);
    const QFontMetrics mono(theme().font(Type::Mono));
    QCOMPARE(mono.horizontalAdvance(QLatin1Char('i')), mono.horizontalAdvance(QLatin1Char('W')));
}

void TestTheme::figuresOfOneLengthAreOfOneWidth()
{
    const QFontMetricsF metrics(theme().font(Type::Body));
    QCOMPARE(figuresWidth(metrics, QStringLiteral("1,111")),
             figuresWidth(metrics, QStringLiteral("8,888")));
}

void TestTheme::fieldsAreAsHighAsTheDesignSays()
{
    QLineEdit line;
    QSpinBox spin;
    QCOMPARE(line.sizeHint().height(), theme().height(Size::Control));
    spin.ensurePolished();
    QCOMPARE(spin.sizeHint().expandedTo(spin.minimumSize()).height(),
             theme().height(Size::Control));
    line.setProperty("small", true);
    QCOMPARE(line.sizeHint().height(), theme().height(Size::ControlSmall));
}

void TestTheme::wheelPassesAFieldWithoutFocus()
{
    QWidget window;
    QSpinBox spin(&window);
    QLineEdit other(&window);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    const auto turn = [&spin] {
        QWheelEvent event({5, 5}, {5, 5}, {}, {0, 120}, {}, {}, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(&spin, &event);
    };
    other.setFocus();
    turn();
    QCOMPARE(spin.value(), 0);
    spin.setFocus();
    turn();
    QCOMPARE(spin.value(), 1);
}

void TestTheme::ringFollowsTheKeyboardOnly()
{
    auto* ring = qApp->findChild<FocusRing*>();
    QVERIFY(ring);
    QWidget window;
    QPushButton first(QStringLiteral("First"), &window);
    QPushButton second(QStringLiteral("Second"), &window);
    window.resize(300, 100);
    second.setGeometry(100, 20, 100, 32);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    first.setFocus(Qt::MouseFocusReason);
    QCOMPARE(ring->target(), nullptr);
    QTest::keyClick(&first, Qt::Key_Tab);
    QCOMPARE(ring->target(), &second);
    const QPoint outside(second.geometry().left() - 3, second.geometry().center().y());
    QCOMPARE(window.grab().toImage().pixelColor(outside), theme().color(Color::Accent));
    first.setFocus(Qt::MouseFocusReason);
    QCOMPARE(ring->target(), nullptr);
}

STUDIO_TEST_MAIN(TestTheme)
#include "tst_theme.moc"
