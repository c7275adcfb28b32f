// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/data/import_panel.h"

#include "tests/support/fake_engine/fake_mode.h"
#include "tests/support/studio_fixture.h"
#include "tests/support/studio_test.h"
#include "ui/pages/data/column_map.h"
#include "ui/pages/data/data_page.h"
#include "ui/pages/data/import_list_model.h"
#include "ui/widgets/item_roles.h"
#include "ui/widgets/loading_state.h"
#include "ui/widgets/progress_bar.h"
#include "ui/widgets/table_view.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QSignalSpy>
#include <QTest>

using namespace ui::pages::data;
using engine::contract::Value;
using test_support::StudioFixture;

class TestImportPanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void filesAreShownBeforeTheyAreAdded();
    void aChosenRoleIsAskedWithTheOthers();
    void withoutRolesTheFormatDecides();
    void aFileThatCannotBeReadStaysOut();
    void whatIsAgreedOnIsAddedToTheLibrary();
    void confidenceIsSaidInWords();
    void howFarAFileIsReadIsShown();
    void anEncodingCanBeChosen();
    void knownDataSetsAreOffered();
};

namespace {

QAbstractButton* button(QWidget& inside, const QString& text)
{
    for (auto* each : inside.findChildren<QAbstractButton*>()) {
        if (each->isVisible() && each->text().startsWith(text)) {
            return each;
        }
    }
    return nullptr;
}

} // namespace

void TestImportPanel::filesAreShownBeforeTheyAreAdded()
{
    StudioFixture fixture(test_support::fakeEngine());
    ImportPanel panel(fixture.studio->engine(), fixture.dialogs);
    panel.resize(1100, 700);
    panel.show();
    panel.start({"/data/one.jsonl", "/data/two.jsonl", "/data/one.jsonl"});
    QCOMPARE(panel.files().rowCount(), 2);
    QTRY_COMPARE(panel.files().addable(), 2);
    QTRY_VERIFY(button(panel, "Add")->isEnabled());
    const auto* rows = panel.findChild<ui::widgets::TableView*>();
    QCOMPARE(rows->model()->index(1, 1).data().toString(), QString("Why?"));
    QVERIFY(panel.files().index(0).data(ui::widgets::SecondTrailingRole).toString().contains("1"));
}

void TestImportPanel::aChosenRoleIsAskedWithTheOthers()
{
    ImportFile file{"/data/a.csv", {}};
    file.answer = Value::object({{"columns", Value::list(std::vector<std::string>{"q", "a", "x"})},
                                 {"roles", Value::object({{"q", "prompt"}, {"a", "completion"}})}});
    file.roles = file.withRole("x", "system");
    QVERIFY(file.roles == Value::object({{"q", "prompt"}, {"a", "completion"}, {"x", "system"}}));
    file.roles = file.withRole("q", "");
    QCOMPARE(file.roleOf("q"), std::string());
    QCOMPARE(file.roleOf("a"), std::string("completion"));
    QCOMPARE(toJson(file.question()["map"]), std::string(R"(["a=completion","x=system"])"));
}

void TestImportPanel::withoutRolesTheFormatDecides()
{
    ImportFile file{"/data/a.jsonl", {}};
    file.answer = Value::object({{"columns", Value::list(std::vector<std::string>{"messages"})}});
    ColumnMap map;
    map.setFile(file);
    auto* combo = map.findChild<QComboBox*>();
    QCOMPARE(combo->currentText(), QString("As detected"));
    file.roles = Value::object({{"messages", "text"}});
    map.setFile(file);
    QCOMPARE(combo->currentText(), QString("Text"));
    QCOMPARE(combo->itemText(0), QString("Not used"));
}

void TestImportPanel::aFileThatCannotBeReadStaysOut()
{
    const test_support::FakeMode mode("refusing");
    StudioFixture fixture(test_support::fakeEngine());
    ImportPanel panel(fixture.studio->engine(), fixture.dialogs);
    panel.show();
    panel.start({"/data/one.jsonl"});
    QTRY_VERIFY(panel.files().at(0).error.has_value());
    QVERIFY(!button(panel, "Add")->isEnabled());
    QSignalSpy cancelled(&panel, &ImportPanel::cancelled);
    button(panel, "Cancel")->click();
    QCOMPARE(cancelled.count(), 1);
    QVERIFY(panel.isEmpty());
}

