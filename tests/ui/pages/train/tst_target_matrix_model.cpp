// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/method_catalog.h"
#include "tests/support/studio_test.h"
#include "ui/pages/train/job_draft.h"
#include "ui/pages/train/target_matrix_model.h"
#include "ui/pages/train/target_matrix_view.h"

#include <QAbstractItemModelTester>

using namespace ui::pages::train;
using engine::contract::toJson;
using engine::contract::Value;

namespace {

struct Matrix
{
    explicit Matrix(const char* model = "inspect_llama")
    {
        draft.setCatalog(test_support::methodCatalog(), Value::Object());
        matrix.setGrid(
            ModuleGrid::fromInspection(test_support::recorded(QString::fromLatin1(model))));
    }

    QModelIndexList cells(int fromRow, int toRow, int fromColumn, int toColumn) const
    {
        QModelIndexList list;
        for (int row = fromRow; row <= toRow; ++row) {
            for (int column = fromColumn; column <= toColumn; ++column) {
                list.append(matrix.index(row, column));
            }
        }
        return list;
    }
    QString text(int row, int column) const { return matrix.index(row, column).data().toString(); }
    Value setting(const char* path) const { return draft.value(QString::fromLatin1(path)); }

    JobDraft draft;
    TargetMatrixModel matrix{draft};
};

} // namespace

class TestTargetMatrixModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void modelKeepsItsPromises();
    void oneEditOfManyCellsIsOneStep();
    void changedRanksKeepTheirScale();
    void rankStabilisedScaleIsKeptToo();
    void defaultRankMovesOnlyDefaultCells();
    void sumsAddUp();
    void sliceSwitchesOffTheWhole();
    void toggleSwitchesOnFirst();
    void digitsSetTheRank();
    void deleteResetsAndSpaceToggles();
    void headIsHiddenUntilItIsTrained();
    void ranksOutsideTheRangeAreClamped();
    void aMethodWithoutRanksHasCellsThatAreOnOrOff();
    void thePlanCountsWhatIsNoPair();
};

void TestTargetMatrixModel::modelKeepsItsPromises()
{
    Matrix m;
    QAbstractItemModelTester tester(&m.matrix,
                                    QAbstractItemModelTester::FailureReportingMode::QtTest);
    m.matrix.setRanks(m.cells(0, 3, 0, 2), 4);
    m.matrix.setGrid(
        ModuleGrid::fromInspection(test_support::recorded(QStringLiteral("inspect_gpt2"))));
    m.matrix.setGrid({});
    QCOMPARE(m.matrix.rowCount(), 0);
}

void TestTargetMatrixModel::oneEditOfManyCellsIsOneStep()
{
    Matrix m;
    m.matrix.setRanks(m.cells(0, 3, 4, 5), 8);
    QCOMPARE(m.draft.undoStack().count(), 1);
    QCOMPARE(m.text(2, 5), QStringLiteral("8"));
    QCOMPARE(m.text(4, 5), QStringLiteral("16"));
    QCOMPARE(m.matrix.countOf(CellKind::Lower), 8);
    QCOMPARE(toJson(m.setting("method.rank_pattern")),
             std::string(R"js({"[0-3]\\.mlp\\.(gate_proj|up_proj)":8})js"));
    m.draft.undoStack().undo();
    QCOMPARE(m.matrix.countOf(CellKind::Lower), 0);
    QCOMPARE(toJson(m.setting("method.rank_pattern")), std::string("{}"));
    m.draft.undoStack().redo();
    QCOMPARE(m.matrix.countOf(CellKind::Lower), 8);
}

void TestTargetMatrixModel::changedRanksKeepTheirScale()
{
    Matrix m;
    m.matrix.setRanks(m.cells(22, 22, 6, 6), 32);
    const auto at = std::size_t(m.matrix.moduleAt(m.matrix.index(22, 6)));
    QCOMPARE(m.matrix.selection().alphas[at], 64.0);
    m.matrix.setAlpha(16);
    QCOMPARE(m.matrix.selection().alphas[at], 32.0);
    QCOMPARE(m.matrix.scaleOf(32, 32.0), m.matrix.scaleOf(16, 16.0));
}

