// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/models/model_list_model.h"

#include "app/base/format.h"
#include "ui/theme/tone.h"
#include "ui/widgets/item_roles.h"

#include <algorithm>

namespace ui::pages::models {

using namespace Qt::StringLiterals;

void ModelListModel::setModels(std::vector<app::library::BaseModel> models,
                               QHash<qint64, int> adapters,
                               QSet<QString> missing)
{
    beginResetModel();
    m_models = std::move(models);
    m_adapters = std::move(adapters);
    m_missing = std::move(missing);
    endResetModel();
}

int ModelListModel::rowOfPath(const QString& path) const
{
    const auto found = std::ranges::find(m_models, path, &app::library::BaseModel::path);
    return found == m_models.end() ? -1 : static_cast<int>(found - m_models.begin());
}

int ModelListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_models.size());
}

QVariant ModelListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    const app::library::BaseModel& model = at(index.row());
    const bool missing = isMissing(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return model.name;
    case Qt::ToolTipRole:
        return model.path;
    case widgets::TrailingRole:
        return app::formatShort(model.parameters);
    case widgets::SecondLineRole:
        return modelSummary(model);
    case widgets::SecondTrailingRole: {
        const int adapters = m_adapters.value(model.row);
        return missing         ? tr("moved", "the folder of a model is not where it was")
               : adapters == 0 ? QString()
                               : tr("%n adapter(s)", nullptr, adapters);
    }
    case widgets::SecondTrailingToneRole:
        return int(missing ? Tone::Warning : Tone::Tertiary);
    case widgets::SecondTrailingIconRole:
        return missing ? u"warning"_s : QString();
    default:
        return {};
    }
}

QString modelSummary(const app::library::BaseModel& model)
{
    QStringList parts;
    if (!model.family.isEmpty()) {
        parts.append(model.family);
    }
    if (!model.dtype.isEmpty()) {
        parts.append(shortDtype(model.dtype));
    }
    if (model.context > 0) {
        const QString context = model.context >= 1024
                                    ? ModelListModel::tr("%1 K context").arg(model.context / 1024)
                                    : ModelListModel::tr("%1 context").arg(model.context);
        parts.append(context);
    }
    return parts.join(u" · "_s);
}

QString shortDtype(const QString& dtype)
{
    static const QHash<QString, QString> shorter = {
        {u"float32"_s, u"fp32"_s}, {u"float16"_s, u"fp16"_s}, {u"bfloat16"_s, u"bf16"_s}};
    return shorter.value(dtype, dtype);
}

} // namespace ui::pages::models
