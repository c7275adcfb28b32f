// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The declaration of every field of a job: range, choices, label, help. Used by job.cpp and
// job_arguments.cpp.
#pragma once

#include "engine/contract/job.h"

#include <string>
#include <vector>

namespace engine::contract {

// The method's own settings are not part of it: they follow from method.id.
Schema<Job> jobSchema(const JobRegistry& registry);

Schema<AdapterSource> adapterSourceSchema();

// `formats`: ids that a source may name.
Schema<MixSource> mixSourceSchema(std::vector<std::string> formats);

// The method named `id`, or nullptr.
const MethodSchema* findMethod(const JobRegistry& registry, std::string_view id);

// What a column may count as (data.columns).
const std::vector<std::string>& columnRoles();

// Values of data.template that are not the path of a template file.
const std::vector<std::string>& templateNames();

} // namespace engine::contract
