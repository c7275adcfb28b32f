// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/profile.h"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <utility>

namespace engine::kernels {

namespace detail {

using Clock = std::chrono::steady_clock;

// A slot per part and direction, and the last one for what is outside all scopes.
constexpr std::size_t kOutside = 2 * kParts;

double inSeconds(Clock::duration duration)
{
    return std::chrono::duration<double>(duration).count();
}

class ThreadTimes
{
public:
    void reset()
    {
        m_spent.fill(Clock::duration::zero());
        m_loops = Clock::duration::zero();
        m_current = kOutside;
        m_since = Clock::now();
    }
    // The time until now belongs to the slot that is left. Returns that one.
    std::size_t turnTo(std::size_t slot)
    {
        const Clock::time_point now = Clock::now();
        m_spent[m_current] += now - m_since;
        m_since = now;
        return std::exchange(m_current, slot);
    }
    void addLoop(Clock::duration duration) { m_loops += duration; }

    double seconds(std::size_t slot) const { return inSeconds(m_spent[slot]); }
    double loopSeconds() const { return inSeconds(m_loops); }

private:
    std::array<Clock::duration, kOutside + 1> m_spent = {};
    Clock::duration m_loops = Clock::duration::zero();
    std::size_t m_current = kOutside;
    Clock::time_point m_since = Clock::now();
};

namespace {

// Of every thread that was ever in a scope: one that ends leaves its times here.
struct Registry
{
    std::mutex mutex;
    std::vector<std::unique_ptr<ThreadTimes>> threads;
    ThreadTimes* caller = nullptr;
    Clock::time_point start;
};

Registry& registry()
{
    static Registry sRegistry;
    return sRegistry;
}

ThreadTimes& ownTimes()
{
    thread_local ThreadTimes* tTimes = nullptr;
    if (tTimes == nullptr) {
        Registry& all = registry();
        const std::lock_guard lock(all.mutex);
        tTimes = all.threads.emplace_back(std::make_unique<ThreadTimes>()).get();
    }
    return *tTimes;
}

} // namespace

ThreadTimes* enterPart(Part part, std::size_t& outer)
{
    ThreadTimes& times = ownTimes();
    const bool back = isBackward.load(std::memory_order_relaxed);
    outer = times.turnTo(2 * static_cast<std::size_t>(part) + (back ? 1 : 0));
    return &times;
}

void leavePart(ThreadTimes& times, std::size_t outer)
{
    times.turnTo(outer);
}

void addLoop(Clock::duration duration)
{
    ownTimes().addLoop(duration);
}

} // namespace detail

std::string_view nameOf(Part part)
{
    constexpr std::array<std::string_view, kParts> kNames = {"batch",
                                                             "embedding",
                                                             "norm",
                                                             "rotation",
                                                             "qkv_product",
                                                             "attention",
                                                             "output_product",
                                                             "gate_up_product",
                                                             "activation",
                                                             "down_product",
                                                             "low_rank",
                                                             "weight_gradient",
                                                             "site",
                                                             "head",
                                                             "optimizer",
                                                             "sampling",
                                                             "copy",
                                                             "unpack",
                                                             "waiting"};
    return kNames[static_cast<std::size_t>(part)];
}

void startProfile()
{
    detail::ThreadTimes& own = detail::ownTimes();
    detail::Registry& all = detail::registry();
    const std::lock_guard lock(all.mutex);
    for (const auto& thread : all.threads) {
        thread->reset();
    }
    all.caller = &own;
    all.start = detail::Clock::now();
    detail::isProfiling.store(true, std::memory_order_relaxed);
}

Profile readProfile(int threads)
{
    detail::Registry& all = detail::registry();
    const std::lock_guard lock(all.mutex);
    Profile profile;
    profile.threads = threads;
    profile.seconds = detail::inSeconds(detail::Clock::now() - all.start);
    double callers = 0;
    double others = 0;
    std::array<PartTime, 2 * kParts> times;
    for (std::size_t slot = 0; slot < times.size(); ++slot) {
        PartTime& time = times[slot];
        time.part = static_cast<Part>(slot / 2);
        time.isBackward = slot % 2 == 1;
        for (const auto& thread : all.threads) {
            time.seconds += thread->seconds(slot);
        }
        time.callerSeconds = all.caller->seconds(slot);
        callers += time.callerSeconds;
        others += time.seconds - time.callerSeconds;
    }
    const double loops = all.caller->loopSeconds();
    const double helpers = threads - 1;
    times[2 * static_cast<std::size_t>(Part::Waiting)].seconds +=
        std::max(0.0, helpers * loops - others);
    profile.idle = helpers * (profile.seconds - loops);
    profile.elsewhere = profile.seconds - callers;
    for (const PartTime& time : times) {
        if (time.seconds > 0) {
            profile.parts.push_back(time);
        }
    }
    return profile;
}

void stopProfile()
{
    detail::isProfiling.store(false, std::memory_order_relaxed);
}

} // namespace engine::kernels
