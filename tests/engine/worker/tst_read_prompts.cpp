// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What is kept of which prompts, by the room there is.
#include "engine/worker/read_prompts.h"

#include <QTest>

using engine::generate::ReadPrompt;
using engine::worker::AdapterSet;
using engine::worker::ReadPrompts;

namespace {

const AdapterSet kBase;
const AdapterSet kA = {{1, 1.0}};
const AdapterSet kB = {{2, 1.0}};
const AdapterSet kFaintA = {{1, 1e-9}};

constexpr std::size_t kPlenty = std::size_t{1} << 30;

ReadPrompt prompt(int64_t id)
{
    ReadPrompt read;
    read.ids = {id};
    read.cache = {1, 1, 16, engine::kernels::PackedType::Float32};
    read.cache.reserve(64, 64);
    return read;
}

} // namespace

class ReadPromptsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesBackWhatHasTheName()
    {
        ReadPrompts prompts;
        prompts.keep(kBase, prompt(1), kPlenty);
        prompts.keep(kA, prompt(2), kPlenty);
        prompts.keep(kA, prompt(3), kPlenty); // in place of the one before
        QVERIFY(prompts.take(kFaintA).ids.empty());
        QCOMPARE(prompts.take(kA).ids, std::vector<int64_t>{3});
        QVERIFY(prompts.take(kA).ids.empty()); // it was given away
        QCOMPARE(prompts.take(kBase).ids, std::vector<int64_t>{1});
    }

    void whatWasKeptLongestAgoGoesFirst()
    {
        const std::size_t one = prompt(0).cache.bytes();
        QVERIFY(one > 0);
        ReadPrompts prompts;
        prompts.keep(kA, prompt(1), 2 * one);
        prompts.keep(kB, prompt(2), 2 * one);
        prompts.keep(kA, prompt(3), 2 * one);
        prompts.keep(kFaintA, prompt(4), 2 * one);
        QVERIFY(prompts.take(kB).ids.empty());
        QCOMPARE(prompts.take(kA).ids, std::vector<int64_t>{3});
        QCOMPARE(prompts.take(kFaintA).ids, std::vector<int64_t>{4});
    }

    void whatHasNoRoomAloneIsNotKept()
    {
        ReadPrompts prompts;
        prompts.keep(kA, prompt(1), prompt(1).cache.bytes() - 1);
        QVERIFY(prompts.take(kA).ids.empty());
    }

    void clearsAll()
    {
        ReadPrompts prompts;
        prompts.keep(kA, prompt(1), kPlenty);
        prompts.clear();
        QVERIFY(prompts.take(kA).ids.empty());
    }
};

QTEST_GUILESS_MAIN(ReadPromptsTest)
#include "tst_read_prompts.moc"
