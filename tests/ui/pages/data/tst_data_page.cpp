// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/data/data_page.h"

#include "tests/support/fake_engine/fake_mode.h"
#include "tests/support/studio_fixture.h"
#include "tests/support/studio_test.h"
#include "ui/pages/data/token_view.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/tab_bar.h"
#include "ui/widgets/tab_view.h"
#include "ui/widgets/table_view.h"

#include <QTest>

using test_support::StudioFixture;
using ui::pages::data::TokenView;
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

} // namespace

class TestDataPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void emptyPageSaysWhatBelongsHere();
    void rowsAreReadWhenSeenAndShownAsPlainText();
    void droppedRowsAreListedWithReasons();
    void tokensNeedAModelAndSayColours();
    void arrowKeysWalkTheTokens();
    void refusalIsToldInWords();
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
    const auto* table = page->findChild<TableView*>();
    QTRY_COMPARE(table->model()->rowCount(), 2);
    QTRY_COMPARE(table->model()->index(0, 1).data().toString(), QString("Hello <img src=x>"));
    QCOMPARE(table->model()->index(1, 2).data().toString(), QString("Arr, why not, matey!"));
}

void TestDataPage::droppedRowsAreListedWithReasons()
{
    StudioFixture fixture(test_support::fakeEngine());
    addData(fixture, "/data/small.jsonl");
    const auto page = ui::pages::data::makePage(*fixture.context);
    page->show();
    page->open({"data", "/data/small.jsonl", "dropped"});
    const QList<TableView*> tables = page->findChildren<TableView*>();
    const QAbstractItemModel* dropped = tables.last()->model();
    QTRY_COMPARE(dropped->rowCount(), 1);
    QCOMPARE(dropped->index(0, 0).data().toString(), QString("2"));
    QVERIFY(!dropped->index(0, 1).data().toString().isEmpty());
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
    auto* tabs = page->findChild<TabView*>();
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

STUDIO_TEST_MAIN(TestDataPage)
#include "tst_data_page.moc"
