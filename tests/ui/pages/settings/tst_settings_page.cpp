// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/settings/settings_page.h"

#include "app/studio/studio.h"
#include "tests/support/fake_engine/fake_mode.h"
#include "tests/support/studio_fixture.h"
#include "tests/support/studio_test.h"
#include "ui/pages/settings/keyboard_list.h"
#include "ui/pages/settings/setting_row.h"
#include "ui/pages/settings/settings_history.h"
#include "ui/pages/settings/settings_section.h"
#include "ui/pages/settings/support_section.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/segmented_control.h"

#include <QAction>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace ui::pages::settings;
using test_support::fakeEngine;
using test_support::StudioFixture;

class TestSettingsPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyShownSettingOfTheTableHasARow();
    void themeChangesAtOnceAndIsUndone();
    void changeFromElsewhereIsShown();
    void numberOutOfRangeIsPutBack();
    void searchLeavesWhatMatches();
    void destinationScrollsToItsSection();
    void resetAllAsksFirstAndIsOneStep();
    void foldersAreAddedAndRemoved();
    void deviceThatIsGoneStaysChosen();
    void bundleIsWrittenWhereTheUserSays();
    void keysAreThoseOfTheWindow();

private:
    static SettingRow* row(QWidget& page, const QString& text)
    {
        for (SettingRow* candidate : page.findChildren<SettingRow*>()) {
            if (candidate->matches(text)) {
                return candidate;
            }
        }
        return nullptr;
    }
    static QPushButton* button(QWidget& parent, const QString& text)
    {
        for (QPushButton* candidate : parent.findChildren<QPushButton*>()) {
            if (candidate->text() == text) {
                return candidate;
            }
        }
        return nullptr;
    }
};

void TestSettingsPage::everyShownSettingOfTheTableHasARow()
{
    StudioFixture fixture(fakeEngine());
    SettingsPage page(*fixture.context);
    for (const app::SettingInfo& info : app::settingsTable()) {
        if (info.kind != app::SettingKind::Hidden) {
            QVERIFY2(row(page, app::settingLabel(info)), info.key);
        }
    }
}

void TestSettingsPage::themeChangesAtOnceAndIsUndone()
{
    StudioFixture fixture(fakeEngine());
    SettingsPage page(*fixture.context);
    const QList<QWidget*> top = page.topBarWidgets();
    auto* undo = qobject_cast<QToolButton*>(top.first());
    QVERIFY(undo && !undo->isEnabled());
    page.show();
    auto* theme = row(page, u"Theme"_s)->findChild<ui::widgets::SegmentedControl*>();
    QTest::mouseClick(theme->segment(2), Qt::LeftButton);
    QCOMPARE(fixture.studio->settings().get(app::kTheme), u"dark"_s);
    QVERIFY(undo->isEnabled());
    QVERIFY(undo->toolTip().contains(u"Theme"_s));
    undo->click();
    QCOMPARE(fixture.studio->settings().get(app::kTheme), u"system"_s);
    QCOMPARE(theme->currentIndex(), 0);
    QVERIFY(!undo->isEnabled());
    qDeleteAll(top);
}

void TestSettingsPage::changeFromElsewhereIsShown()
{
    StudioFixture fixture(fakeEngine());
    SettingsPage page(*fixture.context);
    page.show();
    SettingRow* language = row(page, u"Language"_s);
    auto* combo = language->findChild<ui::widgets::ComboBox*>();
    auto* reset = language->findChild<ui::widgets::IconButton*>();
    QVERIFY(reset->isHidden());
    fixture.studio->settings().set(app::kLanguage, u"ko"_s);
    QCOMPARE(combo->currentData().toString(), u"ko"_s);
    QVERIFY(!reset->isHidden());
    QTest::mouseClick(reset, Qt::LeftButton);
    QCOMPARE(fixture.studio->settings().get(app::kLanguage), u"system"_s);
}

void TestSettingsPage::numberOutOfRangeIsPutBack()
{
    StudioFixture fixture(fakeEngine());
    SettingsPage page(*fixture.context);
    page.show();
    auto* field = row(page, u"Disk space"_s)->findChild<ui::widgets::NumberField*>();
    field->setFocus();
    field->selectAll();
    QTest::keyClicks(field, u"99999999"_s);
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(fixture.studio->settings().get(app::kMinimumFreeDisk), 512);
    QCOMPARE(field->value().value_or(0), 512.0);
    field->selectAll();
    QTest::keyClicks(field, u"1024"_s);
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(fixture.studio->settings().get(app::kMinimumFreeDisk), 1024);
}

