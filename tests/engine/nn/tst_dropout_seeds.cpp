// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/seeds.h"
#include "engine/nn/dropout_seeds.h"

#include <QtTest>

#include <bit>

using engine::device::derivedSeed;
using engine::nn::DropoutSeeds;

class TestDropoutSeeds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPlaceHoldsTheSeedOfItsNameAndPass()
    {
        DropoutSeeds seeds(2, at::kCPU);
        seeds.write(7);
        const at::Tensor first = seeds.place("q");
        QCOMPARE(valueAt(first), derivedSeed(7, "q"));
        const at::Tensor second = seeds.place("k");
        QCOMPARE(valueAt(second), derivedSeed(7, "k"));
        seeds.write(8); // as the next micro-batch does, while a recording holds the places
        QCOMPARE(valueAt(first), derivedSeed(8, "q"));
        QCOMPARE(valueAt(second), derivedSeed(8, "k"));
    }

    void aNameKeepsItsPlace()
    {
        DropoutSeeds seeds(2, at::kCPU);
        QCOMPARE(seeds.place("q").const_data_ptr(), seeds.place("q").const_data_ptr());
        QVERIFY(seeds.place("q").const_data_ptr() != seeds.place("k").const_data_ptr());
    }

    void moreNamesThanPlacesAreRefused()
    {
        DropoutSeeds seeds(1, at::kCPU);
        seeds.place("q");
        QVERIFY_EXCEPTION_THROWN(seeds.place("k"), c10::Error);
    }

private:
    static uint64_t valueAt(const at::Tensor& place)
    {
        return std::bit_cast<uint64_t>(place.item<int64_t>());
    }
};

QTEST_GUILESS_MAIN(TestDropoutSeeds)
#include "tst_dropout_seeds.moc"
