// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/job_sections.h"

#include "app/base/engine_text.h"
#include "app/base/text.h"

#include <QStringList>

namespace ui::pages::train {

namespace {

using app::engineText;
using app::qs;

const QStringList& setupPaths()
{
    static const QStringList kPaths = {QStringLiteral("model.path"),
                                       QStringLiteral("data.path"),
                                       QStringLiteral("data.mix"),
                                       QStringLiteral("objective.id"),
                                       QStringLiteral("method.id"),
                                       QStringLiteral("output.name")};
    return kPaths;
}

void append(std::vector<forms::FormSection>& sections,
            const QString& title,
            const std::vector<engine::contract::Field>& fields,
            const QString& section)
{
    forms::FormSection form{title, {}};
    for (forms::FormField& field : forms::formFields(fields, section)) {
        if (!setupPaths().contains(field.path)) {
            form.fields.push_back(std::move(field));
        }
    }
    if (!form.fields.empty()) {
        sections.push_back(std::move(form));
    }
}

} // namespace

std::vector<forms::FormSection> JobSections::of(const engine::contract::Catalog& catalog,
                                                const std::string& method)
{
    std::vector<forms::FormSection> sections;
    const engine::contract::CatalogEntry* entry =
        engine::contract::findEntry(catalog.methods, method);
    if (entry != nullptr) {
        append(sections, engineText(entry->name), entry->fields, QStringLiteral("method"));
    }
    for (const engine::contract::CatalogEntry& section : catalog.job) {
        append(sections, engineText(section.name), section.fields, qs(section.id));
    }
    return sections;
}

void JobSections::nameChoices(forms::FieldForm& form, const engine::contract::Catalog& catalog)
{
    const std::pair<const char*, const std::vector<engine::contract::CatalogEntry>*> kNamed[] = {
        {"training.optimizer", &catalog.optimizers}, {"training.schedule", &catalog.schedules}};
    for (const auto& [path, entries] : kNamed) {
        for (const engine::contract::CatalogEntry& entry : *entries) {
            form.setChoiceName(QLatin1String(path), qs(entry.id), engineText(entry.name));
        }
    }
    const QString format = QStringLiteral("data.format");
    for (const engine::contract::CatalogEntry& entry : catalog.formats) {
        form.setChoiceName(format, qs(entry.id), engineText(entry.name));
    }
    for (const engine::contract::DataPreset& preset : catalog.dataPresets) {
        form.setChoiceName(format, qs(preset.id), qs(preset.name));
    }
}

} // namespace ui::pages::train