void TestSettingsPage::searchLeavesWhatMatches()
{
    StudioFixture fixture(fakeEngine());
    SettingsPage page(*fixture.context);
    page.show();
    auto* search = page.findChild<ui::widgets::SearchField*>();
    search->setText(u"threads"_s);
    QTRY_VERIFY(row(page, u"Theme"_s)->isHidden());
    QVERIFY(!row(page, u"CPU threads"_s)->isHidden());
    QVERIFY(page.findChild<SettingsSection*>(u"appearance"_s)->isHidden());
    search->setText(u"no such words"_s);
    QTRY_VERIFY(page.findChild<SettingsSection*>(u"device"_s)->isHidden());
    search->setText(QString());
    QTRY_VERIFY(!row(page, u"Theme"_s)->isHidden());
}

void TestSettingsPage::destinationScrollsToItsSection()
{
    StudioFixture fixture(fakeEngine());
    SettingsPage page(*fixture.context);
    page.resize(1000, 500);
    page.show();
    page.open({u"settings"_s, u"support"_s});
    QVERIFY(page.findChild<QScrollArea*>()->verticalScrollBar()->value() > 0);
    page.open({u"settings"_s, u"appearance"_s});
    QCOMPARE(page.findChild<QScrollArea*>()->verticalScrollBar()->value(), 0);
    page.open({u"settings"_s, u"no such"_s});
}

void TestSettingsPage::resetAllAsksFirstAndIsOneStep()
{
    StudioFixture fixture(fakeEngine());
    app::Settings& settings = fixture.studio->settings();
    settings.set(app::kTheme, u"dark"_s);
    settings.set(app::kThreads, 1);
    SettingsPage page(*fixture.context);
    const QList<QWidget*> top = page.topBarWidgets();
    auto* undo = qobject_cast<QToolButton*>(top.first());
    auto* reset = qobject_cast<QPushButton*>(top.last());
    reset->click();
    QCOMPARE(fixture.dialogs.questions.size(), 1);
    QCOMPARE(settings.get(app::kTheme), u"dark"_s);
    fixture.dialogs.answer = u"reset"_s;
    reset->click();
    QCOMPARE(settings.get(app::kTheme), u"system"_s);
    QCOMPARE(settings.get(app::kThreads), 0);
    undo->click();
    QCOMPARE(settings.get(app::kTheme), u"dark"_s);
    QCOMPARE(settings.get(app::kThreads), 1);
    qDeleteAll(top);
}

void TestSettingsPage::foldersAreAddedAndRemoved()
{
    StudioFixture fixture(fakeEngine());
    SettingsPage page(*fixture.context);
    page.show();
    fixture.dialogs.paths = {fixture.file(u"models"_s)};
    button(page, u"Add a folder…"_s)->click();
    QCOMPARE(fixture.studio->settings().get(app::kModelFolders), fixture.dialogs.paths);
    button(page, u"Add a folder…"_s)->click();
    QCOMPARE(fixture.studio->settings().get(app::kModelFolders).size(), 1);
    for (auto* icon : page.findChildren<ui::widgets::IconButton*>()) {
        if (icon->accessibleName().startsWith(u"No longer search"_s)) {
            icon->click();
            break;
        }
    }
    QVERIFY(fixture.studio->settings().get(app::kModelFolders).isEmpty());
}

void TestSettingsPage::deviceThatIsGoneStaysChosen()
{
    StudioFixture fixture(fakeEngine());
    fixture.studio->settings().set(app::kDevice, u"cuda:7"_s);
    SettingsPage page(*fixture.context);
    auto* combo = row(page, u"Train on"_s)->findChild<ui::widgets::ComboBox*>();
    QTRY_VERIFY(fixture.studio->engine().catalog());
    QCOMPARE(combo->currentData().toString(), u"cuda:7"_s);
    QVERIFY(combo->currentText().contains(u"not found"_s));
    QVERIFY(combo->findData(u"cpu"_s) >= 0);
}

void TestSettingsPage::bundleIsWrittenWhereTheUserSays()
{
    StudioFixture fixture(fakeEngine());
    SettingsPage page(*fixture.context);
    page.show();
    const QString file = fixture.file(u"bundle.tar"_s);
    fixture.dialogs.paths = {file};
    auto* make = button(page, u"Make a bundle…"_s);
    make->click();
    QTRY_VERIFY(make->isEnabled());
    QVERIFY(QFile::exists(file));
}

void TestSettingsPage::keysAreThoseOfTheWindow()
{
    StudioFixture fixture(fakeEngine());
    QWidget window;
    QAction action(u"&New run"_s);
    action.setShortcut(QKeySequence(u"Ctrl+N"_s));
    window.addAction(&action);
    SettingsPage page(*fixture.context);
    page.setParent(&window);
    window.show();
    page.show();
    QCOMPARE(page.findChild<KeyboardList*>()->count(), 1);
    page.setParent(nullptr);
}

STUDIO_TEST_MAIN(TestSettingsPage)

#include "tst_settings_page.moc"