void TestTargetMatrixModel::rankStabilisedScaleIsKeptToo()
{
    Matrix m;
    m.draft.edit(QStringLiteral("method.use_rslora"), true);
    m.matrix.setRanks(m.cells(0, 0, 0, 0), 64);
    const auto at = std::size_t(m.matrix.moduleAt(m.matrix.index(0, 0)));
    QCOMPARE(m.matrix.scaleOf(64, m.matrix.selection().alphas[at]), m.matrix.scaleOf(16, 32));
}

void TestTargetMatrixModel::defaultRankMovesOnlyDefaultCells()
{
    Matrix m;
    m.matrix.setRanks(m.cells(0, 0, 0, 0), 64);
    m.matrix.setDefaultRank(8);
    QCOMPARE(m.text(0, 0), QStringLiteral("64"));
    QCOMPARE(m.text(5, 3), QStringLiteral("8"));
    QCOMPARE(m.setting("method.rank").toInteger(), 8);
    // A cell whose own rank becomes the default's is a default cell again.
    m.matrix.setDefaultRank(64);
    QCOMPARE(m.matrix.countOf(CellKind::Higher), 0);
    QCOMPARE(toJson(m.setting("method.rank_pattern")), std::string("{}"));
}

void TestTargetMatrixModel::sumsAddUp()
{
    Matrix m;
    m.matrix.setRanks(m.cells(1, 2, 0, 6), 0);
    int64_t sum = 0;
    for (int i = 0; i < int(m.matrix.grid().modules().size()); ++i) {
        sum += m.matrix.parametersOf(i);
    }
    QCOMPARE(m.matrix.parameters(), sum);
    QCOMPARE(m.matrix.index(1, m.matrix.parametersColumn()).data().toString(), QStringLiteral("0"));
}

void TestTargetMatrixModel::sliceSwitchesOffTheWhole()
{
    Matrix m("inspect_gpt2");
    QCOMPARE(m.text(0, 0), QStringLiteral("16"));
    QCOMPARE(CellKind(m.matrix.index(0, 1).data(TargetMatrixModel::KindRole).toInt()),
             CellKind::Covered);
    m.matrix.setRanks(m.cells(0, 0, 1, 1), 4);
    QCOMPARE(CellKind(m.matrix.index(0, 0).data(TargetMatrixModel::KindRole).toInt()),
             CellKind::Off);
    QCOMPARE(m.text(0, 1), QStringLiteral("4"));
    QCOMPARE(m.text(1, 0), QStringLiteral("16"));
}

void TestTargetMatrixModel::toggleSwitchesOnFirst()
{
    Matrix m;
    m.matrix.setRanks(m.cells(0, 0, 0, 0), 0);
    m.matrix.setRanks(m.cells(0, 0, 1, 1), 4);
    m.matrix.toggle(m.cells(0, 0, 0, 1));
    QCOMPARE(m.text(0, 0), QStringLiteral("16"));
    QCOMPARE(m.text(0, 1), QStringLiteral("4"));
    m.matrix.toggle(m.cells(0, 0, 0, 1));
    QCOMPARE(m.matrix.countOf(CellKind::Off), 3); // the head is off, too
}

void TestTargetMatrixModel::digitsSetTheRank()
{
    Matrix m;
    TargetMatrixView view(m.matrix, TargetMatrixView::Part::Cells);
    view.resize(700, 500);
    view.selectionModel()->select(m.matrix.index(0, 0), QItemSelectionModel::Select);
    view.selectionModel()->select(m.matrix.index(1, 0), QItemSelectionModel::Select);
    QTest::keyClicks(&view, QStringLiteral("24"));
    QCOMPARE(m.text(0, 0), QStringLiteral("24"));
    QCOMPARE(m.text(1, 0), QStringLiteral("24"));
    QCOMPARE(m.draft.undoStack().count(), 1);
    QCOMPARE(view.selectedCells().size(), 2);
}

