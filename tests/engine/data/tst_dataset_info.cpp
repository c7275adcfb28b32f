// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "data_test.h"

#include <QtTest>

using namespace data_test;
using engine::data::Dataset;
using engine::data::loadDataset;

// LLaMA-Factory's dataset_info.json, chosen by name.
class TestDatasetInfo : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void columnsAndTagsAreApplied_data();
    void columnsAndTagsAreApplied();
    void anOmittedColumnIsNotRead();
    void theFolderStandsForItsFile();
    void refusals_data();
    void refusals();

private:
    std::string path(const char* name) const
    {
        return m_folder.filePath(QStringLiteral("dataset_info.json#") + name).toStdString();
    }

    QTemporaryDir m_folder;
};

void TestDatasetInfo::init()
{
    write(m_folder, "dataset_info.json", R"({
        "plain": {"file_name": "plain.json"},
        "asked": {"file_name": "asked.json",
                  "columns": {"prompt": "q", "query": "more", "response": "a", "system": "s", "history": "h"}},
        "short": {"file_name": "plain.json", "columns": {"prompt": "instruction", "response": "output"}},
        "chat": {"file_name": "chat.json", "formatting": "sharegpt",
                 "columns": {"messages": "talk", "system": "who"},
                 "tags": {"role_tag": "speaker", "content_tag": "words", "user_tag": "me", "assistant_tag": "bot"}},
        "pairs": {"file_name": "pairs.json", "ranking": true, "formatting": "sharegpt",
                  "columns": {"messages": "conversations", "chosen": "good", "rejected": "bad"}},
        "kto": {"file_name": "kto.json", "columns": {"prompt": "q", "response": "a", "kto_tag": "ok"}},
        "raw": {"file_name": "raw.json", "columns": {"prompt": "content"}},
        "hub": {"hf_hub_url": "somebody/something"},
        "pictures": {"file_name": "plain.json", "columns": {"messages": "m", "images": "images"}}
    })");
    write(m_folder, "plain.json", R"([{"instruction":"I","input":"N","output":"O"}])");
    write(m_folder,
          "asked.json",
          R"([{"q":"Q","more":"M","a":"A","s":"S","h":[["x","y"]],"text":"no"}])");
    write(m_folder,
          "chat.json",
          R"([{"who":"S","talk":[{"speaker":"me","words":"Q"},{"speaker":"bot","words":"A"}]}])");
    write(
        m_folder,
        "pairs.json",
        R"([{"conversations":[{"from":"human","value":"Q"}],"good":{"from":"gpt","value":"A"},"bad":{"from":"gpt","value":"B"}}])");
    write(m_folder, "kto.json", R"([{"q":"Q","a":"A","ok":false}])");
    write(m_folder, "raw.json", R"([{"content":"T"}])");
}

void TestDatasetInfo::columnsAndTagsAreApplied_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const char* format, const char* expected) {
        QTest::newRow(name) << name << format << expected;
    };
    row("plain", "alpaca", "user: I + N | assistant: O");
    row("asked", "alpaca", "system: S | user: x | assistant: y | user: Q + M | assistant: A");
    row("chat", "messages", "system: S | user: Q | assistant: A");
    row("pairs", "preference", "[user: Q] | assistant: A / assistant: B");
    row("kto", "unpaired", "user: Q | assistant: A = false");
    row("raw", "text", "text: T");
}

void TestDatasetInfo::columnsAndTagsAreApplied()
{
    QFETCH(QString, name);
    QFETCH(QString, format);
    QFETCH(QString, expected);
    const Dataset dataset = loadDataset(path(qPrintable(name)));
    QCOMPARE(QString::fromStdString(dataset.format), format);
    QCOMPARE(QString::fromStdString(rendered(dataset.records.at(0))), expected);
}

// Once there are columns, a name that is not there is none: `input` is not taken by its own name.
void TestDatasetInfo::anOmittedColumnIsNotRead()
{
    QCOMPARE(rendered(loadDataset(path("short")).records.at(0)), "user: I | assistant: O");
}

void TestDatasetInfo::theFolderStandsForItsFile()
{
    const std::string folder = m_folder.path().toStdString();
    QCOMPARE(rendered(loadDataset(folder + "#kto").records.at(0)),
             "user: Q | assistant: A = false");
    QVERIFY(loadError(folder).message.find("several data sets") != std::string::npos);
}

void TestDatasetInfo::refusals_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("says");
    QTest::newRow("absent") << "plian"
                            << "bad_data"
                            << "no data set is called plian";
    QTest::newRow("download") << "hub"
                              << "unsupported"
                              << "hf_hub_url";
    QTest::newRow("pictures") << "pictures"
                              << "unsupported"
                              << "holds images";
    QTest::newRow("no name") << ""
                             << "bad_data"
                             << "several data sets";
}

void TestDatasetInfo::refusals()
{
    QFETCH(QString, name);
    QFETCH(QString, code);
    QFETCH(QString, says);
    const engine::Error error = loadError(path(qPrintable(name)));
    QCOMPARE(QString::fromStdString(error.code), code);
    QVERIFY2(QString::fromStdString(error.message).contains(says), error.message.c_str());
    QVERIFY(!error.hint.empty());
}

QTEST_GUILESS_MAIN(TestDatasetInfo)
#include "tst_dataset_info.moc"
