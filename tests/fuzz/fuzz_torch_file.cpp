// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Files of torch.save, zip archives and rows of pickles: every tensor that is taken lies inside the
// file and can be read.
#include "engine/tensors/torch_file.h"
#include "tests/fuzz/fuzzed.h"

using namespace engine;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::size_t kEnough = 16;   // tensors that are read
    constexpr int64_t kLargest = 1 << 20; // numbers of one
    const auto path = fuzz::fileOf(fuzz::textOf(data, size), "fuzzed.bin");
    fuzz::orRefused([&] {
        const auto file = tensors::TorchFile::open(path);
        std::size_t read = 0;
        for (const bridge::TensorEntry& entry : file->entries()) {
            fuzz::require(entry.begin <= entry.end && entry.end <= size, "beyond the file");
            int64_t count = 1;
            for (const int64_t extent : entry.shape) {
                fuzz::require(extent >= 0, "a negative extent");
                count *= extent;
            }
            if (count > kLargest || ++read > kEnough) {
                continue;
            }
            fuzz::orRefused([&] {
                const at::Tensor tensor = file->tensor(entry);
                fuzz::require(tensor.numel() == count, "another number of numbers");
                const std::string_view bytes = file->bytes(entry);
                fuzz::require(bytes.size() == tensor.nbytes(), "another number of bytes");
                unsigned sum = 0;
                for (const char byte : bytes) {
                    sum += static_cast<unsigned char>(byte);
                }
                fuzz::require(sum <= 255 * bytes.size(), "bytes");
            });
        }
    });
    return 0;
}
