// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Threads for many parallel loops of some microseconds each, as decoding a token has them: too
// short for a pool that sleeps in between. Helpers take pieces while they come by, so one that the
// system has taken off its processor holds up nothing but the piece in its hands. Owned and called
// by one thread, which works along; the helpers are joined by the destructor.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace engine::kernels {

class SpinTeam
{
public:
    // One thread means: no helpers.
    explicit SpinTeam(int threads);
    SpinTeam(const SpinTeam&) = delete;
    SpinTeam& operator=(const SpinTeam&) = delete;
    ~SpinTeam();

    int size() const { return static_cast<int>(m_helpers.size()) + 1; }

    // work(piece, thread) for every piece in [0, pieces), thread in [0, size()); returns when all
    // are done. Pieces go to whoever asks first. `work` must not throw.
    template <typename Work>
    void each(int64_t pieces, Work&& work)
    {
        run(pieces, &work, [](void* self, int64_t piece, int thread) {
            (*static_cast<std::remove_reference_t<Work>*>(self))(piece, thread);
        });
    }

private:
    using Call = void (*)(void* work, int64_t piece, int thread);

    void run(int64_t pieces, void* work, Call call);
    // The next piece of the loop in progress, if any is left.
    bool takePiece(int thread);
    void serve(int thread);

    // The loop's number, how many pieces it has and how many are taken: one word, so that a helper
    // that comes late can never take a piece of one loop for that of another.
    alignas(64) std::atomic<uint64_t> m_ticket = 0;
    alignas(64) std::atomic<int64_t> m_done = 0;
    void* m_work = nullptr;
    Call m_call = nullptr;
    std::atomic<bool> m_ends = false;
    std::vector<std::thread> m_helpers;
};

// Part `number` of `count` things cut evenly into `parts`.
struct Share
{
    int64_t begin = 0;
    int64_t end = 0;

    int64_t size() const { return end - begin; }
};
inline Share shareOf(int64_t count, int64_t number, int64_t parts)
{
    return {count * number / parts, count * (number + 1) / parts};
}

} // namespace engine::kernels
