// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/data/row_table_model.h"

#include "tests/support/fake_engine/fake_mode.h"
#include "tests/support/studio_fixture.h"
#include "tests/support/studio_test.h"
#include "ui/pages/data/row_edits.h"
#include "ui/widgets/item_roles.h"
#include "ui/widgets/table_view.h"

#include <QElapsedTimer>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace ui::pages::data;
using engine::contract::Value;
using test_support::StudioFixture;

class TestRowTableModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aMillionRowsScrollWithoutAskingForAll();
    void aSearchShowsTheRowsThatWereFound();
    void editsAreLaidOverTheRows();
};

namespace {

constexpr int kMillion = 1'000'000;

} // namespace

void TestRowTableModel::aMillionRowsScrollWithoutAskingForAll()
{
    StudioFixture fixture(test_support::fakeEngine());
    RowEdits edits;
    RowTableModel model(fixture.studio->engine(), edits);
    QSignalSpy arrived(&model, &RowTableModel::arrived);
    model.setSource({"/data/large.jsonl"}, kMillion);
    QCOMPARE(model.rowCount(), kMillion);
    ui::widgets::TableView view;
    view.resize(700, 500);
    view.setModel(&model);
    view.show();
    QTRY_VERIFY(arrived.count() > 0);
    qint64 slowest = 0;
    for (int place = 0; place <= 400; ++place) {
        QElapsedTimer frame;
        frame.start();
        view.verticalScrollBar()->setValue(
            int(qint64(view.verticalScrollBar()->maximum()) * place / 400));
        view.grab();
        slowest = std::max(slowest, frame.elapsed());
        QCoreApplication::processEvents();
    }
    // Of the 400 screens that flew by, those were asked for where the view rested a moment.
    QTest::qWait(200);
    QVERIFY2(arrived.count() < 200, qPrintable(QString::number(arrived.count())));
    QVERIFY2(slowest < 250, qPrintable(QString::number(slowest))); // a loaded machine, unoptimised
    // Where it came to rest the rows are known.
    QTRY_VERIFY(model.rowAt(0) != nullptr || model.rowAt(kMillion - kMillion % 100) == nullptr);
}

void TestRowTableModel::aSearchShowsTheRowsThatWereFound()
{
    StudioFixture fixture(test_support::fakeEngine());
    RowEdits edits;
    RowTableModel model(fixture.studio->engine(), edits);
    model.setSource({"/data/small.jsonl"}, 2);
    QSignalSpy searched(&model, &RowTableModel::searched);
    model.search("why");
    QVERIFY(model.isSearchPending());
    QCOMPARE(model.rowCount(), 0);
    QTRY_COMPARE(searched.count(), 1);
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.index(0, RowTableModel::Number).data().toString(), QString("2"));
    QCOMPARE(model.rowOfIndex(1), 0);
    QCOMPARE(model.rowOfIndex(0), -1);
    model.search({});
    QCOMPARE(model.rowCount(), 2);
}

void TestRowTableModel::editsAreLaidOverTheRows()
{
    StudioFixture fixture(test_support::fakeEngine());
    RowEdits edits;
    edits.setFile(fixture.file("edits.jsonl"));
    QTRY_VERIFY(edits.isLoaded());
    RowTableModel model(fixture.studio->engine(), edits);
    connect(&edits, &RowEdits::written, &model, [&] { model.setEdits(edits.writtenFile()); });
    model.setSource({"/data/small.jsonl"}, 2);
    QTRY_VERIFY(model.rowAt(0) != nullptr);
    const QModelIndex answer = model.index(0, RowTableModel::Answer);
    const QModelIndex change = model.index(0, RowTableModel::Change);
    QCOMPARE(answer.data().toString(), QString("Arr, hello, matey!"));
    QVERIFY(change.data(ui::widgets::ChipRole).isNull());
    edits.change({model.rowAt(0)->sha256, 0}, Value::object({{"messages", Value::List()}}));
    QCOMPARE(change.data(ui::widgets::ChipRole).toString(), QString("changed"));
    // What the engine makes of it.
    QTRY_COMPARE(answer.data().toString(), QString("Good day."));
    edits.setDeleted({{model.rowAt(0)->sha256, 0}}, true);
    QCOMPARE(change.data(ui::widgets::ChipRole).toString(), QString("deleted"));
    QCOMPARE(answer.data().toString(), QString("Arr, hello, matey!"));
}

STUDIO_TEST_MAIN(TestRowTableModel)
#include "tst_row_table_model.moc"
