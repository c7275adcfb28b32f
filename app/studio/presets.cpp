// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/presets.h"

#include "app/base/text.h"
#include "app/base/write_file.h"
#include "app/engine/catalog_access.h"
#include "engine/contract/error_codes.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QLocale>

#include <algorithm>

// Q_INIT_RESOURCE must stand outside every namespace; without it the linker drops the resource of
// a static library.
static void initialisePresets()
{
    Q_INIT_RESOURCE(presets);
}

namespace app::studio {

namespace {

namespace contract = ::engine::contract;

using contract::Error;
using contract::Result;
using contract::Value;

constexpr int64_t kVersion = 1;
constexpr auto kEnglish = "en";
constexpr qint64 kLargestFile = 1 << 20;

QString currentLanguage()
{
    return QLocale().name().section(QLatin1Char('_'), 0, 0);
}

Error badPreset(const QString& id, const std::string& what)
{
    return {std::string(contract::code::kBadFile), what, {}, stdString(id)};
}

// Plain text, or {"en": …, "ko": …}.
QString localised(const Value& text, const QString& language)
{
    if (text.isString()) {
        return qs(text.toString());
    }
    const Value& own = text[stdString(language)];
    return qs(own.isString() ? own.toString() : text[kEnglish].toString());
}

Result<void>
onlyKeys(const Value& object, const QString& id, std::initializer_list<std::string_view> known)
{
    for (const auto& [key, value] : object.toObject()) {
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            return badPreset(id, "the preset has an unknown key \"" + key + "\"");
        }
    }
    return {};
}

bool isChoice(const contract::Field& field, const std::string& text)
{
    return std::find(field.choices.begin(), field.choices.end(), text) != field.choices.end();
}

bool isInRange(const contract::Field& field, double number)
{
    return number >= field.minimum.value_or(number) && number <= field.maximum.value_or(number);
}

bool accepts(const contract::Field& field, const Value& value)
{
    namespace type = contract::field_type;
    if (field.type == type::kInteger) {
        return value.isInteger() && isInRange(field, value.toDouble());
    }
    if (field.type == type::kNumber) {
        return value.isNumber() && isInRange(field, value.toDouble());
    }
    if (field.type == type::kBoolean) {
        return value.isBool();
    }
    if (field.type == type::kChoice) {
        return value.isString() && isChoice(field, value.toString());
    }
    if (field.type == type::kString || field.type == type::kPath) {
        return value.isString();
    }
    if (field.type == type::kObject) {
        return value.isObject();
    }
    if (field.type == type::kList) {
        return value.isList();
    }
    // Targets and layers: a word, a pattern, or a list. Whether they match is the model's to say.
    return value.isString() || value.isList();
}

Result<Value> readFile(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly) || file.size() > kLargestFile) {
        return badPreset(path, "the preset cannot be read");
    }
    return contract::parseJson(file.readAll().toStdString());
}

Value asValue(const QString& name,
              const std::string& method,
              const std::vector<PresetValue>& values)
{
    Value list = Value::List();
    for (const PresetValue& value : values) {
        list.append(Value::object({{"key", value.key}, {"value", value.value}}));
    }
    return Value::object({{"version", contract::Value(kVersion)},
                          {"name", stdString(name)},
                          {"method", method},
                          {"values", list}});
}

// The same name is the same file, and no name leads out of the folder.
QString idOfName(const QString& name)
{
    const QByteArray hash =
        QCryptographicHash::hash(name.toCaseFolded().toUtf8(), QCryptographicHash::Sha256);
    return QStringLiteral("own-") + QString::fromLatin1(hash.toHex().left(12));
}

} // namespace

Result<Preset>
parsePreset(const Value& object, const QString& id, const QString& language, bool isOwn)
{
    if (!object.isObject() || object["version"].toInteger() != kVersion) {
        return badPreset(id, "the preset is of another version");
    }
    if (auto known = onlyKeys(object, id, {"version", "name", "summary", "method", "values"});
        !known) {
        return known.error();
    }
    Preset preset{.id = id,
                  .name = localised(object["name"], language),
                  .summary = localised(object["summary"], language),
                  .method = object["method"].toString(),
                  .values = {},
                  .isOwn = isOwn};
    if (preset.name.isEmpty() || preset.method.empty() || !object["values"].isList()) {
        return badPreset(id, "the preset needs a name, a method and values");
    }
    for (const Value& entry : object["values"].toList()) {
        if (auto known = onlyKeys(entry, id, {"key", "value", "source"}); !known) {
            return known.error();
        }
        PresetValue value{.key = entry["key"].toString(),
                          .value = entry["value"],
                          .source = localised(entry["source"], language)};
        if (value.key.empty() || value.value.isNull()) {
            return badPreset(id, "a value of the preset has no key or no value");
        }
        if (value.source.isEmpty() && !isOwn) {
            return badPreset(id, "the value of " + value.key + " has no source");
        }
        preset.values.push_back(std::move(value));
    }
    return preset;
}

