// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/estimate/memory_plan.h"

#include <QtTest>

using namespace engine;

namespace {

// The shape of Llama 3.1 8B.
nn::Blueprint eightBillion()
{
    nn::Blueprint blueprint;
    blueprint.vocabulary = 128256;
    blueprint.hiddenSize = 4096;
    blueprint.layers = 32;
    const auto add = [&](const std::string& name, int64_t out, int64_t in, int64_t layer) {
        nn::ModuleSpec module;
        module.name = name;
        module.shortName = name;
        module.kind = in == 0 ? nn::ModuleKind::Norm : nn::ModuleKind::Linear;
        module.out = out;
        module.in = in;
        module.layer = layer;
        blueprint.modules.push_back(module);
    };
    add("embedding", 128256, 4096, -1);
    blueprint.modules.back().kind = nn::ModuleKind::Embedding;
    for (int64_t layer = 0; layer < 32; ++layer) {
        add("norm1", 4096, 0, layer);
        add("q", 4096, 4096, layer);
        add("k", 1024, 4096, layer);
        add("v", 1024, 4096, layer);
        add("o", 4096, 4096, layer);
        add("norm2", 4096, 0, layer);
        add("gate", 14336, 4096, layer);
        add("up", 14336, 4096, layer);
        add("down", 4096, 14336, layer);
    }
    add("norm", 4096, 0, -1);
    add("head", 128256, 4096, -1);
    return blueprint;
}

constexpr int64_t kTrained = int64_t{16} * 41943040; // rank 16 on all linears, with AdamW

} // namespace

class TestMemoryPlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // 16.1 GB of weights; 0.7 GB for the adapters; at least the floor of a block's saved set,
    // 94 KB per token and layer, and less than half of it more.
    void eightBillionInBfloat16()
    {
        const auto plan = estimate::planMemory(eightBillion(), {2}, 2, kTrained);
        QCOMPARE(plan.weightBytes, int64_t{16060522496});
        QCOMPARE(plan.trainedBytes, kTrained);
        const double perLayer = static_cast<double>(plan.tokenBytes[0]) / 32;
        QVERIFY2(perLayer > 94e3 && perLayer < 1.5 * 94e3, std::to_string(perLayer).c_str());
    }

    void theLargestMicroBatchFitsAndOneTokenMoreDoesNot()
    {
        const auto plan = estimate::planMemory(eightBillion(), {2}, 2, kTrained);
        constexpr int64_t kDevice = int64_t{80} << 30;
        const int64_t most = plan.mostTokens(kDevice);
        QVERIFY(most > 8192);
        QVERIFY(plan.bytesFor(most) <= kDevice);
        QVERIFY(plan.bytesFor(most + 1) > kDevice);
    }

    void whatAttentionTakesIsCounted()
    {
        constexpr int64_t kAttention = int64_t{5} << 29;
        const auto plan = estimate::planMemory(eightBillion(), {2}, 2, kTrained);
        const auto more = estimate::planMemory(eightBillion(), {2}, 2, kTrained, kAttention);
        QCOMPARE(more.bytesFor(8192) - plan.bytesFor(8192), kAttention);
    }

    // The layers of the blocks are 6.98 billion of the 8.03 billion numbers.
    void packedWeightsLeaveRoom()
    {
        const estimate::HeldWeights nf4 = {2, kernels::Quantization::Nf4, true};
        const auto dense = estimate::planMemory(eightBillion(), {2}, 2, kTrained);
        const auto packed = estimate::planMemory(eightBillion(), nf4, 2, kTrained);
        constexpr int64_t kPacked = 6979321856;
        const double saved = static_cast<double>(dense.weightBytes - packed.weightBytes);
        QVERIFY(std::abs(saved / static_cast<double>(kPacked) - (2 - 0.515869)) < 1e-6);
        // Gate and up are dense for the time of their product.
        QCOMPARE(packed.fixedBytes - dense.fixedBytes, int64_t{2 * 2 * 14336} * 4096);
        QCOMPARE(packed.tokenBytes, dense.tokenBytes);
        QVERIFY(packed.mostTokens(int64_t{24} << 30) > dense.mostTokens(int64_t{24} << 30));
    }

    void aModelLargerThanTheDeviceLeavesNothing()
    {
        const auto plan = estimate::planMemory(eightBillion(), {4}, 4, kTrained);
        QCOMPARE(plan.mostTokens(int64_t{16} << 30), int64_t{0});
    }

    void widerNumbersTakeMore()
    {
        const auto half = estimate::planMemory(eightBillion(), {2}, 2, kTrained);
        const auto wide = estimate::planMemory(eightBillion(), {2}, 4, kTrained);
        for (const std::size_t policy : {0, 1, 2}) {
            QCOMPARE(wide.tokenBytes[policy], 2 * half.tokenBytes[policy]);
        }
        QCOMPARE(wide.weightBytes, half.weightBytes);
    }

    // 57 KB per token and layer are gate and up; with whole blocks 8 KB remain of 94, and one
    // block.
    void recomputationTakesLessAndCostsProducts()
    {
        const auto plan = estimate::planMemory(eightBillion(), {2}, 2, kTrained);
        const double gateAndUp = 31.0 * 2 * 14336 * 2;
        QCOMPARE(static_cast<double>(plan.tokenBytes[0] - plan.tokenBytes[1]), gateAndUp);
        QVERIFY(plan.tokenBytes[2] < plan.tokenBytes[0] / 4);
        QVERIFY(plan.tokenBytes[2] > 32 * 4096 * 2);
        // Forward and input gradients are two products with 7.5 billion weights; gate and up are
        // half of those, blocks all but the head.
        QCOMPARE(plan.tokenProducts[0], int64_t{2} * 7504658432);
        QCOMPARE(plan.tokenProducts[1] - plan.tokenProducts[0], int64_t{32} * 2 * 4096 * 14336);
        QCOMPARE(plan.tokenProducts[2] - plan.tokenProducts[0],
                 int64_t{7504658432} - int64_t{128256} * 4096);
    }

    void theFastestThatFitsIsChosen_data()
    {
        QTest::addColumn<int>("gibibytes");
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("units");
        QTest::addColumn<QString>("choice"); // policy × parts
        QTest::newRow("an H200 keeps everything") << 139 << 16384 << 8 << "0 x 1";
        QTest::newRow("cut before anything is computed twice") << 40 << 16384 << 8 << "0 x 4";
        QTest::newRow("one sample: gate and up again") << 40 << 8192 << 1 << "1 x 1";
        QTest::newRow("one sample: blocks again") << 28 << 8192 << 1 << "2 x 1";
        QTest::newRow("both") << 24 << 16384 << 8 << "1 x 8";
        QTest::newRow("the smallest parts would not pay") << 20 << 16384 << 8 << "2 x 4";
        QTest::newRow("nothing fits") << 16 << 8192 << 8 << "";
    }
    void theFastestThatFitsIsChosen()
    {
        QFETCH(int, gibibytes);
        QFETCH(int, tokens);
        QFETCH(int, units);
        QFETCH(QString, choice);
        const auto plan = estimate::planMemory(eightBillion(), {2}, 2, kTrained);
        const int64_t room = int64_t{gibibytes} << 30;
        const auto chosen = estimate::chooseStep(plan, tokens, units, room);
        QCOMPARE(chosen ? QStringLiteral("%1 x %2").arg(int(chosen->recompute)).arg(chosen->parts)
                        : QString(),
                 choice);
        if (chosen) {
            QVERIFY(plan.bytesFor(tokens / chosen->parts, chosen->recompute) <= room);
        }
    }
};

QTEST_GUILESS_MAIN(TestMemoryPlan)
#include "tst_memory_plan.moc"
