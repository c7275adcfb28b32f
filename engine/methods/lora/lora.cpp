// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/lora/lora.h"

#include "engine/contract/text.h"
#include "engine/device/failure.h"
#include "engine/device/seeds.h"
#include "engine/methods/lora/lora_adapter.h"
#include "engine/methods/module_pattern.h"

#include <cmath>

namespace engine::methods::lora {

namespace {

using contract::Schema;
using contract::Value;
using nn::TrainableTensor;

const Schema<LoraSettings>& loraSchema()
{
    static const Schema<LoraSettings> schema = [] {
        Schema<LoraSettings> s;
        s.integer("rank", &LoraSettings::rank)
            .range(1, 1024)
            .label(LS_TEXT("Rank"))
            .help(LS_TEXT("Inner size of the update of every target. More rank can learn more and "
                          "costs memory in proportion."));
        s.number("alpha", &LoraSettings::alpha)
            .range(0, 65536)
            .label(LS_TEXT("Alpha"))
            .help(LS_TEXT("The update is scaled by alpha / rank. Twice the rank is a good start."));
        s.number("dropout", &LoraSettings::dropout)
            .range(0, 0.95)
            .label(LS_TEXT("Dropout"))
            .help(LS_TEXT("Share of an adapter's inputs that is dropped at random in training."));
        s.targets("targets", &LoraSettings::targets)
            .label(LS_TEXT("Target modules"))
            .help(LS_TEXT("all-linear, a list of names or short names (q k v o gate up down fc_in "
                          "fc_out), or a regular expression."));
        s.targets("exclude", &LoraSettings::exclude)
            .advanced()
            .label(LS_TEXT("Excluded modules"))
            .help(LS_TEXT("Modules that stay frozen although a target pattern names them. Same "
                          "forms as the targets."));
        s.layers("layers", &LoraSettings::layers)
            .advanced()
            .label(LS_TEXT("Layers"))
            .help(LS_TEXT("all, or a list of block indices; the first block is 0."));
        s.object("rank_pattern", &LoraSettings::rankPattern)
            .range(1, 1024)
            .advanced()
            .label(LS_TEXT("Rank by module"))
            .help(LS_TEXT("Another rank for some modules: end of the name or regular expression, "
                          "and the rank."));
        s.object("alpha_pattern", &LoraSettings::alphaPattern)
            .range(0, 65536)
            .advanced()
            .label(LS_TEXT("Alpha by module"))
            .help(LS_TEXT("Another alpha for some modules: end of the name or regular expression, "
                          "and the alpha."));
        s.boolean("use_rslora", &LoraSettings::useRslora)
            .advanced()
            .label(LS_TEXT("Rank-stabilised scale"))
            .help(LS_TEXT("Scales by alpha / √rank, which keeps large ranks learning (rsLoRA)."));
        s.number("lora_plus_ratio", &LoraSettings::loraPlusRatio)
            .range(0.01, 1024)
            .advanced()
            .label(LS_TEXT("LoRA+ ratio"))
            .help(LS_TEXT("Learning rate of B relative to A. 1 is plain LoRA; LoRA+ suggests 16."));
        s.choice("init", &LoraSettings::init, {"default"})
            .advanced()
            .label(LS_TEXT("Initial values"))
            .help(LS_TEXT("default: A uniform in ±1/√inputs, B zero, so that training starts from "
                          "the base model."));
        s.choice("bias", &LoraSettings::bias, {"none", "all", "lora_only"})
            .advanced()
            .label(LS_TEXT("Trained biases"))
            .help(LS_TEXT(
                "none, the biases of the targets (lora_only), or every bias of the model (all)."));
        s.list("modules_to_save", &LoraSettings::modulesToSave)
            .advanced()
            .label(LS_TEXT("Modules trained in full"))
            .help(LS_TEXT(
                "Names of modules whose own weights are trained and saved with the adapter."));
        return s;
    }();
    return schema;
}

LoraSettings settingsOf(const Value& settings)
{
    return valueOrThrow(loraSchema().parse(settings, "method", contract::UnknownKeys::Ignore));
}

// One planned update of a target.
struct Slot
{
    Target target;
    int64_t rank;
    double alpha;
};

struct Plan
{
    std::vector<Slot> slots;
    std::vector<std::string> parameters; // stored parameters trained in full
    std::vector<std::string> savedModules;
    std::vector<TrainableTensor> tensors; // a and b of every slot, then the parameters
};

std::vector<Target> targetsOf(const LoraSettings& settings,
                              const nn::Blueprint& blueprint,
                              const std::vector<const nn::ModuleSpec*>& saved)
{
    std::vector<Target> targets = selectTargets(settings.targets, blueprint, "method.targets");
    targets = inLayers(std::move(targets), settings.layers, blueprint, "method.layers");
    std::vector<Target> excluded;
    if (settings.exclude.isString() || !settings.exclude.toList().empty()) {
        excluded = selectTargets(settings.exclude, blueprint, "method.exclude");
    }
    std::erase_if(targets, [&](const Target& target) {
        const bool isExcluded =
            std::any_of(excluded.begin(), excluded.end(), [&target](const Target& other) {
                return other.module == target.module
                       && (other.slice == nullptr || other.slice == target.slice);
            });
        return isExcluded || std::find(saved.begin(), saved.end(), target.module) != saved.end();
    });
    return targets;
}

// Biases and whole modules that are trained beside the factors, by stored name.
std::vector<std::string> parametersOf(const LoraSettings& settings,
                                      const nn::Blueprint& blueprint,
                                      const std::vector<Target>& targets,
                                      const std::vector<const nn::ModuleSpec*>& saved)
{
    std::vector<std::string> names;
    for (const nn::ModuleSpec& module : blueprint.modules) {
        const bool isSaved = std::find(saved.begin(), saved.end(), &module) != saved.end();
        const bool isTarget =
            std::any_of(targets.begin(), targets.end(), [&module](const Target& target) {
                return target.module == &module;
            });
        if (isSaved) {
            names.push_back(module.weightName());
        }
        if (module.bias
            && (isSaved || settings.bias == "all" || (settings.bias == "lora_only" && isTarget))) {
            names.push_back(module.biasName());
        }
    }
    return names;
}

Plan planOf(const LoraSettings& settings, const nn::Blueprint& blueprint)
{
    Plan plan;
    std::vector<const nn::ModuleSpec*> saved;
    if (!settings.modulesToSave.empty()) {
        saved = selectModules(settings.modulesToSave, blueprint, "method.modules_to_save");
    }
    for (const nn::ModuleSpec* module : saved) {
        if (module->outputHead && blueprint.tiedHead) {
            throw Failure(code::kBadField,
                          "method.modules_to_save: " + module->name
                              + " shares its weight with the embedding",
                          "Train the embedding instead, or leave the head out",
                          "method.modules_to_save");
        }
        plan.savedModules.push_back(module->name);
    }
    const std::vector<Target> targets = targetsOf(settings, blueprint, saved);
    plan.parameters = parametersOf(settings, blueprint, targets, saved);
    if (targets.empty()) {
        throw Failure(code::kNothingToTrain,
                      "no module is left to train after method.exclude, method.layers and "
                      "method.modules_to_save",
                      "Widen method.targets or remove an exclusion",
                      "method.targets");
    }
    const std::vector<double> ranks = valuesByPattern(
        settings.rankPattern, targets, static_cast<double>(settings.rank), "method.rank_pattern");
    const std::vector<double> alphas =
        valuesByPattern(settings.alphaPattern, targets, settings.alpha, "method.alpha_pattern");
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const Slot slot{targets[i], static_cast<int64_t>(ranks[i]), alphas[i]};
        const std::string name = slot.target.name();
        plan.tensors.push_back({name + ".lora_A", {slot.rank, slot.target.module->in}, 1, true});
        plan.tensors.push_back(
            {name + ".lora_B", {slot.target.rows(), slot.rank}, settings.loraPlusRatio, true});
        plan.slots.push_back(slot);
    }
    for (const std::string& name : plan.parameters) {
        const bool isBias = name.ends_with(".bias");
        const nn::ModuleSpec* module = blueprint.find(name.substr(0, name.rfind('.')));
        const std::vector<int64_t> shape = isBias || module->kind == nn::ModuleKind::Norm
                                               ? std::vector<int64_t>{module->out}
                                               : std::vector<int64_t>{module->out, module->in};
        plan.tensors.push_back({name, shape, 1, shape.size() > 1});
    }
    return plan;
}

class LoraTuning final : public Tuning
{
public:
    LoraTuning(LoraSettings settings, nn::Decoder& decoder, uint64_t seed)
        : m_settings(std::move(settings)), m_decoder(decoder), m_blueprint(decoder.blueprint()),
          m_plan(planOf(m_settings, m_blueprint)), m_buffer(m_plan.tensors)
    {
        attachSlots(seed);
        maskParameters();
    }
    LoraTuning(const LoraTuning&) = delete;
    LoraTuning& operator=(const LoraTuning&) = delete;

