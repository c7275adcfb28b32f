// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A model folder: config.json, and behind a NUL byte model.safetensors. What is found sound can be
// read, packed weights too.
#include "engine/models/model_folder.h"
#include "tests/fuzz/fuzzed.h"

using namespace engine;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr int64_t kLargest = 1 << 20; // numbers of a parameter that is read
    std::string_view rest = fuzz::textOf(data, size);
    const auto config = fuzz::fileOf(fuzz::nextFile(rest), "model/config.json");
    fuzz::fileOf(rest, "model/model.safetensors");
    fuzz::orRefused([&] {
        const auto folder = models::ModelFolder::open(config.parent_path());
        for (const models::Problem& problem : folder.problems()) {
            fuzz::require(!problem.code.empty() && !problem.message.empty(),
                          "a problem without words");
        }
        folder.requireSound();
        fuzz::require(folder.storedDtype() != at::kByte, "bytes are no numbers to compute with");
        for (const std::string& name : folder.parameterNames()) {
            const std::vector<int64_t> shape = folder.shapeOf(name);
            int64_t count = 1;
            for (const int64_t extent : shape) {
                count *= extent;
            }
            for (const std::string_view part : folder.storedParts(name)) {
                fuzz::require(part.size() <= rest.size(), "more bytes than the file has");
            }
            if (count <= kLargest) {
                fuzz::require(folder.dense(name).sizes() == at::IntArrayRef(shape),
                              "another shape than the blueprint's");
            }
        }
    });
    return 0;
}
