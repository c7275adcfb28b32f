// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/catalog.h"
#include "sample_registry.h"

#include <QtTest>

using namespace engine::contract;

class CatalogTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hasTheKeysOfTheContract();
    void readsBack();
    void aNewerCatalogueIsRead();
    void sectionsHoldTheWholeJob();
    void sectionsHaveRelativeKeys();
};

void CatalogTest::hasTheKeysOfTheContract()
{
    std::vector<std::string> keys;
    const Value written = catalogSchema().toValue(Catalog());
    for (const auto& member : written.toObject()) {
        keys.push_back(member.first);
    }
    QCOMPARE(keys,
             (std::vector<std::string>{"version",
                                       "protocol",
                                       "devices",
                                       "cuda",
                                       "models",
                                       "methods",
                                       "objectives",
                                       "formats",
                                       "data_presets",
                                       "exporters",
                                       "optimizers",
                                       "schedules",
                                       "metrics",
                                       "job"}));
}

void CatalogTest::readsBack()
{
    Catalog catalog;
    catalog.version = "0.1.0";
    catalog.protocol = 1;
    catalog.devices = {{"cpu", "Processor", 1024, {"float32", "bfloat16"}}};
    catalog.cuda.reason = "built without CUDA";
    const JobRegistry registry = sampleRegistry();
    catalog.methods = {
        {"lora", "LoRA", "Low-rank update.", registry.methods[0].settings.fields},
        {"full", "Full", "All.", {}, Value::object({{"training.learning_rate", 2e-5}})}};
    catalog.dataPresets = {
        {"sts", "STS-B", "Pairs.", "regression", Value::object({{"score", "label"}}), true}};
    catalog.job = jobSections(registry);
    const std::string text = toJson(catalogSchema().toValue(catalog));
    const auto again = catalogSchema().parse(parseJson(text).value(), "catalog");
    QVERIFY2(again.ok(), again.ok() ? "" : again.error().message.c_str());
    QCOMPARE(toJson(catalogSchema().toValue(again.value())), text);
}

void CatalogTest::aNewerCatalogueIsRead()
{
    const auto catalog =
        catalogSchema().parse(parseJson(R"({"novelty":1,"methods":[{"id":"x","color":"red",)"
                                        R"("fields":[{"key":"k","type":"curve","novelty":2}]}]})")
                                  .value(),
                              "catalog");
    QVERIFY2(catalog.ok(), catalog.ok() ? "" : catalog.error().message.c_str());
    const CatalogEntry* method = findEntry(catalog.value().methods, "x");
    QVERIFY(method);
    QCOMPARE(method->fields.at(0).type, std::string("curve"));
}

void CatalogTest::sectionsHoldTheWholeJob()
{
    const JobRegistry registry = sampleRegistry();
    size_t fields = 0;
    for (const CatalogEntry& section : jobSections(registry)) {
        fields += section.fields.size();
    }
    QCOMPARE(fields, jobFields(registry).size() - 2); // without version and id
}

void CatalogTest::sectionsHaveRelativeKeys()
{
    const std::vector<CatalogEntry> sections = jobSections(sampleRegistry());
    const CatalogEntry* data = findEntry(sections, "data");
    QVERIFY(data);
    QCOMPARE(data->fields.front().key, std::string("path"));
    QCOMPARE(data->fields.back().key, std::string("validation.fraction"));
}

QTEST_GUILESS_MAIN(CatalogTest)
#include "tst_catalog.moc"
