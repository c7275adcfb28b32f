// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Every second of every thread is counted once. Times are compared with each other alone: how long
// a sleep takes is the machine's affair.
#include "engine/kernels/pool_team.h"
#include "engine/kernels/profile.h"
#include "engine/kernels/spin_team.h"

#include <QTest>

#include <cmath>
#include <latch>
#include <set>
#include <thread>

using namespace engine::kernels;

namespace {

constexpr double kStep = 0.01; // s
constexpr double kRounding = 1e-6;

void work()
{
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(10);
    while (std::chrono::steady_clock::now() < end) {
    }
}

PartTime timeOf(const Profile& profile, Part part, bool isBackward = false)
{
    for (const PartTime& time : profile.parts) {
        if (time.part == part && time.isBackward == isBackward) {
            return time;
        }
    }
    return {};
}

double total(const Profile& profile)
{
    double seconds = profile.idle + profile.elsewhere;
    for (const PartTime& time : profile.parts) {
        seconds += time.seconds;
    }
    return seconds;
}

} // namespace

class ProfileTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { stopProfile(); }

    void partsHaveNamesOfTheirOwn()
    {
        std::set<std::string_view> names;
        for (std::size_t part = 0; part < kParts; ++part) {
            names.insert(nameOf(static_cast<Part>(part)));
        }
        QCOMPARE(names.size(), kParts);
        QVERIFY(!names.contains(""));
        QCOMPARE(nameOf(Part::Waiting), "waiting");
    }

    void nothingIsCountedBeforeTheStart()
    {
        {
            const ProfileScope scope(Part::Norm);
            work();
        }
        startProfile();
        QVERIFY(readProfile(1).parts.empty());
    }

    void aScopeInsideTakesItsTimeFromTheOuterOne()
    {
        startProfile();
        {
            const ProfileScope outer(Part::AttendProduct);
            work();
            {
                const ProfileScope inner(Part::LowRank);
                work();
            }
            work();
        }
        const Profile profile = readProfile(1);
        QCOMPARE(profile.parts.size(), 2);
        QVERIFY(timeOf(profile, Part::LowRank).seconds >= kStep);
        QVERIFY(timeOf(profile, Part::AttendProduct).seconds >= 2 * kStep);
        QVERIFY(std::abs(total(profile) - profile.seconds) < kRounding);
    }

    void whatIsOutsideAllScopesIsElsewhere()
    {
        startProfile();
        work();
        const Profile profile = readProfile(1);
        QVERIFY(profile.parts.empty());
        QVERIFY(profile.elsewhere >= kStep);
        QCOMPARE(profile.idle, 0.0);
    }

    void theBackwardIsCountedApart()
    {
        startProfile();
        {
            const ProfileBackward backward;
            const ProfileScope scope(Part::Norm);
            work();
        }
        {
            const ProfileScope scope(Part::Norm);
        }
        const Profile profile = readProfile(1);
        QVERIFY(timeOf(profile, Part::Norm, true).seconds >= kStep);
        QVERIFY(timeOf(profile, Part::Norm).seconds > 0);
    }

    void aStartForgetsWhatWasBefore()
    {
        startProfile();
        {
            const ProfileScope scope(Part::Norm);
        }
        startProfile();
        QVERIFY(readProfile(1).parts.empty());
    }

    void aTeamsWorkAndItsWaitingAreCounted_data()
    {
        QTest::addColumn<bool>("spins");
        QTest::newRow("LibTorch's threads") << false;
        QTest::newRow("spinning helpers") << true;
    }
    // Each thread has a piece, and one of them three times as much to do.
    void aTeamsWorkAndItsWaitingAreCounted()
    {
        QFETCH(bool, spins);
        PoolTeam pool(2);
        SpinTeam spinning(2);
        std::latch bothAtWork(2);
        auto piece = [&](int64_t number, int) {
            bothAtWork.arrive_and_wait();
            const ProfileScope scope(Part::Attention);
            for (int i = 0; i < (number == 0 ? 3 : 1); ++i) {
                work();
            }
        };
        startProfile();
        work();
        spins ? spinning.each(2, piece) : pool.each(2, piece);
        const Profile profile = readProfile(2);
        const PartTime attention = timeOf(profile, Part::Attention);
        QVERIFY(attention.seconds >= 4 * kStep);
        QVERIFY(attention.callerSeconds < attention.seconds);
        QVERIFY(timeOf(profile, Part::Waiting).seconds >= kStep);
        QVERIFY(profile.idle >= kStep);
        QVERIFY(std::abs(total(profile) - 2 * profile.seconds) < kRounding);
    }

    void aThreadThatEndedIsStillCounted()
    {
        startProfile();
        std::thread([] {
            const ProfileScope scope(Part::Head);
            work();
        }).join();
        const PartTime head = timeOf(readProfile(2), Part::Head);
        QVERIFY(head.seconds >= kStep);
        QCOMPARE(head.callerSeconds, 0.0);
    }
};

QTEST_GUILESS_MAIN(ProfileTest)
#include "tst_profile.moc"
