// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The recorded catalogue with invented methods, one of each kind: no page may know a method by its
// name, so none of these names is real.
#pragma once

#include "engine/contract/catalog.h"
#include "tests/support/recorded.h"

namespace test_support {

inline engine::contract::Field methodField(const std::string& key,
                                           std::string_view type,
                                           engine::contract::Value value,
                                           bool advanced = false)
{
    engine::contract::Field field;
    field.key = key;
    field.type = type;
    field.defaultValue = std::move(value);
    field.label = key;
    field.advanced = advanced;
    return field;
}

inline engine::contract::CatalogEntry
inventedMethod(const std::string& id, const std::string& approach, const std::string& effect)
{
    engine::contract::CatalogEntry method;
    method.id = id;
    method.name = "The " + id;
    method.summary = "What " + id + " does";
    method.approach = approach;
    method.effect = effect;
    method.paper = "Someone et al. 2030";
    return method;
}

// whole (everything) · crumbs (part) · sketch (updates with targets, without ranks) · plugs
// (modules) · spells (tokens) · riddle (of no known kind), after the recorded methods. Two
// exporters more: one for whole models, one for nothing.
inline engine::contract::Catalog methodCatalog()
{
    namespace type = engine::contract::field_type;
    using engine::contract::Value;
    engine::contract::Catalog catalog =
        engine::contract::catalogSchema().parse(recorded(QStringLiteral("describe")), "").value();
    for (engine::contract::CatalogEntry& method : catalog.methods) {
        method.approach = method.approach.empty() ? "updates" : method.approach;
        method.effect = method.effect.empty() ? "low_rank" : method.effect;
    }
    auto whole = inventedMethod("whole", "everything", "replaces");
    whole.fields = {methodField("layers", type::kLayers, "all", true)};
    whole.paper.clear();
    auto crumbs = inventedMethod("crumbs", "part", "replaces");
    crumbs.fields = {methodField("count", type::kInteger, 2),
                     methodField("dropout", type::kNumber, 0.0, true)};
    crumbs.fields.back().minimum = 0;
    crumbs.fields.back().maximum = 0;
    auto sketch = inventedMethod("sketch", "updates", "scales");
    sketch.fields = {methodField("targets", type::kTargets, "all-linear"),
                     methodField("alpha", type::kNumber, 8.0),
                     methodField("temperature", type::kNumber, 1.0)};
    auto plugs = inventedMethod("plugs", "modules", "adds");
    plugs.fields = {methodField("bottleneck", type::kInteger, 64),
                    methodField("gated", type::kBoolean, false, true),
                    methodField("gate", type::kNumber, 0.5, true)};
    plugs.fields.back().shownIf = Value::object({{"gated", true}});
    auto spells = inventedMethod("spells", "tokens", "adds");
    spells.fields = {methodField("num_virtual_tokens", type::kInteger, 20)};
    for (auto& method :
         {whole, crumbs, sketch, plugs, spells, inventedMethod("riddle", "unheard", "adds")}) {
        catalog.methods.push_back(method);
    }
    catalog.exporters = {{"everything", "Everything", "Holds all", {}},
                         {"changed", "Changed weights", "A model", {}}};
    for (const engine::contract::CatalogEntry& method : catalog.methods) {
        catalog.exporters[0].accepts.push_back(method.id);
        if (method.effect != "adds") {
            catalog.exporters[1].accepts.push_back(method.id);
        }
    }
    catalog.exporters[1].refusal = "it adds to the model";
    return catalog;
}

} // namespace test_support
