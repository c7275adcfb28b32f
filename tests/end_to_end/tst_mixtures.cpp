// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Several sources trained together, through the real program.
#include "tests/end_to_end/scratch.h"

#include <QCryptographicHash>
#include <QTest>

using namespace e2e;

class TestMixtures final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aWeightOfOneIsAsOneFile();
    void runsSayWhatEachSourceIs();
    void resumeIsExact();
    void aChangedSourceIsNamed();
    void editsAndFormatsAreThoseOfTheSource();
    void oneFileMayValidateThemAll();
    void inspectTellsEachSource();
    void previewGoesThroughTheSources();
    void refusals_data();
    void refusals();

private:
    // `train` on --data arguments.
    QStringList training(const QStringList& data, const QString& out, const QStringList& settings)
    {
        QStringList arguments = tinyTraining(data.first(), out, settings);
        for (const QString& more : data.mid(1)) {
            arguments << "--data" << more;
        }
        return arguments;
    }
    QString write(const QString& name, const QByteArray& bytes) const
    {
        writeFile(m_scratch.path(name), bytes);
        return m_scratch.path(name);
    }

    Scratch m_scratch;
    QByteArray m_first;  // 8 rows
    QByteArray m_second; // 12 rows
    QString m_a;
    QString m_b;
};

void TestMixtures::initTestCase()
{
    const QList<QByteArray> lines = readFile(kSample + "/pirate.jsonl").split('\n');
    m_first = lines.mid(0, 8).join('\n') + "\n";
    m_second = lines.mid(8, 12).join('\n') + "\n";
    m_a = write("a.jsonl", m_first);
    m_b = write("b.jsonl", m_second);
}

void TestMixtures::aWeightOfOneIsAsOneFile()
{
    const QString both = write("both.jsonl", m_first + m_second);
    const QStringList settings = {"data.validation.fraction=0"};
    const Outcome one = engine(training({both}, m_scratch.path("one"), settings));
    QVERIFY2(one.exitCode == 0, one.story());
    const Outcome two = engine(training({m_a, m_b}, m_scratch.path("two"), settings));
    QVERIFY2(two.exitCode == 0, two.story());
    QCOMPARE(adapters(m_scratch.path("two")), adapters(m_scratch.path("one")));
    QCOMPARE(exactMetrics(m_scratch.path("two")), exactMetrics(m_scratch.path("one")));
    const Outcome more = engine(training({m_a, m_b + ":2"}, m_scratch.path("more"), settings));
    QVERIFY2(more.exitCode == 0, more.story());
    QVERIFY(adapters(m_scratch.path("more")) != adapters(m_scratch.path("one")));
}

void TestMixtures::runsSayWhatEachSourceIs()
{
    const QString run = m_scratch.path("run");
    const Outcome outcome =
        engine(training({m_a + ":0.5", m_b + ":2"}, run, {"training.epochs=1"}));
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    const QJsonArray mix = readJson(run + "/job.json")["data"].toObject()["mix"].toArray();
    QCOMPARE(mix[0]["path"].toString(), m_a);
    QCOMPARE(mix[0]["weight"].toDouble(), 0.5);
    QCOMPARE(readJson(run + "/job.json")["data"].toObject()["path"].toString(), "");

    const QJsonObject report = readJson(run + "/report.json");
    const QJsonArray sources = report["data"]["sources"].toArray();
    QCOMPARE(sources.size(), 2);
    QCOMPARE(report["data"]["good"].toInt(), 20);
    QCOMPARE(sources[1]["good"].toInt(), 12);
    QCOMPARE(sources[0]["samples"].toInt() + sources[0]["validation_samples"].toInt(), 8);
    QCOMPARE(sources[0]["samples_per_epoch"].toInt(), (sources[0]["samples"].toInt() + 1) / 2);
    QCOMPARE(sources[1]["samples_per_epoch"].toInt(), 2 * sources[1]["samples"].toInt());
    const double share = sources[0]["share"].toDouble();
    QVERIFY(share > 0 && share < sources[1]["share"].toDouble());
    QVERIFY(qAbs(share + sources[1]["share"].toDouble() - 1) < 1e-9);
    QCOMPARE(report["samples"]["train"].toInt(),
             sources[0]["samples"].toInt() + sources[1]["samples"].toInt());

    const QJsonObject data = readJson(run + "/manifest.json")["data"].toObject();
    QCOMPARE(data["sources"][1]["path"].toString(), m_b);
    QCOMPARE(data["sources"][1]["weight"].toDouble(), 2.0);
    const QByteArray hash = QCryptographicHash::hash(m_second, QCryptographicHash::Sha256).toHex();
    QCOMPARE(data["sources"][1]["sha256"].toString(), QString::fromLatin1(hash));
    QCOMPARE(data["sha256"].toString().size(), 64);
}

