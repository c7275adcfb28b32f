// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/data_choice.h"

#include "app/base/text.h"
#include "app/studio/data_edits.h"

#include <QFileInfo>

namespace ui::pages::train {

namespace {

using engine::contract::Value;

const QString kDataPath = QStringLiteral("data.path");
const QString kEdits = QStringLiteral("data.edits");

} // namespace

Value dataChoice(const JobDraft& draft,
                 const app::Paths& paths,
                 const QString& dataPath,
                 const QString& format)
{
    Value values = Value::object(
        {{"data.path", app::stdString(dataPath)},
         {"data.format", format.isEmpty() ? Value() : Value(app::stdString(format))}});
    if (draft.field(kEdits) != nullptr) {
        const QString file = app::studio::editsFile(paths, dataPath);
        const bool has = !dataPath.isEmpty() && QFileInfo::exists(file);
        values.set("data.edits", has ? Value(app::stdString(file)) : Value());
    }
    return values;
}

Value dataRefresh(const JobDraft& draft, const app::Paths& paths)
{
    const QString path = draft.text(kDataPath);
    const QString edits = draft.text(kEdits);
    // Edits of elsewhere, as a job file may name them, stay.
    if (path.isEmpty() || (!edits.isEmpty() && edits != app::studio::editsFile(paths, path))) {
        return {};
    }
    Value values = dataChoice(draft, paths, path, draft.text(QStringLiteral("data.format")));
    const QString wanted = app::qs(values["data.edits"].toString());
    return wanted == edits ? Value() : values;
}

QString chosenFormat(app::library::Library& library, const QString& dataPath)
{
    const auto found = library.datasets().findByPath(dataPath);
    return found.ok() && found.value().isFormatChosen ? found.value().format : QString();
}

} // namespace ui::pages::train
