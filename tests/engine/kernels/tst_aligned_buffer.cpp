// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/aligned_buffer.h"

#include <QtTest>

#include <algorithm>

using engine::kernels::AlignedBuffer;

class TestAlignedBuffer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isZeroAndAligned_data();
    void isZeroAndAligned();
    void growingForgetsTheContent();
    void movingKeepsIt();
    void tooMuchIsRefused();
};

namespace {

bool isZero(const AlignedBuffer& buffer)
{
    const auto* bytes = buffer.as<unsigned char>();
    return std::all_of(bytes, bytes + buffer.bytes(), [](unsigned char byte) { return byte == 0; });
}

constexpr std::size_t kLarge = (std::size_t{4} << 20) + 100;

} // namespace

void TestAlignedBuffer::isZeroAndAligned_data()
{
    QTest::addColumn<qulonglong>("bytes");
    for (const std::size_t bytes : {std::size_t{1},
                                    std::size_t{64},
                                    (std::size_t{2} << 20) - 1,
                                    std::size_t{2} << 20,
                                    kLarge}) {
        QTest::addRow("%zu bytes", bytes) << static_cast<qulonglong>(bytes);
    }
}

void TestAlignedBuffer::isZeroAndAligned()
{
    QFETCH(qulonglong, bytes);
    for (int again = 0; again < 3; ++again) { // memory that was used before, too
        AlignedBuffer buffer(bytes);
        QVERIFY(buffer.bytes() >= bytes && buffer.bytes() < bytes + 64);
        QCOMPARE(reinterpret_cast<std::uintptr_t>(buffer.as<void>()) % 64, 0U);
        QVERIFY(isZero(buffer));
        std::fill_n(buffer.as<unsigned char>(), buffer.bytes(), 255);
    }
}

void TestAlignedBuffer::growingForgetsTheContent()
{
    AlignedBuffer buffer(100);
    for (const std::size_t bytes : {std::size_t{1000}, kLarge, 2 * kLarge}) {
        std::fill_n(buffer.as<unsigned char>(), buffer.bytes(), 255);
        buffer.reserve(bytes);
        QVERIFY(buffer.bytes() >= bytes);
        QVERIFY(isZero(buffer));
    }
    const void* const before = buffer.as<void>();
    *buffer.as<unsigned char>() = 7;
    buffer.reserve(kLarge); // no growth: nothing happens
    QVERIFY(buffer.as<void>() == before && *buffer.as<unsigned char>() == 7);
}

void TestAlignedBuffer::movingKeepsIt()
{
    AlignedBuffer buffer(kLarge);
    buffer.as<unsigned char>()[kLarge - 1] = 7;
    AlignedBuffer other(std::move(buffer));
    QCOMPARE(int(other.as<unsigned char>()[kLarge - 1]), 7);
    AlignedBuffer small(10);
    small = std::move(other);
    QCOMPARE(int(small.as<unsigned char>()[kLarge - 1]), 7);
}

void TestAlignedBuffer::tooMuchIsRefused()
{
    QVERIFY_EXCEPTION_THROWN(AlignedBuffer(std::size_t{1} << 60), std::bad_alloc);
}

QTEST_GUILESS_MAIN(TestAlignedBuffer)
#include "tst_aligned_buffer.moc"
