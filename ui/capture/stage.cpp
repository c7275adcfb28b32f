// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/capture/stage.h"

#include "app/base/text.h"
#include "app/studio/data_edits.h"
#include "app/studio/studio.h"

#include <QCryptographicHash>
#include <QDebug>
#include <QDir>
#include <QFile>

#include <optional>

namespace ui::capture {

namespace {

constexpr qint64 kTornBytes = 4096;

QString runNamed(const Stage& stage, const QString& name)
{
    for (const app::runs::RunInfo& run : stage.studio.runs().runs()) {
        if (run.name == name) {
            return run.folder;
        }
    }
    return {};
}

std::vector<app::library::Adapter> adapters(const Stage& stage)
{
    const auto found = stage.studio.library().adapters().list();
    return found.ok() ? found.value() : std::vector<app::library::Adapter>();
}

} // namespace

QString Stage::model() const
{
    return studio.sample().modelPath();
}

QString Stage::data() const
{
    return studio.sample().dataPath();
}

QString Stage::run() const
{
    return runNamed(*this, app::studio::Sample::runName());
}

QString Stage::failedRun() const
{
    return runNamed(*this, failingRunName());
}

QString Stage::adapterId() const
{
    const auto found = adapters(*this);
    return found.empty() ? QString() : found.front().id;
}

QString Stage::adapterPath() const
{
    const auto found = adapters(*this);
    return found.empty() ? QString() : found.front().path;
}

QString failingRunName()
{
    return QStringLiteral("missing-data");
}

void startFailingRun(const Stage& stage)
{
    engine::contract::Value job = stage.studio.sample().job();
    engine::contract::Value data = job["data"];
    data.set("path", app::stdString(stage.scratch + QStringLiteral("/moved-away.jsonl")));
    job.set("data", data);
    engine::contract::Value output = job["output"];
    output.set("name", app::stdString(failingRunName()));
    job.set("output", output);
    if (const auto started = stage.studio.runs().start(job); !started.ok()) {
        qWarning() << "The failing run was not started:" << app::qs(started.error().message);
    }
}

QString makeTornModel(const Stage& stage)
{
    const QString folder = stage.scratch + QStringLiteral("/torn-model");
    QDir().mkpath(folder);
    const QDir sample(stage.model());
    for (const QString& name : sample.entryList(QDir::Files)) {
        QFile::copy(sample.filePath(name), folder + QLatin1Char('/') + name);
    }
    QFile::resize(folder + QStringLiteral("/model.safetensors"), kTornBytes);
    return folder;
}

QString makeBrokenData(const Stage& stage)
{
    const QString path = stage.scratch + QStringLiteral("/notes.jsonl");
    QFile file(path);
    if (file.open(QIODevice::WriteOnly)) {
        file.write("{\"prompt\": \"Which animal says woof?\"\nno line of this is complete\n");
    }
    return path;
}

QString makeMixedData(const Stage& stage)
{
    struct Row
    {
        QByteArray text;
        std::optional<app::studio::RowEdit> edit = {};
    };
    app::studio::RowEdit mended;
    mended.text = QStringLiteral(R"({"prompt": "Which animal says moo?", "completion": "A cow."})");
    app::studio::RowEdit leftOut;
    leftOut.isDeleted = true;
    const Row rows[] = {
        {R"({"prompt": "Which animal says woof?", "completion": "A dog."})"},
        {R"({"prompt": "Which animal says moo?", "completion": "A cow.)", mended},
        {R"({"prompt": "Which animal says meow?", "completion": "A cat."})"},
        {R"({"prompt": "Which animal says baa?", "completion": ""})"},
        {R"({"prompt": "Which animal says oink?", "completion": "A pig."})"},
        {"exported 2026-03-01 by the shop", leftOut},
        {R"({"question text": "Which animal says quack?", "reply": "A duck."})"},
        {R"({"prompt": "Which animal says neigh?", "completion": "A horse."})"},
        {R"({"prompt": "Which animal says hoot?", "completion": "An owl."}})"},
    };
    const QString path = stage.scratch + QStringLiteral("/animals.jsonl");
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly)) {
        return path;
    }
    app::studio::DataEdits edits;
    for (const Row& row : rows) {
        file.write(row.text + '\n');
        if (row.edit) {
            const QByteArray hash =
                QCryptographicHash::hash(row.text, QCryptographicHash::Sha256).toHex();
            edits.rows[QString::fromLatin1(hash)] = *row.edit;
        }
    }
    file.close();
    (void)app::studio::saveEdits(app::studio::editsFile(stage.studio.paths(), path), edits);
    return path;
}

} // namespace ui::capture
