// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Name, tags, hash and actions of one adapter.
#pragma once

#include "app/library/adapter_repository.h"
#include "ui/page/method_kind.h"
#include "ui/pages/adapters/adapter_actions.h"

#include <QWidget>

class QHBoxLayout;

namespace ui::widgets {
class Chip;
class CopyButton;
class ElidedLabel;
class PlainLabel;
} // namespace ui::widgets

namespace ui::pages::adapters {

class AdapterHeader : public QWidget
{
    Q_OBJECT

public:
    explicit AdapterHeader(QWidget* parent = nullptr);

    // `kind` without a label: not known.
    void
    show(const app::library::Adapter& adapter, const MethodKind& kind, const QStringList& tags);
    AdapterActions* actions() const { return m_actions; }

private:
    QString m_hash;
    widgets::ElidedLabel* m_name;
    widgets::Chip* m_kind;
    QHBoxLayout* m_tags;
    widgets::PlainLabel* m_shortHash;
    widgets::CopyButton* m_copy;
    AdapterActions* m_actions;
};

} // namespace ui::pages::adapters
