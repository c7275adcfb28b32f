// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_engine/fake_mode.h"
#include "tests/support/studio_fixture.h"
#include "tests/support/studio_test.h"
#include "ui/pages/export/earlier_exports.h"
#include "ui/pages/export/export_page.h"
#include "ui/pages/export/format_card.h"
#include "ui/pages/export/plan_panel.h"
#include "ui/pages/export/progress_panel.h"
#include "ui/pages/export/report_panel.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/table_view.h"

#include <QAbstractButton>
#include <QDir>
#include <QLineEdit>
#include <QSignalSpy>

using namespace ui::pages::exporting;
using test_support::fakeEngine;
using test_support::FakeMode;

// The page over a library with one adapter.
struct Desk
{
    explicit Desk(bool hasAdapter = true) : fixture(fakeEngine())
    {
        base = fixture.file("model");
        adapter = fixture.file("adapter");
        QDir().mkpath(base);
        QDir().mkpath(adapter);
        if (hasAdapter) {
            add("first", "kestrel-r16");
        }
        page = std::make_unique<ExportPage>(*fixture.context);
        page->resize(1200, 800);
        page->show();
    }
    void add(const QString& id, const QString& name)
    {
        app::library::BaseModel model;
        model.name = "kestrel";
        model.path = base;
        const auto saved = fixture.studio->library().baseModels().save(model);
        app::library::Adapter one;
        one.id = id;
        one.name = name;
        one.path = adapter;
        one.basePath = base;
        one.bytes = 399'936;
        one.base = saved ? std::optional(saved.value()) : std::nullopt;
        one.made = QDateTime::currentDateTime();
        QVERIFY(fixture.studio->library().adapters().save(one));
    }
    template <typename Widget>
    Widget* find() const
    {
        return page->findChild<Widget*>();
    }
    QAbstractButton* button(const QString& text) const
    {
        for (auto* one : page->findChildren<QAbstractButton*>()) {
            if (one->text() == text) {
                return one;
            }
        }
        return nullptr;
    }
    QAbstractButton* start() const
    {
        return button("Export") ? button("Export") : button("Export again");
    }
    bool says(const QString& words) const
    {
        for (const auto* label : page->findChildren<ui::widgets::PlainLabel*>()) {
            if (label->isVisibleTo(page.get()) && label->plainText().contains(words)) {
                return true;
            }
        }
        return false;
    }
    QString verdict() const
    {
        return find<ReportPanel>()->findChild<ui::widgets::MessageBar*>()->text();
    }

    test_support::StudioFixture fixture;
    QString base;
    QString adapter;
    std::unique_ptr<ExportPage> page;
};

class TestExportPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutAnAdapterItSaysWhatIsMissing();
    void formatsComeFromTheCatalogueWithTheirSizes();
    void exportIsWrittenReportedAndRecorded();
    void secondExportGoesToAnotherFolder();
    void everyFailureIsShownWithItsCause_data();
    void everyFailureIsShownWithItsCause();
    void cancelPutsNothingInPlace();
    void missingBaseIsRefused();
    void takenFolderIsRefused();
    void scaleThatIsNoNumberIsRefused();
    void destinationChoosesTheAdapter();
    void reportIsSaved();
    void everythingHasAName();
};

void TestExportPage::withoutAnAdapterItSaysWhatIsMissing()
{
    const Desk desk(false);
    QVERIFY(!desk.start()->isEnabled());
    QVERIFY(desk.says("There is no adapter yet."));
}

void TestExportPage::formatsComeFromTheCatalogueWithTheirSizes()
{
    const Desk desk;
    QTRY_COMPARE(desk.page->findChildren<FormatCard*>().size(), 2);
    QTRY_VERIFY(desk.start()->isEnabled());
    QVERIFY(desk.button("Merged model")->isChecked());
    QVERIFY(!desk.button("PEFT adapter")->isChecked());
    QTRY_VERIFY(desk.button("Merged model")->accessibleDescription().endsWith("2.3 MB"));
    QVERIFY(desk.button("PEFT adapter")->accessibleDescription().endsWith("400 kB"));
}

void TestExportPage::exportIsWrittenReportedAndRecorded()
{
    const Desk desk;
    QTRY_VERIFY(desk.button("PEFT adapter"));
    desk.button("PEFT adapter")->setChecked(true);
    QTRY_VERIFY(desk.start()->isEnabled());
    desk.start()->click();
    QVERIFY(desk.find<ProgressPanel>()->isVisible());
    QVERIFY(!desk.start()->isEnabled());
    QTRY_VERIFY(desk.find<ReportPanel>()->isVisible());
    QVERIFY(desk.verdict().contains("in place"));
    QVERIFY(QFile::exists(desk.fixture.paths.exports + "/kestrel-r16/merged/model.safetensors"));
    QVERIFY(desk.page->fact().startsWith("kestrel-r16"));
    const auto recorded = desk.fixture.studio->library().exports().list();
    QVERIFY(recorded);
    QCOMPARE(recorded.value().size(), std::size_t{2});
    QCOMPARE(recorded.value()[0].adapters, QStringList{"first"});
    QVERIFY(recorded.value()[0].verification["passed"].toBool());
    desk.find<EarlierExports>()->reload();
    QCOMPARE(desk.find<EarlierExports>()->count(), 2);
}

