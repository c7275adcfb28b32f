// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The column at the right of the Models page: overview with its problems in words, tokenizer, chat
// template.
#pragma once

#include "app/library/base_model_repository.h"
#include "engine/contract/value.h"

#include <QWidget>

class QVBoxLayout;

namespace ui::widgets {
class Card;
class Chip;
class CommandBox;
class FactList;
class MessageBar;
class PlainLabel;
} // namespace ui::widgets

namespace ui::pages::models {

class ModelFacts final : public QWidget
{
    Q_OBJECT

public:
    explicit ModelFacts(QWidget* parent = nullptr);

    // `model` is the answer of `inspect model --tree`.
    void setModel(const engine::contract::Value& model);

private:
    void showPacking(const engine::contract::Value& packing);
    void showProblems(const engine::contract::Value& model);
    void showTokenizer(const engine::contract::Value& tokenizer);
    void showTemplate(const engine::contract::Value& model);

    widgets::Card* m_overviewCard;
    widgets::Chip* m_verdict;
    widgets::FactList* m_overview;
    QVBoxLayout* m_problems;
    widgets::FactList* m_tokenizer;
    widgets::MessageBar* m_tokenizerNote;
    widgets::Card* m_templateCard;
    widgets::CommandBox* m_template;
    widgets::PlainLabel* m_noTemplate;
};

} // namespace ui::pages::models
