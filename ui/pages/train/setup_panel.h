// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// "Setup": model and data from the library, objective, method, preset, the fields that matter most,
// the run's name; at its foot the way to all settings. GUI thread only.
#pragma once

#include "engine/contract/result.h"
#include "ui/page/page.h"

#include <QWidget>

namespace ui::forms {
class FieldForm;
}

namespace ui::widgets {
class Button;
class ComboBox;
class FieldFrame;
} // namespace ui::widgets

class QLineEdit;

namespace ui::pages::train {

class JobDraft;
class JobFacts;
class MethodPicker;
class MixPanel;
struct Answer;

class SetupPanel : public QWidget
{
    Q_OBJECT

public:
    SetupPanel(JobDraft& draft, JobFacts& facts, PageContext& context, QWidget* parent = nullptr);

    forms::FieldForm* form() const { return m_form; }
    MethodPicker* methodPicker() const { return m_method; }
    // The answer of `estimate`, for what each method would train.
    void setOutlooks(const Answer& plan);
    // The name that a run gets when none was typed: of the data and the rank.
    QString suggestedName() const;
    // Puts a refusal beside what `where` names; false when that is not here.
    bool setError(const QString& where, const engine::contract::Error& error);
    void clearErrors();
    // The first refused thing gets the focus.
    bool focusProblem();
    // Number of settings for the foot.
    int settingCount() const;

Q_SIGNALS:
    void allSettingsRequested();

private:
    void makePickers();
    void fillModels();
    void fillData();
    void fillPresets();
    void fillChoices();
    void takeModel(const QString& path);
    void takeData(const QStringList& paths);
    void pickModel();
    void pickData();
    void makeForm();
    void follow();
    void showModelFacts();
    void showDataFacts();
    void showUnits();
    void showNotices();
    widgets::FieldFrame* frameOf(const QString& where) const;

    JobDraft& m_draft;
    JobFacts& m_facts;
    PageContext& m_context;
    widgets::ComboBox* m_model;
    widgets::ComboBox* m_data;
    widgets::ComboBox* m_objective;
    MethodPicker* m_method;
    widgets::ComboBox* m_preset;
    QLineEdit* m_name;
    widgets::FieldFrame* m_modelFrame;
    widgets::FieldFrame* m_dataFrame;
    MixPanel* m_mix;
    widgets::FieldFrame* m_objectiveFrame;
    widgets::FieldFrame* m_methodFrame;
    widgets::FieldFrame* m_presetFrame;
    widgets::FieldFrame* m_nameFrame;
    forms::FieldForm* m_form;
};

} // namespace ui::pages::train
