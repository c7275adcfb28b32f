// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/adapters/rank_grid.h"

#include "app/base/text.h"

#include <algorithm>
#include <map>

namespace ui::pages::adapters {

namespace {

constexpr int kMostLayers = 1024;

// From the bottom of a block to its top, as the target matrix has them.
const QStringList& usualOrder()
{
    static const QStringList order =
        QStringLiteral("q k v qkv o gate up gate_up down c_attn c_proj c_fc "
                       "fc_in fc_out")
            .split(QLatin1Char(' '));
    return order;
}

struct Place
{
    int layer = 0;
    QString kind;
};

// "model.layers.12.self_attn.q_proj" → 12, "q": the first number is the layer, the last part the
// kind without the "_proj" that nearly all share.
std::optional<Place> placeOf(const QString& module)
{
    const QStringList parts = module.split(QLatin1Char('.'));
    for (const QString& part : parts) {
        bool isNumber = false;
        const int layer = part.toInt(&isNumber);
        if (isNumber && layer >= 0 && layer < kMostLayers) {
            QString kind = parts.last();
            if (kind.endsWith(QLatin1String("_proj")) && !kind.startsWith(QLatin1String("c_"))) {
                kind.chop(5);
            }
            return Place{layer, kind};
        }
    }
    return std::nullopt;
}

} // namespace

RankGrid rankGrid(const ::engine::contract::Value& inspected)
{
    RankGrid grid;
    std::map<std::pair<QString, int>, int> cells;
    std::map<int, int> counts;
    for (const auto& module : inspected["modules"].toList()) {
        const int rank = int(module["rank"].toInteger());
        const auto place = placeOf(app::qs(module["name"].toString()));
        if (!place || rank <= 0) {
            continue;
        }
        cells[{place->kind, place->layer}] = rank;
        ++counts[rank];
        grid.layers = std::max(grid.layers, place->layer + 1);
        if (!grid.kinds.contains(place->kind)) {
            grid.kinds << place->kind;
        }
    }
    std::sort(grid.kinds.begin(), grid.kinds.end(), [](const QString& left, const QString& right) {
        const auto weight = [](const QString& kind) {
            const auto index = usualOrder().indexOf(kind);
            return index < 0 ? usualOrder().size() : index;
        };
        return std::pair(weight(left), left) < std::pair(weight(right), right);
    });
    grid.ranks.assign(size_t(grid.kinds.size()) * size_t(grid.layers), 0);
    for (const auto& [place, rank] : cells) {
        grid.ranks[size_t(grid.kinds.indexOf(place.first)) * size_t(grid.layers)
                   + size_t(place.second)] = rank;
    }
    grid.used.assign(counts.begin(), counts.end());
    std::stable_sort(grid.used.begin(), grid.used.end(), [](const auto& left, const auto& right) {
        return left.second > right.second;
    });
    return grid;
}

} // namespace ui::pages::adapters