void TestExportPage::secondExportGoesToAnotherFolder()
{
    const Desk desk;
    QTRY_VERIFY(desk.start()->isEnabled());
    desk.start()->click();
    QTRY_VERIFY(desk.find<ReportPanel>()->isVisible());
    QTRY_VERIFY(desk.find<PlanPanel>()->plan().folder.endsWith("/kestrel-r16-2"));
    QTRY_VERIFY(desk.start()->isEnabled());
}

void TestExportPage::everyFailureIsShownWithItsCause_data()
{
    QTest::addColumn<QByteArray>("mode");
    QTest::addColumn<QString>("inVerdict");
    QTest::newRow("refused") << QByteArray("refusing") << "exists already";
    QTest::newRow("crashed") << QByteArray("crashing") << "SIGSEGV";
    QTest::newRow("lied") << QByteArray("lying_exit") << "exit code 3";
}

void TestExportPage::everyFailureIsShownWithItsCause()
{
    QFETCH(QByteArray, mode);
    QFETCH(QString, inVerdict);
    const Desk desk;
    QTRY_VERIFY(desk.start()->isEnabled());
    const FakeMode fake(mode.constData());
    desk.start()->click();
    QTRY_VERIFY(desk.find<ReportPanel>()->isVisible());
    QVERIFY2(desk.verdict().contains(inVerdict), qPrintable(desk.verdict()));
    QVERIFY(desk.verdict().contains("Nothing of it was put in place."));
    const auto recorded = desk.fixture.studio->library().exports().list();
    QVERIFY(recorded && recorded.value().empty());
    QTRY_VERIFY(!desk.says("An export is being written."));
}

void TestExportPage::cancelPutsNothingInPlace()
{
    const Desk desk;
    QTRY_VERIFY(desk.start()->isEnabled());
    const FakeMode fake("slow");
    desk.start()->click();
    QTest::qWait(100);
    desk.button("Cancel")->click();
    QTRY_VERIFY(desk.find<ReportPanel>()->isVisible());
    QVERIFY(desk.verdict().contains("Stopped on request"));
}

void TestExportPage::missingBaseIsRefused()
{
    const Desk desk;
    QTRY_VERIFY(desk.start()->isEnabled());
    QVERIFY(QDir(desk.base).removeRecursively());
    desk.page->open({"export"});
    QTRY_VERIFY(desk.says("The base model is not at"));
    QVERIFY(!desk.start()->isEnabled());
}

void TestExportPage::takenFolderIsRefused()
{
    const Desk desk;
    QTRY_VERIFY(desk.start()->isEnabled());
    QDir().mkpath(desk.fixture.file("taken/merged/something"));
    desk.find<PlanPanel>()->setFolder(desk.fixture.file("taken"));
    QTRY_VERIFY(desk.says("exists already and is not empty"));
    QVERIFY(!desk.start()->isEnabled());
    desk.find<PlanPanel>()->setFolder(desk.fixture.file("free"));
    QTRY_VERIFY(desk.start()->isEnabled());
}

void TestExportPage::scaleThatIsNoNumberIsRefused()
{
    const Desk desk;
    QTRY_VERIFY(desk.start()->isEnabled());
    auto* const scale = desk.find<ui::widgets::NumberField>();
    scale->selectAll();
    QTest::keyClicks(scale, "-");
    QVERIFY(!desk.start()->isEnabled());
    QVERIFY(desk.says("The scale is not a number"));
    scale->selectAll();
    QTest::keyClicks(scale, "0.5");
    QTRY_VERIFY(desk.start()->isEnabled());
    QCOMPARE(desk.find<PlanPanel>()->plan().scale, 0.5);
}

void TestExportPage::destinationChoosesTheAdapter()
{
    Desk desk;
    desk.page->open({"export", {}, {}, {{"adapter", "second"}}});
    QCOMPARE(desk.find<PlanPanel>()->plan().adapterId, QString("first"));
    desk.add("second", "finch-r8"); // it comes to the library later
    QTRY_COMPARE(desk.find<PlanPanel>()->plan().adapterId, QString("second"));
    desk.page->open({"export", "first"});
    QCOMPARE(desk.find<PlanPanel>()->plan().adapterId, QString("first"));
}

void TestExportPage::reportIsSaved()
{
    Desk desk;
    QTRY_VERIFY(desk.start()->isEnabled());
    desk.start()->click();
    QTRY_VERIFY(desk.find<ReportPanel>()->isVisible());
    const QString file = desk.fixture.file("report.json");
    desk.fixture.dialogs.paths = QStringList{file};
    desk.button("Save report")->click();
    QTRY_VERIFY(QFile::exists(file));
    QFile report(file);
    QVERIFY(report.open(QIODevice::ReadOnly));
    const QByteArray text = report.readAll();
    QVERIFY(text.contains("\"top1_agreement\""));
    QVERIFY(text.contains("\"format\": \"merged\""));
}

void TestExportPage::everythingHasAName()
{
    const Desk desk;
    QTRY_VERIFY(desk.start()->isEnabled());
    for (const auto* widget : desk.page->findChildren<QWidget*>()) {
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        if ((widget->focusPolicy() & Qt::TabFocus) != 0 && widget->isVisible() && button) {
            QVERIFY2(!button->text().isEmpty() || !button->accessibleName().isEmpty(),
                     widget->metaObject()->className());
        }
    }
}

STUDIO_TEST_MAIN(TestExportPage)

#include "tst_export_page.moc"
