// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/runs/run_judge.h"

#include "app/base/text.h"
#include "app/runs/journal_reader.h"
#include "app/runs/metrics_file.h"
#include "app/runs/run_facts.h"
#include "app/runs/run_lock.h"
#include "engine/contract/run_folder.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace app::runs {

namespace {

namespace contract = ::engine::contract;
using contract::Result;
using contract::RunFolder;
using contract::Value;

// Beginning and end of a journal tell how it began and ended; the steps between are in metrics.csv.
constexpr qint64 kHeadBytes = 64 << 10;
constexpr qint64 kTailBytes = 256 << 10;
constexpr qint64 kLargestJson = 64 << 20;

Result<Value> readJson(const std::filesystem::path& path)
{
    QFile file(qs(path));
    if (!file.open(QIODevice::ReadOnly) || file.size() > kLargestJson) {
        return contract::Error{std::string(contract::code::kUnreadable),
                               stdString(file.errorString()),
                               "",
                               path.string()};
    }
    const QByteArray text = file.readAll();
    return contract::parseJson(
        std::string_view(text.data(), static_cast<std::size_t>(text.size())));
}

void addLines(JournalReader& reader, const QByteArray& bytes)
{
    std::string_view text(bytes.data(), static_cast<std::size_t>(bytes.size()));
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
        reader.addLine(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
}

// The journal, of a long one without its middle.
RunSeries readEnds(const std::filesystem::path& path)
{
    JournalReader reader;
    QFile file(qs(path));
    if (file.open(QIODevice::ReadOnly)) {
        if (file.size() <= kHeadBytes + kTailBytes) {
            addLines(reader, file.readAll());
        } else {
            addLines(reader, file.read(kHeadBytes));
            file.seek(file.size() - kTailBytes);
            file.readLine(); // the rest of a line
            addLines(reader, file.readAll());
        }
    }
    reader.settle();
    return reader.series();
}

// Losses and evaluations of all steps; the journal of a long run was not read in the middle.
void applyMetrics(RunInfo& info, const RunFolder& run)
{
    RunSeries series;
    readMetrics(qs(run.metrics()), series);
    if (series.isEmpty()) {
        return;
    }
    info.lossPoints = sparkline(series);
    if (const EvalPoint* best = series.bestEval()) {
        info.bestEvalLoss = best->loss;
        info.bestStep = best->step;
    }
}

void applyReport(RunInfo& info, const RunFolder& run)
{
    const Result<Value> report = readJson(run.report());
    if (report) {
        info.totalParameters = report.value()["parameters"]["total"].toInteger();
        info.trainableParameters = report.value()["parameters"]["trainable"].toInteger();
    }
}

contract::Error interrupted(const RunInfo& info)
{
    const QString next =
        info.lastCheckpoint >= 0
            ? QCoreApplication::translate("app::runs::Judge",
                                          "Continue it from the checkpoint at step %L1")
                  .arg(info.lastCheckpoint)
            : QCoreApplication::translate(
                "app::runs::Judge",
                "Continue it: it starts again, because there is no checkpoint yet");
    return {std::string(contract::code::kInternal),
            stdString(
                QCoreApplication::translate("app::runs::Judge", "The engine ended without a word")),
            stdString(next),
            ""};
}

void judgeEnd(RunInfo& info, const RunFolder& run, const RunSeries& series)
{
    std::error_code error;
    if (std::filesystem::exists(run.manifest(), error)) {
        const QString problem = outputsProblem(info.folder);
        info.status = problem.isEmpty() ? RunStatus::Finished : RunStatus::Failed;
        if (!problem.isEmpty()) {
            info.error = {std::string(contract::code::kBadFile), stdString(problem), "", ""};
        }
    } else if (isLockHeld(info.folder)) {
        info.status = series.phase == QLatin1String("paused") ? RunStatus::Paused
                      : series.isEmpty()                      ? RunStatus::Starting
                                                              : RunStatus::Running;
    } else if (series.terminal == QLatin1String("failed")) {
        info.status =
            series.error.code == contract::code::kStopped ? RunStatus::Stopped : RunStatus::Failed;
        // A damaged line may say no more than that it failed.
        info.error = series.error.message.empty() ? interrupted(info) : series.error;
    } else {
        info.status = RunStatus::Interrupted;
        info.error = interrupted(info);
    }
}

} // namespace

RunInfo readRun(const QString& folder)
{
    const RunFolder run(fsPath(folder));
    RunInfo info;
    info.folder = folder;
    info.name = QFileInfo(folder).fileName();
    const Result<Value> job = readJson(run.job());
    if (!job) {
        info.status = RunStatus::Failed;
        info.error = job.error();
        return info;
    }
    applyJob(info, job.value());
    const RunSeries series = readEnds(run.journal());
    applySeries(info, series);
    applyMetrics(info, run);
    applyReport(info, run);
    if (const auto checkpoint = run.latestCheckpoint()) {
        info.lastCheckpoint = checkpoint->step;
    }
    if (!info.started.isValid()) {
        info.started = QFileInfo(qs(run.job())).lastModified();
    }
    judgeEnd(info, run, series);
    if (!isActive(info.status)) {
        info.ended = series.latest.isValid() ? series.latest : info.started;
        info.secondsLeft = -1;
        info.phase.clear();
        info.work.clear();
        info.workShare = -1;
        if (info.status != RunStatus::Finished) {
            info.logTail = readLogTail(folder);
        }
    }
    return info;
}

std::vector<RunInfo> readRuns(const QString& runsFolder)
{
    std::vector<RunInfo> found;
    const QDir folder(runsFolder);
    for (const QString& name : folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const QString path = folder.absoluteFilePath(name);
        std::error_code error;
        if (std::filesystem::exists(RunFolder(fsPath(path)).job(), error)) {
            found.push_back(readRun(path));
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const RunInfo& left, const RunInfo& right) {
        return left.started > right.started;
    });
    return found;
}

QString outputsProblem(const QString& folder)
{
    const RunFolder run(fsPath(folder));
    const Result<Value> manifest = readJson(run.manifest());
    if (!manifest) {
        return QCoreApplication::translate("app::runs::Judge", "The manifest cannot be read: %1")
            .arg(qs(manifest.error().message));
    }
    for (const Value& file : manifest.value()["files"].toList()) {
        const QString path = qs(file["path"].toString());
        if (path.startsWith(QLatin1String("checkpoints/"))) {
            continue;
        }
        const QFileInfo info(QDir(folder).filePath(path));
        if (!info.isFile()) {
            return QCoreApplication::translate("app::runs::Judge", "%1 is missing").arg(path);
        }
        if (info.size() != file["bytes"].toInteger()) {
            return QCoreApplication::translate("app::runs::Judge",
                                               "%1 has %L2 bytes, and %L3 were written")
                .arg(path)
                .arg(info.size())
                .arg(file["bytes"].toInteger());
        }
    }
    return {};
}

QString readLogTail(const QString& folder, int lines)
{
    QFile file(qs(RunFolder(fsPath(folder)).log()));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    file.seek(std::max<qint64>(0, file.size() - kHeadBytes));
    const QStringList all = QString::fromUtf8(file.readAll()).trimmed().split(u'\n');
    return all.mid(std::max<qsizetype>(0, all.size() - lines)).join(u'\n');
}

} // namespace app::runs
