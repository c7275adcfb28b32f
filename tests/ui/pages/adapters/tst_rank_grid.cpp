// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/adapters/rank_grid.h"

#include <QTest>

using namespace ui::pages::adapters;
using engine::contract::Value;

class TestRankGrid : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsLayerAndKindOfANames_data();
    void readsLayerAndKindOfANames();
    void kindsStandInTheirUsualOrder();
    void ranksAreCountedMostFrequentFirst();
    void holesStayEmpty();
    void hostileAnswersAreHarmless_data();
    void hostileAnswersAreHarmless();

private:
    static Value module(const char* name, int rank)
    {
        return Value::object({{"name", name}, {"rank", rank}});
    }
    static RankGrid gridOf(Value::List modules)
    {
        return rankGrid(Value::object({{"modules", std::move(modules)}}));
    }
};

void TestRankGrid::readsLayerAndKindOfANames_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("layers");
    const auto row = [](const char* name, const char* kind, int layers) {
        QTest::newRow(name) << QByteArray(name) << QString::fromLatin1(kind) << layers;
    };
    row("model.layers.12.self_attn.q_proj", "q", 13);
    row("model.layers.0.mlp.gate_proj", "gate", 1);
    row("transformer.h.3.attn.c_attn", "c_attn", 4);
    row("transformer.h.3.attn.c_proj", "c_proj", 4);
    row("transformer.h.3.attn.c_attn.q", "q", 4);
}

void TestRankGrid::readsLayerAndKindOfANames()
{
    QFETCH(QByteArray, name);
    QFETCH(QString, kind);
    QFETCH(int, layers);
    const RankGrid grid = gridOf({module(name.constData(), 8)});
    QCOMPARE(grid.kinds, QStringList{kind});
    QCOMPARE(grid.layers, layers);
    QCOMPARE(grid.rank(0, layers - 1), 8);
}

void TestRankGrid::kindsStandInTheirUsualOrder()
{
    const RankGrid grid = gridOf({module("l.0.zebra", 1),
                                  module("l.0.mlp.down_proj", 1),
                                  module("l.0.a.v_proj", 1),
                                  module("l.0.a.q_proj", 1)});
    QCOMPARE(grid.kinds.join(QLatin1Char(' ')), QStringLiteral("q v down zebra"));
}

void TestRankGrid::ranksAreCountedMostFrequentFirst()
{
    const RankGrid grid =
        gridOf({module("l.0.q", 4), module("l.1.q", 16), module("l.2.q", 16), module("l.3.q", 32)});
    QCOMPARE(grid.used.size(), size_t(3));
    QCOMPARE(grid.used.front(), std::pair(16, 2));
}

void TestRankGrid::holesStayEmpty()
{
    const RankGrid grid = gridOf({module("l.0.q", 4), module("l.2.v", 8)});
    QCOMPARE(grid.layers, 3);
    QCOMPARE(grid.rank(0, 0), 4);
    QCOMPARE(grid.rank(0, 1), 0);
    QCOMPARE(grid.rank(1, 2), 8);
}

void TestRankGrid::hostileAnswersAreHarmless_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("nothing") << QByteArray("null");
    QTest::newRow("modules are a number") << QByteArray("{\"modules\":7}");
    QTest::newRow("no layer") << QByteArray("{\"modules\":[{\"name\":\"lm_head\",\"rank\":8}]}");
    QTest::newRow("a billion layers")
        << QByteArray("{\"modules\":[{\"name\":\"l.999999999.q\",\"rank\":8}]}");
    QTest::newRow("negative rank")
        << QByteArray("{\"modules\":[{\"name\":\"l.1.q\",\"rank\":-8}]}");
}

void TestRankGrid::hostileAnswersAreHarmless()
{
    QFETCH(QByteArray, json);
    const auto value = engine::contract::parseJson(json.toStdString());
    QVERIFY(value.ok());
    QVERIFY(rankGrid(value.value()).isEmpty());
}

QTEST_GUILESS_MAIN(TestRankGrid)
#include "tst_rank_grid.moc"
