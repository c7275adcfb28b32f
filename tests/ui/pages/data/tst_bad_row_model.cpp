// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/data/bad_row_model.h"

#include "tests/support/studio_test.h"
#include "ui/pages/data/row_edits.h"
#include "ui/widgets/item_roles.h"

#include <QCryptographicHash>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace ui::pages::data;
using engine::contract::Value;
using Fate = BadRowModel::Fate;

namespace {

QString hashOf(const QByteArray& text)
{
    return QString::fromLatin1(QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex());
}

Value badRow(int line, const char* text, const char* reason = "not valid JSON")
{
    return Value::object({{"file", "/data/rows.jsonl"},
                          {"line", line},
                          {"code", "bad_json"},
                          {"reason", reason},
                          {"sha256", hashOf(text).toStdString()},
                          {"text", text}});
}

} // namespace

class TestBadRowModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void rowsSayWhatBecameOfThem();
    void whatIsStillWrongIsSaid();
    void theHashTellsWhetherATextIsWhole();
    void moreRowsThanAreShown();

private:
    QString text(int row, BadRowModel::Column column) const
    {
        const int role =
            column == BadRowModel::State ? int(ui::widgets::ChipRole) : int(Qt::DisplayRole);
        return m_model->index(row, column).data(role).toString();
    }

    QTemporaryDir m_folder;
    std::unique_ptr<RowEdits> m_edits;
    std::unique_ptr<BadRowModel> m_model;
};

void TestBadRowModel::init()
{
    m_model.reset();
    m_edits = std::make_unique<RowEdits>();
    m_edits->setFile(m_folder.filePath(QString::fromLatin1(QTest::currentTestFunction())));
    QTRY_VERIFY(m_edits->isLoaded());
    m_model = std::make_unique<BadRowModel>(m_edits.get());
    m_model->setRows(Value::List{badRow(2, "{one"), badRow(5, "{two"), badRow(7, "{one")});
}

void TestBadRowModel::rowsSayWhatBecameOfThem()
{
    QCOMPARE(m_model->rowCount(), 3);
    QCOMPARE(m_model->fate(0), Fate::Bad);
    QCOMPARE(text(0, BadRowModel::State), QString("not valid JSON"));
    QCOMPARE(text(1, BadRowModel::Line), QString("5"));
    m_edits->setText({hashOf("{one"), -1}, "{\"text\": 1}", "Mending");
    QCOMPARE(m_model->fate(0), Fate::Pending);
    QCOMPARE(text(0, BadRowModel::Text), QString("{\"text\": 1}"));
    m_model->setRemaining(Value::List{badRow(5, "{two")});
    QCOMPARE(m_model->fate(0), Fate::Mended);
    QCOMPARE(m_model->fate(2), Fate::Mended); // a copy has the same edit
    QCOMPARE(m_model->fate(1), Fate::Bad);
    m_edits->setDeleted({{hashOf("{two"), -1}}, true);
    QCOMPARE(m_model->fate(1), Fate::LeftOut);
    m_edits->undoStack().undo();
    m_edits->undoStack().undo();
    m_model->setRemaining(Value::List{badRow(2, "{one"), badRow(5, "{two"), badRow(7, "{one")});
    for (int row = 0; row < 3; ++row) {
        QCOMPARE(m_model->fate(row), Fate::Bad);
    }
    const BadRowModel alone(nullptr); // of an import
    QCOMPARE(alone.rowCount(), 0);
}

void TestBadRowModel::whatIsStillWrongIsSaid()
{
    m_edits->setText({hashOf("{one"), -1}, "{}", "Mending");
    m_model->setRemaining(
        Value::List{badRow(2, "{one", "the row has no members"), badRow(5, "{two")});
    QCOMPARE(m_model->fate(0), Fate::StillBad);
    QCOMPARE(m_model->reason(0), QString("the row has no members"));
    QCOMPARE(m_model->reason(1), QString("not valid JSON"));
}

void TestBadRowModel::theHashTellsWhetherATextIsWhole()
{
    BadRow row = m_model->at(0);
    QVERIFY(row.isWhole());
    row.text.chop(1);
    QVERIFY(!row.isWhole());
    row.text.clear();
    row.sha256 = hashOf("");
    QVERIFY(!row.isWhole());
}

void TestBadRowModel::moreRowsThanAreShown()
{
    m_model->setRows(Value::List(BadRowModel::kMostRows + 5, badRow(1, "{")));
    QCOMPARE(m_model->rowCount(), int(BadRowModel::kMostRows));
}

STUDIO_TEST_MAIN(TestBadRowModel)
#include "tst_bad_row_model.moc"
