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
    const auto add = [&](const char* name, int64_t out, int64_t in, int64_t layer) {
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

constexpr int64_t kTrainable = 41943040; // rank 16 on all linears

} // namespace

class TestMemoryPlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // 16.1 GB of weights; 0.7 GB for the adapters; at least the floor of a block's saved set,
    // 94 KB per token and layer, and less than half of it more.
    void eightBillionInBfloat16()
    {
        const auto plan = estimate::planMemory(eightBillion(), 2, 2, kTrainable);
        QCOMPARE(plan.weightBytes, int64_t{16060522496});
        QCOMPARE(plan.trainedBytes, 16 * kTrainable);
        const double perLayer = static_cast<double>(plan.tokenBytes) / 32;
        QVERIFY2(perLayer > 94e3 && perLayer < 1.5 * 94e3, std::to_string(perLayer).c_str());
    }

    void theLargestMicroBatchFitsAndOneTokenMoreDoesNot()
    {
        const auto plan = estimate::planMemory(eightBillion(), 2, 2, kTrainable);
        constexpr int64_t kDevice = int64_t{80} << 30;
        const int64_t most = plan.mostTokens(kDevice);
        QVERIFY(most > 8192);
        QVERIFY(plan.bytesFor(most) <= kDevice);
        QVERIFY(plan.bytesFor(most + 1) > kDevice);
    }

    void aModelLargerThanTheDeviceLeavesNothing()
    {
        const auto plan = estimate::planMemory(eightBillion(), 4, 4, kTrainable);
        QCOMPARE(plan.mostTokens(int64_t{16} << 30), int64_t{0});
    }

    void widerNumbersTakeMore()
    {
        const auto half = estimate::planMemory(eightBillion(), 2, 2, kTrainable);
        const auto wide = estimate::planMemory(eightBillion(), 2, 4, kTrainable);
        QCOMPARE(wide.tokenBytes, 2 * half.tokenBytes);
        QCOMPARE(wide.weightBytes, half.weightBytes);
    }
};

QTEST_GUILESS_MAIN(TestMemoryPlan)
#include "tst_memory_plan.moc"
