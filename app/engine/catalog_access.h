// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What forms and jobs need of the catalogue that `hello` brings. Plain functions; any thread.
#pragma once

#include "app/engine/contract.h"
#include "engine/contract/catalog.h"

#include <string>
#include <string_view>
#include <vector>

namespace app::engine {

// Fields that belong together, in the order of the catalogue.
struct FieldGroup
{
    std::string name; // "" for fields without one
    std::vector<contract::Field> fields;
};

// The entry of that id, or nullptr; the catalogue owns it.
const contract::CatalogEntry* findMethod(const contract::Catalog& catalog, std::string_view id);
const contract::CatalogEntry* findExporter(const contract::Catalog& catalog, std::string_view id);
const contract::CatalogEntry* findSection(const contract::Catalog& catalog, std::string_view id);

std::vector<FieldGroup> fieldsByGroup(const std::vector<contract::Field>& fields);

// Every field of a job under its dotted key ("training.batch_size"), those of the method included
// ("method.rank"). The defaults are those that hold for this method.
std::vector<contract::Field> jobFields(const contract::Catalog& catalog, std::string_view method);

// A job with every default written: of the sections, of this method, and what the method changes
// elsewhere. Paths and the name are empty.
contract::Value defaultJob(const contract::Catalog& catalog, std::string_view method);

// The job with every key it does not have set to its default; keys that the catalogue does not know
// are kept, the engine judges them.
contract::Value completedJob(const contract::Catalog& catalog, const contract::Value& job);

// The member under a dotted key, or null.
const contract::Value& valueAt(const contract::Value& object, std::string_view dottedKey);
// Sets it; objects on the way are made.
void setValueAt(contract::Value& object, std::string_view dottedKey, contract::Value value);

} // namespace app::engine
