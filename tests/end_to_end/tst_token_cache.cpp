// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The tokens of large data are kept between starts, and make no difference but in time.
#include "tests/end_to_end/scratch.h"

#include <QTest>

#include <memory>

using namespace e2e;

namespace {

// What takes time here is to be tokenising.
const QStringList kFewValidate = {"data.validation.fraction=0.002"};

} // namespace

class TestTokenCache final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void theFirstStartKeepsThem();
    void theSecondStartTrainsTheSame();
    void anInterruptedRunGoesOnFromThem();
    void validationDataAreKeptToo();
    void whatChangedIsNotTaken_data();
    void whatChangedIsNotTaken();
    void damageChangesNothing();
    void twoAtOnceDoNotMeet();

private:
    // Trains and returns the event `prepared`.
    QJsonObject train(const QString& name, const QStringList& settings = {});
    QStringList kept() const
    {
        return QDir(m_cache + "/lora-studio/tokens").entryList({"*.tokens"}, QDir::Files);
    }
    QString run(const QString& name) const { return m_scratch.path(name); }

    Scratch m_scratch;
    QString m_cache = m_scratch.path("cache");
    QString m_data = m_scratch.path("large.jsonl");
};

void TestTokenCache::initTestCase()
{
    const QByteArray rows = readFile(kSample + "/pirate.jsonl");
    writeFile(m_data, rows.repeated((1 << 20) / rows.size() + 1));
    qputenv("XDG_CACHE_HOME", "/dev/null"); // nothing is kept
    const QJsonObject prepared = train("without");
    QVERIFY(!prepared["cached"].toBool());
    QVERIFY(prepared["note"].toString().contains("not kept"));
    qputenv("XDG_CACHE_HOME", m_cache.toUtf8());
    QVERIFY(!train("first")["cached"].toBool());
}

void TestTokenCache::init()
{
    qputenv("XDG_CACHE_HOME", m_cache.toUtf8());
}

QJsonObject TestTokenCache::train(const QString& name, const QStringList& settings)
{
    const Outcome outcome =
        engine(tinyTraining(m_data, run(name), kFewValidate + settings) << "--json");
    if (outcome.exitCode != 0) {
        qWarning() << outcome.story();
        return {};
    }
    for (const QJsonObject& event : outcome.lines()) {
        if (event["event"].toString() == "prepared") {
            return event;
        }
    }
    return {};
}

void TestTokenCache::theFirstStartKeepsThem()
{
    QCOMPARE(kept().size(), 1);
    QCOMPARE(exactMetrics(run("first")), exactMetrics(run("without")));
    QCOMPARE(adapters(run("first")), adapters(run("without")));
}

void TestTokenCache::theSecondStartTrainsTheSame()
{
    const QJsonObject prepared = train("second");
    QVERIFY(prepared["cached"].toBool());
    QVERIFY(prepared["saved_seconds"].toDouble() > 0);
    QCOMPARE(prepared["note"].toString(), QString());
    const QJsonObject report = readJson(run("second") + "/report.json");
    QJsonObject lengths = report["lengths"].toObject();
    QCOMPARE(prepared["samples"].toInt() + prepared["validation"].toInt(),
             lengths["samples"].toInt());
    QCOMPARE(prepared["tokens"].toInt(), lengths["tokens"].toInt());
    const QJsonObject without = readJson(run("without") + "/report.json");
    for (const char* part : {"data", "lengths", "findings", "samples", "result"}) {
        QCOMPARE(report[QLatin1String(part)], without[QLatin1String(part)]);
    }
    QVERIFY(report["data"].toObject()["notices"].toArray().size() > 0);
    QCOMPARE(exactMetrics(run("second")), exactMetrics(run("without")));
    QCOMPARE(adapters(run("second")), adapters(run("without")));
    QCOMPARE(readJson(run("second") + "/manifest.json")["data"],
             readJson(run("without") + "/manifest.json")["data"]);
}

void TestTokenCache::anInterruptedRunGoesOnFromThem()
{
    const QString interrupted = m_scratch.copy(run("without"), "interrupted");
    QDir(interrupted + "/checkpoints/step-00000006").removeRecursively();
    QDir(interrupted + "/output").removeRecursively();
    QFile::remove(interrupted + "/manifest.json");
    const Outcome outcome = engine({"resume", interrupted, "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    QVERIFY(outcome.output.contains("\"cached\":true"));
    QCOMPARE(exactMetrics(interrupted), exactMetrics(run("without")));
    QCOMPARE(adapters(interrupted), adapters(run("without")));
}

void TestTokenCache::validationDataAreKeptToo()
{
    const QString other = m_scratch.path("other.jsonl");
    writeFile(other, readFile(m_data).replace("Arr", "Oh"));
    const QStringList validating = {"data.validation.path=" + other};
    QVERIFY(!train("validated", validating)["cached"].toBool()); // one of two was there
    QCOMPARE(kept().size(), 2);
    QVERIFY(train("validated again", validating)["cached"].toBool());
    QCOMPARE(exactMetrics(run("validated again")), exactMetrics(run("validated")));
}

void TestTokenCache::whatChangedIsNotTaken_data()
{
    QTest::addColumn<QString>("setting");
    QTest::newRow("mask") << "data.mask=all";
    QTest::newRow("template") << "data.template=alpaca";
    QTest::newRow("length") << "data.max_length=24";
    QTest::newRow("data") << "";
}

void TestTokenCache::whatChangedIsNotTaken()
{
    QFETCH(QString, setting);
    const QByteArray before = readFile(m_data);
    if (setting.isEmpty()) {
        writeFile(m_data, before.mid(before.indexOf('\n') + 1));
    }
    const QString name = QStringLiteral("changed ") + QTest::currentDataTag();
    const QJsonObject prepared =
        train(name, setting.isEmpty() ? QStringList() : QStringList{setting});
    writeFile(m_data, before);
    QVERIFY(!prepared.isEmpty());
    QVERIFY(!prepared["cached"].toBool());
    QVERIFY(exactMetrics(run(name)) != exactMetrics(run("without")));
}

void TestTokenCache::damageChangesNothing()
{
    for (const QString& name : kept()) {
        const QString file = m_cache + "/lora-studio/tokens/" + name;
        QByteArray bytes = readFile(file);
        bytes[1000] = static_cast<char>(bytes[1000] ^ 1);
        writeFile(file, bytes);
    }
    const QJsonObject prepared = train("damaged");
    QVERIFY(!prepared["cached"].toBool());
    QVERIFY(prepared["note"].toString().contains("made again"));
    QCOMPARE(adapters(run("damaged")), adapters(run("without")));
    QVERIFY(train("mended")["cached"].toBool());
}

void TestTokenCache::twoAtOnceDoNotMeet()
{
    qputenv("XDG_CACHE_HOME", m_scratch.path("shared cache").toUtf8());
    std::vector<std::unique_ptr<Engine>> engines;
    for (const char* name : {"left", "right"}) {
        engines.push_back(
            std::make_unique<Engine>(tinyTraining(m_data, run(name), kFewValidate) << "--json"));
    }
    for (const auto& one : engines) {
        const Outcome outcome = one->finish();
        QVERIFY2(outcome.exitCode == 0, outcome.story());
    }
    QCOMPARE(adapters(run("left")), adapters(run("without")));
    QCOMPARE(adapters(run("right")), adapters(run("without")));
    QVERIFY(train("third")["cached"].toBool());
    QCOMPARE(adapters(run("third")), adapters(run("without")));
}

QTEST_GUILESS_MAIN(TestTokenCache)
#include "tst_token_cache.moc"
