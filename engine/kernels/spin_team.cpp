// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/spin_team.h"

#include "engine/kernels/profile.h"
#include "engine/kernels/spin_wait.h"

#include <algorithm>

namespace engine::kernels {
namespace {

constexpr int kFieldBits = 20; // of pieces and of taken ones; the rest counts the loops
constexpr uint64_t kField = (uint64_t{1} << kFieldBits) - 1;

// A helper waits through what one thread does between two loops, then sleeps: the caller may be
// busy with something else for long.
constexpr std::chrono::microseconds kHelperPatience{100};
// The caller waits for a piece that a helper took before the system took the helper's processor.
constexpr std::chrono::microseconds kCallerPatience{1000};

uint64_t piecesOf(uint64_t ticket)
{
    return (ticket >> kFieldBits) & kField;
}

uint64_t takenOf(uint64_t ticket)
{
    return ticket & kField;
}

} // namespace

SpinTeam::SpinTeam(int threads)
{
    for (int thread = 1; thread < threads; ++thread) {
        m_helpers.emplace_back([this, thread] { serve(thread); });
    }
}

SpinTeam::~SpinTeam()
{
    m_ends.store(true, std::memory_order_relaxed);
    m_ticket.fetch_add(uint64_t{1} << (2 * kFieldBits), std::memory_order_release);
    m_ticket.notify_all();
    for (std::thread& helper : m_helpers) {
        helper.join();
    }
}

void SpinTeam::run(int64_t pieces, void* work, Call call)
{
    if (m_helpers.empty() || pieces == 1 || static_cast<uint64_t>(pieces) > kField) {
        for (int64_t piece = 0; piece < pieces; ++piece) {
            call(work, piece, 0);
        }
        return;
    }
    const ProfileLoop timed;
    m_work = work;
    m_call = call;
    m_done.store(0, std::memory_order_relaxed);
    const uint64_t loop = (m_ticket.load(std::memory_order_relaxed) >> (2 * kFieldBits)) + 1;
    m_ticket.store((loop << (2 * kFieldBits)) | (static_cast<uint64_t>(pieces) << kFieldBits),
                   std::memory_order_release);
    m_ticket.notify_all();
    while (takePiece(0)) {
    }
    SpinWait wait(kCallerPatience);
    while (m_done.load(std::memory_order_acquire) != pieces) {
        if (!wait.pause()) {
            std::this_thread::yield();
        }
    }
}

bool SpinTeam::takePiece(int thread)
{
    // Looked at first: a helper that only waits leaves the word alone.
    uint64_t ticket = m_ticket.load(std::memory_order_acquire);
    if (takenOf(ticket) >= piecesOf(ticket)) {
        return false;
    }
    ticket = m_ticket.fetch_add(1, std::memory_order_acq_rel);
    if (takenOf(ticket) >= piecesOf(ticket)) {
        return false;
    }
    m_call(m_work, static_cast<int64_t>(takenOf(ticket)), thread);
    m_done.fetch_add(1, std::memory_order_release);
    return true;
}

void SpinTeam::serve(int thread)
{
    SpinWait wait(kHelperPatience);
    while (!m_ends.load(std::memory_order_relaxed)) {
        if (takePiece(thread)) {
            wait = SpinWait(kHelperPatience);
        } else if (!wait.pause()) {
            const uint64_t ticket = m_ticket.load(std::memory_order_acquire);
            if (takenOf(ticket) >= piecesOf(ticket) && !m_ends.load(std::memory_order_relaxed)) {
                m_ticket.wait(ticket, std::memory_order_acquire);
            }
            wait = SpinWait(kHelperPatience);
        }
    }
}

} // namespace engine::kernels
