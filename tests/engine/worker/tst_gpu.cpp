// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/gpu.h"

#include <QtTest>

using namespace engine::worker;

class TestGpu : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutAPluginAutoIsTheProcessor()
    {
        QVERIFY(!gpuState().isAvailable);
        QVERIFY(!gpuState().reason.empty());
        QCOMPARE(deviceNamed("auto"), std::string("cpu"));
    }

    void namesStandForThemselves()
    {
        QCOMPARE(deviceNamed("cpu"), std::string("cpu"));
        QCOMPARE(deviceNamed("cuda"), std::string("cuda:0"));
        QCOMPARE(deviceNamed("cuda:3"), std::string("cuda:3"));
        QCOMPARE(deviceNamed("tpu"), std::string("tpu"));
    }

    void theLastDeviceOptionCounts()
    {
        QVERIFY(asksForProcessor({"train", "--device", "cpu"}));
        QVERIFY(asksForProcessor({"train", "--device=cuda", "--device=cpu"}));
        QVERIFY(!asksForProcessor({"train", "--device", "cpu", "--device", "auto"}));
        QVERIFY(!asksForProcessor({"train"}));
    }
};

QTEST_GUILESS_MAIN(TestGpu)
#include "tst_gpu.moc"
