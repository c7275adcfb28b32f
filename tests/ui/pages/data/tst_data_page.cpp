// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/data/data_page.h"

#include "tests/support/fake_engine/fake_mode.h"
#include "tests/support/studio_fixture.h"
#include "tests/support/studio_test.h"
#include "ui/pages/data/bad_row_editor.h"
#include "ui/pages/data/bad_row_model.h"
#include "ui/pages/data/bad_rows_tab.h"
#include "ui/pages/data/check_row.h"
#include "ui/pages/data/found_row_model.h"
#include "ui/pages/data/import_panel.h"
#include "ui/pages/data/lengths_tab.h"
#include "ui/pages/data/quality_tab.h"
#include "ui/pages/data/row_editor.h"
#include "ui/pages/data/row_edits.h"
#include "ui/pages/data/row_table_model.h"
#include "ui/pages/data/rows_tab.h"
#include "ui/pages/data/template_card.h"
#include "ui/pages/data/token_view.h"
#include "ui/plots/length_chart.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/item_roles.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/tab_bar.h"
#include "ui/widgets/tab_view.h"
#include "ui/widgets/table_view.h"

#include <QAbstractButton>
#include <QFile>
#include <QPlainTextEdit>
#include <QTest>

using namespace ui::pages::data;
using test_support::StudioFixture;
using ui::widgets::TableView;
using ui::widgets::TabView;

namespace {

void addData(StudioFixture& fixture, const QString& path)
{
    app::library::Dataset dataset;
    dataset.name = "small.jsonl";
    dataset.path = path;
    dataset.format = "messages";
    dataset.rows = 3;
    dataset.good = 2;
    dataset.dropped = 1;
    QVERIFY(fixture.studio->library().datasets().save(dataset).ok());
}

void addModel(StudioFixture& fixture)
{
    app::library::BaseModel model;
    model.name = "model";
    model.path = "/models/a";
    QVERIFY(fixture.studio->library().baseModels().save(model).ok());
}

// Of the page itself, not of the files being imported.
template <typename Widget>
Widget* inBody(const ui::Page& page)
{
    const auto* import = page.findChild<ImportPanel*>();
    for (Widget* each : page.findChildren<Widget*>()) {
        if (!import->isAncestorOf(each)) {
            return each;
        }
    }
    return nullptr;
}

std::unique_ptr<ui::Page> shownPage(StudioFixture& fixture, const QString& tab)
{
    auto page = ui::pages::data::makePage(*fixture.context);
    page->resize(1200, 700);
    page->show();
    page->open({"data", "/data/small.jsonl", tab});
    page->activateWindow();
    (void)QTest::qWaitForWindowActive(page.get());
    return page;
}

} // namespace

class TestDataPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void emptyPageSaysWhatBelongsHere();
    void rowsAreReadWhenSeenAndShownAsPlainText();
    void aFileThatARunBroughtIsLearnt();
    void droppedRowsAreListedWithReasons();
    void tokensNeedAModelAndSayColours();
    void arrowKeysWalkTheTokens();
    void refusalIsToldInWords();
    void aRowIsChangedAndTheChangeUndone();
    void deletedRowsCanBeBroughtBack();
    void searchShowsWhatWasFound();
    void lengthsSayWhatEachPolicyLoses();
    void aChosenLimitGoesAlongToTrain();
    void theTemplateIsChecked();
    void qualityLeadsToTheEdit();
    void badRowsAreSavedAsTheyStandInTheFile();
    void aBadRowIsMendedWhereItStands();
    void aBadRowIsLeftOutForGood();
};

void TestDataPage::emptyPageSaysWhatBelongsHere()
{
    StudioFixture fixture(test_support::fakeEngine());
    const auto page = ui::pages::data::makePage(*fixture.context);
    page->show();
    const auto* empty = page->findChild<ui::widgets::EmptyState*>();
    QVERIFY(empty != nullptr && empty->isVisible());
    QCOMPARE(page->fact(), QString());
}

void TestDataPage::rowsAreReadWhenSeenAndShownAsPlainText()
{
    StudioFixture fixture(test_support::fakeEngine());
    addData(fixture, "/data/small.jsonl");
    const auto page = ui::pages::data::makePage(*fixture.context);
    page->resize(1200, 700);
    page->show();
    const auto* table = page->findChild<RowsTab*>()->table();
    QTRY_COMPARE(table->model()->rowCount(), 2);
    QTRY_COMPARE(table->model()->index(0, 1).data().toString(), QString("Hello <img src=x>"));
    QCOMPARE(table->model()->index(1, 2).data().toString(), QString("Arr, why not, matey!"));
}

