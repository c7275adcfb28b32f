// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What holds for every page there is: a new page gets these tests by its line in the registry.
#include "tests/support/fake_engine/fake_mode.h"
#include "tests/support/studio_fixture.h"
#include "tests/support/studio_test.h"
#include "ui/shell/frame.h"
#include "ui/shell/main_window.h"
#include "ui/shell/page_stack.h"

#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QAccessible>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QTest>
#include <QToolButton>

using namespace ui::shell;
using test_support::StudioFixture;

namespace {

QString nameOf(const QWidget* widget)
{
    QString text = QString::fromLatin1(widget->metaObject()->className());
    if (const auto* button = qobject_cast<const QAbstractButton*>(widget)) {
        text += QStringLiteral(" '") + button->text() + QLatin1Char('\'');
    } else if (const auto* label = qobject_cast<const QLabel*>(widget)) {
        text += QStringLiteral(" '") + label->text().left(60) + QLatin1Char('\'');
    }
    return widget->objectName().isEmpty() ? text
                                          : text + QStringLiteral(" #") + widget->objectName();
}

// Qt's own parts of a widget: the editor of a spin box, the viewport of a view, the cross that
// clears a line.
bool isInner(const QWidget* widget)
{
    const auto* area = qobject_cast<const QAbstractScrollArea*>(widget->parentWidget());
    return widget->objectName().startsWith(QLatin1String("qt_"))
           || (area != nullptr && widget == area->viewport())
           || (qobject_cast<const QLineEdit*>(widget->parentWidget()) != nullptr
               && qobject_cast<const QToolButton*>(widget) != nullptr);
}

QList<QWidget*> focusable(const QWidget& root)
{
    QList<QWidget*> found;
    for (QWidget* widget : root.findChildren<QWidget*>()) {
        if (widget->isVisible() && widget->isEnabled() && !isInner(widget)
            && (widget->focusPolicy() & Qt::TabFocus) != 0 && widget->focusProxy() == nullptr) {
            found.append(widget);
        }
    }
    return found;
}

// Some text that does not fit where it stands, or a part that sticks out of the page.
QStringList clipped(const QWidget& page)
{
    QStringList found;
    for (const QWidget* widget : page.findChildren<QWidget*>()) {
        if (!widget->isVisible() || isInner(widget)) {
            continue;
        }
        QSize needed;
        if (const auto* label = qobject_cast<const QLabel*>(widget)) {
            if (label->text().isEmpty()) {
                continue;
            }
            needed = label->wordWrap() ? QSize(0, label->heightForWidth(label->width()))
                                       : label->minimumSizeHint();
        } else if (qobject_cast<const QAbstractButton*>(widget) != nullptr) {
            needed = widget->minimumSizeHint();
        }
        if (widget->width() < needed.width() || widget->height() < needed.height()) {
            found.append(QStringLiteral("%1 has %2 x %3, needs %4 x %5")
                             .arg(nameOf(widget))
                             .arg(widget->width())
                             .arg(widget->height())
                             .arg(needed.width())
                             .arg(needed.height()));
        }
    }
    return found;
}

} // namespace

// Windows that appear beside the one that is tested: a part shown before it has its parent.
class StrayWindows : public QObject
{
public:
    explicit StrayWindows(const QWidget* window) : m_window(window)
    {
        QCoreApplication::instance()->installEventFilter(this);
    }

    QStringList found;

protected:
    bool eventFilter(QObject* object, QEvent* event) override
    {
        const auto* widget = qobject_cast<const QWidget*>(object);
        if (event->type() == QEvent::Show && widget != nullptr && widget->isWindow()
            && widget != m_window) {
            found.append(nameOf(widget));
        }
        return false;
    }

private:
    const QWidget* m_window;
};

class TestAllPages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void opensInItsWindowOnly_data() { addPages(); }
    void opensInItsWindowOnly();
    void hasATitleAndAnIcon_data() { addPages(); }
    void hasATitleAndAnIcon();
    void everythingThatTakesFocusHasAName_data() { addPages(); }
    void everythingThatTakesFocusHasAName();
    void tabReachesEverything_data() { addPages(); }
    void tabReachesEverything();
    void fitsItsWindow_data();
    void fitsItsWindow();

private:
    void addPages();
    ui::Page* show(const QString& id);
    void setTextScale(double scale);

    std::unique_ptr<StudioFixture> m_fixture;
    std::unique_ptr<MainWindow> m_window;
    const QFont m_usualFont = QApplication::font();
    double m_textScale = 1;
};