void TestMixtures::resumeIsExact()
{
    const QString run = m_scratch.path("proved");
    const Outcome outcome = engine(training({m_a + ":0.5", m_b + ":1.3"}, run, {}));
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    const Outcome proof = engine({"verify", run, "--prove-resume", "--json"});
    QVERIFY2(proof.exitCode == 0 && proof.json()["passed"].toBool(), proof.story());
}

void TestMixtures::aChangedSourceIsNamed()
{
    const QString changing = write("changing.jsonl", m_second);
    const QString run = m_scratch.path("changed");
    const Outcome outcome =
        engine(training({m_a, changing}, run, {"training.max_steps=2", "training.save_every=1"}));
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    write("changing.jsonl", m_second + m_first);
    QVERIFY(QFile::remove(run + "/manifest.json"));
    const Outcome resumed = engine({"resume", run, "--json"});
    QCOMPARE(resumed.exitCode, 7);
    QCOMPARE(resumed.lines().last()["where"].toString(), changing);
}

void TestMixtures::editsAndFormatsAreThoseOfTheSource()
{
    const QByteArray row = m_first.split('\n').first();
    const QByteArray hash = QCryptographicHash::hash(row, QCryptographicHash::Sha256).toHex();
    const QString edits = write("a.edits", R"({"sha256":")" + hash + R"(","delete":true})" + "\n");
    const QString table = write("c.csv", "question,reply\nAhoy?,Arr\nWho?,Me\n");
    const QByteArray mix = R"([{"path":")" + m_a.toUtf8() + R"(","edits":")" + edits.toUtf8()
                           + R"("},{"path":")" + table.toUtf8()
                           + R"(","columns":{"question":"prompt","reply":"completion"},)"
                           + R"("template":"plain","weight":3}])";
    const QString run = m_scratch.path("own");
    QStringList arguments =
        tinyTraining("", run, {"data.mix=" + QString::fromUtf8(mix), "data.validation.fraction=0"});
    arguments.remove(arguments.indexOf("--data"), 2);
    const Outcome outcome = engine(arguments);
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    const QJsonObject report = readJson(run + "/report.json");
    QCOMPARE(report["data"]["sources"][0]["good"].toInt(), 7);
    QCOMPARE(report["data"]["sources"][1]["format"].toString(), "prompt_completion");
    QCOMPARE(report["edits"]["deleted"].toInt(), 1);
    QVERIFY(report["edits"]["unmatched"].toArray().isEmpty());

    const Outcome inspected =
        engine({"inspect", "data", "--mix", QString::fromUtf8(mix), "--model", kModel, "--json"});
    QVERIFY2(inspected.exitCode == 0, inspected.story());
    QCOMPARE(inspected.json()["sources"][0]["good"].toInt(), 7);
    QCOMPARE(inspected.json()["edits"].toObject()["deleted"].toInt(), 1);
}