void TestDataPage::aFileThatARunBroughtIsLearnt()
{
    StudioFixture fixture(test_support::fakeEngine());
    app::library::DatasetRepository& datasets = fixture.studio->library().datasets();
    app::library::Dataset dataset;
    dataset.name = "small.jsonl";
    dataset.path = "/data/small.jsonl";
    QVERIFY(datasets.save(dataset).ok());
    const auto page = shownPage(fixture, {});
    QCOMPARE(page->fact(), QString());
    QTRY_VERIFY(!datasets.findByPath(dataset.path).value().format.isEmpty());
    QTRY_VERIFY(!page->fact().isEmpty());
    QCOMPARE(datasets.list().value().size(), std::size_t(1));
}

void TestDataPage::droppedRowsAreListedWithReasons()
{
    StudioFixture fixture(test_support::fakeEngine());
    addData(fixture, "/data/small.jsonl");
    const auto page = ui::pages::data::makePage(*fixture.context);
    page->show();
    page->open({"data", "/data/small.jsonl", "dropped"});
    const QAbstractItemModel* dropped = inBody<BadRowsTab>(*page)->table()->model();
    QTRY_COMPARE(dropped->rowCount(), 1);
    QCOMPARE(dropped->index(0, BadRowModel::Line).data().toString(), QString("2"));
    QCOMPARE(dropped->index(0, BadRowModel::State).data(ui::widgets::ChipRole).toString(),
             QString("no turns"));
    QVERIFY(!dropped->index(0, BadRowModel::Reason).data().toString().isEmpty());
    QCOMPARE(dropped->index(0, BadRowModel::Text).data().toString(), QString("{\"messages\": []}"));
}

void TestDataPage::tokensNeedAModelAndSayColours()
{
    StudioFixture fixture(test_support::fakeEngine());
    addData(fixture, "/data/small.jsonl");
    const auto page = ui::pages::data::makePage(*fixture.context);
    page->resize(1200, 700);
    page->show();
    page->open({"data", "/data/small.jsonl", "tokens"});
    auto* view = page->findChild<TokenView*>();
    auto* tabs = inBody<TabView>(*page);
    QTRY_VERIFY(tabs->isVisible());
    QVERIFY(!view->isVisible());
    addModel(fixture);
    QTRY_VERIFY(view->isVisible());
    QCOMPARE(view->samples().size(), std::size_t(1));
    QVERIFY(view->samples().front().trainedTokens() > 0);
    QVERIFY(view->samples().front().specialTokens() > 0);
}

void TestDataPage::arrowKeysWalkTheTokens()
{
    StudioFixture fixture(test_support::fakeEngine());
    addData(fixture, "/data/small.jsonl");
    addModel(fixture);
    const auto page = ui::pages::data::makePage(*fixture.context);
    page->resize(1200, 700);
    page->show();
    page->open({"data", "/data/small.jsonl", "tokens"});
    auto* view = page->findChild<TokenView*>();
    QTRY_VERIFY(view->isVisible());
    QTest::keyClick(view, Qt::Key_Right);
    QVERIFY(view->current().has_value());
    QTest::keyClick(view, Qt::Key_Right);
    QCOMPARE(view->current()->token, 1);
    QVERIFY(view->accessibleDescription().contains("id "));
    QTest::keyClick(view, Qt::Key_End);
    QCOMPARE(view->current()->token, int(view->samples().front().tokens.size()) - 1);
    QTest::keyClick(view, Qt::Key_Up);
    QVERIFY(view->current()->token < int(view->samples().front().tokens.size()) - 1);
}

void TestDataPage::refusalIsToldInWords()
{
    const test_support::FakeMode mode("refusing");
    StudioFixture fixture(test_support::fakeEngine());
    addData(fixture, "/data/gone.jsonl");
    const auto page = ui::pages::data::makePage(*fixture.context);
    page->show();
    const auto shown = [&page] {
        for (const auto* bar : page->findChildren<ui::widgets::MessageBar*>()) {
            if (bar->isVisible()) {
                return bar->text();
            }
        }
        return QString();
    };
    QTRY_VERIFY(shown().contains("there is nothing"));
}

