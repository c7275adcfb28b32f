// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What this page calls things: how an adapter was made, its rank, its base.
#pragma once

#include "app/library/adapter_repository.h"
#include "ui/page/method_kind.h"

namespace ui::pages::adapters {

// "LoRA", "imported", "continued"; the catalogue may be null, then the method's id.
QString madeByText(const app::library::Adapter& adapter,
                   const ::engine::contract::Catalog* catalog);
// What such a method does to a model, for a chip and the second line of a table.
MethodKind kindOf(const app::library::Adapter& adapter, const ::engine::contract::Catalog* catalog);
// "16", "16*" where several ranks are in use, "1–16" where the adapter works at every one of them,
// a dash where the method has none.
QString rankText(const app::library::Adapter& adapter, const ::engine::contract::Catalog* catalog);
QString lossText(const app::library::Adapter& adapter);
// The base's name; a dash when nothing is known.
// In which form the adapter saw its base, and that the base at hand (`baseDtype`) has another;
// empty where the form was not a packed one.
QString precisionText(const app::library::Adapter& adapter, const QString& baseDtype);
QString baseText(const app::library::Adapter& adapter);

} // namespace ui::pages::adapters
