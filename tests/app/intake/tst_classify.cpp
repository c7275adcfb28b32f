// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/intake/classify.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace app::intake;

class TestClassify : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pathIsKnownForWhatItIs_data();
    void pathIsKnownForWhatItIs();
    void unknownPathSaysWhy_data();
    void unknownPathSaysWhy();
    void shardsOfOneModelAreOneItem();
    void severalPathsAreOneSentence();
    void aFolderOfFilesStandsForThem_data();
    void aFolderOfFilesStandsForThem();
    void tooManyPathsAreSaid();
    void hubCacheFolderHasTheModelsName();
    void modelsAreFoundBelowAFolder();

private:
    // Makes the files, each given as "path" or "path=content".
    QString make(const QStringList& files)
    {
        const QString root = m_folder.filePath(QString::number(++m_made));
        for (const QString& entry : files) {
            const QString path = root + QLatin1Char('/') + entry.section(QLatin1Char('='), 0, 0);
            QDir().mkpath(QFileInfo(path).absolutePath());
            QFile file(path);
            if (file.open(QIODevice::WriteOnly)) {
                file.write(entry.section(QLatin1Char('='), 1).toUtf8());
            }
        }
        QDir().mkpath(root);
        return root;
    }

    QTemporaryDir m_folder;
    int m_made = 0;
};

Q_DECLARE_METATYPE(Kind)

void TestClassify::pathIsKnownForWhatItIs_data()
{
    QTest::addColumn<QStringList>("files");
    QTest::addColumn<QString>("dropped"); // inside the folder; empty = the folder
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<QString>("opened");
    const QString job = QStringLiteral("{\"model\": {}, \"data\": {}, \"method\": {}}");
    const auto row = [](const char* name,
                        const QStringList& files,
                        const char* dropped,
                        Kind kind,
                        const char* opened) {
        QTest::newRow(name) << files << QString::fromUtf8(dropped) << kind
                            << QString::fromUtf8(opened);
    };
    using L = QStringList;
    const auto s = [](const char* text) { return QString::fromUtf8(text); };
    row("model folder", L{s("config.json"), s("model.safetensors")}, "", Kind::Model, "");
    row("its weights", L{s("config.json"), s("a.safetensors")}, "a.safetensors", Kind::Model, "");
    row("its config", L{s("config.json")}, "config.json", Kind::Model, "");
    row("adapter folder",
        L{s("adapter_config.json"), s("adapter_model.safetensors")},
        "",
        Kind::Adapter,
        "");
    row("adapter beside a config",
        L{s("adapter_config.json"), s("config.json"), s("adapter_model.safetensors")},
        "",
        Kind::Adapter,
        "");
    row("json lines", L{s("데이터.jsonl")}, "데이터.jsonl", Kind::Data, "데이터.jsonl");
    row("table", L{s("a.csv")}, "a.csv", Kind::Data, "a.csv");
    row("compressed", L{s("a.jsonl.gz")}, "a.jsonl.gz", Kind::Data, "a.jsonl.gz");
    row("text", L{s("a.TXT")}, "a.TXT", Kind::Data, "a.TXT");
    row("json list", L{s("a.json=[{\"model\": 1}]")}, "a.json", Kind::Data, "a.json");
    row("data folder", L{s("train.jsonl"), s("valid.jsonl")}, "", Kind::Data, "");
    row("job file", L{s("job.json")}, "job.json", Kind::Job, "job.json");
    row("job by content", L{s("my.json=") + job}, "my.json", Kind::Job, "my.json");
    row("folder of a job", L{s("job.json")}, "", Kind::Job, "job.json");
    row("run folder", L{s("job.json"), s("events.jsonl")}, "", Kind::Run, "");
}

void TestClassify::pathIsKnownForWhatItIs()
{
    QFETCH(QStringList, files);
    QFETCH(QString, dropped);
    QFETCH(Kind, kind);
    QFETCH(QString, opened);
    const QString root = make(files);
    const auto at = [&root](const QString& inner) {
        return inner.isEmpty() ? root : QString(root + QLatin1Char('/') + inner);
    };
    const Dropped result = classify({at(dropped)});
    QCOMPARE(result.items.size(), 1);
    QCOMPARE(int(result.items[0].kind), int(kind));
    QCOMPARE(result.items[0].path, at(opened));
    QCOMPARE(int(result.kind), int(kind));
    QVERIFY(result.isAccepted());
    QVERIFY(result.sentence.endsWith(QLatin1Char('.')));
}

void TestClassify::unknownPathSaysWhy_data()
{
    QTest::addColumn<QStringList>("files");
    QTest::addColumn<QString>("dropped");
    QTest::addColumn<QString>("word");
    const auto s = [](const char* text) { return QString::fromUtf8(text); };
    QTest::newRow("lonely weights")
        << QStringList{s("a.safetensors")} << s("a.safetensors") << s("config.json");
    QTest::newRow("table") << QStringList{s("a.xlsx")} << s("a.xlsx") << s("CSV");
    QTest::newRow("gguf") << QStringList{s("a.gguf")} << s("a.gguf") << s("GGUF");
    QTest::newRow("archive") << QStringList{s("a.zip")} << s("a.zip") << s("Unpack");
    QTest::newRow("picture") << QStringList{s("a.png")} << s("a.png") << s("not known");
    QTest::newRow("empty folder") << QStringList{} << QString() << s("empty");
    QTest::newRow("other folder") << QStringList{s("a.png")} << QString() << s("config.json");
    QTest::newRow("nothing there") << QStringList{} << s("gone.jsonl") << s("Nothing is there");
}

