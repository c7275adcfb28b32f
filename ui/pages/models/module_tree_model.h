// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The modules of a checkpoint as a tree by their dotted names, each with its shape, its parameters
// and its share of the model. Long runs of blocks fold into one row ("3 … 23"). GUI thread only.
#pragma once

#include "engine/contract/value.h"

#include <QAbstractItemModel>
#include <QStringList>

#include <memory>
#include <vector>

namespace ui::pages::models {

class ModuleTreeModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column { Module, Shape, Parameters, Share, ColumnCount };
    enum Role {
        FullNameRole = Qt::UserRole, // "model.layers.2.self_attn.k_proj"; empty for folded blocks
        IsGroupRole,                 // has children
        DetailRole,                  // precision and bias in words, empty for groups
    };

    explicit ModuleTreeModel(QObject* parent = nullptr);
    ~ModuleTreeModel() override;

    // `model` is the answer of `inspect model --tree`; modules without a name are passed over.
    void setModel(const engine::contract::Value& model);
    // Shows the modules that match and the way to them. A text with a space or without a dot that
    // is a short name ("q v") means those modules; anything else is a part of the full name.
    void setFilter(const QString& text);
    // Modules, not groups, that are shown.
    int shownModules() const { return m_shownModules; }
    // The first row the filter means, for the view to open.
    QModelIndex firstMatch() const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Node;

    void rebuild();
    Node* nodeOf(const QModelIndex& index) const;
    QVariant display(const Node& node, int column) const;
    static void
    addSlices(Node& node, const engine::contract::Value& module, const QStringList& words);

    engine::contract::Value m_model;
    QString m_filter;
    int m_shownModules = 0;
    std::unique_ptr<Node> m_root;
};

} // namespace ui::pages::models
