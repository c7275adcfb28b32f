// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/method_picker.h"

#include "app/base/engine_text.h"
#include "app/base/error_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "ui/page/method_kind.h"
#include "ui/pages/train/method_delegate.h"
#include "ui/theme/icon.h"
#include "ui/widgets/item_roles.h"

#include <QListView>
#include <QSignalBlocker>
#include <QStandardItemModel>

#include <algorithm>

namespace ui::pages::train {

namespace {

using app::engineText;
using app::qs;
using engine::contract::CatalogEntry;
using engine::contract::Value;

constexpr int kMostRows = 40; // all of them where the screen has room

} // namespace

MethodPicker::MethodPicker(QWidget* parent) : ComboBox(parent)
{
    setItemDelegate(new MethodDelegate(this));
    if (auto* list = qobject_cast<QListView*>(view())) {
        list->setUniformItemSizes(false); // headings are lower
    }
    setMaxVisibleItems(kMostRows);
}

void MethodPicker::addHeading(const QString& title, const QString& iconName)
{
    addItem(iconName.isEmpty() ? QIcon() : icon(iconName), title);
    const int row = count() - 1;
    setItemData(row, true, IsHeadingRole);
    if (auto* items = qobject_cast<QStandardItemModel*>(model())) {
        items->item(row)->setFlags(Qt::NoItemFlags);
    }
}

// Without a sign of its own: the closed field has room for the longest name.
void MethodPicker::addMethod(const CatalogEntry& method)
{
    const QString name = engineText(method.name);
    const QString summary = engineText(method.summary);
    const QString paper = qs(method.paper);
    addItem(name, qs(method.id));
    const int row = count() - 1;
    setItemData(row, summary, widgets::SecondLineRole);
    setItemData(row, paper, PaperRole);
    QStringList spoken = {name, summary};
    if (!paper.isEmpty()) {
        spoken.insert(1, paper);
    }
    setItemData(row, spoken.join(QStringLiteral(", ")), Qt::AccessibleTextRole);
}

void MethodPicker::setMethods(const std::vector<CatalogEntry>& methods)
{
    const QSignalBlocker blocker(this);
    const QVariant before = currentData();
    clear();
    std::vector<MethodKind> kinds = methodKinds();
    // What a newer engine may call otherwise comes last, under one heading.
    kinds.push_back(methodKind({}));
    const auto kindOf = [&kinds](const CatalogEntry& method) {
        const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const MethodKind& kind) {
            return kind.approach == method.approach;
        });
        return found == kinds.end() ? std::prev(kinds.end()) : found;
    };
    for (auto kind = kinds.begin(); kind != kinds.end(); ++kind) {
        bool isFirst = true;
        for (const CatalogEntry& method : methods) {
            if (kindOf(method) != kind) {
                continue;
            }
            if (std::exchange(isFirst, false)) {
                addHeading(kind->title, kind->icon);
            }
            addMethod(method);
        }
    }
    if (!before.isValid() || !setCurrentData(before)) {
        setCurrentIndex(-1);
    }
}

void MethodPicker::setOutlooks(const Value& outlooks, int64_t total)
{
    for (int row = 0; row < count(); ++row) {
        QString share;
        QString refusal;
        for (const Value& outlook : outlooks.toList()) {
            if (qs(outlook["id"].toString()) == itemData(row).toString()) {
                const int64_t trainable = outlook["trainable"].toInteger();
                refusal = app::errorDetail({{}, outlook["refusal"].toString(), {}, {}});
                refusal = refusal.left(1).toUpper() + refusal.mid(1);
                share = trainable > 0 && total > 0 ? app::formatPercent(
                            static_cast<double>(trainable) / static_cast<double>(total))
                                                   : QString();
            }
        }
        setItemData(row, share, ShareRole);
        setItemData(row, refusal, RefusalRole);
    }
}

} // namespace ui::pages::train