    ~LoraTuning() override
    {
        for (std::size_t i = 0; i < m_adapters.size(); ++i) {
            m_decoder.linear(m_plan.slots[i].target.module->name)->detach(m_adapters[i].get());
        }
        for (const auto& [tensor, frozen] : m_frozen) {
            *tensor = frozen;
        }
    }

    nn::ParameterBuffer& parameters() override { return m_buffer; }

    AdapterState state() const override
    {
        AdapterState state;
        state.method = kLora.id;
        state.dropout = m_settings.dropout;
        state.bias = m_settings.bias;
        state.modulesToSave = m_plan.savedModules;
        for (std::size_t i = 0; i < m_plan.slots.size(); ++i) {
            LowRankFactors factors = shapeOf(m_plan.slots[i]);
            factors.a = m_buffer.leaf(2 * i).detach().clone();
            factors.b = m_buffer.leaf(2 * i + 1).detach().clone();
            state.factors.push_back(std::move(factors));
        }
        for (std::size_t i = 0; i < m_plan.parameters.size(); ++i) {
            state.replaced.push_back({m_plan.parameters[i], parameterLeaf(i).detach().clone()});
        }
        return state;
    }

    void load(const AdapterState& state) override
    {
        for (std::size_t i = 0; i < m_plan.slots.size(); ++i) {
            const Slot& slot = m_plan.slots[i];
            const auto found = std::find_if(
                state.factors.begin(), state.factors.end(), [&slot](const LowRankFactors& factors) {
                    return factors.module == slot.target.module->name
                           && factors.slice
                                  == (slot.target.slice == nullptr ? ""
                                                                   : slot.target.slice->shortName);
                });
            const LowRankFactors wanted = shapeOf(slot);
            if (found == state.factors.end() || found->rank() != slot.rank
                || found->alpha != wanted.alpha || found->usesRslora != wanted.usesRslora) {
                refuseStart(slot.target.name(), found == state.factors.end());
            }
            copyInto(m_buffer.leaf(2 * i), found->a);
            copyInto(m_buffer.leaf(2 * i + 1), found->b);
        }
        for (std::size_t i = 0; i < m_plan.parameters.size(); ++i) {
            const auto found = std::find_if(state.replaced.begin(),
                                            state.replaced.end(),
                                            [&](const ReplacedParameter& parameter) {
                                                return parameter.name == m_plan.parameters[i];
                                            });
            if (found == state.replaced.end()) {
                refuseStart(m_plan.parameters[i], true);
            }
            copyInto(parameterLeaf(i), found->value);
        }
        if (state.factors.size() != m_plan.slots.size()
            || state.replaced.size() != m_plan.parameters.size()) {
            refuseStart("a module that this job does not train", false);
        }
    }

private:
    const at::Tensor& parameterLeaf(std::size_t i) const
    {
        return m_buffer.leaf(2 * m_plan.slots.size() + i);
    }

