// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/low_rank_settings.h"
#include "engine/methods/dropout_field.h"

#include "engine/contract/error_codes.h"
#include "engine/contract/text.h"
#include "engine/methods/dropout_field.h"

namespace engine::methods {

using contract::Schema;
using contract::Value;

namespace {

enum class Numbers { Whole, Any };

// {pattern: number} whose numbers lie in minimum…maximum.
contract::FieldRule::Check patternCheck(double minimum, double maximum, Numbers numbers)
{
    return [=](const Value& patterns, const std::string& where) -> contract::Result<void> {
        for (const auto& [key, value] : patterns.toObject()) {
            const bool isKind = numbers == Numbers::Whole ? value.isInteger() : value.isNumber();
            if (!isKind || value.toDouble() < minimum || value.toDouble() > maximum) {
                const std::string field = where + "." + key;
                return contract::Error{
                    std::string(contract::code::kBadField),
                    field + ": expected a " + (numbers == Numbers::Whole ? "whole " : "")
                        + "number, " + std::to_string(static_cast<int64_t>(minimum)) + "…"
                        + std::to_string(static_cast<int64_t>(maximum)) + ", got " + toJson(value),
                    "Correct the number",
                    field};
            }
        }
        return {};
    };
}

} // namespace

const Schema<LowRankSettings>& lowRankSchema()
{
    static const Schema<LowRankSettings> schema = [] {
        Schema<LowRankSettings> s;
        s.integer("rank", &LowRankSettings::rank)
            .range(1, 1024)
            .label(LS_TEXT("Rank"))
            .help(LS_TEXT("Inner size of the update of every target. More rank can learn more and "
                          "costs memory in proportion."));
        s.number("alpha", &LowRankSettings::alpha)
            .range(0, 65536)
            .label(LS_TEXT("Alpha"))
            .help(LS_TEXT("The update is scaled by alpha / rank. Twice the rank is a good start."));
        addDropout(s, &LowRankSettings::dropout);
        s.targets("targets", &LowRankSettings::targets)
            .label(LS_TEXT("Target modules"))
            .help(LS_TEXT("all-linear, a list of names or short names (q k v o gate up down fc_in "
                          "fc_out), or a regular expression."));
        s.targets("exclude", &LowRankSettings::exclude)
            .advanced()
            .label(LS_TEXT("Excluded modules"))
            .help(LS_TEXT("Modules that stay frozen although a target pattern names them. Same "
                          "forms as the targets."));
        s.layers("layers", &LowRankSettings::layers)
            .advanced()
            .label(LS_TEXT("Layers"))
            .help(LS_TEXT("all, or a list of block indices; the first block is 0."));
        s.object("rank_pattern", &LowRankSettings::rankPattern)
            .check(patternCheck(1, 1024, Numbers::Whole))
            .advanced()
            .label(LS_TEXT("Rank by module"))
            .help(LS_TEXT("Another rank for some modules: end of the name or regular expression, "
                          "and the rank."));
        s.object("alpha_pattern", &LowRankSettings::alphaPattern)
            .check(patternCheck(0, 65536, Numbers::Any))
            .advanced()
            .label(LS_TEXT("Alpha by module"))
            .help(LS_TEXT("Another alpha for some modules: end of the name or regular expression, "
                          "and the alpha."));
        s.boolean("use_rslora", &LowRankSettings::useRslora)
            .advanced()
            .label(LS_TEXT("Rank-stabilised scale"))
            .help(LS_TEXT("Scales by alpha / √rank, which keeps large ranks learning (rsLoRA)."));
        s.number("lora_plus_ratio", &LowRankSettings::loraPlusRatio)
            .range(0.01, 1024)
            .advanced()
            .label(LS_TEXT("LoRA+ ratio"))
            .help(LS_TEXT("Learning rate of B relative to A. 1 is plain LoRA; LoRA+ suggests 16."));
        s.choice("bias", &LowRankSettings::bias, {"none", "all", "lora_only"})
            .advanced()
            .label(LS_TEXT("Trained biases"))
            .help(LS_TEXT(
                "none, the biases of the targets (lora_only), or every bias of the model (all)."));
        s.list("modules_to_save", &LowRankSettings::modulesToSave)
            .advanced()
            .label(LS_TEXT("Modules trained in full"))
            .help(LS_TEXT(
                "Names of modules whose own weights are trained and saved with the adapter."));
        return s;
    }();
    return schema;
}

} // namespace engine::methods
