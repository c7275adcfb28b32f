// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The architecture of a model as a tree that can be searched, with the chosen module's full name
// to copy below.
#pragma once

#include "engine/contract/value.h"

#include <QWidget>

namespace ui::widgets {
class Button;
class ElidedLabel;
class PlainLabel;
class SearchField;
class TreeView;
} // namespace ui::widgets

namespace ui::pages::models {

class ModuleTreeModel;

class ModuleTab final : public QWidget
{
    Q_OBJECT

public:
    explicit ModuleTab(QWidget* parent = nullptr);

    // `model` is the answer of `inspect model --tree`.
    void setModel(const engine::contract::Value& model);

private:
    void filter(const QString& text);
    void openUsual();
    void showCurrent();
    void toggleAll();

    ModuleTreeModel* m_modules;
    widgets::SearchField* m_search;
    widgets::Button* m_collapse;
    widgets::TreeView* m_tree;
    widgets::ElidedLabel* m_name;
    widgets::PlainLabel* m_detail;
    widgets::Button* m_copy;
    bool m_isCollapsed = false;
};

} // namespace ui::pages::models
