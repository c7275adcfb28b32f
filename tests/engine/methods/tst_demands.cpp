// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a base and an optimiser cannot give is refused before anything slow, naming the field.
#include "engine/methods/demands.h"

#include "tests/support/tuned_models.h"

using namespace engine;
using namespace tests;

namespace {

contract::MethodSection section(const char* id, const std::vector<Value::Member>& changes = {})
{
    contract::MethodSection section;
    section.id = id;
    section.settings = settingsOf(*methods::findMethod(id), changes);
    return section;
}

contract::MethodSection loftq()
{
    return section("lora", {{"init", "loftq"}, {"rank", 3}});
}

contract::Job jobWith(const contract::MethodSection& section, std::string_view optimizer = "adamw")
{
    contract::Job job;
    job.method = section;
    job.training.optimizer = optimizer;
    return job;
}

contract::MethodSection dylora(bool isMasked)
{
    return section("dylora", {{"masked_optimizer", isMasked}, {"rank", 3}});
}

} // namespace

class TestDemands : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatCannotBeTrainedIsRefused_data()
    {
        QTest::addColumn<contract::Job>("job");
        QTest::addColumn<bool>("isPacked");
        QTest::addColumn<bool>("isStoredPacked");
        QTest::addColumn<QString>("where");
        QTest::addColumn<QString>("reason");
        contract::MethodSection second = section("prefix_embedding");
        second.with.push_back({"lora", loftq().settings});
        const contract::MethodSection full = section("full");
        QTest::newRow("a dense base") << jobWith(loftq()) << false << false << "method.init"
                                      << "held in full precision";
        QTest::newRow("of a further method")
            << jobWith(second) << false << false << "method.with[0].init"
            << "held in full precision";
        QTest::newRow("stored packed") << jobWith(loftq()) << true << true << "method.init"
                                       << "are not there";
        QTest::newRow("weights in place") << jobWith(full) << true << false << "model.quantization"
                                          << "trained in place";
        QTest::newRow("8 bits by row")
            << jobWith(dylora(true), "adamw_8bit") << false << false << "training.optimizer"
            << "method.masked_optimizer";
        QTest::newRow("packed") << jobWith(loftq()) << true << false << QString() << QString();
        QTest::newRow("8 bits") << jobWith(dylora(false), "adamw_8bit") << false << false
                                << QString() << QString();
        QTest::newRow("by row") << jobWith(dylora(true)) << true << false << QString() << QString();
    }
    void whatCannotBeTrainedIsRefused()
    {
        QFETCH(contract::Job, job);
        QFETCH(bool, isPacked);
        QFETCH(bool, isStoredPacked);
        QFETCH(QString, where);
        QFETCH(QString, reason);
        const nn::Blueprint blueprint = blueprintOf(tinyModel("llama").config);
        const auto check = [&] {
            methods::requireTrainable(job, blueprint, {isPacked, isStoredPacked});
        };
        if (where.isEmpty()) {
            check();
            return;
        }
        const Error error = failureOf(check);
        QCOMPARE(QString::fromStdString(error.where), where);
        QVERIFY2(QString::fromStdString(error.message).contains(reason), error.message.c_str());
        QVERIFY(!error.hint.empty());
    }

    void onlySuchAnAdapterBelongsToItsFormAlone()
    {
        QVERIFY(methods::correctsPacking(loftq()));
        QVERIFY(!methods::correctsPacking(section("lora", {{"init", "pissa"}})));
        QVERIFY(!methods::correctsPacking(dylora(true)));
    }
};

QTEST_GUILESS_MAIN(TestDemands)
#include "tst_demands.moc"
