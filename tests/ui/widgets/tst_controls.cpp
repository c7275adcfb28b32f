// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Keys and accessibility of the controls that are not plain Qt.
#include "tests/support/studio_test.h"

#include "ui/widgets/button.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/command_box.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/fact_list.h"
#include "ui/widgets/loading_state.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/skeleton.h"
#include "ui/widgets/slider.h"
#include "ui/widgets/switch.h"
#include "ui/widgets/tab_bar.h"
#include "ui/widgets/tab_view.h"

#include <QAccessible>
#include <QClipboard>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QToolButton>
#include <QVBoxLayout>

using namespace ui::widgets;
using namespace Qt::StringLiterals;

class TestControls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void spaceTurnsASwitch();
    void switchIsACheckBoxToScreenReaders();
    void arrowsMoveASegmentAndTabPasses();
    void arrowsSkipADisabledSegment();
    void tabsAreReachedByKeyAndById();
    void tabCountStandsBesideTheWord();
    void escapeClearsASearch();
    void messageBarSaysAllAndGrowsWhenNarrow();
    void loadingShowsNothingAtOnce();
    void sliderTakesTheValueUnderThePointer();
    void comboKeepsItsWidthWithLongNames();
    void copyButtonCopies();
    void theBarOfALongCommandHidesNoLine();
    void linkFactTellsItsRow();
};

void TestControls::spaceTurnsASwitch()
{
    Switch control(u"Work offline"_s);
    QSignalSpy toggled(&control, &QCheckBox::toggled);
    QTest::keyClick(&control, Qt::Key_Space);
    QVERIFY(control.isChecked());
    QTest::mouseClick(&control, Qt::LeftButton, {}, control.rect().center());
    QVERIFY(!control.isChecked());
    QCOMPARE(toggled.size(), 2);
    QVERIFY(control.sizeHint().height() >= 24);
}

void TestControls::switchIsACheckBoxToScreenReaders()
{
    Switch control(u"Work offline"_s);
    QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(&control);
    QVERIFY(accessible);
    QCOMPARE(accessible->role(), QAccessible::CheckBox);
    QCOMPARE(accessible->text(QAccessible::Name), u"Work offline"_s);
    control.setChecked(true);
    QVERIFY(accessible->state().checked);
}

void TestControls::arrowsMoveASegmentAndTabPasses()
{
    QWidget window;
    auto* layout = new QVBoxLayout(&window);
    auto* control = new SegmentedControl({u"Linear"_s, u"Log"_s, u"Auto"_s});
    auto* after = new QLineEdit;
    layout->addWidget(control);
    layout->addWidget(after);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QSignalSpy changed(control, &SegmentedControl::currentChanged);
    control->setFocus();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Right);
    QCOMPARE(control->currentIndex(), 1);
    QVERIFY(control->segment(1)->hasFocus());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Left);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Left);
    QCOMPARE(control->currentIndex(), 0);
    QCOMPARE(changed.size(), 2);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    QVERIFY(after->hasFocus());
    QCOMPARE(control->segment(2)->accessibleName(), u"Auto"_s);
}

void TestControls::arrowsSkipADisabledSegment()
{
    SegmentedControl control({u"1"_s, u"2"_s, u"3"_s});
    control.segment(1)->setEnabled(false);
    QTest::keyClick(control.segment(0), Qt::Key_Right);
    QCOMPARE(control.currentIndex(), 2);
}

void TestControls::tabsAreReachedByKeyAndById()
{
    TabView view;
    view.addTab(new QWidget, u"Charts"_s, u"charts"_s);
    view.addTab(new QWidget, u"Log"_s, u"log"_s);
    QSignalSpy changed(&view, &TabView::currentChanged);
    view.show();
    QTest::keyClick(view.bar(), Qt::Key_Right);
    QCOMPARE(view.currentId(), u"log"_s);
    QVERIFY(view.page(1)->isVisible());
    view.setCurrentId(u"charts"_s);
    view.setCurrentId(u"no such tab"_s);
    QCOMPARE(view.currentIndex(), 0);
    QCOMPARE(changed.size(), 2);
    QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(view.bar());
    QVERIFY(accessible);
    QCOMPARE(accessible->role(), QAccessible::PageTabList);
}

void TestControls::tabCountStandsBesideTheWord()
{
    TabView view;
    const int tab = view.addTab(new QWidget, u"Samples"_s);
    view.show();
    const int alone = view.bar()->tabRect(tab).width();
    view.setCount(tab, 1234);
    QVERIFY(view.bar()->tabRect(tab).width() > alone);
    QCOMPARE(view.bar()->tabText(tab), u"Samples"_s);
    view.setCount(tab, -1);
    QCOMPARE(view.bar()->tabRect(tab).width(), alone);
}

