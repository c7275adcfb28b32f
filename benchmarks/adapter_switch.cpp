// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// adapter_switch MODEL ADAPTER ADAPTER: what it takes to exchange the adapter of a loaded model for
// another that was read before, in seconds per switch. Speaks the lines that runner.py reads.
#include "engine/adapters/adapter_folder.h"
#include "engine/adapters/loaded_adapter.h"
#include "engine/contract/value.h"
#include "engine/models/model_folder.h"

#include <array>
#include <chrono>
#include <iostream>
#include <optional>

using engine::adapters::fitted;
using engine::adapters::LoadedAdapter;
using engine::adapters::readAdapter;
using engine::contract::Value;

namespace {

constexpr int kSwitches = 200;

std::vector<double> timedSwitches(engine::nn::Decoder& decoder,
                                  const std::array<engine::methods::AdapterState, 2>& states)
{
    std::vector<double> seconds;
    std::optional<LoadedAdapter> active(std::in_place, decoder, states[0], 1.0);
    for (int i = 1; i <= kSwitches; ++i) {
        const auto start = std::chrono::steady_clock::now();
        active.reset();
        active.emplace(decoder, states[static_cast<std::size_t>(i % 2)], 1.0);
        seconds.push_back(
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return seconds;
}

} // namespace

int main(int argc, char* argv[])
{
    if (argc != 4) {
        std::cerr << "usage: adapter_switch MODEL ADAPTER ADAPTER\n";
        return 2;
    }
    try {
        const auto folder = engine::models::ModelFolder::open(argv[1]);
        const auto decoder = engine::models::loadDecoder(folder, at::kFloat);
        const std::array states{fitted(readAdapter(argv[2]), folder.blueprint()),
                                fitted(readAdapter(argv[3]), folder.blueprint())};
        timedSwitches(*decoder, states);
        std::cout << R"({"ready": true})" << std::endl;
        std::cin.get();
        std::cout << toJson(
            Value::object({{"seconds", Value::list(timedSwitches(*decoder, states))}}))
                  << std::endl;
    } catch (const std::exception& problem) {
        std::cerr << "error: " << problem.what() << '\n';
        return 1;
    }
    return 0;
}
