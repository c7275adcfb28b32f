// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/settings_card.h"

#include "ui/dialogs/dialogs.h"
#include "ui/forms/settings_panel.h"
#include "ui/pages/train/job_draft.h"
#include "ui/pages/train/job_sections.h"

#include <QVBoxLayout>

namespace ui::pages::train {

using engine::contract::Value;
using forms::FieldForm;

SettingsCard::SettingsCard(JobDraft& draft, Dialogs& dialogs, QWidget* parent)
    : ClosableCard(tr("All settings"), parent), m_draft(draft), m_dialogs(dialogs),
      m_panel(new forms::SettingsPanel(2))
{
    setFlush(true);
    body()->addWidget(m_panel);
    addCloseButton();
    connectForm();
    connect(&draft, &JobDraft::fieldsChanged, this, &SettingsCard::fill);
    connect(&draft, &JobDraft::edited, this, [this] {
        if (m_panel->isFilled()) {
            showValues();
        }
    });
}

void SettingsCard::connectForm()
{
    FieldForm* form = m_panel->form();
    form->setLookup([this](const QString& path) { return m_draft.value(path); });
    connect(form, &FieldForm::edited, this, [this](const QString& path, const Value& value) {
        m_draft.edit(path, value, path);
    });
    connect(form, &FieldForm::committed, this, [this] { m_draft.endStep(); });
    form->setPathPicker(
        [this](const engine::contract::Field& field, std::function<void(const QString&)> then) {
            if (field.key == "start_from") {
                m_dialogs.openFolder(this, tr("Choose an adapter folder"), std::move(then));
                return;
            }
            m_dialogs.openFiles(
                this,
                tr("Choose a file"),
                tr("All files (*)"),
                [then = std::move(then)](const QStringList& paths) { then(paths.first()); });
        });
}

void SettingsCard::fill()
{
    std::vector<forms::FormSection> sections = JobSections::of(m_draft.catalog(), m_draft.method());
    m_count = 0;
    for (const forms::FormSection& section : sections) {
        m_count += std::ssize(section.fields);
    }
    Q_EMIT countChanged();
    m_panel->setSections(std::move(sections), [this] {
        JobSections::nameChoices(*m_panel->form(), m_draft.catalog());
        showValues();
    });
}

void SettingsCard::showValues()
{
    FieldForm* form = m_panel->form();
    form->setValues(m_draft.changed());
    for (const QString& path : form->paths()) {
        form->setDefault(path, m_draft.baseline(path));
    }
}

void SettingsCard::search()
{
    m_panel->search({});
}

bool SettingsCard::setError(const QString& where, const engine::contract::Error& error)
{
    return m_panel->form()->setError(where, error);
}

void SettingsCard::clearErrors()
{
    m_panel->form()->clearErrors();
}

bool SettingsCard::hasField(const QString& path) const
{
    return m_panel->form()->hasField(path);
}

void SettingsCard::reveal(const QString& path)
{
    m_panel->reveal(path);
}

} // namespace ui::pages::train
