// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/run_documents.h"

#include "app/base/format.h"
#include "app/base/text.h"
#include "engine/contract/run_folder.h"

#include <QFile>
#include <QLocale>

#include <cmath>

namespace ui::pages::runs {

namespace {

constexpr double kSmall = 0.01;
constexpr qint64 kMostDocumentBytes = 64LL * 1024 * 1024;

Value readJson(const std::filesystem::path& path)
{
    QFile file(app::qs(path));
    if (!file.open(QIODevice::ReadOnly) || file.size() > kMostDocumentBytes) {
        return {};
    }
    const QByteArray text = file.readAll();
    auto parsed = engine::contract::parseJson(
        std::string_view(text.constData(), static_cast<std::size_t>(text.size())));
    return parsed.ok() ? std::move(parsed).value() : Value();
}

void flattenInto(QList<Entry>& entries, const QString& key, const Value& value)
{
    if (value.isObject() && !value.toObject().empty()) {
        for (const auto& [name, member] : value.toObject()) {
            const QString below = app::qs(name);
            flattenInto(entries, key.isEmpty() ? below : QString(key % u'.' % below), member);
        }
        return;
    }
    entries.append({key, valueText(value)});
}

} // namespace

RunDocuments readDocuments(const QString& folder)
{
    const engine::contract::RunFolder run(app::fsPath(folder));
    return {readJson(run.job()), readJson(run.report())};
}

QString readLog(const QString& folder, qint64 bytes)
{
    QFile file(app::qs(engine::contract::RunFolder(app::fsPath(folder)).log()));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    const bool isCut = file.size() > bytes;
    if (isCut) {
        file.seek(file.size() - bytes);
        file.readLine(); // the rest of a line
    }
    return QString::fromUtf8(file.readAll());
}

QString valueText(const Value& value)
{
    if (value.isString()) {
        return app::qs(value.toString());
    }
    if (value.isInteger()) {
        return QString::number(value.toInteger());
    }
    if (value.isNumber()) {
        // Small numbers are learning rates and decays, written as people write them.
        const double number = value.toDouble();
        return std::abs(number) < kSmall
                   ? app::formatLearningRate(number)
                   : QString::number(number, 'g', QLocale::FloatingPointShortest);
    }
    return value.isNull() ? QString() : app::qs(engine::contract::toJson(value));
}

QList<Entry> flattened(const Value& document)
{
    QList<Entry> entries;
    if (!document.isNull()) {
        flattenInto(entries, {}, document);
    }
    return entries;
}

} // namespace ui::pages::runs
