// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/base/settings.h"
#include "tests/support/studio_test.h"
#include "ui/shell/sidebar.h"
#include "ui/shell/sidebar_button.h"
#include "ui/shell/sidebar_model.h"

#include <QListView>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace ui::shell;

namespace {

const std::vector<PageEntry>& threePages()
{
    static const std::vector<PageEntry> kPages = {
        {"home", "Home", "home", 0, nullptr},
        {"models", "Models", "model", 1, nullptr},
        {"runs", "Runs", "runs", 1, nullptr},
    };
    return kPages;
}

} // namespace

class TestSidebar : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void choosingAPageSaysIt();
    void showingAPageSaysNothing();
    void itCollapsesAndRemembers();
    void aNarrowWindowCollapsesIt();
    void collapsedNamesBecomeTooltips();
    void theDotIsSpoken();
    void shortcutsCountFromOneToZero();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<app::Settings> m_settings;
    std::unique_ptr<Sidebar> m_sidebar;
};

void TestSidebar::init()
{
    m_sidebar.reset();
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<app::Settings>(m_folder->filePath("settings.ini"));
    m_sidebar = std::make_unique<Sidebar>(threePages(), *m_settings);
    m_sidebar->setWindowWidth(1440);
    m_sidebar->resize(m_sidebar->width(), 900);
    m_sidebar->show();
}

void TestSidebar::choosingAPageSaysIt()
{
    QSignalSpy chosen(m_sidebar.get(), &Sidebar::pageChosen);
    auto* list = m_sidebar->findChild<QListView*>();
    QTest::mouseClick(list->viewport(),
                      Qt::LeftButton,
                      {},
                      list->visualRect(list->model()->index(1, 0)).center());
    QCOMPARE(chosen.takeFirst().at(0).toString(), QString("models"));
    QTest::keyClick(list, Qt::Key_Down);
    QCOMPARE(chosen.takeFirst().at(0).toString(), QString("runs"));
}

void TestSidebar::showingAPageSaysNothing()
{
    QSignalSpy chosen(m_sidebar.get(), &Sidebar::pageChosen);
    m_sidebar->setCurrent("runs");
    QCOMPARE(chosen.size(), 0);
    QCOMPARE(m_sidebar->findChild<QListView*>()->currentIndex().row(), 2);
}

void TestSidebar::itCollapsesAndRemembers()
{
    const int wide = m_sidebar->width();
    m_sidebar->toggleCollapsed();
    QVERIFY(m_sidebar->width() < wide / 2);
    Sidebar next(threePages(), *m_settings);
    next.setWindowWidth(1440);
    QVERIFY(next.isCollapsed());
    m_sidebar->toggleCollapsed();
    QCOMPARE(m_sidebar->width(), wide);
}

void TestSidebar::aNarrowWindowCollapsesIt()
{
    m_sidebar->setWindowWidth(1199);
    QVERIFY(m_sidebar->isCollapsed());
    m_sidebar->toggleCollapsed();
    QVERIFY(!m_sidebar->isCollapsed());
    m_sidebar->setWindowWidth(1440);
    m_sidebar->setWindowWidth(1024);
    QVERIFY(m_sidebar->isCollapsed());
    m_sidebar->setWindowWidth(1200);
    QVERIFY(!m_sidebar->isCollapsed());
    QVERIFY(!m_settings->get(app::kSidebarCollapsed));
}

void TestSidebar::collapsedNamesBecomeTooltips()
{
    const QAbstractItemModel* model = m_sidebar->findChild<QListView*>()->model();
    QVERIFY(model->index(1, 0).data(Qt::ToolTipRole).toString().isEmpty());
    m_sidebar->toggleCollapsed();
    QVERIFY(model->index(1, 0).data(Qt::ToolTipRole).toString().startsWith("Models"));
    for (const SidebarButton* button : m_sidebar->findChildren<SidebarButton*>()) {
        QVERIFY(!button->toolTip().isEmpty());
    }
}

void TestSidebar::theDotIsSpoken()
{
    const QAbstractItemModel* model = m_sidebar->findChild<QListView*>()->model();
    m_sidebar->setDot("runs", true);
    QVERIFY(model->index(2, 0).data(SidebarModel::DotRole).toBool());
    QVERIFY(model->index(2, 0).data(Qt::AccessibleTextRole).toString() != QString("Runs"));
    m_sidebar->setDot("runs", false);
    QCOMPARE(model->index(2, 0).data(Qt::AccessibleTextRole).toString(), QString("Runs"));
}

void TestSidebar::shortcutsCountFromOneToZero()
{
    QCOMPARE(pageShortcut(0), QString("Ctrl+1"));
    QCOMPARE(pageShortcut(8), QString("Ctrl+9"));
    QCOMPARE(pageShortcut(9), QString("Ctrl+0"));
    QCOMPARE(pageShortcut(10), QString());
}

STUDIO_TEST_MAIN(TestSidebar)
#include "tst_sidebar.moc"