void TestDataPage::aRowIsChangedAndTheChangeUndone()
{
    StudioFixture fixture(test_support::fakeEngine());
    addData(fixture, "/data/small.jsonl");
    const auto page = shownPage(fixture, "rows");
    auto* rows = page->findChild<RowsTab*>();
    QTRY_VERIFY(rows->rows().rowAt(0) != nullptr);
    rows->table()->setFocus();
    QTRY_VERIFY(rows->table()->hasFocus() && page->isActiveWindow());
    QTest::keyClick(rows->table(), Qt::Key_F2);
    auto* editor = page->findChild<RowEditor*>();
    QTRY_VERIFY(editor->isVisible());
    const QList<QPlainTextEdit*> fields = editor->findChildren<QPlainTextEdit*>();
    QCOMPARE(fields.size(), 2);
    QCOMPARE(fields[1]->toPlainText(), QString("Arr, hello, matey!"));
    fields[1]->setPlainText("Good day.");
    QTest::keyClick(fields[1], Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(!editor->isVisible());
    const QModelIndex answer = rows->rows().index(0, RowTableModel::Answer);
    QTRY_COMPARE(answer.data().toString(), QString("Good day."));
    const QString file = app::studio::editsFile(fixture.paths, "/data/small.jsonl");
    QTRY_VERIFY(QFile::exists(file));
    QTest::keyClick(rows->table(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(answer.data().toString(), QString("Arr, hello, matey!"));
    QTRY_VERIFY(!QFile::exists(file));
}

void TestDataPage::deletedRowsCanBeBroughtBack()
{
    StudioFixture fixture(test_support::fakeEngine());
    addData(fixture, "/data/small.jsonl");
    const auto page = shownPage(fixture, "rows");
    auto* rows = page->findChild<RowsTab*>();
    QTRY_VERIFY(rows->rows().rowAt(0) != nullptr);
    const QModelIndex change = rows->rows().index(0, RowTableModel::Change);
    rows->table()->setFocus();
    QTRY_VERIFY(rows->table()->hasFocus() && page->isActiveWindow());
    QTest::keyClick(rows->table(), Qt::Key_Delete);
    QCOMPARE(change.data(ui::widgets::ChipRole).toString(), QString("deleted"));
    QTest::keyClick(rows->table(), Qt::Key_Delete);
    QVERIFY(change.data(ui::widgets::ChipRole).isNull());
}

void TestDataPage::searchShowsWhatWasFound()
{
    StudioFixture fixture(test_support::fakeEngine());
    addData(fixture, "/data/small.jsonl");
    const auto page = shownPage(fixture, "rows");
    auto* rows = page->findChild<RowsTab*>();
    QTRY_COMPARE(rows->rows().rowCount(), 2);
    rows->table()->setFocus();
    QTRY_VERIFY(rows->table()->hasFocus() && page->isActiveWindow());
    QTest::keyClick(rows->table(), Qt::Key_F, Qt::ControlModifier);
    auto* field = rows->findChild<ui::widgets::SearchField*>();
    QTRY_VERIFY(field->hasFocus());
    QTest::keyClicks(field, "why");
    QTRY_COMPARE(rows->rows().rowCount(), 1);
    QTest::keyClick(field, Qt::Key_Escape);
    QTRY_COMPARE(rows->rows().rowCount(), 2);
}

void TestDataPage::lengthsSayWhatEachPolicyLoses()
{
    StudioFixture fixture(test_support::fakeEngine());
    addData(fixture, "/data/small.jsonl");
    addModel(fixture);
    const auto page = shownPage(fixture, "lengths");
    auto* lengths = page->findChild<LengthsTab*>();
    auto* policies = lengths->findChild<TableView*>();
    QTRY_VERIFY(policies->isVisible());
    const QAbstractItemModel* model = policies->model();
    QCOMPARE(model->rowCount(), 4);
    QCOMPARE(policies->currentIndex().row(), 0); // left, as jobs have it
    QCOMPARE(model->index(1, 2).data().toString(), QString("1"));
    QCOMPARE(model->index(2, 3).data().toString(), QString("1"));
    QCOMPARE(model->index(3, 1).data().toString(), QString("3"));
    QVERIFY(!lengths->findChild<ui::plots::LengthChart*>()->table().rows.empty());
}

void TestDataPage::aChosenLimitGoesAlongToTrain()
{
    StudioFixture fixture(test_support::fakeEngine());
    addData(fixture, "/data/small.jsonl");
    addModel(fixture);
    const auto page = shownPage(fixture, "lengths");
    auto* lengths = page->findChild<LengthsTab*>();
    QTRY_VERIFY(lengths->findChild<TableView*>()->isVisible());
    const QList<QWidget*> actions = page->topBarWidgets();
    auto* train = qobject_cast<QAbstractButton*>(actions.last());
    train->click();
    QVERIFY(!fixture.visited.last().options.contains("truncate"));
    QTest::keyClick(lengths->findChild<TableView*>(), Qt::Key_Down);
    auto* limit = lengths->findChild<ui::widgets::NumberField*>();
    limit->setFocus();
    limit->selectAll();
    QTest::keyClicks(limit, "24");
    train->click();
    QCOMPARE(fixture.visited.last().options.value("truncate").toString(), QString("right"));
    QCOMPARE(fixture.visited.last().options.value("max_length").toInt(), 24);
}

void TestDataPage::theTemplateIsChecked()
{
    StudioFixture fixture(test_support::fakeEngine());
    addData(fixture, "/data/small.jsonl");
    const auto page = shownPage(fixture, "tokens");
    const auto* card = page->findChild<TemplateCard*>();
    QVERIFY(card != nullptr && !card->isVisible()); // without a model
    addModel(fixture);
    const auto told = [card] {
        for (const auto* row : card->findChildren<CheckRow*>()) {
            if (row->accessibleName().startsWith(
                    "Training, playground and export write the same tokens")) {
                return row->isVisible();
            }
        }
        return false;
    };
    QTRY_VERIFY(told());
}

void TestDataPage::qualityLeadsToTheEdit()
{
    StudioFixture fixture(test_support::fakeEngine());
    addData(fixture, "/data/small.jsonl");
    const auto page = shownPage(fixture, "quality");
    auto* quality = page->findChild<QualityTab*>();
    QTRY_COMPARE(quality->found().rowCount(), 1);
    QCOMPARE(quality->shownCheck(), Check::Copies);
    QTRY_VERIFY(quality->found().index(0, 1).data().toString().contains("matey"));
    auto* editor = page->findChild<RowEditor*>();
    QTest::keyClick(quality->table(), Qt::Key_Return);
    QTRY_VERIFY(editor->isVisible());
    QCOMPARE(editor->row().index, 1);
}

void TestDataPage::badRowsAreSavedAsTheyStandInTheFile()
{
    StudioFixture fixture(test_support::fakeEngine());
    addData(fixture, "/data/small.jsonl");
    const auto page = shownPage(fixture, "dropped");
    auto* bad = inBody<BadRowsTab>(*page);
    QTRY_VERIFY(bad->isVisible());
    const QString target = fixture.file("bad.jsonl");
    fixture.dialogs.paths = {target};
    for (auto* button : bad->findChildren<QAbstractButton*>()) {
        if (button->text().contains("rows")) {
            button->click();
        }
    }
    QTRY_VERIFY(QFile::exists(target));
    QFile file(target);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("{\"messages\": []}\n"));
}

void TestDataPage::aBadRowIsMendedWhereItStands()
{
    StudioFixture fixture(test_support::fakeEngine());
    addData(fixture, "/data/small.jsonl");
    const auto page = shownPage(fixture, "dropped");
    auto* bad = inBody<BadRowsTab>(*page);
    QTRY_VERIFY(bad->isVisible());
    bad->table()->setFocus();
    QTRY_VERIFY(bad->table()->hasFocus() && page->isActiveWindow());
    QTest::keyClick(bad->table(), Qt::Key_F2);
    auto* editor = bad->editor();
    QTRY_VERIFY(editor->isVisible() && editor->edit()->hasFocus());
    QCOMPARE(editor->edit()->toPlainText(), QString("{\"messages\": []}"));
    // What is no JSON is refused at once and not kept.
    editor->edit()->setPlainText("{\"messages\": [}");
    QTest::keyClick(editor->edit(), Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(editor->isVisible());
    const QString mended = "{\"text\": \"all new\"}";
    editor->edit()->setPlainText(mended);
    QTest::keyClick(editor->edit(), Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(!editor->isVisible());
    const QString file = app::studio::editsFile(fixture.paths, "/data/small.jsonl");
    QTRY_VERIFY(QFile::exists(file));
    const auto edits = app::studio::loadEdits(file);
    QVERIFY(edits.ok());
    QCOMPARE(edits.value().rows.begin()->second.text.value_or(""), mended);
    // The fake engine still drops it.
    QTRY_COMPARE(bad->rows().fate(0), BadRowModel::Fate::StillBad);
    QTest::keyClick(bad->table(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(bad->rows().fate(0), BadRowModel::Fate::Bad);
    QTRY_VERIFY(!QFile::exists(file));
}

void TestDataPage::aBadRowIsLeftOutForGood()
{
    StudioFixture fixture(test_support::fakeEngine());
    addData(fixture, "/data/small.jsonl");
    const auto page = shownPage(fixture, "dropped");
    auto* bad = inBody<BadRowsTab>(*page);
    QTRY_VERIFY(bad->isVisible());
    bad->table()->setFocus();
    QTRY_VERIFY(bad->table()->hasFocus() && page->isActiveWindow());
    QTest::keyClick(bad->table(), Qt::Key_Delete);
    QCOMPARE(bad->rows().fate(0), BadRowModel::Fate::LeftOut);
    QTest::keyClick(bad->table(), Qt::Key_Delete);
    QCOMPARE(bad->rows().fate(0), BadRowModel::Fate::Bad);
}

STUDIO_TEST_MAIN(TestDataPage)
#include "tst_data_page.moc"
