// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/recorded.h"
#include "ui/pages/train/module_match.h"
#include "ui/pages/train/pattern_writer.h"
#include "ui/pages/train/target_settings.h"

#include <QRandomGenerator>
#include <QTest>

using namespace ui::pages::train;
using engine::contract::parseJson;
using engine::contract::toJson;
using engine::contract::Value;

namespace {

constexpr TargetDefaults kDefaults{16, 32};

ModuleGrid grid(const char* name)
{
    return ModuleGrid::fromInspection(test_support::recorded(QString::fromLatin1(name)));
}

Value json(const char* text)
{
    return parseJson(text).value();
}

// "q:16" for every module of the first layer that is on, as a readable comparison.
QString firstLayer(const TargetSelection& selection, const ModuleGrid& grid)
{
    QStringList parts;
    for (std::size_t i = 0; i < selection.ranks.size(); ++i) {
        if (selection.ranks[i] > 0 && grid.modules()[i].layer == 0) {
            const GridColumn& column =
                grid.columns()[static_cast<std::size_t>(grid.modules()[i].column)];
            parts.append(QStringLiteral("%1:%2").arg(column.title).arg(selection.ranks[i]));
        }
    }
    return parts.join(QLatin1Char(' '));
}

void switchOffCovered(TargetSelection& selection, const ModuleGrid& grid)
{
    int whole = 0;
    for (std::size_t i = 0; i < selection.ranks.size(); ++i) {
        if (!grid.modules()[i].isSlice) {
            whole = selection.ranks[i];
        } else if (whole > 0) {
            selection.ranks[i] = 0;
        }
    }
}

} // namespace

class TestTargetSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void gridShowsLayersTimesKinds();
    void slicesOfFusedWeightsAreColumns();
    void slicesHaveRowsOfTheirOwn();
    void everyFamilyShowsItsOwnModules_data();
    void everyFamilyShowsItsOwnModules();
    void settingsReadAsTheEngineReadsThem_data();
    void settingsReadAsTheEngineReadsThem();
    void selectionsAreWrittenShortly_data();
    void selectionsAreWrittenShortly();
    void randomSelectionsReadBackTheSame_data();
    void randomSelectionsReadBackTheSame();
    void brokenPatternsAreNamedInWords_data();
    void brokenPatternsAreNamedInWords();
    void explosiveExpressionIsGivenUp();
    void layersBecomeShortExpressions_data();
    void layersBecomeShortExpressions();
    void parametersAreCountedExactly_data();
    void parametersAreCountedExactly();
    void hostileNamesAreOnlyNames();
};

void TestTargetSettings::gridShowsLayersTimesKinds()
{
    const ModuleGrid g = grid("inspect_llama");
    QCOMPARE(g.layers(), 24);
    QStringList titles;
    for (const GridColumn& column : g.columns()) {
        titles.append(column.title);
    }
    QCOMPARE(titles.join(QLatin1Char(' ')), QStringLiteral("q k v o gate up down lm_head"));
    QCOMPARE(g.columns()[1].in, 64);
    QCOMPARE(g.columns()[1].out, 32);
    QCOMPARE(g.columns()[0].group, ColumnGroup::Attention);
    QCOMPARE(g.columns()[6].group, ColumnGroup::Mlp);
    QCOMPARE(g.columns()[7].group, ColumnGroup::Outside);
    QCOMPARE(g.rows().back(), -1);
    QCOMPARE(g.modules()[static_cast<std::size_t>(g.indexAt(3, 6))].name,
             std::string("model.layers.3.mlp.down_proj"));
    QCOMPARE(g.indexAt(3, 7), -1);
}

void TestTargetSettings::slicesOfFusedWeightsAreColumns()
{
    const ModuleGrid g = grid("inspect_gpt2");
    QStringList titles;
    for (const GridColumn& column : g.columns()) {
        titles.append(column.title);
    }
    QCOMPARE(titles.join(QLatin1Char(' ')), QStringLiteral("c_attn q k v o fc_in fc_out lm_head"));
    const GridModule& slice = g.modules()[static_cast<std::size_t>(g.indexAt(0, 1))];
    QCOMPARE(slice.name, std::string("transformer.h.0.attn.c_attn.q"));
    QCOMPARE(slice.out, 32);
    QVERIFY(slice.isSlice);
    // A transposed weight: stored [in, out].
    QCOMPARE(g.columns()[5].in, 32);
    QCOMPARE(g.columns()[5].out, 128);
}

