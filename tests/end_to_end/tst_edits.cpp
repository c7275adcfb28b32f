// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Edits of a data file: every verb reads the same rows, a run records them, the file stays as it
// is.
#include "tests/end_to_end/scratch.h"

#include <QCryptographicHash>
#include <QTest>

using namespace e2e;

namespace {

// {"sha256":<of the row>,…}
QByteArray lineOf(const QByteArray& row, const QByteArray& action)
{
    return "{\"sha256\":\"" + QCryptographicHash::hash(row, QCryptographicHash::Sha256).toHex()
           + "\"," + action + "}\n";
}

} // namespace

class TestEdits final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyVerbReadsTheEditedRows();
    void lossesNameTheirRows();
    void aRunTrainsOnTheEditedRows();
    void aBadEditIsRefused();

private:
    QList<QJsonObject> lines(const QString& verb, const QStringList& more = {}) const
    {
        return engine(QStringList{verb, "--json", "--model", kModel, "--data", m_data} + more)
            .lines();
    }

    Scratch m_scratch;
    QString m_data = m_scratch.data();
    QString m_edits = m_scratch.path("edits.jsonl");
    QString m_written = m_scratch.path("written.jsonl"); // the rows as the edits leave them
    QByteArray m_source = readFile(m_data);
};

void TestEdits::initTestCase()
{
    QList<QByteArray> rows = m_source.trimmed().split('\n');
    const QByteArray other = R"({"prompt":"Who sails?","completion":"We do!"})";
    writeFile(m_edits,
              lineOf(rows[1], R"("delete":true)") + lineOf(rows[3], R"("replace":)" + other)
                  + lineOf("no such row", R"("delete":true)"));
    rows[3] = other;
    rows.removeAt(1);
    writeFile(m_written, rows.join('\n') + "\n");
}

void TestEdits::everyVerbReadsTheEditedRows()
{
    const QJsonObject facts =
        engine({"inspect", "data", m_data, "--json", "--edits", m_edits, "--rows", "5"}).json();
    QCOMPARE(facts["good"].toInt(), 11);
    QCOMPARE(facts["edits"]["changed"].toInt(), 1);
    QCOMPARE(facts["edits"]["deleted"].toInt(), 1);
    QCOMPARE(facts["edits"]["unmatched"].toArray().size(), 1);
    QCOMPARE(facts["edits"]["unmatched"][0]["line"].toInt(), 3);
    const QJsonArray records = facts["records"].toArray();
    QCOMPARE(records.size(), 4);
    QCOMPARE(records[1]["index"].toInt(), 2);
    QCOMPARE(records[2]["row"]["completion"].toString(), "We do!");

    const QList<QJsonObject> shown = lines("preview", {"--edits", m_edits, "--rows", "12"});
    QCOMPARE(shown.size(), 11);
    QCOMPARE(shown[1]["index"].toInt(), 2);
    QVERIFY(shown[2]["text"].toString().contains("We do!"));

    const QJsonObject written =
        engine({"evaluate", "--json", "--model", kModel, "--data", m_written}).json();
    QCOMPARE(lines("evaluate", {"--edits", m_edits}).value(0)["metrics"], written["metrics"]);
    const QJsonObject scored = lines("score", {"--edits", m_edits}).last();
    const double loss = written["metrics"]["loss"].toDouble();
    QVERIFY(qAbs(scored["mean_nll"].toDouble() - loss) < 1e-5 * loss); // alone and packed
    QCOMPARE(scored["edits"]["deleted"].toInt(), 1);
    QCOMPARE(readFile(m_data), m_source);
}

void TestEdits::lossesNameTheirRows()
{
    const QList<QJsonObject> samples = lines("score", {"--edits", m_edits});
    const QList<QJsonObject> rows = lines("score", {"--edits", m_edits, "--per-row"});
    QCOMPARE(rows.size(), samples.size());
    for (qsizetype i = 0; i + 1 < rows.size(); ++i) {
        QCOMPARE(rows[i]["tokens"].toInt(), samples[i]["nll"].toArray().size());
        QVERIFY(qAbs(rows[i]["mean_nll"].toDouble() - samples[i]["mean_nll"].toDouble()) < 1e-5);
    }
    QCOMPARE(rows[1]["index"].toInt(), 2);
    QCOMPARE(rows[1]["line"].toInt(), 3);
    QCOMPARE(rows[0]["sha256"].toString().toLatin1(),
             QCryptographicHash::hash(m_source.split('\n')[0], QCryptographicHash::Sha256).toHex());
    // A row that is split has one loss over all its samples.
    const QList<QJsonObject> split =
        lines("score", {"--per-row", "--truncate", "split", "--max-length", "8"});
    QVERIFY(split.last()["samples"].toInt() > 12);
    QCOMPARE(split.size(), 13);
}

void TestEdits::aRunTrainsOnTheEditedRows()
{
    const QString edited = m_scratch.path("edited");
    const QString written = m_scratch.path("written");
    const Outcome outcome = engine(tinyTraining(m_data, edited, {"data.edits=" + m_edits}));
    QVERIFY2(outcome.exitCode == 0, outcome.story());
    QCOMPARE(engine(tinyTraining(m_written, written)).exitCode, 0);
    QCOMPARE(adapters(edited), adapters(written));
    QVERIFY(readFile(edited + "/events.jsonl").contains("1 edits match no row"));
    const QJsonObject manifest = readJson(edited + "/manifest.json");
    QCOMPARE(manifest["data"]["edits"].toString(), m_edits);
    QVERIFY(manifest["data"]["sha256"]
            != readJson(written + "/manifest.json").value("data")["sha256"]);
    QCOMPARE(readJson(edited + "/report.json").value("edits")["changed"].toInt(), 1);
    QCOMPARE(readFile(m_data), m_source);

    // Other edits than those it began with: the run does not go on.
    const QString begun = m_scratch.path("begun");
    const QString edits = m_scratch.path("later.jsonl");
    writeFile(edits, readFile(m_edits));
    QCOMPARE(engine(tinyTraining(m_data, begun, {"data.edits=" + edits})).exitCode, 0);
    QFile::remove(begun + "/manifest.json");
    writeFile(edits, "");
    const Outcome resumed =
        engine({"resume", begun, "--set", "training.max_steps=8", "--threads", "1"});
    QCOMPARE(resumed.exitCode, 7);
    QVERIFY2(resumed.errors.contains("the training data changed"), resumed.story());
}

void TestEdits::aBadEditIsRefused()
{
    const QString bad = m_scratch.path("bad.jsonl");
    writeFile(bad, "{}\n");
    const Outcome outcome = engine({"inspect", "data", m_data, "--json", "--edits", bad});
    QCOMPARE(outcome.exitCode, 3);
    QCOMPARE(outcome.json().value("error")["where"].toString(), bad + ":1");
    QCOMPARE(engine({"inspect", "data", m_data, "--json", "--edits", "/nowhere"}).exitCode, 3);
}

QTEST_GUILESS_MAIN(TestEdits)
#include "tst_edits.moc"