    LowRankFactors shapeOf(const Slot& slot) const
    {
        LowRankFactors factors;
        factors.module = slot.target.module->name;
        factors.slice = slot.target.slice == nullptr ? "" : slot.target.slice->shortName;
        factors.rows = slot.target.slice == nullptr
                           ? kernels::RowSlice{0, slot.target.module->out, 0, 1}
                           : slot.target.slice->rows;
        factors.alpha = slot.alpha;
        factors.usesRslora = m_settings.useRslora;
        return factors;
    }

    // A ~ U(−1/√in, 1/√in), B = 0: PEFT's default, kaiming_uniform(a = √5).
    void attachSlots(uint64_t seed)
    {
        for (std::size_t i = 0; i < m_plan.slots.size(); ++i) {
            const Slot& slot = m_plan.slots[i];
            const std::string name = slot.target.name();
            const at::Tensor& a = m_buffer.leaf(2 * i);
            device::RandomStream random(device::derivedSeed(seed, "init " + name));
            const double bound = 1.0 / std::sqrt(static_cast<double>(slot.target.module->in));
            float* values = a.data_ptr<float>();
            for (int64_t k = 0; k < a.numel(); ++k) {
                values[k] = static_cast<float>((2 * random.uniform() - 1) * bound);
            }
            const LowRankFactors shape = shapeOf(slot);
            const double rank = static_cast<double>(slot.rank);
            kernels::LowRank update;
            update.a = a;
            update.b = m_buffer.leaf(2 * i + 1);
            update.scale = slot.alpha / (m_settings.useRslora ? std::sqrt(rank) : rank);
            update.rows = shape.rows;
            update.dropout = m_settings.dropout;
            m_adapters.push_back(std::make_unique<LoraAdapter>(name, std::move(update)));
            m_decoder.linear(slot.target.module->name)->attach(m_adapters.back().get());
        }
    }

