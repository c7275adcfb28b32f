// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/sharding.h"

#include "engine/tensors/weights.h"
#include "tests/engine/tensors/made_files.h"

#include <QTest>

using namespace engine;
using namespace engine::tensors;
using namespace tests;

namespace {

TensorSpec bytes(const std::string& name, std::int64_t count)
{
    return {name, at::kByte, {count}};
}

// "a b|c": the tensors of each shard.
std::string layout(const std::vector<Shard>& shards)
{
    std::string text;
    for (const Shard& shard : shards) {
        text += text.empty() ? "" : "|";
        for (const TensorSpec& tensor : shard.tensors) {
            text += tensor.name;
        }
    }
    return text;
}

} // namespace

class TestSharding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void shardsFillInOrder_data()
    {
        QTest::addColumn<quint64>("limit");
        QTest::addColumn<QString>("expected");
        QTest::newRow("all in one") << quint64(100) << "abcd";
        QTest::newRow("exactly full") << quint64(10) << "ab|c|d";
        QTest::newRow("one to itself") << quint64(5) << "a|b|c|d";
        QTest::newRow("no limit that holds") << quint64(1) << "a|b|c|d";
    }
    void shardsFillInOrder()
    {
        QFETCH(quint64, limit);
        QFETCH(QString, expected);
        const auto shards =
            planShards({bytes("a", 4), bytes("b", 6), bytes("c", 20), bytes("d", 1)}, limit);
        QCOMPARE(QString::fromStdString(layout(shards)), expected);
    }

    void oneShardNeedsNoNumber()
    {
        QCOMPARE(planShards({bytes("a", 1)})[0].fileName, std::string("model.safetensors"));
    }

    void severalAreNumberedAndIndexed()
    {
        const auto shards = planShards({bytes("b", 4), bytes("a", 4)}, 4);
        QCOMPARE(shards[1].fileName, std::string("model-00002-of-00002.safetensors"));
        QCOMPARE(shardIndex(shards),
                 std::string("{\n"
                             "  \"metadata\": {\n"
                             "    \"total_size\": 8\n"
                             "  },\n"
                             "  \"weight_map\": {\n"
                             "    \"a\": \"model-00002-of-00002.safetensors\",\n"
                             "    \"b\": \"model-00001-of-00002.safetensors\"\n"
                             "  }\n"
                             "}\n"));
    }

    void whatIsPlannedOpensAsWeights()
    {
        const QTemporaryDir folder;
        const auto shards = planShards({bytes("a", 4), bytes("b", 6)}, 6);
        for (const Shard& shard : shards) {
            SafetensorsWriter writer(pathOf(folder) / shard.fileName, shard.tensors);
            for (const TensorSpec& spec : shard.tensors) {
                writer.write(spec.name, at::zeros(spec.shape, spec.dtype));
            }
            writer.finish();
        }
        put(folder, std::string(kIndexFileName), shardIndex(shards));
        QCOMPARE(Weights::open(pathOf(folder)).names(), (std::vector<std::string>{"a", "b"}));
    }
};

QTEST_GUILESS_MAIN(TestSharding)
#include "tst_sharding.moc"
