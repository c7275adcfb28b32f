// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/import_file.h"

#include "app/base/text.h"
#include "engine/contract/error_codes.h"
#include "ui/pages/data/data_source.h"

#include <QCoreApplication>

namespace ui::pages::data {

namespace {

using engine::contract::Value;

constexpr int kPreviewRows = 20;
constexpr double kCertain = 0.95;
constexpr double kLikely = 0.6;

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(ui::pages::data::Import)
};

} // namespace

engine::contract::Error ImportFile::whyNot() const
{
    return error.value_or(
        engine::contract::Error{std::string(engine::contract::code::kBadData),
                                app::stdString(Texts::tr("no row of it can be used")),
                                {},
                                app::stdString(path)});
}

std::string ImportFile::roleOf(const std::string& column) const
{
    const Value& inForce = roles.isObject() ? roles : answer["roles"];
    return inForce[column].toString();
}

Value ImportFile::withRole(const std::string& column, const std::string& role) const
{
    Value next = Value::Object();
    for (const QString& each : columns()) {
        const std::string name = app::stdString(each);
        const std::string kept = name == column ? role : roleOf(name);
        if (!kept.empty()) {
            next.set(name, kept);
        }
    }
    return next;
}

Value ImportFile::question() const
{
    Value question = DataSource{path, format, roles, encoding}.asItStands();
    question.set("first", 0);
    question.set("rows", kPreviewRows);
    return question;
}

QStringList ImportFile::columns() const
{
    QStringList names;
    for (const Value& column : answer["columns"].toList()) {
        names.append(app::qs(column.isString() ? column.toString() : column["name"].toString()));
    }
    return names;
}

QString confidenceWord(const Value& confidence)
{
    if (!confidence.isNumber()) {
        return {};
    }
    const double share = confidence.toDouble();
    return share >= kCertain  ? Texts::tr("certain")
           : share >= kLikely ? Texts::tr("likely")
                              : Texts::tr("a guess");
}

const std::vector<std::string>& columnRoles()
{
    static const std::vector<std::string> kRoles = {"prompt",
                                                    "completion",
                                                    "input",
                                                    "history",
                                                    "system",
                                                    "messages",
                                                    "tools",
                                                    "text",
                                                    "text_pair",
                                                    "label",
                                                    "chosen",
                                                    "rejected",
                                                    "weight",
                                                    "id"};
    return kRoles;
}

QString roleName(const std::string& role)
{
    static const std::pair<const char*, const char*> kNames[] = {
        {"prompt", QT_TRANSLATE_NOOP("ui::pages::data::Import", "Prompt")},
        {"completion", QT_TRANSLATE_NOOP("ui::pages::data::Import", "Answer")},
        {"input", QT_TRANSLATE_NOOP("ui::pages::data::Import", "Input to the prompt")},
        {"history", QT_TRANSLATE_NOOP("ui::pages::data::Import", "Earlier turns")},
        {"system", QT_TRANSLATE_NOOP("ui::pages::data::Import", "System prompt")},
        {"messages", QT_TRANSLATE_NOOP("ui::pages::data::Import", "Conversation")},
        {"tools", QT_TRANSLATE_NOOP("ui::pages::data::Import", "Tools")},
        {"text", QT_TRANSLATE_NOOP("ui::pages::data::Import", "Text")},
        {"text_pair", QT_TRANSLATE_NOOP("ui::pages::data::Import", "Second text")},
        {"label", QT_TRANSLATE_NOOP("ui::pages::data::Import", "Label")},
        {"chosen", QT_TRANSLATE_NOOP("ui::pages::data::Import", "Preferred answer")},
        {"rejected", QT_TRANSLATE_NOOP("ui::pages::data::Import", "Rejected answer")},
        {"weight", QT_TRANSLATE_NOOP("ui::pages::data::Import", "Weight")},
        {"id", QT_TRANSLATE_NOOP("ui::pages::data::Import", "Name of the row")}};
    for (const auto& [id, name] : kNames) {
        if (role == id) {
            return Texts::tr(name);
        }
    }
    return app::qs(role);
}

} // namespace ui::pages::data