void TestClassify::unknownPathSaysWhy()
{
    QFETCH(QStringList, files);
    QFETCH(QString, dropped);
    QFETCH(QString, word);
    const QString root = make(files);
    const Dropped result = classify({dropped.isEmpty() ? root : root + QLatin1Char('/') + dropped});
    QVERIFY(!result.isAccepted());
    QVERIFY2(result.items[0].reason.contains(word), qPrintable(result.items[0].reason));
    QVERIFY(result.sentence.contains(result.items[0].reason));
}

void TestClassify::shardsOfOneModelAreOneItem()
{
    const QString root = make({QStringLiteral("config.json"),
                               QStringLiteral("a-00001.safetensors"),
                               QStringLiteral("a-00002.safetensors")});
    const Dropped result = classify({root + QStringLiteral("/a-00001.safetensors"),
                                     root + QStringLiteral("/a-00002.safetensors")});
    QCOMPARE(result.items.size(), 1);
    QCOMPARE(result.items[0].path, root);
}

void TestClassify::severalPathsAreOneSentence()
{
    const QString root = make({QStringLiteral("a.jsonl"),
                               QStringLiteral("b.jsonl"),
                               QStringLiteral("m/config.json"),
                               QStringLiteral("c.png")});
    const auto at = [&root](const char* name) { return root + QLatin1String(name); };
    const Dropped result = classify({at("/c.png"), at("/a.jsonl"), at("/b.jsonl"), at("/m")});
    QCOMPARE(int(result.kind), int(Kind::Data));
    QVERIFY(result.sentence.contains(QStringLiteral("the model m to Models")));
    QVERIFY(result.sentence.contains(QStringLiteral("2")));
    QVERIFY(result.sentence.contains(QStringLiteral("c.png")));
}

void TestClassify::aFolderOfFilesStandsForThem_data()
{
    QTest::addColumn<QStringList>("files");
    QTest::addColumn<QStringList>("found");
    using L = QStringList;
    QTest::newRow("tables") << L{"b.csv", "a.jsonl", "c.PARQUET", "x.png"}
                            << L{"a.jsonl", "b.csv", "c.PARQUET"};
    QTest::newRow("notes beside tables") << L{"a.jsonl", "notes.txt", "README.md"} << L{"a.jsonl"};
    QTest::newRow("texts") << L{"one.txt", "two.md", "README.md", "LICENSE.txt"}
                           << L{"one.txt", "two.md"};
    QTest::newRow("folders of tables")
        << L{"README.md", "data/a.parquet", "data/b.parquet", "more/train.jsonl", "m/config.json"}
        << L{"data/a.parquet", "data/b.parquet", "more"};
    QTest::newRow("a job among them")
        << L{"a.jsonl", "job2.json={\"model\",\"method\",\"data\"}"} << L{"a.jsonl", "job2.json"};
    QTest::newRow("too deep") << L{"a/b/c.jsonl"} << L{""};
}

void TestClassify::aFolderOfFilesStandsForThem()
{
    QFETCH(QStringList, files);
    QFETCH(QStringList, found);
    const QString root = make(files);
    QStringList items;
    for (const DroppedItem& item : classify({root}).items) {
        items.append(item.path.mid(root.size() + 1));
    }
    QCOMPARE(items, found);
}

void TestClassify::tooManyPathsAreSaid()
{
    QStringList many;
    for (int number = 0; number < kMostPaths + 5; ++number) {
        many.append(QStringLiteral("%1.csv").arg(number));
    }
    const Dropped folder = classify({make(many)});
    QCOMPARE(folder.items.size(), kMostPaths);
    QVERIFY(folder.sentence.contains(QStringLiteral("5 more")));
    const QString root = make({QStringLiteral("a.jsonl")});
    QStringList paths(kMostPaths + 3, root + QStringLiteral("/a.jsonl"));
    QVERIFY(classify(paths).sentence.contains(QStringLiteral("3 more")));
}

void TestClassify::hubCacheFolderHasTheModelsName()
{
    QCOMPARE(modelName(QStringLiteral("/h/models--Qwen--Qwen2.5-0.5B/snapshots/0a1b2c")),
             QStringLiteral("Qwen2.5-0.5B"));
    QCOMPARE(modelName(QStringLiteral("/h/my-model/")), QStringLiteral("my-model"));
}

void TestClassify::modelsAreFoundBelowAFolder()
{
    const QString root = make({QStringLiteral("one/config.json"),
                               QStringLiteral("one/sub/config.json"),
                               QStringLiteral("deep/er/two/config.json"),
                               QStringLiteral("adapter/adapter_config.json"),
                               QStringLiteral("notes/a.txt")});
    // A link that leads back up must not be followed for ever.
    QVERIFY(QFile::link(root, root + QStringLiteral("/notes/up")));
    const QStringList found = findModelFolders(root);
    QCOMPARE(found,
             QStringList({root + QStringLiteral("/deep/er/two"), root + QStringLiteral("/one")}));
}

QTEST_GUILESS_MAIN(TestClassify)

#include "tst_classify.moc"
