// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/method_options.h"

#include "app/base/engine_text.h"
#include "app/base/text.h"
#include "ui/pages/train/job_draft.h"
#include "ui/pages/train/target_matrix_model.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"

#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::pages::train {

namespace {

using engine::contract::CatalogEntry;
using engine::contract::Field;
using engine::contract::Value;
using forms::FieldForm;

constexpr int kColumns = 3;

// A field with one valid value is nothing to choose.
bool isFixed(const Field& field)
{
    return field.minimum && field.maximum && *field.minimum == *field.maximum;
}

} // namespace

MethodOptions::MethodOptions(JobDraft& draft, QWidget* parent)
    : QWidget(parent), m_draft(draft), m_main(new FieldForm(kColumns)),
      m_more(new FieldForm(kColumns)),
      m_toggle(new widgets::Button(
          {}, widgets::Button::Kind::Ghost, widgets::Button::Extent::Small, this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme().px(16), 0, theme().px(16), theme().px(12));
    layout->addWidget(m_main);
    auto* area = new QScrollArea;
    auto* content = new QWidget;
    auto* inner = new QVBoxLayout(content);
    inner->setContentsMargins(theme().px(16), theme().px(12), theme().px(16), theme().px(12));
    inner->addWidget(m_more);
    inner->addStretch(1);
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    m_moreArea = area;
    m_toggle->setCheckable(true);
    m_toggle->setLayoutDirection(Qt::RightToLeft);
    connect(m_toggle, &QAbstractButton::toggled, this, [this](bool isOpen) {
        showToggle();
        Q_EMIT openChanged(isOpen);
    });
    connectForm(m_main);
    connectForm(m_more);
    connect(&draft, &JobDraft::fieldsChanged, this, &MethodOptions::makeForms);
    connect(&draft, &JobDraft::edited, this, &MethodOptions::follow);
    makeForms();
}

void MethodOptions::connectForm(FieldForm* form)
{
    form->setLookup([this](const QString& path) { return m_draft.value(path); });
    connect(form, &FieldForm::edited, this, [this](const QString& path, const Value& value) {
        m_draft.edit(path, value, path);
    });
    connect(form, &FieldForm::committed, this, [this] { m_draft.endStep(); });
}

void MethodOptions::makeForms()
{
    std::vector<forms::FormField> main;
    std::vector<forms::FormField> more;
    if (const CatalogEntry* method = m_draft.isReady() ? m_draft.methodEntry() : nullptr) {
        const QStringList elsewhere = TargetMatrixModel::editedPaths(*method);
        for (forms::FormField& field :
             forms::formFields(method->fields, QStringLiteral("method"))) {
            if (isFixed(field.field) || elsewhere.contains(field.path)) {
                continue;
            }
            (field.field.advanced ? more : main).push_back(std::move(field));
        }
    }
    m_main->setFields(main);
    m_more->setFields(more);
    setVisible(!main.empty());
    m_toggle->setVisible(!more.empty());
    if (more.empty()) {
        setOpen(false);
    }
    follow();
}

void MethodOptions::follow()
{
    for (FieldForm* form : {m_main, m_more}) {
        for (const QString& path : form->paths()) {
            form->setDefault(path, m_draft.baseline(path));
        }
        form->setValues(m_draft.changed());
        form->refresh();
    }
    showToggle();
}

bool MethodOptions::isOpen() const
{
    return m_toggle->isChecked();
}

void MethodOptions::setOpen(bool isOpen)
{
    m_toggle->setChecked(isOpen);
}

void MethodOptions::showToggle()
{
    const auto changed = static_cast<int>(m_more->values().toObject().size());
    m_toggle->setText(isOpen() ? tr("Back")
                      : changed > 0
                          ? tr("More settings · %1").arg(tr("%n changed", nullptr, changed))
                          : tr("More settings"));
    m_toggle->setIconName(isOpen() ? QStringLiteral("close") : QStringLiteral("chevron_right"));
}

bool MethodOptions::setError(const QString& where, const engine::contract::Error& error)
{
    if (m_main->setError(where, error)) {
        return true;
    }
    const bool isHere = m_more->setError(where, error);
    if (isHere) {
        setOpen(true);
    }
    return isHere;
}

void MethodOptions::clearErrors()
{
    m_main->clearErrors();
    m_more->clearErrors();
}

bool MethodOptions::focusField(const QString& path)
{
    if (m_main->hasField(path)) {
        m_main->focusField(path);
        return true;
    }
    if (m_more->hasField(path)) {
        setOpen(true);
        m_more->focusField(path);
        return true;
    }
    return false;
}

} // namespace ui::pages::train
