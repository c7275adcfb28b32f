// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/studio/data_edits.h"
#include "tests/support/recorded.h"
#include "ui/pages/train/data_choice.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace ui::pages::train;
using engine::contract::Value;

class TestDataChoice : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void editsGoWithTheirData();
    void editsMadeOnAnotherPageAreTakenUp();
    void editsOfElsewhereStay();
    void anEngineThatKnowsNoEditsIsGivenNone();

private:
    std::unique_ptr<JobDraft> draft(bool knowsEdits)
    {
        auto catalog = engine::contract::catalogSchema()
                           .parse(test_support::recorded(QStringLiteral("describe")), "")
                           .value();
        const auto data =
            std::ranges::find(catalog.job, "data", &engine::contract::CatalogEntry::id);
        std::erase_if(data->fields, [](const auto& field) { return field.key == "edits"; });
        if (knowsEdits) {
            engine::contract::Field field = data->fields.front();
            field.key = "edits";
            field.type = engine::contract::field_type::kPath;
            field.defaultValue = "";
            data->fields.push_back(field);
        }
        auto made = std::make_unique<JobDraft>();
        made->setCatalog(catalog, Value::Object());
        return made;
    }

    app::Paths paths() const { return app::Paths(m_folder.path()); }

    QString makeEdits(const QString& data)
    {
        QDir().mkpath(paths().edits);
        app::studio::DataEdits edits;
        edits.rows["aa"].isDeleted = true;
        const QString file = app::studio::editsFile(paths(), data);
        (void)app::studio::saveEdits(file, edits);
        return file;
    }

    QTemporaryDir m_folder;
};

void TestDataChoice::editsGoWithTheirData()
{
    const auto d = draft(true);
    const QString file = makeEdits("/data/a.jsonl");
    d->editMany("Data", dataChoice(*d, paths(), "/data/a.jsonl"));
    QCOMPARE(d->text("data.edits"), file);
    d->editMany("Data", dataChoice(*d, paths(), "/data/b.jsonl"));
    QCOMPARE(d->text("data.path"), QString("/data/b.jsonl"));
    QCOMPARE(d->text("data.edits"), QString());
}

void TestDataChoice::editsMadeOnAnotherPageAreTakenUp()
{
    const auto d = draft(true);
    d->editMany("Data", dataChoice(*d, paths(), "/data/c.jsonl"));
    QVERIFY(dataRefresh(*d, paths()).isNull());
    const QString file = makeEdits("/data/c.jsonl");
    d->editMany("Open", dataRefresh(*d, paths()));
    QCOMPARE(d->text("data.edits"), file);
    QVERIFY(QFile::remove(file)); // all were undone
    d->editMany("Open", dataRefresh(*d, paths()));
    QCOMPARE(d->text("data.edits"), QString());
}

void TestDataChoice::editsOfElsewhereStay()
{
    const auto d = draft(true);
    d->editMany("Data",
                Value::object({{"data.path", "/data/d.jsonl"}, {"data.edits", "/my.jsonl"}}));
    QVERIFY(dataRefresh(*d, paths()).isNull());
}

void TestDataChoice::anEngineThatKnowsNoEditsIsGivenNone()
{
    const auto d = draft(false);
    makeEdits("/data/a.jsonl");
    QVERIFY(!dataChoice(*d, paths(), "/data/a.jsonl").contains("data.edits"));
}

QTEST_GUILESS_MAIN(TestDataChoice)
#include "tst_data_choice.moc"