    // Trainable mask: the decoder computes with float32 leaves in place of the stored parameters.
    void maskParameters()
    {
        for (const nn::Parameter& parameter : m_decoder.parameters()) {
            const auto found =
                std::find(m_plan.parameters.begin(), m_plan.parameters.end(), parameter.name);
            if (found != m_plan.parameters.end()) {
                const at::Tensor& leaf =
                    parameterLeaf(static_cast<std::size_t>(found - m_plan.parameters.begin()));
                copyInto(leaf, *parameter.tensor);
                m_frozen.emplace_back(parameter.tensor, *parameter.tensor);
                *parameter.tensor = leaf;
            }
        }
    }

    static void copyInto(const at::Tensor& leaf, const at::Tensor& value)
    {
        leaf.detach().copy_(value);
    }

    [[noreturn]] static void refuseStart(const std::string& name, bool isMissing)
    {
        throw Failure(code::kIncompatible,
                      "method.start_from: the adapter "
                          + std::string(isMissing ? "lacks " : "differs in ") + name,
                      "Use the targets, ranks and alphas that the adapter was trained with",
                      "method.start_from");
    }

    LoraSettings m_settings;
    nn::Decoder& m_decoder;
    const nn::Blueprint& m_blueprint;
    Plan m_plan;
    nn::ParameterBuffer m_buffer;
    std::vector<std::unique_ptr<LoraAdapter>> m_adapters;
    std::vector<std::pair<at::Tensor*, at::Tensor>> m_frozen; // what the masks stand for
};

contract::SettingsSchema schema()
{
    return loraSchema().erased();
}

std::vector<TrainableTensor> plan(const Value& settings, const nn::Blueprint& blueprint)
{
    return planOf(settingsOf(settings), blueprint).tensors;
}

std::unique_ptr<Tuning> attach(const Value& settings, nn::Decoder& decoder, uint64_t seed)
{
    return std::make_unique<LoraTuning>(settingsOf(settings), decoder, seed);
}

} // namespace

const Method kLora = {
    "lora",
    "LoRA",
    "Trains small low-rank updates beside the frozen weights",
    schema,
    plan,
    attach,
};

} // namespace engine::methods::lora