void TestTargetSettings::everyFamilyShowsItsOwnModules_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("columns"); // title: in → out
    QTest::newRow("Phi-3, 4 heads of 12 and 2 of keys")
        << "inspect_phi3"
        << "qkv_proj:48>96 q:48>48 k:48>24 v:48>24 o:48>48 gate_up_proj:48>128 gate:48>64 "
           "up:48>64 down:64>48 lm_head:48>320";
    QTest::newRow("GPT-NeoX") << "inspect_gpt_neox"
                              << "query_key_value:48>144 q:48>48 k:48>48 v:48>48 o:48>48 "
                                 "fc_in:48>64 fc_out:64>48 embed_out:48>320";
}

void TestTargetSettings::everyFamilyShowsItsOwnModules()
{
    QFETCH(QString, model);
    QFETCH(QString, columns);
    const ModuleGrid g = grid(qPrintable(model));
    QStringList shown;
    for (const GridColumn& column : g.columns()) {
        shown.append(QStringLiteral("%1:%2>%3").arg(column.title).arg(column.in).arg(column.out));
    }
    QCOMPARE(shown.join(QLatin1Char(' ')), columns);
}

// The parts of a fused weight differ in size where queries share keys.
void TestTargetSettings::slicesHaveRowsOfTheirOwn()
{
    const ModuleGrid g = ModuleGrid::fromInspection(json(R"({"modules":[{
        "name":"model.layers.0.self_attn.qkv_proj","kind":"linear","shape":[96,48],"layer":0,
        "parameters":4608,"slices":[{"name":"q","rows":48},{"name":"k","rows":24},
        {"name":"v","rows":24}]}]})"));
    QCOMPARE(g.columns().size(), std::size_t(4));
    QCOMPARE(g.modules()[1].name, std::string("model.layers.0.self_attn.qkv_proj.q"));
    QCOMPARE(g.modules()[1].out, 48);
    QCOMPARE(g.modules()[2].out, 24);
    QCOMPARE(g.modules()[3].in, 48);
}

void TestTargetSettings::settingsReadAsTheEngineReadsThem_data()
{
    QTest::addColumn<QByteArray>("model");
    QTest::addColumn<QByteArray>("settings");
    QTest::addColumn<int>("count");
    QTest::addColumn<QString>("first");
    const auto row = [](const char* name,
                        const char* model,
                        const char* settings,
                        int count,
                        const char* first) {
        QTest::newRow(name) << QByteArray(model) << QByteArray(settings) << count
                            << QString::fromLatin1(first);
    };
    const char* llama = "inspect_llama";
    const char* gpt2 = "inspect_gpt2";
    row("default", llama, "{}", 168, "q:16 k:16 v:16 o:16 gate:16 up:16 down:16");
    row("short names", llama, R"({"targets":["q","v"]})", 48, "q:16 v:16");
    row("suffixes", llama, R"({"targets":["q_proj","mlp.down_proj"]})", 48, "q:16 down:16");
    row("expression", llama, R"({"targets":".*\\.(q|k)_proj"})", 48, "q:16 k:16");
    row("expression on short names", llama, R"({"targets":"q|v"})", 48, "q:16 v:16");
    row("expression must match fully", llama, R"({"targets":"q_proj|q"})", 24, "q:16");
    row("layers", llama, R"({"layers":[0,5]})", 14, "q:16 k:16 v:16 o:16 gate:16 up:16 down:16");
    row("exclude", llama, R"({"exclude":["gate","up","down"]})", 96, "q:16 k:16 v:16 o:16");
    row("head", llama, R"({"targets":["lm_head","q"]})", 25, "q:16");
    row("ranks", llama, R"({"targets":["q","v"],"rank_pattern":{"v":4},"rank":8})", 48, "q:8 v:4");
    row("first rank wins",
        llama,
        R"({"targets":["v"],"rank_pattern":{"v":4,".*v_proj":9}})",
        24,
        "v:4");
    row("saved modules are no targets",
        llama,
        R"({"targets":["q","v"],"modules_to_save":["v"]})",
        24,
        "q:16");
    row("fused", gpt2, "{}", 48, "c_attn:16 o:16 fc_in:16 fc_out:16");
    row("slices", gpt2, R"({"targets":["q","c_attn.v"]})", 24, "q:16 v:16");
    row("whole covers slices", gpt2, R"({"targets":["c_attn","q"]})", 12, "c_attn:16");
}

void TestTargetSettings::settingsReadAsTheEngineReadsThem()
{
    QFETCH(QByteArray, model);
    QFETCH(QByteArray, settings);
    QFETCH(int, count);
    QFETCH(QString, first);
    const ModuleGrid g = grid(model.constData());
    const SelectionReading reading = selectionOf(json(settings.constData()), g, kDefaults);
    QCOMPARE(reading.problem, QString());
    QCOMPARE(reading.selection.count(), count);
    QCOMPARE(firstLayer(reading.selection, g), first);
}

