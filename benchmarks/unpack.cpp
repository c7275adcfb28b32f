// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// unpack THREADS: how fast packed weights become numbers, beside what copying memory takes in the
// same minute. A line per case: bytes of a weight, GB/s read and written, and of a copy. Speaks the
// lines that runner.py reads.
#include "engine/contract/value.h"
#include "engine/kernels/quantized_weight.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/randn.h>

#include <array>
#include <chrono>
#include <cstring>
#include <iostream>

using engine::contract::Value;
using namespace engine::kernels;

namespace {

constexpr int64_t kRows = 8192;
constexpr int64_t kColumns = 4096;
constexpr int kRounds = 15;
// What training unpacks at once: it stays in a cache.
constexpr int64_t kPartRows = 16;

template <typename Work>
double medianSeconds(Work work)
{
    work();
    std::vector<double> seconds;
    for (int i = 0; i < kRounds; ++i) {
        const auto start = std::chrono::steady_clock::now();
        work();
        seconds.push_back(
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    std::nth_element(seconds.begin(), seconds.begin() + kRounds / 2, seconds.end());
    return seconds[kRounds / 2];
}

// GB/s, read and written together.
double copyRate(int64_t bytes)
{
    const at::Tensor from = at::randn({bytes / 4});
    at::Tensor to = at::empty_like(from);
    const double seconds = medianSeconds([&] {
        at::parallel_for(0, bytes / 4, 1 << 16, [&](int64_t begin, int64_t end) {
            std::memcpy(to.data_ptr<float>() + begin,
                        from.const_data_ptr<float>() + begin,
                        static_cast<std::size_t>(end - begin) * sizeof(float));
        });
    });
    return 2e-9 * static_cast<double>(bytes) / seconds;
}

// GB/s of a read alone: the codes and scales of a weight that is unpacked part by part into a
// cache.
double readRate(int64_t bytes)
{
    const at::Tensor from = at::randn({bytes / 4}).view(at::kInt);
    const auto* numbers = from.const_data_ptr<int32_t>();
    std::array<int64_t, 256> sums{};
    const double seconds = medianSeconds([&] {
        at::parallel_for(0, bytes / 4, 1 << 16, [&](int64_t begin, int64_t end) {
            int64_t sum = 0;
            for (int64_t i = begin; i < end; ++i) {
                sum += numbers[i];
            }
            sums[static_cast<std::size_t>(at::get_thread_num()) % sums.size()] += sum;
        });
    });
    // The sum is used, else there would be nothing to read for.
    return 1e-9 * static_cast<double>(bytes) / seconds + (sums[0] == 1 ? 1e-12 : 0);
}

void measure(const QuantizedWeight& weight, const char* form, at::ScalarType type, const char* name)
{
    at::Tensor whole = at::empty({kRows, kColumns}, type);
    const auto size = static_cast<int64_t>(whole.element_size());
    const double toMemory = medianSeconds([&] { dequantizeInto(weight, whole); });
    at::Tensor parts = at::empty({at::get_num_threads(), kPartRows, kColumns}, type);
    const double toCache = medianSeconds([&] {
        at::parallel_for(0, kRows / kPartRows, 1, [&](int64_t begin, int64_t end) {
            auto* to = static_cast<std::byte*>(parts[at::get_thread_num()].data_ptr());
            for (int64_t part = begin; part < end; ++part) {
                unpackRows(weight, part * kPartRows, kPartRows, 0, kColumns, type, to, kColumns);
            }
        });
    });
    const auto numbers = static_cast<double>(kRows * kColumns);
    const auto packed = static_cast<double>(weight.bytes());
    std::cout << toJson(Value::object(
        {{"form", form},
         {"type", name},
         {"bytes_a_number", packed / numbers},
         {"memory_gb", 1e-9 * (packed + numbers * static_cast<double>(size)) / toMemory},
         {"copy_gb", copyRate(kRows * kColumns * size / 2)},
         {"cache_numbers", numbers / toCache},
         {"cache_read_gb", 1e-9 * packed / toCache},
         {"read_gb", readRate(kRows * kColumns * 2)}}))
              << std::endl;
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
    measure(int8, "int8", at::kBFloat16, "bfloat16");
    measure(int8, "int8", at::kFloat, "float32");
    return 0;
}