Result<void> checkPreset(const Preset& preset, const contract::Catalog& catalog)
{
    const auto bad = [&preset](const std::string& key, const std::string& what) {
        return Error{std::string(contract::code::kBadField),
                     "the preset " + stdString(preset.id) + ": " + what,
                     {},
                     key};
    };
    if (!engine::findMethod(catalog, preset.method)) {
        return bad("method.id", "this engine has no method \"" + preset.method + "\"");
    }
    const std::vector<contract::Field> fields = engine::jobFields(catalog, preset.method);
    for (const PresetValue& value : preset.values) {
        const auto field =
            std::find_if(fields.begin(), fields.end(), [&value](const contract::Field& candidate) {
                return candidate.key == value.key;
            });
        if (field == fields.end()) {
            return bad(value.key, "this engine has no setting " + value.key);
        }
        if (!accepts(*field, value.value)) {
            return bad(value.key,
                       value.key + ": expected " + contract::expectation(*field) + ", got "
                           + contract::toJson(value.value));
        }
    }
    return {};
}

Value withPreset(Value job, const Preset& preset)
{
    engine::setValueAt(job, "method.id", preset.method);
    for (const PresetValue& value : preset.values) {
        engine::setValueAt(job, value.key, value.value);
    }
    return job;
}

Presets::Presets(const QString& ownFolder, QObject* parent) : QObject(parent), m_folder(ownFolder)
{
    initialisePresets();
}

const std::vector<Preset>& Presets::all()
{
    if (m_language != currentLanguage()) {
        load();
    }
    return m_presets;
}

std::vector<Preset> Presets::usable(const contract::Catalog& catalog)
{
    std::vector<Preset> presets = all();
    std::erase_if(presets, [&](const Preset& preset) { return !checkPreset(preset, catalog); });
    return presets;
}

const Preset* Presets::find(const QString& id)
{
    const auto& presets = all();
    const auto found = std::find_if(
        presets.begin(), presets.end(), [&](const Preset& preset) { return preset.id == id; });
    return found == presets.end() ? nullptr : &*found;
}

Result<QString> Presets::save(const QString& name,
                              const std::string& method,
                              const std::vector<PresetValue>& values)
{
    const QString trimmed = name.simplified();
    if (trimmed.isEmpty()) {
        return Error{std::string(contract::code::kBadArgument),
                     stdString(tr("A preset needs a name")),
                     {},
                     "name"};
    }
    const QString id = idOfName(trimmed);
    auto written = writeFileAtomically(
        m_folder + QLatin1Char('/') + id + QStringLiteral(".json"),
        QByteArray::fromStdString(contract::toJson(asValue(trimmed, method, values), 2)) + '\n');
    if (!written) {
        return written.error();
    }
    load();
    Q_EMIT changed();
    return id;
}

Result<void> Presets::remove(const QString& id)
{
    const Preset* preset = find(id);
    if (!preset || !preset->isOwn
        || !QFile::remove(m_folder + QLatin1Char('/') + id + QStringLiteral(".json"))) {
        return Error{std::string(contract::code::kNotFound),
                     stdString(tr("There is no preset of your own by this name")),
                     {},
                     stdString(id)};
    }
    load();
    Q_EMIT changed();
    return {};
}

void Presets::load()
{
    m_language = currentLanguage();
    m_presets.clear();
    const auto add = [this](const QString& folder, bool isOwn) {
        const QDir files(folder, QStringLiteral("*.json"), QDir::Name, QDir::Files);
        for (const QFileInfo& file : files.entryInfoList()) {
            const auto object = readFile(file.filePath());
            // Ours are numbered for their order; the number is not part of the id.
            const QString id = isOwn ? file.completeBaseName()
                                     : file.completeBaseName().section(QLatin1Char('_'), 1);
            auto preset = object ? parsePreset(object.value(), id, m_language, isOwn)
                                 : Result<Preset>(object.error());
            if (preset) {
                m_presets.push_back(std::move(preset).value());
            } else {
                qWarning("A preset is left out: %s: %s",
                         qUtf8Printable(file.filePath()),
                         preset.error().message.c_str());
            }
        }
    };
    add(QStringLiteral(":/presets"), false);
    const auto own = std::ptrdiff_t(m_presets.size());
    add(m_folder, true);
    std::sort(
        m_presets.begin() + own, m_presets.end(), [](const Preset& left, const Preset& right) {
            return QString::localeAwareCompare(left.name, right.name) < 0;
        });
}

} // namespace app::studio
