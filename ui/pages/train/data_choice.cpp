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
const QString kMix = QStringLiteral("data.mix");
const QString kFormat = QStringLiteral("data.format");

// The file of edits of that data, where there is one.
std::string editsOf(const app::Paths& paths, const QString& dataPath)
{
    const QString file = app::studio::editsFile(paths, dataPath);
    return QFileInfo::exists(file) ? app::stdString(file) : std::string();
}

// Edits come and go on another page; those of elsewhere stay.
Value refreshedMix(const JobDraft& draft, const app::Paths& paths)
{
    const Value mix = draft.value(kMix);
    Value sources = Value::List();
    for (Value source : mix.toList()) {
        const QString path = app::qs(source["path"].toString());
        const QString edits = app::qs(source["edits"].toString());
        const bool isOurs = edits.isEmpty() || edits == app::studio::editsFile(paths, path);
        if (const std::string now = editsOf(paths, path); isOurs && now != app::stdString(edits)) {
            source.set("edits", now);
        }
        sources.append(std::move(source));
    }
    return sources;
}

// Nothing but what a job says of its only data, too.
bool canStandAlone(const Value& source)
{
    for (const auto& [key, value] : source.toObject()) {
        const bool isSaid = key == "path" || key == "format" || key == "edits"
                            || (key == "weight" && value.toDouble() == 1);
        const bool isEmpty = value == Value("") || value == Value("auto")
                             || (value.isObject() && value.toObject().empty());
        if (!isSaid && !isEmpty) {
            return false;
        }
    }
    return true;
}

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
        const std::string file = dataPath.isEmpty() ? std::string() : editsOf(paths, dataPath);
        values.set("data.edits", file.empty() ? Value() : Value(file));
    }
    if (canMix(draft)) {
        values.set("data.mix", Value());
    }
    return values;
}

bool canMix(const JobDraft& draft)
{
    return draft.field(kMix) != nullptr;
}

Value mixSource(app::library::Library& library, const app::Paths& paths, const QString& dataPath)
{
    const QString format = chosenFormat(library, dataPath);
    return Value::object({{"path", app::stdString(dataPath)},
                          {"format", format.isEmpty() ? "auto" : app::stdString(format)},
                          {"edits", editsOf(paths, dataPath)},
                          {"weight", 1.0}});
}

Value filesChoice(const JobDraft& draft,
                  app::library::Library& library,
                  const app::Paths& paths,
                  const QStringList& dataPaths)
{
    if (dataPaths.size() == 1 || !canMix(draft)) {
        const QString& path = dataPaths.first();
        return dataChoice(draft, paths, path, chosenFormat(library, path));
    }
    Value sources = Value::List();
    for (const QString& path : dataPaths) {
        sources.append(mixSource(library, paths, path));
    }
    return mixChoice(draft, sources);
}

Value mixOf(const JobDraft& draft)
{
    const Value mix = draft.value(kMix);
    const std::string path = app::stdString(draft.text(kDataPath));
    if (!mix.toList().empty() || path.empty()) {
        return mix.isList() ? mix : Value(Value::List());
    }
    Value only = Value::object({{"path", path},
                                {"format", app::stdString(draft.text(kFormat))},
                                {"edits", app::stdString(draft.text(kEdits))},
                                {"weight", 1.0}});
    return Value(Value::List{only});
}

Value mixChoice(const JobDraft& draft, const Value& sources)
{
    const Value::List& list = sources.toList();
    Value values = Value::object({{"data.path", Value()}, {"data.format", Value()}});
    if (draft.field(kEdits) != nullptr) {
        values.set("data.edits", Value());
    }
    if (list.size() != 1 || !canStandAlone(list.front())) {
        values.set("data.mix", list.empty() ? Value() : sources);
        return values;
    }
    values.set("data.mix", Value());
    values.set("data.path", list.front()["path"]);
    if (const std::string& format = list.front()["format"].toString();
        !format.empty() && format != "auto") {
        values.set("data.format", format);
    }
    if (const std::string& edits = list.front()["edits"].toString(); !edits.empty()) {
        values.set("data.edits", edits);
    }
    return values;
}

Value dataRefresh(const JobDraft& draft, const app::Paths& paths)
{
    if (canMix(draft) && !draft.value(kMix).toList().empty()) {
        const Value sources = refreshedMix(draft, paths);
        return sources == draft.value(kMix) ? Value() : Value::object({{"data.mix", sources}});
    }
    const QString path = draft.text(kDataPath);
    const QString edits = draft.text(kEdits);
    // Edits of elsewhere, as a job file may name them, stay.
    if (path.isEmpty() || (!edits.isEmpty() && edits != app::studio::editsFile(paths, path))) {
        return {};
    }
    Value values = dataChoice(draft, paths, path, draft.text(kFormat));
    const QString wanted = app::qs(values["data.edits"].toString());
    return wanted == edits ? Value() : values;
}

QString chosenFormat(app::library::Library& library, const QString& dataPath)
{
    const auto found = library.datasets().findByPath(dataPath);
    return found.ok() && found.value().isFormatChosen ? found.value().format : QString();
}

} // namespace ui::pages::train
