// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/studio/presets.h"

#include "app/engine/catalog_access.h"
#include "engine/contract/catalog.h"

#include <QFile>
#include <QLocale>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace app::studio;
using ::engine::contract::Catalog;
using ::engine::contract::Value;

class TestPresets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyPresetOfOursRunsWithTheCatalogue();
    void everyValueOfOursNamesItsSource();
    void valuesAreBoundToWhatTheCatalogueAccepts_data();
    void valuesAreBoundToWhatTheCatalogueAccepts();
    void unknownKeyInTheFileIsRefused();
    void textFollowsTheLanguageAndFallsBackToEnglish();
    void ownPresetIsSavedFoundAndRemoved();
    void nameCannotLeaveTheFolder();
    void presetFillsAJob();

private:
    static Value object(const char* json) { return ::engine::contract::parseJson(json).value(); }

    Catalog m_catalog;
};

void TestPresets::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::English));
    QFile journal(QStringLiteral(LORA_SOURCE_DIR "/tests/data/journals/hello.jsonl"));
    QVERIFY(journal.open(QIODevice::ReadOnly));
    const auto hello = ::engine::contract::parseJson(journal.readLine().toStdString());
    QVERIFY(hello);
    auto read = ::engine::contract::catalogSchema().parse(hello.value()["catalog"], "catalog");
    QVERIFY(read);
    m_catalog = std::move(read).value();
}

void TestPresets::everyPresetOfOursRunsWithTheCatalogue()
{
    QTemporaryDir folder;
    Presets presets(folder.path());
    QVERIFY(presets.all().size() >= 5);
    for (const Preset& preset : presets.all()) {
        const auto checked = checkPreset(preset, m_catalog);
        QVERIFY2(checked, checked ? "" : checked.error().message.c_str());
    }
    QCOMPARE(presets.usable(m_catalog).size(), presets.all().size());
    QVERIFY(presets.find(QStringLiteral("house")));
}

void TestPresets::everyValueOfOursNamesItsSource()
{
    QTemporaryDir folder;
    Presets presets(folder.path());
    for (const Preset& preset : presets.all()) {
        QVERIFY(!preset.summary.isEmpty());
        for (const PresetValue& value : preset.values) {
            QVERIFY2(value.source.endsWith(QLatin1Char('.')), value.key.c_str());
        }
    }
}

void TestPresets::valuesAreBoundToWhatTheCatalogueAccepts_data()
{
    QTest::addColumn<QByteArray>("entry");
    QTest::addColumn<QByteArray>("word");
    QTest::newRow("unknown method") << QByteArray() << QByteArray("no method");
    QTest::newRow("unknown key") << QByteArray(R"({"key": "method.rnk", "value": 1})")
                                 << QByteArray("method.rnk");
    QTest::newRow("out of range") << QByteArray(R"({"key": "method.rank", "value": 0})")
                                  << QByteArray("expected");
    QTest::newRow("wrong type") << QByteArray(R"({"key": "method.rank", "value": "8"})")
                                << QByteArray("expected");
    QTest::newRow("no choice") << QByteArray(R"({"key": "training.schedule", "value": "zigzag"})")
                               << QByteArray("cosine");
}

void TestPresets::valuesAreBoundToWhatTheCatalogueAccepts()
{
    QFETCH(QByteArray, entry);
    QFETCH(QByteArray, word);
    const QByteArray method = entry.isEmpty() ? "teleport" : "lora";
    const QByteArray json = "{\"version\": 1, \"name\": \"x\", \"method\": \"" + method
                            + "\", \"values\": [" + entry + "]}";
    const auto preset =
        parsePreset(object(json.constData()), QStringLiteral("x"), QStringLiteral("en"), true);
    QVERIFY(preset);
    const auto checked = checkPreset(preset.value(), m_catalog);
    QVERIFY(!checked);
    QVERIFY2(checked.error().message.find(word.toStdString()) != std::string::npos,
             checked.error().message.c_str());
}

void TestPresets::unknownKeyInTheFileIsRefused()
{
    const QString id = QStringLiteral("x");
    const QString english = QStringLiteral("en");
    QVERIFY(!parsePreset(object(R"({"version": 1, "name": "x", "method": "lora", "values": [],
                                    "valuse": []})"),
                         id,
                         english,
                         true));
    QVERIFY(!parsePreset(object(R"({"version": 2, "name": "x", "method": "lora", "values": []})"),
                         id,
                         english,
                         true));
    // A value of ours without a source.
    QVERIFY(!parsePreset(object(R"({"version": 1, "name": "x", "method": "lora",
                                    "values": [{"key": "method.rank", "value": 8}]})"),
                         id,
                         english,
                         false));
}

void TestPresets::textFollowsTheLanguageAndFallsBackToEnglish()
{
    const Value json = object(R"({"version": 1, "name": {"en": "House", "ko": "기본"},
                                  "method": "lora", "values": []})");
    const auto name = [&](const char* language) {
        return parsePreset(json, QStringLiteral("x"), QLatin1String(language), true).value().name;
    };
    QCOMPARE(name("ko"), QStringLiteral("기본"));
    QCOMPARE(name("fr"), QStringLiteral("House"));
}

void TestPresets::ownPresetIsSavedFoundAndRemoved()
{
    QTemporaryDir folder;
    Presets presets(folder.path());
    QSignalSpy changed(&presets, &Presets::changed);
    const auto before = presets.all().size();
    const QString name = QStringLiteral("내 설정 / 1");
    const auto id = presets.save(name, "lora", {{"method.rank", Value(12), {}}});
    QVERIFY(id);
    QCOMPARE(changed.size(), 1);
    const Preset* own = presets.find(id.value());
    QVERIFY(own && own->isOwn);
    QCOMPARE(own->name, name);
    QCOMPARE(own->values[0].value.toInteger(), int64_t(12));
    // The same name is the same preset.
    QCOMPARE(presets.save(name, "lora", {}).value(), id.value());
    QCOMPARE(presets.all().size(), before + 1);
    QVERIFY(presets.remove(id.value()));
    QCOMPARE(presets.all().size(), before);
    QVERIFY(!presets.remove(QStringLiteral("house")));
    QVERIFY(!presets.save(QStringLiteral("  "), "lora", {}));
}

void TestPresets::nameCannotLeaveTheFolder()
{
    QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("own")));
    Presets presets(folder.filePath(QStringLiteral("own")));
    QVERIFY(presets.save(QStringLiteral("../../outside"), "lora", {}));
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 0);
}

void TestPresets::presetFillsAJob()
{
    QTemporaryDir folder;
    Presets presets(folder.path());
    const Value job = withPreset(app::engine::defaultJob(m_catalog, "lora"),
                                 *presets.find(QStringLiteral("lora_paper")));
    QCOMPARE(app::engine::valueAt(job, "method.rank").toInteger(), int64_t(4));
    QCOMPARE(app::engine::valueAt(job, "training.schedule").toString(), std::string("linear"));
    QCOMPARE(app::engine::valueAt(job, "training.seed").toInteger(), int64_t(42));
}

QTEST_GUILESS_MAIN(TestPresets)

#include "tst_presets.moc"
