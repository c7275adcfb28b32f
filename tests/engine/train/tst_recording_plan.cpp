// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/train/recording_plan.h"

#include <QtTest>

using engine::train::RecordingPlan;
using engine::train::StepBucket;
using Action = RecordingPlan::Action;

namespace {

StepBucket bucket(int64_t tokens)
{
    return {tokens, 64, 8, 64};
}

// Launches it until it is to be recorded, and says it was.
std::optional<StepBucket> recordNow(RecordingPlan& plan, int64_t tokens)
{
    for (int64_t i = 0; i < RecordingPlan::kWarmUps; ++i) {
        if (plan.next(bucket(tokens)) != Action::Launch) {
            qFatal("not launched first");
        }
    }
    if (plan.next(bucket(tokens)) != Action::Record) {
        qFatal("not to be recorded");
    }
    return plan.recorded(bucket(tokens));
}

} // namespace

class TestRecordingPlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSizeIsLaunchedThenRecordedThenPlayed()
    {
        RecordingPlan plan;
        QVERIFY(!recordNow(plan, 64));
        QCOMPARE(plan.next(bucket(64)), Action::Play);
        QCOMPARE(plan.next(bucket(128)), Action::Launch); // another size has its own count
        QCOMPARE(plan.next(bucket(64)), Action::Play);
        QCOMPARE(plan.recordings(), std::size_t{1});
    }

    void aRecordingThatDidNotComeIsTriedAgain()
    {
        RecordingPlan plan;
        for (int64_t i = 0; i < RecordingPlan::kWarmUps; ++i) {
            plan.next(bucket(64));
        }
        QCOMPARE(plan.next(bucket(64)), Action::Record);
        QCOMPARE(plan.next(bucket(64)), Action::Record);
    }

    void theOneNotUsedForLongestGoes()
    {
        RecordingPlan plan;
        for (std::size_t i = 0; i < RecordingPlan::kMostRecordings; ++i) {
            QVERIFY(!recordNow(plan, static_cast<int64_t>(64 * (i + 1))));
        }
        plan.next(bucket(64)); // the first is used again: the second is now the oldest
        const auto gone = recordNow(plan, 64 * 100);
        QVERIFY(gone.has_value());
        QCOMPARE(gone->tokens, int64_t{128});
        QCOMPARE(plan.recordings(), RecordingPlan::kMostRecordings);
        QCOMPARE(plan.next(bucket(64)), Action::Play);
        QCOMPARE(plan.next(bucket(128)), Action::Launch);
    }

    void whatMovedIsRecordedAnew()
    {
        RecordingPlan plan;
        recordNow(plan, 64);
        plan.forget();
        QCOMPARE(plan.recordings(), std::size_t{0});
        QVERIFY(!recordNow(plan, 64));
    }

    void afterARefusalEverythingIsLaunched()
    {
        RecordingPlan plan;
        recordNow(plan, 64);
        plan.refuse("composed attention");
        plan.refuse("another");
        QCOMPARE(plan.refusal(), std::string("composed attention"));
        for (int i = 0; i < 5; ++i) {
            QCOMPARE(plan.next(bucket(64)), Action::Launch);
        }
        QCOMPARE(plan.recordings(), std::size_t{0});
    }
};

QTEST_GUILESS_MAIN(TestRecordingPlan)
#include "tst_recording_plan.moc"
