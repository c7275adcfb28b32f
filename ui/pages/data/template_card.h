// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Whether training, the playground and an export write the same tokens for the data that is shown:
// asked when data, edits or model change. Hidden while there is no model. GUI thread only.
#pragma once

#include "engine/contract/value.h"
#include "ui/widgets/card.h"

namespace app::engine {
class EngineService;
}

namespace ui::widgets {
class Chip;
class FactList;
class LoadingState;
} // namespace ui::widgets

namespace ui::pages::data {

class DataMeasure;

class TemplateCard final : public widgets::Card
{
    Q_OBJECT

public:
    TemplateCard(DataMeasure& measure,
                 app::engine::EngineService& engine,
                 QWidget* parent = nullptr);

private:
    // What was known no longer holds.
    void start();
    void ask();
    void show_(const engine::contract::Value& answer);
    void clear();

    DataMeasure& m_measure;
    app::engine::EngineService& m_engine;
    QString m_question;
    QString m_edits; // the file of the question asked last
    widgets::Chip* m_verdict;
    widgets::LoadingState* m_loading;
    QVBoxLayout* m_lines;
    widgets::FactList* m_name;
};

} // namespace ui::pages::data