void TestControls::escapeClearsASearch()
{
    SearchField field(u"Filter runs"_s);
    QSignalSpy searched(&field, &SearchField::searchChanged);
    QTest::keyClicks(&field, u"r16"_s);
    QTRY_COMPARE(searched.size(), 1);
    QCOMPARE(searched.first().first().toString(), u"r16"_s);
    QTest::keyClick(&field, Qt::Key_Escape);
    QVERIFY(field.text().isEmpty());
    QCOMPARE(field.accessibleName(), u"Filter runs"_s);
}

void TestControls::messageBarSaysAllAndGrowsWhenNarrow()
{
    MessageBar bar(MessageBar::Severity::Error,
                   u"Not enough memory: 9.1 of 8.0 GiB."_s,
                   u"Batch 4 × 4 fits and trains the same."_s);
    int clicks = 0;
    QTest::mouseClick(bar.addAction(u"Use 4 × 4"_s, &bar, [&clicks] { ++clicks; }), Qt::LeftButton);
    QCOMPARE(clicks, 1);
    QCOMPARE(bar.accessibleName(),
             u"Not enough memory: 9.1 of 8.0 GiB. Batch 4 × 4 fits and trains the same."_s);
    QVERIFY(bar.heightForWidth(260) > bar.heightForWidth(1200));
    bar.clearActions();
    QVERIFY(bar.addAction(u"Details"_s, &bar, [] {}));
}

void TestControls::loadingShowsNothingAtOnce()
{
    LoadingState state;
    state.resize(400, 200);
    state.show();
    state.setCancellable(true);
    state.start();
    auto* skeleton = state.findChild<Skeleton*>();
    QVERIFY(!skeleton->isVisible());
    QTRY_VERIFY(skeleton->isVisible());
    QSignalSpy cancelled(&state, &LoadingState::cancelled);
    QTest::mouseClick(state.findChild<Button*>(), Qt::LeftButton);
    QCOMPARE(cancelled.size(), 1);
    state.stop();
    QVERIFY(!skeleton->isVisible());
}

void TestControls::sliderTakesTheValueUnderThePointer()
{
    Slider slider(0, 100, 0);
    slider.resize(216, 24);
    QTest::mouseClick(&slider, Qt::LeftButton, {}, QPoint(108, 12));
    QCOMPARE(slider.value(), 50);
    QTest::keyClick(&slider, Qt::Key_Right);
    QCOMPARE(slider.value(), 51);
}

void TestControls::comboKeepsItsWidthWithLongNames()
{
    ComboBox combo;
    combo.addItem(u"short"_s, 1);
    const int width = combo.sizeHint().width();
    combo.addItem(QString(500, u'w'), 2);
    QCOMPARE(combo.sizeHint().width(), width);
    QVERIFY(combo.setCurrentData(2));
    QVERIFY(!combo.setCurrentData(3));
    QCOMPARE(combo.currentIndex(), 1);
}

void TestControls::copyButtonCopies()
{
    CopyButton button([] { return u"9f3c41d7"_s; });
    QTest::mouseClick(&button, Qt::LeftButton);
    QCOMPARE(QApplication::clipboard()->text(), u"9f3c41d7"_s);
    QVERIFY(!button.accessibleName().isEmpty());
}

void TestControls::theBarOfALongCommandHidesNoLine()
{
    CommandBox box(u"short"_s);
    box.resize(300, 100);
    box.show();
    const auto* edit = box.findChild<QPlainTextEdit*>();
    const int height = edit->height();
    box.setText(QString(200, u'w'));
    QVERIFY(edit->height() > height);
}

void TestControls::linkFactTellsItsRow()
{
    FactList facts;
    facts.setFacts(
        {{u"Base"_s, u"Qwen2.5-0.5B"_s}, {u"Run"_s, u"kestrel"_s, FactList::Style::Link}});
    QSignalSpy activated(&facts, &FactList::activated);
    QTest::mouseClick(facts.findChild<Button*>(), Qt::LeftButton);
    QCOMPARE(activated.size(), 1);
    QCOMPARE(activated.first().first().toInt(), 1);
    QCOMPARE(facts.text(), u"Base\tQwen2.5-0.5B\nRun\tkestrel"_s);
}

STUDIO_TEST_MAIN(TestControls)
#include "tst_controls.moc"
