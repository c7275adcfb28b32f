// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// unpack THREADS: how fast packed weights become numbers, in turns with a copy that moves as many
// bytes. A line per case: bytes of a weight, GB/s read and written, of the copy, and the share of
// its speed with the quartiles over the turns. Speaks the lines that runner.py reads.
#include "engine/contract/value.h"
#include "engine/kernels/unpacked_panels.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/randn.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <iostream>
#include <vector>

using engine::contract::Value;
using namespace engine::kernels;

namespace {

constexpr int64_t kRows = 8192;
constexpr int64_t kColumns = 4096;
constexpr int kRounds = 31;
// What training unpacks at once: it stays in a cache.
constexpr int64_t kPartRows = 16;

template <typename Work>
double secondsOf(Work work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double quantileOf(std::vector<double> values, double part)
{
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1) + 0.5)];
}

Value quartilesOf(const std::vector<double>& values)
{
    return Value::List{quantileOf(values, 0.25), quantileOf(values, 0.75)};
}

// GB/s at the median.
double rateOf(int64_t bytes, const std::vector<double>& seconds)
{
    return 1e-9 * static_cast<double>(bytes) / quantileOf(seconds, 0.5);
}

// Two works in turns, so that whatever else the machine does slows both.
struct Turns
{
    std::vector<double> seconds; // of the work
    std::vector<double> ofOther;
    std::vector<double> shares; // of the other's speed, turn by turn

    template <typename Work, typename Other>
    Turns(Work work, Other other)
    {
        work();
        other();
        for (int i = 0; i < kRounds; ++i) {
            // Either comes first as often.
            const double before = i % 2 == 0 ? secondsOf(other) : 0;
            seconds.push_back(secondsOf(work));
            ofOther.push_back(i % 2 == 0 ? before : secondsOf(other));
            shares.push_back(ofOther.back() / seconds.back());
        }
    }
};

// A copy that moves as many bytes as a work reads and writes, by as many threads.
class Copy
{
public:
    explicit Copy(int64_t bytes)
        : m_from(at::randn({bytes / 2 / kNumber})), m_to(at::empty_like(m_from))
    {
    }

    void operator()() const
    {
        at::parallel_for(0, m_from.numel(), 1 << 16, [this](int64_t begin, int64_t end) {
            std::memcpy(m_to.data_ptr<float>() + begin,
                        m_from.const_data_ptr<float>() + begin,
                        static_cast<std::size_t>(end - begin) * sizeof(float));
        });
    }

private:
    static constexpr int64_t kNumber = sizeof(float);

    at::Tensor m_from;
    at::Tensor m_to;
};

// A read alone: what of a weight that is unpacked part by part into a cache comes from memory.
class Read
{
public:
    explicit Read(int64_t bytes) : m_from(at::randn({bytes / 4}).view(at::kInt)) {}

    void operator()()
    {
        const auto* numbers = m_from.const_data_ptr<int32_t>();
        at::parallel_for(0, m_from.numel(), 1 << 16, [&](int64_t begin, int64_t end) {
            int64_t sum = 0;
            for (int64_t i = begin; i < end; ++i) {
                sum += numbers[i];
            }
            m_sums[static_cast<std::size_t>(at::get_thread_num()) % m_sums.size()] += sum;
        });
    }
    // Else there would be nothing to read for.
    int64_t sum() const { return m_sums[0]; }

private:
    at::Tensor m_from;
    std::array<int64_t, 256> m_sums{};
};