void TestAllPages::initTestCase()
{
    m_fixture = std::make_unique<StudioFixture>(test_support::fakeEngine());
    m_window = std::make_unique<MainWindow>(*m_fixture->studio, m_fixture->dialogs);
    m_window->resize(1440, 900);
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QTRY_VERIFY_WITH_TIMEOUT(m_fixture->studio->engine().catalog() != nullptr, 30000);
}

void TestAllPages::cleanupTestCase()
{
    m_window.reset();
    m_fixture.reset();
}

void TestAllPages::addPages()
{
    QTest::addColumn<QString>("id");
    for (const PageEntry& page : pageRegistry()) {
        QTest::newRow(page.id) << QString::fromLatin1(page.id);
    }
}

ui::Page* TestAllPages::show(const QString& id)
{
    m_window->navigator().go({id});
    QCoreApplication::processEvents();
    return m_window->frame().pages().currentPage();
}

// First of all tests: it is the first visit that makes a page.
void TestAllPages::opensInItsWindowOnly()
{
    QFETCH(QString, id);
    const StrayWindows strays(m_window.get());
    show(id);
    QVERIFY2(strays.found.isEmpty(), qPrintable(strays.found.join(QStringLiteral("; "))));
}

void TestAllPages::setTextScale(double scale)
{
    if (m_textScale != scale) {
        m_textScale = scale;
        QFont font = m_usualFont;
        font.setPixelSize(qRound(QFontInfo(font).pixelSize() * scale));
        ui::theme().setBaseFont(font);
    }
}

void TestAllPages::hasATitleAndAnIcon()
{
    QFETCH(QString, id);
    const ui::Page* page = show(id);
    QCOMPARE(page->id(), id);
    QVERIFY(!page->title().isEmpty());
    QVERIFY(!pageName(*findPage(id)).isEmpty());
}

void TestAllPages::everythingThatTakesFocusHasAName()
{
    QFETCH(QString, id);
    show(id);
    QStringList nameless;
    for (QWidget* widget : focusable(*m_window)) {
        const QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
        if (face == nullptr || face->text(QAccessible::Name).isEmpty()) {
            nameless.append(nameOf(widget));
        }
    }
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QStringLiteral("; "))));
}

void TestAllPages::tabReachesEverything()
{
    QFETCH(QString, id);
    show(id);
    const QList<QWidget*> wanted = focusable(*m_window);
    QSet<QWidget*> reached;
    for (qsizetype presses = 0; presses < 2 * wanted.size() + 8; ++presses) {
        QWidget* focus = QApplication::focusWidget();
        if (focus != nullptr) {
            reached.insert(focus);
            // A compound widget takes the focus by its inner editor.
            reached.insert(focus->parentWidget());
        }
        QTest::keyClick(focus != nullptr ? focus : m_window.get(), Qt::Key_Tab);
    }
    QStringList missed;
    for (QWidget* widget : wanted) {
        if (!reached.contains(widget)) {
            missed.append(nameOf(widget));
        }
    }
    QVERIFY2(missed.isEmpty(), qPrintable(missed.join(QStringLiteral("; "))));
}

void TestAllPages::fitsItsWindow_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<double>("textScale");
    const auto addRows = [](const char* words, const QSize& size, double textScale) {
        for (const PageEntry& page : pageRegistry()) {
            QTest::addRow("%s %s", page.id, words)
                << QString::fromLatin1(page.id) << size << textScale;
        }
    };
    // By size of text: a change of the font styles every widget there is.
    addRows("at 1440 x 900", {1440, 900}, 1.0);
    addRows("at 1024 x 700", {1024, 700}, 1.0);
    addRows("with text of 200 %", {1920, 1200}, 2.0);
}

void TestAllPages::fitsItsWindow()
{
    QFETCH(QString, id);
    QFETCH(QSize, size);
    QFETCH(double, textScale);
    setTextScale(textScale);
    m_window->resize(size);
    const ui::Page* page = show(id);
    QTest::qWait(50);                 // layouts that follow a change of the font
    QCOMPARE(m_window->size(), size); // nothing inside asks for a larger window
    const QStringList problems = clipped(*page);
    QVERIFY2(problems.isEmpty(), qPrintable(problems.join(QStringLiteral("; "))));
}

STUDIO_TEST_MAIN(TestAllPages)
#include "tst_all_pages.moc"
