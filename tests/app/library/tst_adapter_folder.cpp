// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/library/adapter_folder.h"

#include "engine/contract/error_codes.h"
#include "tests/app/library/library_fixture.h"

#include <QTest>

using namespace app::library;
using namespace Qt::StringLiterals;

class TestAdapterFolder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsRanksSizesAndOrigin();
    void severalRanksAreSeen();
    void formOfTheBaseIsRead();
    void foreignAdapterIsNamedByItsPeftType();
    void damagedFolderIsRefused_data();
    void damagedFolderIsRefused();
    void copyIsNamedByItsContent();
    void secondCopyIsTheFirst();
};

void TestAdapterFolder::readsRanksSizesAndOrigin()
{
    QTemporaryDir folder;
    test_support::writeAdapter(folder.filePath(u"kestrel"_s));
    const auto read = readAdapterFolder(folder.filePath(u"kestrel"_s));
    VERIFY_OK(read);
    const Adapter& adapter = read.value();
    QCOMPARE(adapter.name, u"kestrel"_s);
    QCOMPARE(adapter.method, u"lora"_s);
    QCOMPARE(adapter.rank, 8);
    QVERIFY(!adapter.hasSeveralRanks);
    QCOMPARE(adapter.modules, 2);
    QCOMPARE(adapter.parameters, 4 * 32);
    QCOMPARE(adapter.dtype, u"float32"_s);
    QCOMPARE(adapter.baseSha256, u"b1"_s);
    QCOMPARE(adapter.basePath, u"/models/tiny"_s);
    QCOMPARE(adapter.sha256.size(), 64);
    QCOMPARE(adapter.bytes,
             QFileInfo(folder.filePath(u"kestrel/adapter_model.safetensors"_s)).size());
}

void TestAdapterFolder::severalRanksAreSeen()
{
    QTemporaryDir folder;
    test_support::writeAdapter(folder.path(), "a", 4);
    const auto read = readAdapterFolder(folder.path());
    VERIFY_OK(read);
    QVERIFY(read.value().hasSeveralRanks);
}

void TestAdapterFolder::formOfTheBaseIsRead()
{
    QTemporaryDir folder;
    test_support::writeFile(folder.filePath(u"adapter_config.json"_s), R"({"peft_type":"LORA"})");
    const auto readWith = [&folder](const QByteArray& base) {
        const QByteArray record =
            R"({"__metadata__":{"lora_studio":"{\"base_quantization\":)" + base + R"(}"}})";
        test_support::writeFile(folder.filePath(u"adapter_model.safetensors"_s),
                                test_support::safetensors(record));
        return readAdapterFolder(folder.path());
    };
    const auto plain = readWith("null");
    VERIFY_OK(plain);
    QCOMPARE(plain.value().baseQuantization, QString());
    const auto packed = readWith(R"({\"kind\":\"nf4\"})");
    VERIFY_OK(packed);
    QCOMPARE(packed.value().baseQuantization, u"nf4"_s);
    QVERIFY(!packed.value().correctsRounding);
    const auto corrected = readWith(R"({\"kind\":\"nf4\",\"corrected\":true})");
    VERIFY_OK(corrected);
    QVERIFY(corrected.value().correctsRounding);
}

void TestAdapterFolder::foreignAdapterIsNamedByItsPeftType()
{
    QTemporaryDir folder;
    test_support::writeFile(folder.filePath(u"adapter_config.json"_s),
                            R"({"peft_type":"PROMPT_TUNING","base_model_name_or_path":"org/m"})");
    test_support::writeFile(
        folder.filePath(u"adapter_model.safetensors"_s),
        test_support::safetensors(R"({"prompt_embeddings":{"dtype":"BF16","shape":[20,64]}})"));
    const auto read = readAdapterFolder(folder.path());
    VERIFY_OK(read);
    QCOMPARE(read.value().method, u"prompt_tuning"_s);
    QCOMPARE(read.value().rank, 0);
    QCOMPARE(read.value().parameters, 1280);
    QCOMPARE(read.value().dtype, u"bfloat16"_s);
}

void TestAdapterFolder::damagedFolderIsRefused_data()
{
    QTest::addColumn<QByteArray>("config");
    QTest::addColumn<QByteArray>("weights");
    const QByteArray good = R"({"peft_type":"LORA","r":8})";
    QByteArray tooLong = test_support::safetensors("{}");
    tooLong[1] = '\x7f';
    QByteArray huge = test_support::safetensors("{}");
    huge[7] = '\xff';
    QTest::newRow("no config") << QByteArray() << test_support::safetensors("{}");
    QTest::newRow("torn config") << QByteArray("{\"r\":") << test_support::safetensors("{}");
    QTest::newRow("no weights") << good << QByteArray();
    QTest::newRow("short weights") << good << QByteArray("abc");
    QTest::newRow("header longer than the file") << good << tooLong;
    QTest::newRow("header of 2^63 bytes") << good << huge;
    QTest::newRow("empty header") << good << test_support::safetensors("");
    QTest::newRow("header is no JSON") << good << test_support::safetensors("{{{{");
}

void TestAdapterFolder::damagedFolderIsRefused()
{
    QFETCH(QByteArray, config);
    QFETCH(QByteArray, weights);
    QTemporaryDir folder;
    if (!config.isEmpty()) {
        test_support::writeFile(folder.filePath(u"adapter_config.json"_s), config);
    }
    if (!weights.isEmpty()) {
        test_support::writeFile(folder.filePath(u"adapter_model.safetensors"_s), weights);
    }
    const auto read = readAdapterFolder(folder.path());
    QVERIFY(!read);
    QVERIFY(!read.error().hint.empty());
}

void TestAdapterFolder::copyIsNamedByItsContent()
{
    QTemporaryDir folder;
    test_support::writeAdapter(folder.filePath(u"a"_s));
    const QString adapters = folder.filePath(u"adapters"_s);
    const auto copied = copyAdapterFolder(folder.filePath(u"a"_s), adapters);
    VERIFY_OK(copied);
    const auto read = readAdapterFolder(copied.value());
    VERIFY_OK(read);
    QCOMPARE(QDir(copied.value()).dirName(), read.value().sha256);
    // Nothing half-written stays behind.
    QCOMPARE(QDir(adapters).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
             QStringList{read.value().sha256});
}

void TestAdapterFolder::secondCopyIsTheFirst()
{
    QTemporaryDir folder;
    test_support::writeAdapter(folder.filePath(u"a"_s));
    test_support::writeAdapter(folder.filePath(u"same"_s));
    const QString adapters = folder.filePath(u"adapters"_s);
    const auto first = copyAdapterFolder(folder.filePath(u"a"_s), adapters);
    const auto second = copyAdapterFolder(folder.filePath(u"same"_s), adapters);
    VERIFY_OK(first);
    VERIFY_OK(second);
    QCOMPARE(first.value(), second.value());
}

QTEST_GUILESS_MAIN(TestAdapterFolder)
#include "tst_adapter_folder.moc"
