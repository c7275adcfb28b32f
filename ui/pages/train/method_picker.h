// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Chooses the method by what it does: groups with a heading, in each the methods with the paper
// they come from, a line of summary and the share of the model they would train. GUI thread only.
#pragma once

#include "engine/contract/catalog.h"
#include "ui/widgets/combo_box.h"

namespace ui::pages::train {

class MethodPicker : public widgets::ComboBox
{
    Q_OBJECT

public:
    enum Role {
        IsHeadingRole = Qt::UserRole + 100, // bool
        PaperRole,                          // "Hu et al. 2021"
        ShareRole,                          // "1.78 %"
        RefusalRole,                        // why it cannot train this model
    };

    explicit MethodPicker(QWidget* parent = nullptr);

    // Groups in the order of methodKinds(); the methods of each in the catalogue's. Keeps the
    // choice.
    void setMethods(const std::vector<engine::contract::CatalogEntry>& methods);
    // The member "methods" of an estimate, and the numbers of the base; null: nothing is known.
    void setOutlooks(const engine::contract::Value& outlooks, int64_t total);

private:
    void addHeading(const QString& title, const QString& iconName);
    void addMethod(const engine::contract::CatalogEntry& method);
};

} // namespace ui::pages::train