void measure(const QuantizedWeight& weight, const char* form, at::ScalarType type, const char* name)
{
    at::Tensor whole = at::empty({kRows, kColumns}, type);
    const int64_t numbers = whole.numel();
    const int64_t packed = weight.bytes();
    const int64_t moved = packed + numbers * static_cast<int64_t>(whole.element_size());
    const Turns toMemory([&] { dequantizeInto(weight, whole); }, Copy(moved));

    at::Tensor parts = at::empty({at::get_num_threads(), kPartRows, kColumns}, type);
    Read read(packed);
    const Turns toCache(
        [&] {
            at::parallel_for(0, kRows / kPartRows, 1, [&](int64_t begin, int64_t end) {
                auto* to = static_cast<std::byte*>(parts[at::get_thread_num()].data_ptr());
                for (int64_t part = begin; part < end; ++part) {
                    unpackRows(
                        weight, part * kPartRows, kPartRows, 0, kColumns, type, to, kColumns);
                }
            });
        },
        [&] { read(); });
    std::cout << toJson(Value::object(
        {{"form", form},
         {"type", name},
         {"bytes_a_number", static_cast<double>(packed) / static_cast<double>(numbers)},
         {"memory_gb", rateOf(moved, toMemory.seconds)},
         {"copy_gb", rateOf(moved, toMemory.ofOther)},
         {"share", quantileOf(toMemory.shares, 0.5)},
         {"share_range", quartilesOf(toMemory.shares)},
         {"cache_numbers", 1e9 * rateOf(numbers, toCache.seconds)},
         {"cache_read_gb", rateOf(packed, toCache.seconds)},
         {"read_gb", rateOf(packed, toCache.ofOther) + (read.sum() == 1 ? 1e-12 : 0)}}))
              << std::endl;
}

// The panels that products read, of the whole weight, as training makes them of a block's: a few
// panels or a tile's width at a time (nn/stack_step.cpp).
void measurePanels(const QuantizedWeight& weight, const char* form, PackedType type)
{
    const int64_t numbers = kRows * kColumns;
    const int64_t packed = weight.bytes();
    const int64_t moved = packed + numbers * bytesOf(type);
    const auto each = [](int64_t panels, int64_t step, auto unpack) {
        at::parallel_for(0, panels / step, 1, [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; ++i) {
                unpack(i * step * kPanelFeatures, step * kPanelFeatures);
            }
        });
    };
    PackedMatrix outputs(kRows, kColumns, type);
    PackedMatrix inputs(kColumns, kRows, type);
    const auto forOutputs = [&] {
        each(outputs.panels(), 4, [&](int64_t row, int64_t rows) {
            unpackForOutput({{}, &weight}, {row, rows, 0, kColumns}, row, outputs);
        });
    };
    const auto forInputs = [&] {
        each(inputs.panels(), 16, [&](int64_t column, int64_t columns) {
            unpackForInput({{}, &weight}, {0, kRows, column, columns}, 0, inputs);
        });
    };
    const Copy copy(moved);
    for (const bool isOutput : {true, false}) {
        const Turns turns([&] { isOutput ? forOutputs() : forInputs(); }, copy);
        std::cout << toJson(Value::object(
            {{"form", std::string(form) + (isOutput ? ", panels for outputs" : ", for inputs")},
             {"type", type == PackedType::Float32 ? "float32" : "bfloat16"},
             {"bytes_a_number", static_cast<double>(packed) / static_cast<double>(numbers)},
             {"memory_gb", rateOf(moved, turns.seconds)},
             {"copy_gb", rateOf(moved, turns.ofOther)},
             {"share", quantileOf(turns.shares, 0.5)},
             {"share_range", quartilesOf(turns.shares)}}))
                  << std::endl;
    }
}

} // namespace

int main(int argc, char* argv[])
{
    if (argc != 2) {
        std::cerr << "usage: unpack THREADS\n";
        return 2;
    }
    at::set_num_threads(std::stoi(argv[1]));
    const at::Tensor weight = at::randn({kRows, kColumns}).to(at::kBFloat16);
    const QuantizedWeight twice = quantize(weight, Quantization::Nf4);
    const QuantizedWeight once = quantize(weight, Quantization::Nf4, false);
    const QuantizedWeight int8 = quantize(weight, Quantization::Int8);
    std::cout << R"({"ready": true})" << std::endl;
    std::cin.get();
    measure(twice, "nf4, scales packed", at::kBFloat16, "bfloat16");
    measure(twice, "nf4, scales packed", at::kFloat, "float32");
    measure(once, "nf4", at::kBFloat16, "bfloat16");
    measure(once, "nf4", at::kFloat, "float32");
    measure(int8, "int8", at::kBFloat16, "bfloat16");
    measure(int8, "int8", at::kFloat, "float32");
    for (const PackedType type : {PackedType::BFloat16, PackedType::Float32}) {
        measurePanels(twice, "nf4, scales packed", type);
        measurePanels(int8, "int8", type);
    }
    return 0;
}
