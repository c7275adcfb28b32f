// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The card of one adapter: header, figures, lineage, rank map, note and facts. Reads the library at
// once, the disk on another thread and the weights through the engine; what comes late for another
// adapter is dropped.
#pragma once

#include "ui/pages/adapters/adapter_actions.h"
#include "ui/pages/adapters/adapter_files.h"
#include "ui/widgets/card.h"

class QScrollArea;
class QVBoxLayout;

namespace app {
class Studio;
}

namespace ui::widgets {
class FactList;
class FigureRow;
class MessageBar;
} // namespace ui::widgets

namespace ui::pages::adapters {

class AbilityList;
class AdapterHeader;
class LineageView;
class NoteEditor;
class RankCard;

class AdapterDetail : public widgets::Card
{
    Q_OBJECT

public:
    explicit AdapterDetail(app::Studio& studio, QWidget* parent = nullptr);

    void show(const app::library::Adapter& adapter);
    const app::library::Adapter& adapter() const { return m_adapter; }
    // Why it cannot be used; empty = it can. Known when the disk has answered.
    const QString& refusal() const { return m_refusal; }
    AdapterActions* actions() const;
    AbilityList& abilities() const { return *m_abilities; }

Q_SIGNALS:
    void requested(ui::pages::adapters::AdapterActions::Action action);
    void adapterRequested(qint64 row);
    void baseRequested(const QString& path);
    void runRequested(const QString& folder);
    void dataRequested(const QString& path);

private:
    // Returns what to hide to hide the section with its line.
    QWidget* addSection(QVBoxLayout* layout, QWidget* section, bool hasLine = true);
    void showFigures();
    void showFiles(const AdapterFiles& files);
    void showFacts();
    void inspect();
    void showInspected(const ::engine::contract::Value& answer);
    void showActions();
    void showKind();

    app::Studio& m_studio;
    app::library::Adapter m_adapter;
    AdapterFiles m_files;
    QString m_refusal;
    QString m_question; // of the engine
    QString m_fit;      // "168 of 168 modules fit"
    bool m_knowsFiles = false;
    AdapterHeader* m_header;
    widgets::MessageBar* m_problem;
    widgets::FigureRow* m_figures;
    LineageView* m_lineage;
    RankCard* m_ranks;
    QWidget* m_rankSection;
    AbilityList* m_abilities;
    QWidget* m_abilitySection;
    NoteEditor* m_note;
    widgets::FactList* m_facts;
    QScrollArea* m_scroll;
    QList<int> m_links; // what each row of the facts leads to
};

} // namespace ui::pages::adapters
