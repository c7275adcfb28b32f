// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/models/models_page.h"

#include "tests/support/fake_engine/fake_mode.h"
#include "tests/support/studio_fixture.h"
#include "tests/support/studio_test.h"
#include "ui/widgets/button.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/list_view.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/tree_view.h"

#include <QTest>

using test_support::StudioFixture;

namespace {

app::library::BaseModel modelAt(const QString& path)
{
    app::library::BaseModel model;
    model.name = "hostile <b>name</b>";
    model.path = path;
    model.family = "llama";
    model.parameters = 574336;
    model.context = 512;
    return model;
}

} // namespace

class TestModelsPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void emptyPageOffersTheOneAction();
    void pickedFolderIsAdded();
    void modelIsShownAsTheEngineReadsIt();
    void refusalIsToldInWordsWithARetry();
    void openingByPathSelectsIt();
    void trainLeadsToTheTrainPage();
    void removedModelLeavesTheList();
};

void TestModelsPage::emptyPageOffersTheOneAction()
{
    StudioFixture fixture(test_support::fakeEngine());
    const auto page = ui::pages::models::makePage(*fixture.context);
    page->show();
    const auto* empty = page->findChild<ui::widgets::EmptyState*>();
    QVERIFY(empty != nullptr && empty->isVisible());
    for (QWidget* action : page->topBarWidgets()) {
        QCOMPARE(action->isVisibleTo(page.get()),
                 qobject_cast<ui::widgets::Button*>(action)->kind()
                     == ui::widgets::Button::Kind::Ghost);
    }
}

void TestModelsPage::pickedFolderIsAdded()
{
    StudioFixture fixture(test_support::fakeEngine());
    const QString folder = QStringLiteral(LORA_SOURCE_DIR "/resources/samples/model");
    fixture.dialogs.paths = {folder};
    const auto page = ui::pages::models::makePage(*fixture.context);
    page->show();
    QTest::mouseClick(page->topBarWidgets().first(), Qt::LeftButton);
    QTRY_VERIFY(fixture.studio->library().baseModels().findByPath(folder).ok());
    QTRY_COMPARE(page->fact(), folder);
    QTRY_VERIFY(page->findChild<ui::widgets::TreeView*>()->isVisible());
}

void TestModelsPage::modelIsShownAsTheEngineReadsIt()
{
    StudioFixture fixture(test_support::fakeEngine());
    QVERIFY(fixture.studio->library().baseModels().save(modelAt("/models/a")).ok());
    const auto page = ui::pages::models::makePage(*fixture.context);
    page->show();
    const auto* tree = page->findChild<ui::widgets::TreeView*>();
    QTRY_VERIFY(tree->isVisible());
    QCOMPARE(tree->model()->index(0, 0).data().toString(), QString("model"));
    QCOMPARE(page->title(), QString("hostile <b>name</b>"));
}

void TestModelsPage::refusalIsToldInWordsWithARetry()
{
    const test_support::FakeMode mode("refusing");
    StudioFixture fixture(test_support::fakeEngine());
    QVERIFY(fixture.studio->library().baseModels().save(modelAt("/models/gone")).ok());
    const auto page = ui::pages::models::makePage(*fixture.context);
    page->show();
    const auto shownBar = [&page]() -> ui::widgets::MessageBar* {
        for (auto* bar : page->findChildren<ui::widgets::MessageBar*>()) {
            if (bar->isVisible()) {
                return bar;
            }
        }
        return nullptr;
    };
    QTRY_VERIFY(shownBar() != nullptr);
    QVERIFY(shownBar()->text().contains("/models/gone"));
    QCOMPARE(shownBar()->findChildren<ui::widgets::Button*>().size(), 2);
}

void TestModelsPage::openingByPathSelectsIt()
{
    StudioFixture fixture(test_support::fakeEngine());
    QVERIFY(fixture.studio->library().baseModels().save(modelAt("/models/a")).ok());
    QVERIFY(fixture.studio->library().baseModels().save(modelAt("/models/b")).ok());
    const auto page = ui::pages::models::makePage(*fixture.context);
    page->open({"models", "/models/b"});
    QCOMPARE(page->fact(), QString("/models/b"));
}

void TestModelsPage::trainLeadsToTheTrainPage()
{
    StudioFixture fixture(test_support::fakeEngine());
    QVERIFY(fixture.studio->library().baseModels().save(modelAt("/models/a")).ok());
    const auto page = ui::pages::models::makePage(*fixture.context);
    QTest::mouseClick(page->topBarWidgets().last(), Qt::LeftButton);
    QCOMPARE(fixture.visited.size(), 1);
    QCOMPARE(fixture.visited.first().page, QString("train"));
    QCOMPARE(fixture.visited.first().options.value("model").toString(), QString("/models/a"));
}

void TestModelsPage::removedModelLeavesTheList()
{
    StudioFixture fixture(test_support::fakeEngine());
    QVERIFY(fixture.studio->library().baseModels().save(modelAt("/models/a")).ok());
    fixture.dialogs.answer = "remove";
    const auto page = ui::pages::models::makePage(*fixture.context);
    page->show();
    auto* list = page->findChild<ui::widgets::ListView*>();
    QCOMPARE(list->model()->rowCount(), 1);
    list->actions().first()->trigger();
    QCOMPARE(list->model()->rowCount(), 0);
    QVERIFY(page->findChild<ui::widgets::EmptyState*>()->isVisible());
}

STUDIO_TEST_MAIN(TestModelsPage)
#include "tst_models_page.moc"
