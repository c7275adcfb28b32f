// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// step_adamw_8bit IN.safetensors OUT.safetensors RATE BETA1 BETA2 EPSILON DECAY: updates of
// training.optimizer adamw_8bit, for test_optimizer_8bit.py to compare with bitsandbytes. IN holds
// value.NAME and gradients.NAME [steps, shape of value]; OUT value.NAME and the optimiser's state.
#include "engine/contract/job.h"
#include "engine/device/failure.h"
#include "engine/tensors/safetensors_writer.h"
#include "engine/tensors/weights.h"
#include "engine/train/optimizer.h"

#include <iostream>

namespace {

using namespace engine;

constexpr std::string_view kValue = "value.";

std::vector<std::string> namesIn(const tensors::Weights& weights)
{
    std::vector<std::string> names;
    for (const std::string& name : weights.names()) {
        if (name.starts_with(kValue)) {
            names.push_back(name.substr(kValue.size()));
        }
    }
    return names;
}

void run(char** argv)
{
    const auto weights = tensors::Weights::open(argv[1]);
    contract::TrainingSection settings;
    settings.optimizer = contract::kAdamw8bit;
    settings.beta1 = std::stod(argv[4]);
    settings.beta2 = std::stod(argv[5]);
    settings.epsilon = std::stod(argv[6]);
    settings.weightDecay = std::stod(argv[7]);
    const std::vector<std::string> names = namesIn(weights);
    std::vector<nn::TrainableTensor> trained;
    for (const std::string& name : names) {
        trained.push_back({name, weights.tensor("value." + name).sizes().vec(), 1, true});
    }
    nn::ParameterBuffer buffer(trained);
    train::Optimizer optimizer(buffer, settings);
    for (std::size_t i = 0; i < names.size(); ++i) {
        buffer.leaf(i).detach().copy_(weights.tensor("value." + names[i]));
    }
    const int64_t steps = weights.tensor("gradients." + names.front()).size(0);
    for (int64_t step = 0; step < steps; ++step) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            buffer.gradients()
                .narrow(0, buffer.offset(i), trained[i].numel())
                .copy_(weights.tensor("gradients." + names[i])[step].flatten());
        }
        optimizer.step(std::stod(argv[3]));
    }
    std::vector<std::pair<std::string, at::Tensor>> result = optimizer.stored();
    for (std::size_t i = 0; i < names.size(); ++i) {
        result.emplace_back("value." + names[i], buffer.leaf(i).detach());
    }
    tensors::saveTensors(argv[2], result);
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 8) {
        std::cerr
            << "step_adamw_8bit IN.safetensors OUT.safetensors RATE BETA1 BETA2 EPSILON DECAY\n";
        return 2;
    }
    try {
        run(argv);
    } catch (const Failure& failure) {
        std::cerr << failure.error().code << ": " << failure.what() << '\n';
        return 1;
    }
    return 0;
}