void TestTargetSettings::selectionsAreWrittenShortly_data()
{
    QTest::addColumn<QByteArray>("model");
    QTest::addColumn<QByteArray>("settings");
    const auto row =
        [](const char* name, const char* settings, const char* model = "inspect_llama") {
            QTest::newRow(name) << QByteArray(model) << QByteArray(settings);
        };
    row("everything", R"({})");
    row("nothing", R"({"targets":[]})");
    row("two kinds", R"({"targets":["q","v"]})");
    row("attention", R"({"targets":["q","k","v","o"]})");
    row("all but one kind", R"({"exclude":["up"]})");
    row("some layers", R"({"layers":[20,21,22,23]})");
    row("two kinds in some layers", R"({"targets":["q","v"],"layers":[0,1]})");
    row("all but one cell", R"({"exclude":["3.mlp.down_proj"]})");
    row("one cell", R"({"targets":["q"],"layers":[7]})");
    row("with the head", R"({"targets":["q","lm_head"]})");
    row("another rank for a kind", R"({"rank_pattern":{"down":32}})");
    row("the mock-up's ranks",
        R"JSON({"rank_pattern":{"[0-3]\\.mlp\\.(gate_proj|up_proj)":8,"2[0-3]\\.mlp\\.down_proj":32}})JSON");
    row("fused kinds", R"({"targets":["c_attn","fc_in"]})", "inspect_gpt2");
    row("slices", R"({"targets":["q","v"]})", "inspect_gpt2");
}

void TestTargetSettings::selectionsAreWrittenShortly()
{
    QFETCH(QByteArray, model);
    QFETCH(QByteArray, settings);
    const ModuleGrid g = grid(model.constData());
    const Value given = json(settings.constData());
    const SelectionReading reading = selectionOf(given, g, kDefaults);
    const Value written = settingsOf(reading.selection, g, kDefaults);
    QCOMPARE(QString::fromStdString(toJson(written)), QString::fromStdString(toJson(given)));
}

void TestTargetSettings::randomSelectionsReadBackTheSame_data()
{
    QTest::addColumn<QByteArray>("model");
    QTest::addColumn<int>("seed");
    for (const char* model : {"inspect_llama", "inspect_gpt2"}) {
        for (int seed = 1; seed <= 20; ++seed) {
            QTest::addRow("%s %d", model, seed) << QByteArray(model) << seed;
        }
    }
}

void TestTargetSettings::randomSelectionsReadBackTheSame()
{
    QFETCH(QByteArray, model);
    QFETCH(int, seed);
    const ModuleGrid g = grid(model.constData());
    QRandomGenerator random(static_cast<quint32>(seed));
    TargetSelection selection;
    // From nearly nothing to nearly everything, in rows, columns or anywhere.
    const int density = seed * 5;
    const int shape = random.bounded(3);
    for (const GridModule& module : g.modules()) {
        const uint key = shape == 0   ? uint(module.layer)
                         : shape == 1 ? uint(module.column)
                                      : random.generate();
        const bool on = int((key * 2654435761U >> 16) % 100) < density;
        const int ranks[] = {16, 16, 4, 8, 64};
        const int rank = ranks[random.bounded(seed % 2 == 0 ? 5 : 1)];
        selection.ranks.push_back(on ? rank : 0);
        selection.alphas.push_back(0);
    }
    switchOffCovered(selection, g);
    for (std::size_t i = 0; i < selection.ranks.size(); ++i) {
        selection.alphas[i] = 2.0 * selection.ranks[i];
    }
    const Value written = settingsOf(selection, g, kDefaults);
    const SelectionReading reading = selectionOf(written, g, kDefaults);
    QCOMPARE(reading.problem, selection.count() > 0 ? QString() : reading.problem);
    QVERIFY2(reading.selection == selection, toJson(written).c_str());
    for (const auto& [key, value] : written["rank_pattern"].toObject()) {
        QVERIFY2(key.size() < 1000, key.c_str());
    }
    QVERIFY(written["targets"].toString().size() <= 1000);
}

