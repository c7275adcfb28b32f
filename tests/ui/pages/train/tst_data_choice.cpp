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
    void oneFileBecomesSeveralAndOneAgain();
    void whatStandsAloneOnlyInAMixtureStaysOne();
    void editsOfEverySourceAreTakenUp();
    void choosingOneFileEndsTheMixture();
    void severalFilesAreChosenWithWeightOne();

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
        engine::contract::Field mix = data->fields.front();
        mix.key = "mix";
        mix.type = engine::contract::field_type::kList;
        mix.defaultValue = Value::List();
        data->fields.push_back(mix);
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

void TestDataChoice::oneFileBecomesSeveralAndOneAgain()
{
    const auto d = draft(true);
    QVERIFY(canMix(*d));
    QVERIFY(mixOf(*d).toList().empty());
    const QString file = makeEdits("/data/a.jsonl");
    d->editMany("Data", dataChoice(*d, paths(), "/data/a.jsonl", "messages"));
    Value sources = mixOf(*d);
    QCOMPARE(sources.toList().size(), std::size_t(1));
    sources.append(Value::object({{"path", "/data/b.jsonl"}, {"weight", 2.0}}));
    d->editMany("Data", mixChoice(*d, sources));
    QCOMPARE(d->text("data.path"), QString());
    QCOMPARE(d->text("data.edits"), QString());
    const Value mix = d->value("data.mix");
    QCOMPARE(mix.toList()[0]["path"].toString(), std::string("/data/a.jsonl"));
    QCOMPARE(mix.toList()[0]["format"].toString(), std::string("messages"));
    QCOMPARE(mix.toList()[0]["edits"].toString(), file.toStdString());
    QVERIFY(std::ranges::any_of(
        d->sets(), [](const std::string& set) { return set.starts_with("data.mix=[{\"path\":"); }));

    d->editMany("Data", mixChoice(*d, Value(Value::List{mix.toList()[0]})));
    QCOMPARE(d->text("data.path"), QString("/data/a.jsonl"));
    QCOMPARE(d->text("data.format"), QString("messages"));
    QCOMPARE(d->text("data.edits"), file);
    QVERIFY(d->value("data.mix").toList().empty());
}

void TestDataChoice::whatStandsAloneOnlyInAMixtureStaysOne()
{
    const auto d = draft(true);
    for (const Value& source : {Value::object({{"path", "/data/a.jsonl"}, {"weight", 2.0}}),
                                Value::object({{"path", "/data/a.jsonl"}, {"split", "train"}})}) {
        d->editMany("Data", mixChoice(*d, Value(Value::List{source})));
        QCOMPARE(d->value("data.mix").toList().size(), std::size_t(1));
        QCOMPARE(d->text("data.path"), QString());
    }
}

void TestDataChoice::editsOfEverySourceAreTakenUp()
{
    const auto d = draft(true);
    const Value sources =
        Value(Value::List{Value::object({{"path", "/data/e.jsonl"}}),
                          Value::object({{"path", "/data/f.jsonl"}, {"edits", "/my.jsonl"}})});
    d->editMany("Data", mixChoice(*d, sources));
    QVERIFY(dataRefresh(*d, paths()).isNull());
    const QString file = makeEdits("/data/e.jsonl");
    makeEdits("/data/f.jsonl");
    d->editMany("Open", dataRefresh(*d, paths()));
    const Value mix = d->value("data.mix");
    QCOMPARE(mix.toList()[0]["edits"].toString(), file.toStdString());
    QCOMPARE(mix.toList()[1]["edits"].toString(), std::string("/my.jsonl"));
    QVERIFY(dataRefresh(*d, paths()).isNull());
}

void TestDataChoice::choosingOneFileEndsTheMixture()
{
    const auto d = draft(true);
    d->editMany("Data",
                mixChoice(*d,
                          Value(Value::List{Value::object({{"path", "/data/a.jsonl"}}),
                                            Value::object({{"path", "/data/b.jsonl"}})})));
    d->editMany("Data", dataChoice(*d, paths(), "/data/c.jsonl"));
    QCOMPARE(d->text("data.path"), QString("/data/c.jsonl"));
    QVERIFY(d->value("data.mix").toList().empty());
}

void TestDataChoice::severalFilesAreChosenWithWeightOne()
{
    app::library::Library library({m_folder.filePath("library.db"),
                                   m_folder.filePath("runs"),
                                   m_folder.filePath("adapters"),
                                   m_folder.filePath("backups")});
    QVERIFY(library.open());
    const auto d = draft(true);
    const QString file = makeEdits("/data/b.jsonl");
    d->editMany("Data", filesChoice(*d, library, paths(), {"/data/a.jsonl", "/data/b.jsonl"}));
    QCOMPARE(d->text("data.path"), QString());
    const Value mix = d->value("data.mix");
    QCOMPARE(mix.toList().size(), std::size_t(2));
    QCOMPARE(mix.toList()[0]["path"].toString(), std::string("/data/a.jsonl"));
    QCOMPARE(mix.toList()[0]["weight"].toDouble(), 1.0);
    QCOMPARE(mix.toList()[1]["edits"].toString(), file.toStdString());
    d->editMany("Data", filesChoice(*d, library, paths(), {"/data/b.jsonl"}));
    QCOMPARE(d->text("data.path"), QString("/data/b.jsonl"));
    QCOMPARE(d->text("data.edits"), file);
    QVERIFY(d->value("data.mix").toList().empty());
}

QTEST_GUILESS_MAIN(TestDataChoice)
#include "tst_data_choice.moc"
