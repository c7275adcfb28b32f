// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/job_arguments.h"
#include "sample_registry.h"

#include <QtTest>

using namespace engine::contract;

namespace {

Result<Job> jobWith(std::vector<std::string> sets, const std::string& method = "lora")
{
    return jobFromArguments({"m", "d", method, std::move(sets)}, sampleRegistry());
}

} // namespace

class JobArgumentsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void optionsFillTheirFields();
    void severalSourcesAreAMixture();
    void laterSettingsWin();
    void settingsWinOverOptions();
    void valuesAreReadAsTheFieldsType();
    void keysAreCheckedAgainstTheFinalMethod();
    void refusesWhatIsNotValid_data();
    void refusesWhatIsNotValid();
    void furtherMethodsAreOneSetting();
    void aPlanNeedsNoModel();
    void setsChangeAFinishedJob();
};

void JobArgumentsTest::optionsFillTheirFields()
{
    const auto job = jobWith({}, "full");
    QVERIFY(job.ok());
    QCOMPARE(job.value().model.path, std::string("m"));
    QCOMPARE(job.value().data.path, std::string("d"));
    QCOMPARE(job.value().method.id, std::string("full"));
}

void JobArgumentsTest::severalSourcesAreAMixture()
{
    MixSource half;
    half.path = "b";
    half.weight = 0.5;
    MixSource whole;
    whole.path = "a";
    const auto job = jobFromArguments({"m", "", "lora", {}, {whole, half}}, sampleRegistry());
    QVERIFY2(job.ok(), job.ok() ? "" : job.error().message.c_str());
    QCOMPARE(job.value().data.path, std::string());
    QCOMPARE(job.value().data.mix.size(), std::size_t(2));
    QCOMPARE(job.value().data.mix[1].path, std::string("b"));
    QCOMPARE(job.value().data.mix[1].weight, 0.5);
    const auto set = jobFromArguments(
        {"m", "", "lora", {"data.mix=[{\"path\": \"c\", \"weight\": 2}]"}}, sampleRegistry());
    QVERIFY2(set.ok(), set.ok() ? "" : set.error().message.c_str());
    QCOMPARE(set.value().data.mix.at(0).weight, 2.0);
    QVERIFY(!jobFromArguments({"m", "d", "lora", {}, {half}}, sampleRegistry()).ok());
}

void JobArgumentsTest::laterSettingsWin()
{
    const auto job = jobWith({"training.max_steps=5", "training.max_steps=9"});
    QVERIFY(job.ok());
    QCOMPARE(job.value().training.maxSteps, int64_t(9));
}

void JobArgumentsTest::settingsWinOverOptions()
{
    QCOMPARE(jobWith({"model.path=other"}).value().model.path, std::string("other"));
}

void JobArgumentsTest::valuesAreReadAsTheFieldsType()
{
    const auto job = jobWith({"data.validation.fraction=0.1",
                              "data.packing=false",
                              "method.rank_pattern={\"q_proj\": 4}",
                              "method.targets=[\"q\", \"v\"]",
                              "output.name=12",
                              "training.learning_rate=1e-3",
                              "training.sample_prompts=[\"a=b\"]",
                              "data.template=a=b.jinja"});
    QVERIFY2(job.ok(), job.ok() ? "" : job.error().message.c_str());
    QCOMPARE(job.value().data.validation.fraction, 0.1);
    QCOMPARE(job.value().data.packing, false);
    QCOMPARE(job.value().method.settings["rank_pattern"]["q_proj"].toInteger(), 4);
    QCOMPARE(toJson(job.value().method.settings["targets"]), std::string(R"(["q","v"])"));
    QCOMPARE(job.value().output.name, std::string("12"));
    QCOMPARE(job.value().training.learningRate, 1e-3);
    QCOMPARE(job.value().training.samplePrompts.at(0), std::string("a=b"));
    QCOMPARE(job.value().data.chatTemplate, std::string("a=b.jinja"));
}