void TestTargetSettings::brokenPatternsAreNamedInWords_data()
{
    QTest::addColumn<QByteArray>("targets");
    QTest::addColumn<QString>("part");
    QTest::newRow("no such name") << QByteArray(R"(["q","banana"])") << QStringLiteral("banana");
    QTest::newRow("no expression") << QByteArray(R"("(q")") << QStringLiteral("regular expression");
    QTest::newRow("matches nothing") << QByteArray(R"(".*\\.zzz")") << QStringLiteral("matches no");
    QTest::newRow("too long") << QByteArray(1002, 'q').replace(0, 1, "\"").append('"')
                              << QStringLiteral("1000");
}

void TestTargetSettings::brokenPatternsAreNamedInWords()
{
    QFETCH(QByteArray, targets);
    QFETCH(QString, part);
    const Value settings = Value::object({{"targets", json(targets.constData())}});
    const SelectionReading reading = selectionOf(settings, grid("inspect_llama"), kDefaults);
    QVERIFY2(reading.problem.contains(part), qPrintable(reading.problem));
}

void TestTargetSettings::explosiveExpressionIsGivenUp()
{
    const ModuleMatch match =
        ModulePattern::targets(Value("(.*.*)*(.*.*)*(.*.*)*(.*.*)*!"), grid("inspect_llama"));
    QVERIFY(!match.ok());
    QCOMPARE(match.count(), 0);
}

void TestTargetSettings::layersBecomeShortExpressions_data()
{
    QTest::addColumn<QList<int>>("layers");
    QTest::addColumn<QString>("expression");
    QTest::newRow("one") << QList<int>{7} << QStringLiteral("7");
    QTest::newRow("two") << QList<int>{3, 4} << QStringLiteral("[34]");
    QTest::newRow("range") << QList<int>{0, 1, 2, 3} << QStringLiteral("[0-3]");
    QTest::newRow("gaps") << QList<int>{0, 2, 3, 4, 9} << QStringLiteral("[02-49]");
    QTest::newRow("tens") << QList<int>{8, 9, 10, 11, 12} << QStringLiteral("([89]|1[0-2])");
    QTest::newRow("hundreds") << QList<int>{99, 100} << QStringLiteral("(99|100)");
}

void TestTargetSettings::layersBecomeShortExpressions()
{
    QFETCH(QList<int>, layers);
    QFETCH(QString, expression);
    QCOMPARE(QString::fromStdString(layersExpression({layers.begin(), layers.end()})), expression);
}

void TestTargetSettings::parametersAreCountedExactly_data()
{
    QTest::addColumn<QByteArray>("settings");
    QTest::addColumn<qint64>("count");
    // q, o: 64 + 64; k, v: 64 + 32; gate, up, down: 64 + 192 numbers per rank, 24 layers.
    constexpr qint64 kPerRank = (2 * 128 + 2 * 96 + 3 * 256) * 24;
    QTest::newRow("all") << QByteArray("{}") << 16 * kPerRank;
    QTest::newRow("rank 1") << QByteArray(R"({"rank":1})") << kPerRank;
    QTest::newRow("biases of targets")
        << QByteArray(R"({"targets":["k"],"bias":"lora_only"})") << qint64(24 * (16 * 96 + 32));
    QTest::newRow("every bias") << QByteArray(R"({"targets":["k"],"bias":"all"})")
                                << qint64(24 * (16 * 96 + 64 + 32 + 32 + 64));
    QTest::newRow("saved embedding")
        << QByteArray(R"({"targets":["k"],"modules_to_save":["embed_tokens"]})")
        << qint64(24 * 16 * 96 + 1024 * 64);
}

void TestTargetSettings::parametersAreCountedExactly()
{
    QFETCH(QByteArray, settings);
    QFETCH(qint64, count);
    const ModuleGrid g = grid("inspect_llama");
    const Value value = json(settings.constData());
    QCOMPARE(trainableParameters(selectionOf(value, g, kDefaults).selection, value, g), count);
}

void TestTargetSettings::hostileNamesAreOnlyNames()
{
    Value inspection = Value::Object();
    for (int layer = 0; layer < 3; ++layer) {
        for (const char* name : {"a+(b", "<b>x</b>", "w.$^[", "한글 이름"}) {
            Value modules = inspection["modules"];
            modules.append(Value::object({{"name", "m." + std::to_string(layer) + "." + name},
                                          {"kind", "linear"},
                                          {"shape", Value::list(std::vector<int>{4, 4})},
                                          {"parameters", 16}}));
            inspection.set("modules", modules);
        }
    }
    const ModuleGrid g = ModuleGrid::fromInspection(inspection);
    TargetSelection selection{std::vector<int>(g.modules().size(), 0),
                              std::vector<double>(g.modules().size(), 0)};
    for (const std::size_t i : {std::size_t(0), std::size_t(2), std::size_t(5), std::size_t(11)}) {
        selection.ranks[i] = i == 5 ? 3 : 16;
        selection.alphas[i] = 32;
    }
    const Value written = settingsOf(selection, g, kDefaults);
    QVERIFY2(selectionOf(written, g, kDefaults).selection == selection, toJson(written).c_str());
}

QTEST_GUILESS_MAIN(TestTargetSettings)
#include "tst_target_settings.moc"
