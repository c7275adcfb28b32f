// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/engine/catalog_access.h"
#include "engine/contract/event.h"

#include <QFile>
#include <QTest>

using namespace app::engine;
using contract::Value;

class TestCatalogAccess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void fieldsAreGroupedInTheirOrder();
    void jobFieldsHaveDottedKeysWithThoseOfTheMethod();
    void methodChangesDefaultsElsewhere();
    void defaultJobHasEveryField();
    void completedJobKeepsWhatWasSet();
    void completedJobHasTheOptimizersDefaults();
    void completedJobKeepsKeysThatNobodyKnows();
    void dottedKeysReachInside();

private:
    contract::Catalog m_catalog;
};

void TestCatalogAccess::initTestCase()
{
    QFile file(LORA_SOURCE_DIR "/tests/data/journals/hello.jsonl");
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto message =
        contract::parseLine(contract::Speaker::Engine, file.readLine().toStdString());
    QVERIFY(message);
    const auto hello = contract::readMessage<contract::event::Hello>(message.value());
    QVERIFY(hello);
    m_catalog = hello.value().catalog;
}

void TestCatalogAccess::fieldsAreGroupedInTheirOrder()
{
    const auto field = [](const char* key, const char* group) {
        contract::Field made;
        made.key = key;
        made.group = group;
        return made;
    };
    const auto groups = fieldsByGroup({field("a", ""), field("b", "x"), field("c", "")});
    QCOMPARE(groups.size(), std::size_t{2});
    QCOMPARE(groups[0].fields.back().key, std::string("c"));
    QCOMPARE(groups[1].name, std::string("x"));
}

void TestCatalogAccess::jobFieldsHaveDottedKeysWithThoseOfTheMethod()
{
    std::vector<std::string> keys;
    for (const contract::Field& field : jobFields(m_catalog, "lora")) {
        keys.push_back(field.key);
    }
    for (const char* key : {"model.path", "training.batch_size", "method.rank", "method.id"}) {
        QVERIFY2(std::find(keys.begin(), keys.end(), key) != keys.end(), key);
    }
}

void TestCatalogAccess::methodChangesDefaultsElsewhere()
{
    contract::Catalog catalog = m_catalog;
    contract::CatalogEntry full;
    full.id = "full";
    full.defaults = Value::object({{"training.learning_rate", 2e-5}});
    catalog.methods.push_back(full);
    QCOMPARE(valueAt(defaultJob(catalog, "full"), "training.learning_rate").toDouble(), 2e-5);
    QCOMPARE(valueAt(defaultJob(catalog, "lora"), "training.learning_rate").toDouble(), 2e-4);
}

void TestCatalogAccess::defaultJobHasEveryField()
{
    const Value job = defaultJob(m_catalog, "lora");
    QCOMPARE(job["version"].toInteger(), int64_t{1});
    for (const contract::Field& field : jobFields(m_catalog, "lora")) {
        if (field.key == "method.id") {
            continue;
        }
        QVERIFY2(valueAt(job, field.key) == field.defaultValue, field.key.c_str());
    }
}

void TestCatalogAccess::completedJobKeepsWhatWasSet()
{
    Value job;
    setValueAt(job, "method.rank", 64);
    setValueAt(job, "training.max_steps", 20);
    const Value complete = completedJob(m_catalog, job);
    QCOMPARE(valueAt(complete, "method.rank").toInteger(), int64_t{64});
    QCOMPARE(valueAt(complete, "training.max_steps").toInteger(), int64_t{20});
    QCOMPARE(valueAt(complete, "training.batch_size").toInteger(), int64_t{8});
    QCOMPARE(valueAt(complete, "method.id").toString(), std::string("lora"));
}

void TestCatalogAccess::completedJobHasTheOptimizersDefaults()
{
    contract::Catalog catalog = m_catalog;
    contract::CatalogEntry other{"other", "Other", "", {}};
    other.defaults = Value::object({{"training.epsilon", 0.5}});
    catalog.optimizers.push_back(other);
    Value job;
    setValueAt(job, "training.optimizer", "other");
    QCOMPARE(valueAt(completedJob(catalog, job), "training.epsilon").toDouble(), 0.5);
    setValueAt(job, "training.epsilon", 0.25);
    QCOMPARE(valueAt(completedJob(catalog, job), "training.epsilon").toDouble(), 0.25);
}

void TestCatalogAccess::completedJobKeepsKeysThatNobodyKnows()
{
    Value job;
    setValueAt(job, "training.turbo", true);
    QVERIFY(valueAt(completedJob(m_catalog, job), "training.turbo").toBool());
}

void TestCatalogAccess::dottedKeysReachInside()
{
    Value value;
    setValueAt(value, "a.b.c", 1);
    setValueAt(value, "a.d", 2);
    QCOMPARE(toJson(value), std::string(R"({"a":{"b":{"c":1},"d":2}})"));
    QCOMPARE(valueAt(value, "a.b.c").toInteger(), int64_t{1});
    QVERIFY(valueAt(value, "a.x.y").isNull());
}

QTEST_GUILESS_MAIN(TestCatalogAccess)

#include "tst_catalog_access.moc"