void TestMixtures::oneFileMayValidateThemAll()
{
    const QString validation = m_scratch.data(5, "validation.jsonl");
    const QString run = m_scratch.path("validated");
    const Outcome outcome =
        engine(training({m_a, m_b}, run, {"data.validation.path=" + validation}));
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    const QJsonObject report = readJson(run + "/report.json");
    QCOMPARE(report["samples"]["train"].toInt(), 20);
    QCOMPARE(report["samples"]["validation"].toInt(), 5);
    QCOMPARE(report["validation_data"]["good"].toInt(), 5);
}

void TestMixtures::inspectTellsEachSource()
{
    const Outcome outcome = engine({"inspect", "data", m_a, "--data", m_b + ":2", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    const QJsonObject all = outcome.json();
    QCOMPARE(all["good"].toInt(), 20);
    QCOMPARE(all["sources"][0]["path"].toString(), m_a);
    QCOMPARE(all["sources"][1]["samples_per_epoch"].toInt(), 24);
    QVERIFY(all["sources"][1]["share"].isNull());
    const QJsonObject measured =
        engine({"inspect", "data", m_a, "--data", m_b + ":2", "--json", "--model", kModel}).json();
    const QJsonArray sources = measured["sources"].toArray();
    const double trained = sources[0]["trained_tokens"].toDouble();
    const double twice = 2 * sources[1]["trained_tokens"].toDouble();
    QVERIFY(trained > 0 && twice > 0);
    QVERIFY(qAbs(sources[1]["share"].toDouble() - twice / (trained + twice)) < 1e-9);
    QCOMPARE(measured["lengths"]["trained_tokens"].toDouble(), trained + twice / 2);
    QVERIFY(!engine({"inspect", "data", m_a, "--json"}).json().contains("sources"));
}

void TestMixtures::previewGoesThroughTheSources()
{
    const auto preview = [&](const QStringList& data, const QString& first, const QString& rows) {
        QStringList arguments = {
            "preview", "--json", "--model", kModel, "--first", first, "--rows", rows};
        for (const QString& each : data) {
            arguments << "--data" << each;
        }
        return engine(arguments).lines();
    };
    const QList<QJsonObject> across = preview({m_a, m_b}, "6", "4");
    QCOMPARE(across.size(), 4);
    QCOMPARE(across[1]["text"], preview({m_a}, "7", "1")[0]["text"]);
    QCOMPARE(across[2]["text"], preview({m_b}, "0", "1")[0]["text"]);
    QCOMPARE(across[2]["file"].toString(), m_b);
    QCOMPARE(across[2]["index"].toInt(), 8);
    QCOMPARE(across[2]["total"].toInt(), 20);
}

void TestMixtures::refusals_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("code");
    const QStringList two = {"inspect", "data", m_a, "--data", m_b};
    QTest::newRow("rows of several") << two + QStringList{"--rows", "2"} << "bad_argument";
    QTest::newRow("quality of several") << two + QStringList{"--quality"} << "bad_argument";
    QTest::newRow("no weight") << QStringList{"inspect", "data", m_a + ":0"} << "bad_argument";
    QTest::newRow("neither") << QStringList{"inspect", "data"} << "bad_argument";
    QTest::newRow("both") << two + QStringList{"--mix", "[]"} << "bad_argument";
    QTest::newRow("a source without a path")
        << QStringList{"inspect", "data", "--mix", R"({"weight":2})"} << "bad_field";
    QTest::newRow("packs of several")
        << QStringList{"preview", "--model", kModel, "--data", m_a, "--data", m_b, "--packs"}
        << "bad_argument";
    QTest::newRow("path and mixture")
        << tinyTraining(m_a, m_scratch.path("no"), {R"(data.mix=[{"path":"x"}])"}) << "bad_field";
}

void TestMixtures::refusals()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, code);
    const Outcome outcome = engine(arguments);
    QCOMPARE(outcome.exitCode, 2);
    QCOMPARE(outcome.errorCode(), code.toUtf8());
}

QTEST_GUILESS_MAIN(TestMixtures)
#include "tst_mixtures.moc"