void TestImportPanel::whatIsAgreedOnIsAddedToTheLibrary()
{
    StudioFixture fixture(test_support::fakeEngine());
    const auto page = ui::pages::data::makePage(*fixture.context);
    page->resize(1200, 700);
    page->show();
    page->open({"data", {}, {}, {{"import", QStringList{"/data/one.jsonl"}}}});
    auto* panel = page->findChild<ImportPanel*>();
    QVERIFY(panel->isVisible());
    QCOMPARE(page->title(), QString("Import data"));
    QTRY_VERIFY(button(*panel, "Add")->isEnabled());
    QVERIFY(fixture.studio->library().datasets().list().value().empty());
    button(*panel, "Add")->click();
    QTRY_COMPARE(fixture.studio->library().datasets().list().value().size(), std::size_t(1));
    QVERIFY(!panel->isVisible());
}

void TestImportPanel::confidenceIsSaidInWords()
{
    QCOMPARE(confidenceWord(Value(1.0)), QString("certain"));
    QCOMPARE(confidenceWord(Value(0.7)), QString("likely"));
    QCOMPARE(confidenceWord(Value(0.2)), QString("a guess"));
    QVERIFY(confidenceWord(Value()).isEmpty());
}

void TestImportPanel::howFarAFileIsReadIsShown()
{
    const test_support::FakeMode mode("reading");
    StudioFixture fixture(test_support::fakeEngine());
    ImportPanel panel(fixture.studio->engine(), fixture.dialogs);
    panel.resize(1100, 700);
    panel.show();
    panel.start({"/data/one.jsonl"});
    QTRY_COMPARE(panel.files().at(0).read, 50);
    QVERIFY(panel.files().index(0).data(ui::widgets::SecondLineRole).toString().contains("50"));
    auto* loading = panel.findChild<ui::widgets::LoadingState*>();
    QTRY_VERIFY(button(*loading, "Cancel"));
    QTRY_VERIFY(loading->findChild<ui::widgets::ProgressBar*>()->isVisible());
    button(*loading, "Cancel")->click();
    QCOMPARE(panel.files().at(0).error->code, std::string("stopped"));
    QVERIFY(!button(panel, "Add")->isEnabled());
    button(panel, "Try again")->click();
    QVERIFY(!panel.files().at(0).error);
    QTRY_COMPARE(panel.files().at(0).read, 50);
}

void TestImportPanel::anEncodingCanBeChosen()
{
    const ImportFile file{"/data/a.csv", {}, "cp949"};
    QCOMPARE(file.question()["encoding"].toString(), std::string("cp949"));
    const ImportFile detected{"/data/a.csv", {}};
    QVERIFY(!detected.question().contains("encoding"));
    StudioFixture fixture(test_support::fakeEngine());
    ImportPanel panel(fixture.studio->engine(), fixture.dialogs);
    panel.show();
    panel.start({"/data/one.jsonl"});
    QTRY_COMPARE(panel.files().addable(), 1);
    QComboBox* encodings = nullptr;
    for (auto* combo : panel.findChildren<QComboBox*>()) {
        encodings = combo->findData("cp949") >= 0 ? combo : encodings;
    }
    QVERIFY(encodings);
    QCOMPARE(encodings->currentText(), QString("As detected"));
    encodings->setCurrentIndex(encodings->findData("cp949"));
    Q_EMIT encodings->activated(encodings->currentIndex());
    QCOMPARE(panel.files().at(0).encoding, QString("cp949"));
}

void TestImportPanel::knownDataSetsAreOffered()
{
    StudioFixture fixture(test_support::fakeEngine());
    ImportPanel panel(fixture.studio->engine(), fixture.dialogs);
    panel.show();
    panel.start({"/data/one.jsonl"});
    QTRY_COMPARE(panel.files().addable(), 1);
    for (auto* combo : panel.findChildren<QComboBox*>()) {
        if (const int at = combo->findData("gsm8k"); at >= 0) {
            QCOMPARE(combo->itemText(at), QString("GSM8K"));
            QVERIFY(!combo->itemData(at, Qt::ToolTipRole).toString().isEmpty());
            return;
        }
    }
    QFAIL("no combo box offers it");
}

STUDIO_TEST_MAIN(TestImportPanel)
#include "tst_import_panel.moc"
