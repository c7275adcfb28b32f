// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/memory.h"

#include <QTest>

#include <memory>
#include <vector>

using namespace engine::device;

class TestMemory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void touchedMemoryIsResident()
    {
        constexpr std::size_t kBytes = 64 << 20;
        const std::uint64_t before = residentBytes();
        const std::vector<char> block(kBytes, 1);
        QVERIFY(residentBytes() >= before + kBytes / 2);
    }

    void thePeakOutlivesTheMemory()
    {
        constexpr std::size_t kBytes = 128 << 20;
        const std::uint64_t before = residentBytes();
        std::vector<char>(kBytes, 1).swap(*std::make_unique<std::vector<char>>());
        QVERIFY(peakResidentBytes() >= before + kBytes / 2);
        QVERIFY(residentBytes() < before + kBytes / 2);
    }

    // Between blocks that are still needed whole pages lie free.
    void aTrimmedHeapHoldsNoFreePages()
    {
        constexpr std::size_t kBlocks = 8192;
        constexpr std::size_t kBytes = 8192;
        std::vector<std::unique_ptr<char[]>> blocks;
        for (std::size_t i = 0; i < kBlocks; ++i) {
            blocks.push_back(std::make_unique<char[]>(kBytes)); // zeroed, thus touched
        }
        for (std::size_t i = 0; i + 1 < kBlocks; ++i) {
            if (i % 16 != 0) {
                blocks[i].reset();
            }
        }
        const std::uint64_t before = residentBytes();
        trimHeap();
        QVERIFY(residentBytes() + kBlocks * kBytes / 2 < before);
    }

    void theMachineHasMemoryCoresAndAName()
    {
        QVERIFY(availableBytes() > 0);
        QVERIFY(totalBytes() >= availableBytes());
        QVERIFY(physicalCores() >= 1);
        QVERIFY(!processorName().empty());
    }
};

QTEST_GUILESS_MAIN(TestMemory)
#include "tst_memory.moc"