void TestTargetMatrixModel::deleteResetsAndSpaceToggles()
{
    Matrix m;
    TargetMatrixView view(m.matrix, TargetMatrixView::Part::Cells);
    view.resize(700, 500);
    view.selectionModel()->select(m.matrix.index(2, 3), QItemSelectionModel::Select);
    QTest::keyClick(&view, Qt::Key_Space);
    QCOMPARE(m.matrix.index(2, 3).data(TargetMatrixModel::RankRole).toInt(), 0);
    QTest::keyClick(&view, Qt::Key_Delete);
    QCOMPARE(m.text(2, 3), QStringLiteral("16"));
    QTest::keyClick(&view, Qt::Key_0);
    QCOMPARE(m.matrix.index(2, 3).data(TargetMatrixModel::RankRole).toInt(), 0);
}

void TestTargetMatrixModel::headIsHiddenUntilItIsTrained()
{
    Matrix m;
    QVERIFY(!m.matrix.isColumnUsed(7));
    m.draft.edit(QStringLiteral("method.targets"),
                 Value::list(std::vector<std::string>{"q", "lm_head"}));
    QVERIFY(m.matrix.isColumnUsed(7));
    QVERIFY(m.matrix.isRowUsed(24));
}

void TestTargetMatrixModel::ranksOutsideTheRangeAreClamped()
{
    Matrix m;
    m.matrix.setRanks(m.cells(0, 0, 0, 0), 99999);
    QCOMPARE(m.text(0, 0), QStringLiteral("1024"));
    m.matrix.setDefaultRank(0);
    QCOMPARE(m.matrix.rank(), 1);
}

void TestTargetMatrixModel::aMethodWithoutRanksHasCellsThatAreOnOrOff()
{
    Matrix m;
    m.draft.edit(QStringLiteral("method.id"), std::string("sketch"));
    QVERIFY(!m.matrix.hasRank() && !m.matrix.hasOwnRanks() && !m.matrix.hasAlpha());
    QCOMPARE(m.text(0, 0), QStringLiteral("✓"));
    m.matrix.setRanks({m.matrix.index(1, 2)}, 0);
    QCOMPARE(m.text(1, 2), QStringLiteral("–"));
    m.matrix.setRanks({m.matrix.index(1, 2)}, 7); // a rank means on
    QCOMPARE(m.text(1, 2), QStringLiteral("✓"));
    // Only what the method has is written: it knows neither ranks nor exclusions.
    m.matrix.setRanks(m.cells(0, 0, 0, 3), 0);
    for (const auto& [path, value] : m.draft.changed().toObject()) {
        QVERIFY2(path == "method.id" || path == "method.targets", path.c_str());
    }
    QCOMPARE(m.text(0, 0), QStringLiteral("–"));
    QCOMPARE(m.text(1, 0), QStringLiteral("✓"));
}

void TestTargetMatrixModel::thePlanCountsWhatIsNoPair()
{
    Matrix m;
    const int cell = m.matrix.moduleAt(m.matrix.index(0, 0));
    const int64_t pair = m.matrix.parametersOf(cell);
    QVERIFY(m.matrix.countsPairs());
    Value targets = Value::List();
    for (const GridModule& module : m.matrix.grid().modules()) {
        targets.append(Value::object({{"name", module.name}, {"parameters", 3}}));
    }
    m.matrix.setPlanned(targets);
    QVERIFY(!m.matrix.countsPairs());
    QCOMPARE(m.matrix.parametersOf(cell), int64_t(3));
    // Another method is counted anew.
    m.draft.edit(QStringLiteral("method.id"), std::string("sketch"));
    m.draft.edit(QStringLiteral("method.id"), std::string("lora"));
    QVERIFY(m.matrix.countsPairs());
    QCOMPARE(m.matrix.parametersOf(cell), pair);
}

STUDIO_TEST_MAIN(TestTargetMatrixModel)
#include "tst_target_matrix_model.moc"
