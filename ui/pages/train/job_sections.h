// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The sections of "All settings": those of the job in the catalogue's order, the method's own
// fields first. Without what Setup asks for: model, data, objective, method, name.
#pragma once

#include "engine/contract/catalog.h"
#include "ui/forms/field_form.h"

#include <QCoreApplication>

#include <string>
#include <vector>

namespace ui::pages::train {

class JobSections
{
    Q_DECLARE_TR_FUNCTIONS(ui::pages::train::JobSections)

public:
    static std::vector<forms::FormSection> of(const engine::contract::Catalog& catalog,
                                              const std::string& method);
    // Optimizers and schedules by their names.
    static void nameChoices(forms::FieldForm& form, const engine::contract::Catalog& catalog);
};

} // namespace ui::pages::train