void JobArgumentsTest::keysAreCheckedAgainstTheFinalMethod()
{
    const auto job = jobWith({"method.rank=8", "method.id=lora"}, "full");
    QVERIFY(job.ok());
    QCOMPARE(job.value().method.settings["rank"].toInteger(), 8);
    QCOMPARE(jobWith({"method.rank=8", "method.id=full"}).error().message,
             std::string("method.rank: unknown key"));
}

void JobArgumentsTest::refusesWhatIsNotValid_data()
{
    QTest::addColumn<QString>("set");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("hint");
    const auto row = [](const char* set, const char* code, const char* message, const char* hint) {
        QTest::newRow(set) << QString::fromUtf8(set) << QString::fromUtf8(code)
                           << QString::fromUtf8(message) << QString::fromUtf8(hint);
    };
    row("method.rank=0", "bad_field", "method.rank: expected 1…1024, got 0", "The default is 16");
    row("method.rank=many",
        "bad_field",
        "method.rank: expected a whole number, 1…1024, got \"many\"",
        "The default is 16");
    row("training.max_step=3",
        "bad_field",
        "training.max_step: unknown key",
        "Did you mean training.max_steps?");
    row("max_steps=3", "bad_field", "max_steps: unknown key", "Did you mean training.max_steps?");
    row("method.rank_pattern.q=3",
        "bad_field",
        "method.rank_pattern.q: unknown key",
        "Did you mean method.rank_pattern?");
    row("zzzzzzzz=1", "bad_field", "zzzzzzzz: unknown key", "lora-engine describe lists every key");
    row("method.id=lroa",
        "bad_field",
        "method.id: expected one of lora, full, got \"lroa\"",
        "Did you mean lora? Which weights are trained, and how. The default is \"lora\"");
    row("method.rank_pattern={",
        "bad_field",
        "method.rank_pattern: expected an object, written as JSON, got \"{\"",
        "The default is {}");
    row("training.max_steps",
        "bad_argument",
        "--set training.max_steps: expected key=value",
        "For example --set training.max_steps=100");
    row("=1",
        "bad_argument",
        "--set =1: expected key=value",
        "For example --set training.max_steps=100");
}

void JobArgumentsTest::refusesWhatIsNotValid()
{
    QFETCH(QString, set);
    QFETCH(QString, code);
    QFETCH(QString, message);
    QFETCH(QString, hint);
    const auto job = jobWith({set.toStdString()});
    QVERIFY(!job.ok());
    QCOMPARE(QString::fromStdString(job.error().code), code);
    QCOMPARE(QString::fromStdString(job.error().message), message);
    QCOMPARE(QString::fromStdString(job.error().hint), hint);
}

void JobArgumentsTest::furtherMethodsAreOneSetting()
{
    const auto job = jobWith({R"(method.with=[{"id":"full","dropout":0.25}])"});
    QVERIFY2(job.ok(), job.ok() ? "" : job.error().message.c_str());
    QCOMPARE(job.value().method.with.size(), std::size_t(1));
    QCOMPARE(job.value().method.with[0].settings["dropout"].toDouble(), 0.25);
}

void JobArgumentsTest::aPlanNeedsNoModel()
{
    QVERIFY(jobFromArguments({"", "", "lora", {}}, sampleRegistry(), JobUse::Plan).ok());
    QVERIFY(!jobFromArguments({"", "", "lora", {}}, sampleRegistry()).ok());
}

void JobArgumentsTest::setsChangeAFinishedJob()
{
    const Value written = toValue(jobWith({"training.max_steps=5"}).value());
    const auto extended = applySets(written, {"training.max_steps=10"}, sampleRegistry());
    QVERIFY(extended.ok());
    QCOMPARE(parseJob(extended.value(), sampleRegistry()).value().training.maxSteps, int64_t(10));
}

QTEST_GUILESS_MAIN(JobArgumentsTest)
#include "tst_job_arguments.moc"
