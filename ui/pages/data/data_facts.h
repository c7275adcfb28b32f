// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The column at the right of the Data page: how much of the data is trained with the chosen model,
// whether its tokens are sound and the same everywhere, and what the file is.
#pragma once

#include "app/library/dataset_repository.h"
#include "engine/contract/value.h"

#include <QWidget>

class QVBoxLayout;

namespace app::engine {
class EngineService;
}

namespace ui::widgets {
class Card;
class Chip;
class FactList;
class LoadingState;
class PlainLabel;
} // namespace ui::widgets

namespace ui::pages::data {

class DataMeasure;
class ShareBar;

class DataFacts final : public QWidget
{
    Q_OBJECT

public:
    DataFacts(DataMeasure& measure, app::engine::EngineService& engine, QWidget* parent = nullptr);

    void setFile(const app::library::Dataset& dataset, const QString& formatName);

private:
    QWidget* makeTrainedCard();
    QWidget* makeCheckCard();
    void follow();
    void showMeasures(const engine::contract::Value& answer);
    void showShare(const engine::contract::Value& lengths);
    void showChecks(const engine::contract::Value& answer);
    void showFailure(const engine::contract::Error& error);
    void clearChecks();

    DataMeasure& m_measure;
    widgets::FactList* m_file;
    widgets::Card* m_trainedCard;
    widgets::PlainLabel* m_share;
    widgets::PlainLabel* m_total;
    ShareBar* m_bar;
    widgets::FactList* m_longest;
    widgets::Card* m_checkCard;
    widgets::Chip* m_verdict;
    QVBoxLayout* m_checks;
    widgets::LoadingState* m_loading;
};

} // namespace ui::pages::data
