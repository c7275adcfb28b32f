// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/capture/stage.h"

#include "app/base/text.h"
#include "app/studio/studio.h"

#include <QDebug>
#include <QDir>
#include <QFile>

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

} // namespace ui::capture
