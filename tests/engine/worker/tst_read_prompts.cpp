// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What is kept of which prompts, by the room there is.
#include "engine/worker/read_prompts.h"

#include <QTest>

using engine::generate::ReadPrompt;
using engine::worker::ReadPrompts;

namespace {

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
        prompts.keep("", prompt(1), kPlenty);
        prompts.keep("adapter", prompt(2), kPlenty);
        prompts.keep("adapter", prompt(3), kPlenty); // in place of the one before
        QVERIFY(prompts.take("another").ids.empty());
        QCOMPARE(prompts.take("adapter").ids, std::vector<int64_t>{3});
        QVERIFY(prompts.take("adapter").ids.empty()); // it was given away
        QCOMPARE(prompts.take("").ids, std::vector<int64_t>{1});
    }

    void whatWasKeptLongestAgoGoesFirst()
    {
        const std::size_t one = prompt(0).cache.bytes();
        QVERIFY(one > 0);
        ReadPrompts prompts;
        prompts.keep("a", prompt(1), 2 * one);
        prompts.keep("b", prompt(2), 2 * one);
        prompts.keep("a", prompt(3), 2 * one);
        prompts.keep("c", prompt(4), 2 * one);
        QVERIFY(prompts.take("b").ids.empty());
        QCOMPARE(prompts.take("a").ids, std::vector<int64_t>{3});
        QCOMPARE(prompts.take("c").ids, std::vector<int64_t>{4});
    }

    void whatHasNoRoomAloneIsNotKept()
    {
        ReadPrompts prompts;
        prompts.keep("a", prompt(1), prompt(1).cache.bytes() - 1);
        QVERIFY(prompts.take("a").ids.empty());
    }

    void clearsAll()
    {
        ReadPrompts prompts;
        prompts.keep("a", prompt(1), kPlenty);
        prompts.clear();
        QVERIFY(prompts.take("a").ids.empty());
    }
};

QTEST_GUILESS_MAIN(ReadPromptsTest)
#include "tst_read_prompts.moc"
