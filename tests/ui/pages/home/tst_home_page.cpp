// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/home/home_page.h"

#include "app/studio/studio.h"
#include "tests/support/fake_engine/fake_mode.h"
#include "tests/support/studio_fixture.h"
#include "tests/support/studio_test.h"
#include "ui/pages/home/attention_card.h"
#include "ui/pages/home/recent_runs_card.h"
#include "ui/pages/home/step_tile.h"
#include "ui/pages/home/try_card.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/table_view.h"

#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using test_support::fakeEngine;
using test_support::StudioFixture;
using ui::pages::home::AttentionCard;
using ui::pages::home::HomePage;
using ui::pages::home::RecentRunsCard;
using ui::pages::home::StepTile;
using ui::pages::home::TryCard;

class TestHomePage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qputenv("LORA_STUDIO_SAMPLES", LORA_SOURCE_DIR "/resources/samples"); }
    void sampleIsTrainedByOneClick();
    void disabledStartSaysWhy();
    void factsOfTheSampleComeFromTheEngine();
    void nothingToAttendToShowsNoCard();
    void missingBaseIsForgottenOnRequest();
    void manyMissingBasesAreShownAFewAtATime();
    void missingBaseIsLocatedWithTheEnginesConsent();
    void engineThatFailsIsShownWithItsCause();
    void runsAreListedAndLeadToTheirPage();
    void importHandsPathsToTheIntake();
    void narrowPageStacksItsCards();

private:
    static QPushButton* button(QWidget& parent, const QString& text)
    {
        for (QPushButton* candidate : parent.findChildren<QPushButton*>()) {
            if (candidate->text() == text && !candidate->isHidden()) {
                return candidate;
            }
        }
        return nullptr;
    }
    static QString barTexts(QWidget& parent)
    {
        QString texts;
        for (const auto* bar : parent.findChildren<ui::widgets::MessageBar*>()) {
            if (!bar->isHidden()) {
                texts += bar->text() + u'\n';
            }
        }
        return texts;
    }
    // A run folder that an engine left without an ending.
    static void leaveRun(StudioFixture& fixture, const QString& name)
    {
        const QString folder = fixture.paths.runs + u'/' + name;
        QDir().mkpath(folder);
        const QString journals = QStringLiteral(LORA_SOURCE_DIR "/tests/data/journals/");
        QFile::copy(journals + u"job.json"_s, folder + u"/job.json"_s);
        QFile journal(journals + u"finished.jsonl"_s);
        QFile out(folder + u"/events.jsonl"_s);
        QVERIFY(journal.open(QIODevice::ReadOnly));
        QVERIFY(out.open(QIODevice::WriteOnly));
        const QList<QByteArray> lines = journal.readAll().split('\n');
        out.write(lines.mid(0, lines.size() / 2).join('\n') + '\n');
    }
};

void TestHomePage::sampleIsTrainedByOneClick()
{
    StudioFixture fixture(fakeEngine());
    HomePage page(*fixture.context);
    page.show();
    auto* start = page.findChild<QPushButton*>(u"train_sample"_s);
    QVERIFY(start);
    QTRY_VERIFY(start->isEnabled());
    QTest::mouseClick(start, Qt::LeftButton);
    QTRY_VERIFY(!fixture.visited.isEmpty());
    QCOMPARE(fixture.visited.last().page, u"runs"_s);
    QVERIFY(fixture.visited.last().item.startsWith(fixture.paths.runs));
}

void TestHomePage::disabledStartSaysWhy()
{
    StudioFixture fixture(u"/no/such/engine"_s);
    HomePage page(*fixture.context);
    page.show();
    QTRY_COMPARE(fixture.studio->engine().state(), app::engine::EngineService::State::Failed);
    QVERIFY(!page.findChild<QPushButton*>(u"train_sample"_s)->isEnabled());
    bool isSaid = false;
    for (const QLabel* label : page.findChild<TryCard*>()->findChildren<QLabel*>()) {
        isSaid = isSaid || label->text().contains(u"engine"_s);
    }
    QVERIFY(isSaid);
}

void TestHomePage::factsOfTheSampleComeFromTheEngine()
{
    StudioFixture fixture(fakeEngine());
    HomePage page(*fixture.context);
    const QList<StepTile*> tiles = page.findChildren<StepTile*>();
    QCOMPARE(tiles.size(), 3);
    QTRY_VERIFY(tiles[0]->fact().contains(u"0.57 M"_s));
    QTRY_VERIFY(tiles[1]->fact().contains(u"conversations"_s));
}

void TestHomePage::nothingToAttendToShowsNoCard()
{
    StudioFixture fixture(fakeEngine());
    HomePage page(*fixture.context);
    page.show();
    QTRY_VERIFY(fixture.studio->engine().catalog());
    QVERIFY(page.findChild<AttentionCard*>()->isHidden());
}

void TestHomePage::missingBaseIsForgottenOnRequest()
{
    StudioFixture fixture(fakeEngine());
    HomePage page(*fixture.context);
    page.show();
    app::library::BaseModel base;
    base.name = u"wanderer <b>x</b>"_s;
    base.path = fixture.file(u"gone"_s);
    const auto row = fixture.studio->library().baseModels().save(base);
    QVERIFY(row);
    auto* card = page.findChild<AttentionCard*>();
    QTRY_VERIFY(!card->isHidden());
    QVERIFY(barTexts(*card).contains(base.name));
    QTest::mouseClick(button(*card, u"Forget it"_s), Qt::LeftButton);
    QTRY_VERIFY(card->isHidden());
    QVERIFY(fixture.studio->library().baseModels().find(row.value()).value().trashed.isValid());
}

