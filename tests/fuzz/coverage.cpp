// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Brings GCC's coverage to libFuzzer, which takes counters of clang's kind: every instrumented
// block counts in one of 64 Ki counters, chosen by its address. The linker wraps GCC's call
// (--wrap=__sanitizer_cov_trace_pc), because libFuzzer has one that only says it is not supported.
#include <cstddef>
#include <cstdint>

namespace {

constexpr std::size_t kCounters = std::size_t{1} << 16;
alignas(4096) std::uint8_t counters[kCounters];

} // namespace

extern "C" {

void __sanitizer_cov_8bit_counters_init(std::uint8_t* begin, std::uint8_t* end);

void __wrap___sanitizer_cov_trace_pc()
{
    const auto place = reinterpret_cast<std::uintptr_t>(__builtin_return_address(0));
    std::uint8_t& counter = counters[(place * 0x9E3779B1U >> 12U) % kCounters];
    counter = static_cast<std::uint8_t>(counter + (counter < 255 ? 1 : 0));
}

// Comparisons of floating-point numbers, of which libFuzzer makes no use.
void __sanitizer_cov_trace_cmpf(float, float)
{
}
void __sanitizer_cov_trace_cmpd(double, double)
{
}

} // extern "C"

namespace {

const struct Registration
{
    Registration() { __sanitizer_cov_8bit_counters_init(counters, counters + kCounters); }
} registration;

} // namespace
