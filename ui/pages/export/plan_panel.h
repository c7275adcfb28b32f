// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// "What to write": adapter, scale, formats, options and folder, with what they will take, and the
// one button that starts it. Knows nothing of engines; the page fills it and obeys it.
#pragma once

#include "app/library/adapter_repository.h"
#include "engine/contract/catalog.h"
#include "ui/pages/export/export_plan.h"
#include "ui/pages/export/export_size.h"
#include "ui/widgets/card.h"

#include <optional>
#include <vector>

class QLineEdit;

namespace ui::widgets {
class Button;
class ComboBox;
class CommandBox;
class FactList;
class FieldFrame;
class NumberField;
class PlainLabel;
} // namespace ui::widgets

namespace ui::pages::exporting {

class FormatCard;
class RankField;

class PlanPanel : public widgets::Card
{
    Q_OBJECT

public:
    explicit PlanPanel(QWidget* parent = nullptr);

    // Keeps the choice where it is still there.
    void setAdapters(std::vector<app::library::Adapter> adapters);
    // The formats, which adapters each has a form for, and what methods can do.
    void setCatalog(const engine::contract::Catalog& catalog);
    void setEngineProgram(const QString& program) { m_program = program; }
    // Chooses the adapter with this id or path; false when there is none.
    bool chooseAdapter(const QString& idOrPath);
    const app::library::Adapter* adapter() const;

    // Unknown until it is set; a new adapter makes it unknown again.
    void setBase(const BaseFacts& base);
    void setFreeBytes(std::optional<qint64> bytes);
    // The folder proposed; what a person typed stays.
    void proposeFolder(const QString& folder);
    // As if it was typed.
    void setFolder(const QString& folder);
    // Why it cannot start, from outside (missing base, target exists); empty = it can.
    void setRefusal(const QString& words);
    void setRunning(bool isRunning);
    void setWritten(bool isWritten);

    ExportPlan plan() const;

Q_SIGNALS:
    void adapterChanged();
    void planChanged();
    void startRequested();
    void folderRequested(); // the button beside the field

private:
    QWidget* makeTop();
    QWidget* makeOptions();
    QWidget* makeBottom();
    void showForms();
    void showMergeBase();
    void chooseCurrent();
    void changePlan();
    void showConsequences();
    QString ownRefusal() const;

    std::vector<app::library::Adapter> m_adapters;
    std::optional<BaseFacts> m_base;
    std::optional<qint64> m_freeBytes;
    QString m_program;
    QString m_refusal;
    QString m_proposed;
    bool m_isRunning = false;

    widgets::ComboBox* m_adapter;
    widgets::NumberField* m_scale;
    widgets::FieldFrame* m_scaleFrame;
    RankField* m_rank;
    QWidget* m_formats;
    std::vector<FormatCard*> m_cards; // one of each exporter, in their order
    std::vector<engine::contract::CatalogEntry> m_exporters;
    std::vector<engine::contract::CatalogEntry> m_methods;
    widgets::ComboBox* m_dtype;
    widgets::FieldFrame* m_dtypeFrame;
    widgets::ComboBox* m_shards;
    widgets::FieldFrame* m_shardsFrame;
    widgets::ComboBox* m_mergeBase;
    widgets::FieldFrame* m_mergeBaseFrame;
    QLineEdit* m_folder;
    widgets::FieldFrame* m_folderFrame;
    widgets::FactList* m_facts;
    widgets::CommandBox* m_commands;
    widgets::PlainLabel* m_reason;
    widgets::Button* m_start;
    widgets::Button* m_showCommand;
};

} // namespace ui::pages::exporting