void TestHomePage::manyMissingBasesAreShownAFewAtATime()
{
    StudioFixture fixture(fakeEngine());
    for (int at = 0; at < 20; ++at) {
        app::library::BaseModel base;
        base.name = u"wanderer-%1"_s.arg(at);
        base.path = fixture.file(base.name);
        QVERIFY(fixture.studio->library().baseModels().save(base));
    }
    HomePage page(*fixture.context);
    page.show();
    auto* card = page.findChild<AttentionCard*>();
    const auto bars = [card] {
        int count = 0;
        for (const auto* bar : card->findChildren<ui::widgets::MessageBar*>()) {
            count += bar->isHidden() ? 0 : 1;
        }
        return count;
    };
    QTRY_VERIFY(button(*card, u"Show 8 more of 12"_s));
    QCOMPARE(bars(), 8);
    QTest::mouseClick(button(*card, u"Show 8 more of 12"_s), Qt::LeftButton);
    QTRY_VERIFY(button(*card, u"Show 4 more of 4"_s));
    QCOMPARE(bars(), 16);
    QTest::mouseClick(button(*card, u"Show 4 more of 4"_s), Qt::LeftButton);
    QTRY_COMPARE(bars(), 20);
}

void TestHomePage::missingBaseIsLocatedWithTheEnginesConsent()
{
    StudioFixture fixture(fakeEngine());
    HomePage page(*fixture.context);
    page.show();
    app::library::BaseModel base;
    base.name = u"wanderer"_s;
    base.path = fixture.file(u"gone"_s);
    base.family = u"gpt2"_s; // the fake engine answers "llama"
    const auto row = fixture.studio->library().baseModels().save(base);
    auto* card = page.findChild<AttentionCard*>();
    QTRY_VERIFY(!card->isHidden());
    const QString here = fixture.file(u"here"_s);
    QDir().mkpath(here);
    QFile config(here + u"/config.json"_s);
    QVERIFY(config.open(QIODevice::WriteOnly));
    fixture.dialogs.paths = {here};
    QTest::mouseClick(button(*card, u"Locate…"_s), Qt::LeftButton);
    QTRY_VERIFY(barTexts(*card).contains(u"another model"_s));
    QCOMPARE(fixture.studio->library().baseModels().find(row.value()).value().path, base.path);

    base.row = row.value();
    base.family = u"llama"_s;
    QVERIFY(fixture.studio->library().baseModels().save(base));
    QTRY_VERIFY(button(*card, u"Locate…"_s));
    QTest::mouseClick(button(*card, u"Locate…"_s), Qt::LeftButton);
    QTRY_COMPARE(fixture.studio->library().baseModels().find(row.value()).value().path, here);
}

void TestHomePage::engineThatFailsIsShownWithItsCause()
{
    StudioFixture fixture(u"/no/such/engine"_s);
    HomePage page(*fixture.context);
    page.show();
    auto* card = page.findChild<AttentionCard*>();
    QTRY_VERIFY(!card->isHidden());
    QVERIFY(barTexts(*card).contains(u"The engine does not run"_s));
    QTest::mouseClick(button(*card, u"Make a support bundle"_s), Qt::LeftButton);
    QCOMPARE(fixture.visited.last(), (ui::Destination{u"settings"_s, u"support"_s}));
}

void TestHomePage::runsAreListedAndLeadToTheirPage()
{
    StudioFixture fixture(fakeEngine());
    HomePage page(*fixture.context);
    page.resize(1200, 800);
    page.show();
    auto* table = page.findChild<RecentRunsCard*>()->findChild<ui::widgets::TableView*>();
    QVERIFY(table->isHidden());
    leaveRun(fixture, u"2026-03-01_142208_first"_s);
    fixture.studio->runs().rescan();
    QTRY_COMPARE(table->model()->rowCount(), 1);
    QVERIFY(!table->isHidden());
    QTest::mouseClick(table->viewport(),
                      Qt::LeftButton,
                      {},
                      table->visualRect(table->model()->index(0, 0)).center());
    QVERIFY(!fixture.visited.isEmpty());
    QCOMPARE(fixture.visited.last().page, u"runs"_s);
    QCOMPARE(fixture.visited.last().item, fixture.studio->runs().runs().front().folder);
    // What was left without an ending is to be continued.
    auto* card = page.findChild<AttentionCard*>();
    QTRY_VERIFY(barTexts(*card).contains(u"was interrupted"_s));
}

void TestHomePage::importHandsPathsToTheIntake()
{
    StudioFixture fixture(fakeEngine());
    HomePage page(*fixture.context);
    const QList<QWidget*> top = page.topBarWidgets();
    auto* import = qobject_cast<QPushButton*>(top.first());
    QVERIFY(import && import->menu());
    fixture.dialogs.paths = {fixture.file(u"nothing.png"_s)};
    QSignalSpy failed(&fixture.studio->intake(), &app::intake::Intake::failed);
    for (QAction* action : import->menu()->actions()) {
        action->trigger();
    }
    QTRY_COMPARE(failed.size(), import->menu()->actions().size());
    qDeleteAll(top);
}

void TestHomePage::narrowPageStacksItsCards()
{
    StudioFixture fixture(fakeEngine());
    HomePage page(*fixture.context);
    page.resize(1200, 800);
    page.show();
    auto* card = page.findChild<TryCard*>();
    const int wide = card->width();
    page.resize(760, 800);
    QTRY_VERIFY(card->width() > 600);
    QVERIFY(wide < 1000);
}

STUDIO_TEST_MAIN(TestHomePage)

#include "tst_home_page.moc"
