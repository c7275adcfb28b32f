// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/recorded.h"
#include "ui/pages/train/job_draft.h"

#include <QSignalSpy>
#include <QTest>

using namespace ui::pages::train;
using engine::contract::toJson;
using engine::contract::Value;

class TestJobDraft : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyWhatDiffersIsInTheJob();
    void typingANumberIsOneStep();
    void undoBringsBackEveryValue();
    void presetValuesAreNoChanges();
    void jobFileComesBackAsItWas();
    void savedDraftComesBack();
    void studioSettingsHoldUntilChanged();
    void anOptimizerBringsItsDefaults();

private:
    std::unique_ptr<JobDraft> draft(const Value& studioValues = Value::Object())
    {
        auto made = std::make_unique<JobDraft>();
        made->setCatalog(engine::contract::catalogSchema()
                             .parse(test_support::recorded(QStringLiteral("describe")), "")
                             .value(),
                         studioValues);
        return made;
    }
};

void TestJobDraft::onlyWhatDiffersIsInTheJob()
{
    const auto d = draft();
    d->edit(QStringLiteral("training.epochs"), 2);
    d->edit(QStringLiteral("training.batch_size"), 8);
    QCOMPARE(toJson(d->job()), std::string(R"({"method":{"id":"lora"},"training":{"epochs":2}})"));
    QCOMPARE(d->changeCount(), 1);
    d->edit(QStringLiteral("training.epochs"), 3.0);
    QCOMPARE(d->changeCount(), 0);
}

void TestJobDraft::typingANumberIsOneStep()
{
    const auto d = draft();
    const QString path = QStringLiteral("method.rank");
    d->edit(path, 3, path);
    d->edit(path, 32, path);
    QCOMPARE(d->undoStack().count(), 1);
    d->endStep();
    d->edit(path, 4, path);
    QCOMPARE(d->undoStack().count(), 2);
    d->undoStack().undo();
    QCOMPARE(d->value(path).toInteger(), 32);
    d->undoStack().undo();
    QCOMPARE(d->value(path).toInteger(), 16);
}

void TestJobDraft::undoBringsBackEveryValue()
{
    const auto d = draft();
    d->edit(QStringLiteral("model.path"), "/a");
    const Value before = d->job();
    d->openJob(QStringLiteral("open"),
               Value::object({{"model", Value::object({{"path", "/b"}})},
                              {"method", Value::object({{"id", "lora"}, {"rank", 4}})}}));
    QCOMPARE(d->text(QStringLiteral("model.path")), QStringLiteral("/b"));
    d->undoStack().undo();
    QCOMPARE(toJson(d->job()), toJson(before));
}

void TestJobDraft::presetValuesAreNoChanges()
{
    const auto d = draft();
    d->edit(QStringLiteral("method.rank"), 64);
    d->edit(QStringLiteral("training.epochs"), 1);
    app::studio::Preset preset;
    preset.id = QStringLiteral("mine");
    preset.method = "lora";
    preset.values = {{"method.rank", 8, {}}};
    d->usePreset(&preset);
    QCOMPARE(d->value(QStringLiteral("method.rank")).toInteger(), 8);
    QCOMPARE(d->changeCount(), 1);
    QCOMPARE(d->job()["method"]["rank"].toInteger(), 8);
    // The engine's default is a change now.
    d->edit(QStringLiteral("method.rank"), 16);
    QCOMPARE(d->changeCount(), 2);
    QCOMPARE(d->value(QStringLiteral("method.rank")).toInteger(), 16);
}

void TestJobDraft::jobFileComesBackAsItWas()
{
    const char* kJob =
        R"js({"method":{"id":"lora","rank":8,"rank_pattern":{"q":4}},"model":{"path":"/m"},"data":{"path":"/d","columns":{"a":"prompt"},"validation":{"fraction":0.1}},"training":{"watchdog":{"min_free_disk_mb":100}},"nonsense":{"key":1}})js";
    const auto d = draft();
    d->openJob(QStringLiteral("open"), engine::contract::parseJson(kJob).value());
    QCOMPARE(toJson(d->job()), std::string(kJob));
}

void TestJobDraft::savedDraftComesBack()
{
    const auto first = draft();
    first->edit(QStringLiteral("method.rank_pattern"), Value::object({{"a.b", 3}}));
    first->edit(QStringLiteral("output.name"), "한글-r8");
    const auto second = draft();
    second->restore(first->saved());
    QCOMPARE(toJson(second->job()), toJson(first->job()));
    second->restore(Value("damaged"));
    QCOMPARE(second->changeCount(), 0);
}

void TestJobDraft::studioSettingsHoldUntilChanged()
{
    const auto d = draft(Value::object({{"runtime.threads", 3}}));
    QCOMPARE(d->job()["runtime"]["threads"].toInteger(), 3);
    QCOMPARE(d->changeCount(), 0);
    d->edit(QStringLiteral("runtime.threads"), 0);
    QCOMPARE(d->value(QStringLiteral("runtime.threads")).toInteger(), 0);
    QVERIFY(!d->job()["runtime"].contains("threads"));
}

// Shown as the engine takes it, and written only where it is another.
void TestJobDraft::anOptimizerBringsItsDefaults()
{
    JobDraft d;
    engine::contract::Catalog catalog =
        engine::contract::catalogSchema()
            .parse(test_support::recorded(QStringLiteral("describe")), "")
            .value();
    catalog.optimizers.push_back({"gentle",
                                  "Gentle",
                                  "With a larger epsilon",
                                  {},
                                  Value::object({{"training.epsilon", 1e-6}})});
    d.setCatalog(catalog, Value::Object());
    const QString epsilon = QStringLiteral("training.epsilon");
    QCOMPARE(d.value(epsilon).toDouble(), 1e-8);
    d.edit(QStringLiteral("training.optimizer"), "gentle");
    QCOMPARE(d.value(epsilon).toDouble(), 1e-6);
    QCOMPARE(d.baseline(epsilon).toDouble(), 1e-6);
    QVERIFY(!d.job()["training"].contains("epsilon"));
    d.edit(epsilon, 1e-8);
    QCOMPARE(d.job()["training"]["epsilon"].toDouble(), 1e-8);

    const Value job = d.job();
    d.edit(QStringLiteral("training.optimizer"), "adamw");
    QVERIFY(!d.job()["training"].contains("epsilon"));
    d.openJob(QStringLiteral("open"), job);
    QCOMPARE(toJson(d.job()), toJson(job));
}

QTEST_GUILESS_MAIN(TestJobDraft)
#include "tst_job_draft.moc"
