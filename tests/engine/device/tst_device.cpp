// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/device.h"

#include "engine/device/memory.h"
#include "tests/support/failing.h"

#include <QTest>

#include <ATen/Context.h>
#include <ATen/Parallel.h>

using namespace engine;
using namespace engine::device;

class TestDevice : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theProcessorIsTheFirstDevice()
    {
        const DeviceFacts cpu = describeDevices().at(0);
        QCOMPARE(cpu.id, std::string("cpu"));
        QVERIFY(!cpu.name.empty());
        QCOMPARE(cpu.memoryBytes, totalBytes());
        QCOMPARE(cpu.dtypes, (std::vector<std::string>{"float32", "bfloat16", "float16"}));
    }

    void zeroThreadsAreAllPhysicalCores()
    {
        QCOMPARE(useThreads(0), physicalCores());
        QCOMPARE(at::get_num_threads(), physicalCores());
    }

    void torchBecomesDeterministic()
    {
        QCOMPARE(useThreads(1), 1);
        QCOMPARE(at::get_num_threads(), 1);
        QVERIFY(at::globalContext().deterministicAlgorithms());
        QVERIFY(!at::globalContext().deterministicFillUninitializedMemory());
        beDeterministic(false);
        QVERIFY(!at::globalContext().deterministicAlgorithms());
        useThreads(1); // the next run's
        QVERIFY(at::globalContext().deterministicAlgorithms());
    }

    void impossibleCountsAreRefused_data()
    {
        QTest::addColumn<int>("count");
        QTest::newRow("negative") << -1;
        QTest::newRow("absurd") << 1025;
    }
    void impossibleCountsAreRefused()
    {
        QFETCH(int, count);
        const Error error = tests::failureOf([count] { useThreads(count); });
        QCOMPARE(error.code, std::string(code::kBadArgument));
    }
};

QTEST_GUILESS_MAIN(TestDevice)
#include "tst_device.moc"
