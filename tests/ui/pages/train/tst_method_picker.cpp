// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/method_catalog.h"
#include "tests/support/studio_test.h"
#include "ui/page/method_kind.h"
#include "ui/pages/train/method_picker.h"
#include "ui/widgets/item_roles.h"

#include <QAbstractItemView>

using namespace ui::pages::train;
using engine::contract::Value;

class TestMethodPicker : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void methodsStandUnderWhatTheyDo();
    void headingsCannotBeChosen();
    void noNameIsCutInTheList();
    void sharesAndRefusalsFollowThePlan();
    void theChoiceStaysWhenTheCatalogueComesAgain();
    void everyKindHasItsWordsAndSign();

private:
    // The heading above a method.
    static QString headingOf(const MethodPicker& picker, const char* id)
    {
        for (int row = picker.findData(QString::fromLatin1(id)); row >= 0; --row) {
            if (picker.itemData(row, MethodPicker::IsHeadingRole).toBool()) {
                return picker.itemText(row);
            }
        }
        return {};
    }
};

void TestMethodPicker::methodsStandUnderWhatTheyDo()
{
    MethodPicker picker;
    picker.setMethods(test_support::methodCatalog().methods);
    QCOMPARE(headingOf(picker, "whole"), QStringLiteral("Train everything"));
    QCOMPARE(headingOf(picker, "crumbs"), QStringLiteral("Train a small part of the model"));
    QCOMPARE(headingOf(picker, "sketch"), QStringLiteral("Train small updates beside it"));
    QCOMPARE(headingOf(picker, "plugs"), QStringLiteral("Add small modules"));
    QCOMPARE(headingOf(picker, "spells"), QStringLiteral("Add virtual tokens"));
    QCOMPARE(headingOf(picker, "riddle"), QStringLiteral("Other methods"));
    const int row = picker.findData(QStringLiteral("plugs"));
    QCOMPARE(picker.itemText(row), QStringLiteral("The plugs"));
    QCOMPARE(picker.itemData(row, MethodPicker::PaperRole).toString(),
             QStringLiteral("Someone et al. 2030"));
    QVERIFY(picker.itemData(row, Qt::AccessibleTextRole)
                .toString()
                .contains(QStringLiteral("What plugs does")));
}

void TestMethodPicker::headingsCannotBeChosen()
{
    MethodPicker picker;
    picker.setMethods(test_support::methodCatalog().methods);
    int headings = 0;
    for (int row = 0; row < picker.count(); ++row) {
        const bool isHeading = picker.itemData(row, MethodPicker::IsHeadingRole).toBool();
        headings += isHeading ? 1 : 0;
        QCOMPARE(picker.model()->index(row, 0).flags().testFlag(Qt::ItemIsSelectable), !isHeading);
    }
    QCOMPARE(headings, 6);
    // The arrow keys step over them.
    picker.setCurrentData(QStringLiteral("whole"));
    picker.show();
    QTest::keyClick(&picker, Qt::Key_Down);
    QCOMPARE(picker.currentData().toString(), QStringLiteral("crumbs"));
}

void TestMethodPicker::noNameIsCutInTheList()
{
    MethodPicker picker;
    auto methods = test_support::methodCatalog().methods;
    methods.back().name = "A method whose name goes on and on like that of its authors";
    picker.setMethods(methods);
    picker.resize(240, 32);
    picker.show();
    picker.showPopup();
    const int row = picker.findData(QStringLiteral("riddle"));
    const QModelIndex index = picker.model()->index(row, 0);
    QVERIFY(picker.view()->width() >= picker.view()->sizeHintForIndex(index).width());
    picker.hidePopup();
}

void TestMethodPicker::sharesAndRefusalsFollowThePlan()
{
    MethodPicker picker;
    picker.setMethods(test_support::methodCatalog().methods);
    const Value outlooks = Value::list(
        std::vector<Value>{Value::object({{"id", "plugs"}, {"trainable", 25}}),
                           Value::object({{"id", "crumbs"}, {"refusal", "no crumbs"}})});
    picker.setOutlooks(outlooks, 1000);
    const auto role = [&picker](const char* id, int which) {
        return picker.itemData(picker.findData(QString::fromLatin1(id)), which).toString();
    };
    QVERIFY(role("plugs", MethodPicker::ShareRole).startsWith(QStringLiteral("2.5")));
    QCOMPARE(role("crumbs", MethodPicker::RefusalRole), QStringLiteral("No crumbs."));
    QVERIFY(role("whole", MethodPicker::ShareRole).isEmpty());
    picker.setOutlooks({}, 0);
    QVERIFY(role("plugs", MethodPicker::ShareRole).isEmpty());
    QVERIFY(role("crumbs", MethodPicker::RefusalRole).isEmpty());
}

void TestMethodPicker::theChoiceStaysWhenTheCatalogueComesAgain()
{
    MethodPicker picker;
    const auto methods = test_support::methodCatalog().methods;
    picker.setMethods(methods);
    picker.setCurrentData(QStringLiteral("spells"));
    picker.setMethods(methods);
    QCOMPARE(picker.currentData().toString(), QStringLiteral("spells"));
}

void TestMethodPicker::everyKindHasItsWordsAndSign()
{
    for (const ui::MethodKind& kind : ui::methodKinds()) {
        QVERIFY(!kind.title.isEmpty() && !kind.label.isEmpty() && !kind.consequence.isEmpty());
        QVERIFY2(QFile::exists(QStringLiteral(":/icons/%1.svg").arg(kind.icon)),
                 qPrintable(kind.icon));
    }
    const auto methods = test_support::methodCatalog().methods;
    for (const auto& method : methods) {
        QCOMPARE(ui::noRankReason(method).isEmpty(), method.effect == "low_rank");
    }
}

STUDIO_TEST_MAIN(TestMethodPicker)
#include "tst_method_picker.moc"
