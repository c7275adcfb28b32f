// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/data/import_outcome.h"

#include "tests/support/fake_engine/fake_mode.h"
#include "tests/support/studio_fixture.h"
#include "tests/support/studio_test.h"
#include "ui/pages/data/data_page.h"
#include "ui/pages/data/import_list_model.h"
#include "ui/pages/data/import_panel.h"
#include "ui/widgets/button.h"
#include "ui/widgets/message_bar.h"

#include <QSignalSpy>
#include <QTest>

using namespace ui::pages::data;
using app::intake::Intake;
using app::intake::Kind;
using test_support::StudioFixture;
using ui::widgets::MessageBar;

namespace {

const QString kTrain = QStringLiteral("Train on these together");

QAbstractButton* button(QWidget& inside, const QString& text)
{
    for (auto* each : inside.findChildren<QAbstractButton*>()) {
        if (each->isVisible() && each->text().startsWith(text)) {
            return each;
        }
    }
    return nullptr;
}

ui::LeftOut leftOut(const QString& path, const std::string& why)
{
    return {path, {"bad_data", why, "", ""}};
}

} // namespace

class TestImportOutcome : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void isSaidWhenAllAreThere();
    void aFileThatStaysOutIsNamed();
    void aRefusedFileIsCounted();
    void aSingleFileSaysNothing();
    void severalFilesLeadToTraining();

private:
    void add(const QString& path) { Q_EMIT m_fixture->studio->intake().added(Kind::Data, path); }
    QString words() const { return m_outcome->findChild<MessageBar*>()->text(); }

    std::unique_ptr<StudioFixture> m_fixture;
    std::unique_ptr<ImportOutcome> m_outcome;
};

void TestImportOutcome::init()
{
    m_outcome.reset();
    m_fixture = std::make_unique<StudioFixture>(test_support::fakeEngine());
    m_outcome = std::make_unique<ImportOutcome>(m_fixture->studio->intake());
}

void TestImportOutcome::isSaidWhenAllAreThere()
{
    QSignalSpy wanted(m_outcome.get(), &ImportOutcome::trainingRequested);
    m_outcome->follow({"/d/a.jsonl", "/d/b.csv"}, {});
    add("/d/b.csv");
    QVERIFY(!m_outcome->isVisible());
    add("/elsewhere/a.jsonl");
    QVERIFY(!m_outcome->isVisible());
    add("/d/a.jsonl");
    QVERIFY(m_outcome->isVisible());
    QCOMPARE(m_outcome->findChild<MessageBar*>()->severity(), MessageBar::Severity::Success);
    QCOMPARE(words(), QString("2 file(s) were added. a.jsonl · b.csv"));
    button(*m_outcome, kTrain)->click();
    QCOMPARE(wanted.takeFirst().at(0).toStringList(), QStringList({"/d/a.jsonl", "/d/b.csv"}));
    QVERIFY(!m_outcome->isVisible());
}

void TestImportOutcome::aFileThatStaysOutIsNamed()
{
    m_outcome->follow({"/d/a.jsonl", "/d/b.csv"},
                      {leftOut("/d/c.txt", "/d/c.txt, line 1: it is empty")});
    add("/d/a.jsonl");
    m_outcome->leaveOut(leftOut("/d/b.csv", "its edits are damaged"));
    QVERIFY(words().startsWith("1 of 3 file(s) were added."));
    QVERIFY(words().contains("c.txt: line 1: it is empty\nb.csv: its edits are damaged"));
    QVERIFY(!button(*m_outcome, kTrain));
    m_outcome->follow({"/d/a.jsonl"}, {});
    m_outcome->leaveOut(leftOut("/d/a.jsonl", "its edits are damaged"));
    QVERIFY(words().startsWith("a.jsonl was not added."));
    button(*m_outcome, "Dismiss")->click();
    QVERIFY(!m_outcome->isVisible());
}

void TestImportOutcome::aRefusedFileIsCounted()
{
    m_outcome->follow({"/d/a.jsonl", "/d/b.csv", "/d/c.txt"}, {});
    add("/d/a.jsonl");
    Q_EMIT m_fixture->studio->intake().failed("/d/b.csv", {"internal", "no", "", ""});
    add("/d/c.txt");
    QCOMPARE(words(), QString("2 of 3 file(s) were added. a.jsonl · c.txt"));
    QVERIFY(button(*m_outcome, kTrain));
}

void TestImportOutcome::aSingleFileSaysNothing()
{
    m_outcome->follow({"/d/a.jsonl"}, {});
    add("/d/a.jsonl");
    QVERIFY(!m_outcome->isVisible());
}

void TestImportOutcome::severalFilesLeadToTraining()
{
    const auto page = makePage(*m_fixture->context);
    page->resize(1200, 700);
    page->show();
    const QStringList paths = {"/data/one.jsonl", "/data/two.jsonl"};
    page->open({"data", {}, {}, {{"import", paths}}});
    auto* panel = page->findChild<ImportPanel*>();
    QTRY_COMPARE(panel->files().addable(), 2);
    QTRY_VERIFY(button(*panel, "Add")->isEnabled());
    button(*panel, "Add")->click();
    QTRY_VERIFY(button(*page, kTrain));
    button(*page, kTrain)->click();
    QCOMPARE(m_fixture->visited.last(), (ui::Destination{"train", {}, {}, {{"data", paths}}}));
}

STUDIO_TEST_MAIN(TestImportOutcome)
#include "tst_import_outcome.moc"
