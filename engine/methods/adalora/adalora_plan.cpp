// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/adalora/adalora_plan.h"

#include "engine/device/failure.h"

namespace engine::methods::adalora {

double AdaloraSettings::scale() const
{
    return alpha / (static_cast<double>(initR) + 1e-5);
}

AdaloraSettings settingsOf(const contract::Value& settings)
{
    static const contract::Schema<AdaloraSettings> schema = adaloraSchema();
    return valueOrThrow(schema.parse(settings, "method", contract::UnknownKeys::Ignore));
}

std::vector<nn::TrainableTensor> tensorsOf(const AdaloraSettings& settings,
                                           const std::vector<Target>& targets)
{
    std::vector<nn::TrainableTensor> tensors;
    for (const Target& target : targets) {
        const std::string name = target.name() + ".";
        tensors.push_back({name + kA, {settings.initR, target.inputs()}, 1, true});
        tensors.push_back({name + kB, {target.rows(), settings.initR}, 1, true});
        tensors.push_back({name + kE, {settings.initR, 1}, 1, true});
    }
    return tensors;
}

std::vector<int64_t>
tripletsLeft(const contract::Value& flags, int64_t rank, const std::string& where)
{
    const contract::Value::List& list = flags.toList();
    if (flags.isList() && static_cast<int64_t>(list.size()) != rank) {
        throw Failure(code::kBadAdapter,
                      "adapter_config.json: rank_pattern of " + where + " has "
                          + std::to_string(list.size()) + " entries, init_r is "
                          + std::to_string(rank),
                      "Export the adapter again",
                      "adapter_config.json");
    }
    std::vector<int64_t> left;
    for (int64_t r = 0; r < rank; ++r) {
        if (!flags.isList() || list[static_cast<std::size_t>(r)].toBool()) {
            left.push_back(r);
        }
    }
    return left;
}

} // namespace engine::methods::adalora
