// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Where the time goes, per part of a model and thread. Off until startProfile(), and then a scope
// costs one branch that is always predicted.
//     const ProfileScope scope(Part::Norm);
// A scope inside another takes its time from it, so that no second counts twice.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

namespace engine::kernels {

enum class Part : uint8_t {
    Batch,
    Embedding,
    Norm,
    Rotation,
    AttendProduct, // q, k and v
    Attention,
    ProjectProduct, // attention's output
    ExpandProduct,  // gate and up
    Activation,
    ContractProduct, // down
    LowRank,         // updates beside the products, their gradients and their packing
    WeightGradient,  // of weights that are trained themselves
    Site,            // modules behind sub-layers, likewise
    Head,            // with the loss and its gradient
    Optimizer,
    Sampling,
    Copy,
    Unpack,  // panels of weights of which none are kept
    Waiting, // for other threads
};
inline constexpr std::size_t kParts = 19;

// "gate_up_product".
std::string_view nameOf(Part part);

struct PartTime
{
    Part part = Part::Batch;
    bool isBackward = false;
    double seconds = 0;       // of all threads together
    double callerSeconds = 0; // of these, of the thread that started the profile
};

// threads · seconds = the parts + idle + elsewhere.
struct Profile
{
    double seconds = 0; // since startProfile()
    int threads = 1;
    std::vector<PartTime> parts; // those that took time
    double idle = 0;             // of the other threads while the caller works alone
    double elsewhere = 0;        // of the caller outside all scopes
};

// Sets all times to zero and begins. While no scope is open; the calling thread is the caller.
void startProfile();
// So far, for that many threads. On the caller, while no other thread is in a scope.
Profile readProfile(int threads);
void stopProfile();

namespace detail {

inline std::atomic<bool> isProfiling = false; // relaxed: it changes while no other thread works
inline std::atomic<bool> isBackward = false;

class ThreadTimes;
// Opens a slot on this thread. Returns its times; `outer` is the slot to return to.
ThreadTimes* enterPart(Part part, std::size_t& outer);
void leavePart(ThreadTimes& times, std::size_t outer);
void addLoop(std::chrono::steady_clock::duration duration); // on this thread

} // namespace detail

class ProfileScope
{
public:
    explicit ProfileScope(Part part)
    {
        if (detail::isProfiling.load(std::memory_order_relaxed)) [[unlikely]] {
            m_times = detail::enterPart(part, m_outer);
        }
    }
    ProfileScope(const ProfileScope&) = delete;
    ProfileScope& operator=(const ProfileScope&) = delete;
    ~ProfileScope()
    {
        if (m_times != nullptr) [[unlikely]] {
            detail::leavePart(*m_times, m_outer);
        }
    }

private:
    detail::ThreadTimes* m_times = nullptr;
    std::size_t m_outer = 0;
};

// A parallel loop, on the thread that calls it: what it does not work is waiting, and so is what
// the others do not.
class ProfileLoop
{
public:
    ProfileLoop() : m_scope(Part::Waiting)
    {
        if (detail::isProfiling.load(std::memory_order_relaxed)) [[unlikely]] {
            m_start = std::chrono::steady_clock::now();
        }
    }
    ~ProfileLoop()
    {
        if (m_start != std::chrono::steady_clock::time_point()) [[unlikely]] {
            detail::addLoop(std::chrono::steady_clock::now() - m_start);
        }
    }

private:
    ProfileScope m_scope;
    std::chrono::steady_clock::time_point m_start;
};

// Scopes of all threads count as backward while one exists.
class ProfileBackward
{
public:
    ProfileBackward() { detail::isBackward.store(true, std::memory_order_relaxed); }
    ProfileBackward(const ProfileBackward&) = delete;
    ProfileBackward& operator=(const ProfileBackward&) = delete;
    ~ProfileBackward() { detail::isBackward.store(false, std::memory_order_relaxed); }
};

} // namespace engine::kernels
