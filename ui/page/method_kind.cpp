// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/page/method_kind.h"

#include "app/base/engine_text.h"

#include <QCoreApplication>

#include <algorithm>

namespace ui {

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(ui::MethodKind)
};

} // namespace

std::vector<MethodKind> methodKinds()
{
    return {
        {"everything",
         QStringLiteral("model"),
         Texts::tr("Train everything"),
         Texts::tr("Whole model"),
         Texts::tr("Every number of the model learns. What is saved is as large as the model "
                   "itself, and takes its place.")},
        {"part",
         QStringLiteral("part"),
         Texts::tr("Train a small part of the model"),
         Texts::tr("Part of the model"),
         Texts::tr("Some of the model's own numbers learn, the others stay. Nothing is added: it "
                   "answers as fast as before.")},
        {"updates",
         QStringLiteral("adapters"),
         Texts::tr("Train small updates beside it"),
         Texts::tr("Updates"),
         Texts::tr("The model's weights stay; what is learnt is kept beside them and can be "
                   "scaled, taken off or merged into them.")},
        {"modules",
         QStringLiteral("modules"),
         Texts::tr("Add small modules"),
         Texts::tr("Added modules"),
         Texts::tr("Small layers between the model's own learn, which stay as they are. They are "
                   "computed for every token, so answers take a little longer.")},
        {"tokens",
         QStringLiteral("tokens"),
         Texts::tr("Add virtual tokens"),
         Texts::tr("Virtual tokens"),
         Texts::tr("Vectors learn that stand before every text as if they were tokens of it. The "
                   "model stays as it is; there is less room for text.")},
    };
}

MethodKind methodKind(const std::string& approach)
{
    const std::vector<MethodKind> kinds = methodKinds();
    const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const MethodKind& kind) {
        return kind.approach == approach;
    });
    return found != kinds.end()
               ? *found
               : MethodKind{approach, {}, Texts::tr("Other methods"), Texts::tr("Other"), {}};
}

QString noRankReason(const engine::contract::CatalogEntry& method)
{
    if (method.effect == "low_rank" || method.effect.empty()) {
        return {};
    }
    const QString name = app::engineText(method.name);
    if (method.effect == "replaces") {
        return Texts::tr("%1 changes the model's own numbers; there is no rank.").arg(name);
    }
    return method.effect == "scales"
               ? Texts::tr("%1 scales what the model computes; there is no rank.").arg(name)
               : Texts::tr("%1 adds to the model; there is no rank.").arg(name);
}

} // namespace ui
