// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/adapters/adapter_texts.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "engine/contract/catalog.h"

#include <QCoreApplication>

namespace ui::pages::adapters {

namespace {

struct AdapterText
{
    Q_DECLARE_TR_FUNCTIONS(ui::pages::adapters::AdapterText)
};

} // namespace

QString madeByText(const app::library::Adapter& adapter, const ::engine::contract::Catalog* catalog)
{
    namespace origin = app::library::origin;
    if (adapter.origin == QLatin1String(origin::kImported)) {
        return AdapterText::tr("imported");
    }
    const auto* method =
        catalog ? ::engine::contract::findEntry(catalog->methods, app::stdString(adapter.method))
                : nullptr;
    const QString name = method ? app::engineText(app::qs(method->name)) : adapter.method;
    return adapter.baseQuantization.isEmpty()
               ? name
               : QString(adapter.baseQuantization + QStringLiteral(" · ") + name);
}

MethodKind kindOf(const app::library::Adapter& adapter, const ::engine::contract::Catalog* catalog)
{
    const auto* method =
        catalog ? ::engine::contract::findEntry(catalog->methods, app::stdString(adapter.method))
                : nullptr;
    return method && !method->approach.empty() ? methodKind(method->approach) : MethodKind();
}

QString rankText(const app::library::Adapter& adapter, const ::engine::contract::Catalog* catalog)
{
    if (adapter.rank <= 0) {
        return app::noValue();
    }
    const auto* method =
        catalog ? ::engine::contract::findEntry(catalog->methods, app::stdString(adapter.method))
                : nullptr;
    const QString most = app::formatCount(adapter.rank);
    const QString rank = method && method->nestedRanks && adapter.rank > 1
                             ? AdapterText::tr("1–%1", "ranks").arg(most)
                             : most;
    return adapter.hasSeveralRanks ? QString(rank + QLatin1Char('*')) : rank;
}

QString lossText(const app::library::Adapter& adapter)
{
    return adapter.evalLoss ? app::formatLoss(*adapter.evalLoss) : app::noValue();
}

QString precisionText(const app::library::Adapter& adapter, const QString& baseDtype)
{
    if (adapter.baseQuantization.isEmpty()) {
        return {};
    }
    return baseDtype.isEmpty() || baseDtype == adapter.baseQuantization
               ? AdapterText::tr("the base in %1").arg(adapter.baseQuantization)
               : AdapterText::tr("the base in %1; this one is %2, so answers differ a little")
                     .arg(adapter.baseQuantization, baseDtype);
}

QString baseText(const app::library::Adapter& adapter)
{
    return adapter.baseName.isEmpty() ? app::noValue() : adapter.baseName;
}

} // namespace ui::pages::adapters
