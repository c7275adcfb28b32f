// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/run_record.h"

#include "app/base/text.h"
#include "app/library/adapter_folder.h"
#include "engine/contract/error_codes.h"
#include "engine/contract/metrics_row.h"
#include "engine/contract/run_folder.h"
#include "engine/contract/value.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace app::library {

using ::engine::contract::parseJson;
using ::engine::contract::RunFolder;
using ::engine::contract::Value;

namespace {

struct RecordText
{
    Q_DECLARE_TR_FUNCTIONS(app::library::RunRecord)
};

constexpr qint64 kLargestJson = 64 << 20;
constexpr qint64 kTailBytes = 256 << 10; // holds the last events, `done` with its files too
constexpr size_t kLossPoints = 64;

// Null when the file is missing, too large or not JSON.
Value readOptionalJson(const std::filesystem::path& path)
{
    QFile file(qs(path));
    if (file.size() > kLargestJson || !file.open(QIODevice::ReadOnly)) {
        return {};
    }
    auto value = parseJson(file.readAll().toStdString());
    return value ? std::move(value).value() : Value();
}

QDateTime timeOf(const Value& event)
{
    return QDateTime::fromString(qs(event["time"].toString()), Qt::ISODateWithMs);
}

void readJob(const Value& job, RunRecord& record)
{
    Run& run = record.run;
    run.id = qs(job["id"].toString());
    run.name = qs(job["output"]["name"].toString());
    if (run.name.isEmpty()) {
        run.name = QDir(run.folder).dirName();
    }
    run.method = qs(job["method"]["id"].toString());
    run.startFrom = qs(job["method"]["start_from"].toString());
    run.basePath = qs(job["model"]["path"].toString());
    run.dataPath = qs(job["data"]["path"].toString());
    if (run.dataPath.isEmpty() && !job["data"]["mix"].toList().empty()) {
        run.dataPath = qs(job["data"]["mix"].toList().front()["path"].toString());
    }
}

// Without a manifest the last events say how it ended.
void readJournal(const RunFolder& folder, bool hasManifest, Run& run)
{
    QFile file(qs(folder.journal()));
    if (!file.open(QIODevice::ReadOnly)) {
        return;
    }
    if (const auto first = parseJson(file.readLine(kTailBytes).trimmed().toStdString())) {
        run.started = timeOf(first.value());
        run.metrics.totalSteps = first.value()["total_steps"].toInteger();
    }
    file.seek(std::max<qint64>(0, file.size() - kTailBytes));
    const QList<QByteArray> lines = file.readAll().split('\n');
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        // What is cut at either end of the tail, or torn, is no JSON.
        const auto event = parseJson(line->toStdString());
        if (!event || !event.value().isObject()) {
            continue;
        }
        run.ended = timeOf(event.value());
        if (!hasManifest && event.value()["event"].toString() == "failed") {
            const bool isStopped =
                event.value()["code"].toString() == ::engine::contract::code::kStopped;
            run.status = isStopped ? StoredStatus::Stopped : StoredStatus::Failed;
            run.error = isStopped ? QString() : qs(event.value()["message"].toString());
        }
        break;
    }
    if (hasManifest) {
        run.status = StoredStatus::Finished;
    }
}

// Evenly spaced means, so that a spike between two points is not lost altogether.
std::vector<double> thinned(const std::vector<double>& values)
{
    if (values.size() <= kLossPoints) {
        return values;
    }
    std::vector<double> points;
    for (size_t i = 0; i < kLossPoints; ++i) {
        const size_t first = i * values.size() / kLossPoints;
        const size_t end = (i + 1) * values.size() / kLossPoints;
        double sum = 0;
        for (size_t j = first; j < end; ++j) {
            sum += values[j];
        }
        points.push_back(sum / double(end - first));
    }
    return points;
}

void readMetrics(const RunFolder& folder, MetricsSummary& metrics)
{
    QFile file(qs(folder.metrics()));
    if (!file.open(QIODevice::ReadOnly)) {
        return;
    }
    std::vector<double> losses;
    file.readLine(kTailBytes);
    while (!file.atEnd()) {
        const auto row =
            ::engine::contract::parseMetrics(file.readLine(kTailBytes).trimmed().toStdString());
        if (!row) {
            break; // a torn end
        }
        const auto& step = row.value().step;
        metrics.step = step.step;
        metrics.tokens = step.tokens;
        metrics.seconds = step.seconds;
        metrics.memoryBytes = std::max<qint64>(metrics.memoryBytes, step.memoryBytes);
        if (step.loss) {
            metrics.loss = step.loss;
            losses.push_back(*step.loss);
        }
        if (row.value().evalLoss) {
            metrics.evalLoss = row.value().evalLoss;
            if (!metrics.bestLoss || *row.value().evalLoss < *metrics.bestLoss) {
                metrics.bestLoss = row.value().evalLoss;
                metrics.bestStep = step.step;
            }
        }
    }
    metrics.tokensPerSecond = metrics.seconds > 0 ? double(metrics.tokens) / metrics.seconds : 0;
    metrics.lossPoints = thinned(losses);
}

void readReport(const Value& report, RunRecord& record)
{
    Run& run = record.run;
    run.metrics.parameters = report["parameters"]["total"].toInteger();
    run.metrics.trainable = report["parameters"]["trainable"].toInteger();
    run.trainSamples = report["samples"]["train"].toInteger();
    run.validationSamples = report["samples"]["validation"].toInteger();
    // Of a mixture the first source, which is what dataPath names.
    const Value::List& sources = report["data"]["sources"].toList();
    const Value& data = sources.empty() ? report["data"] : sources.front();
    record.dataset.format = qs(data["format"].toString());
    record.dataset.rows = data["rows"].toInteger();
    record.dataset.good = data["good"].toInteger();
    record.dataset.dropped = qint64(data["dropped"].toList().size());
    for (const Value& column : data["columns"].toList()) {
        record.dataset.columns << qs(column.toString());
    }
}

void readAdapter(const RunFolder& folder, const Value& job, RunRecord& record)
{
    auto read = readAdapterFolder(qs(folder.bestAdapter()));
    if (!read) {
        return; // not finished yet, or removed from the library
    }
    AdapterRecord& made = record.adapter.emplace();
    made.adapter = std::move(read).value();
    Adapter& adapter = made.adapter;
    adapter.id = record.run.id;
    adapter.name = record.run.name;
    adapter.evalLoss = record.run.metrics.bestLoss;
    adapter.evalStep = record.run.metrics.bestStep;
    adapter.basePath = record.run.basePath;
    adapter.made = record.run.ended.isValid() ? record.run.ended : adapter.made;
    if (!record.run.startFrom.isEmpty()) {
        made.parents.push_back({0,
                                std::nullopt,
                                record.run.startFrom,
                                {},
                                QString::fromLatin1(relation::kContinued),
                                1});
    }
    for (const Value& merged : job["model"]["adapters"].toList()) {
        made.parents.push_back({0,
                                std::nullopt,
                                qs(merged["path"].toString()),
                                {},
                                QString::fromLatin1(relation::kMerged),
                                merged["scale"].toDouble(1)});
    }
    if (auto side = readSideFile(adapter.path)) {
        made.side = std::move(side).value();
    }
}

} // namespace

Result<RunRecord> readRunFolder(const QString& path)
{
    const RunFolder folder(fsPath(QDir(path).absolutePath()));
    const QString jobFile = qs(folder.job());
    if (!QFileInfo::exists(jobFile)) {
        return Error{std::string(::engine::contract::code::kNotFound),
                     stdString(RecordText::tr("%1 is not a run: it has no job.json").arg(path)),
                     {},
                     stdString(jobFile)};
    }
    const Value job = readOptionalJson(folder.job());
    RunRecord record;
    record.run.folder = QDir::cleanPath(qs(folder.root()));
    readJob(job, record);
    if (record.run.id.isEmpty()) {
        return Error{std::string(::engine::contract::code::kBadFile),
                     stdString(RecordText::tr("The job of the run %1 cannot be read").arg(path)),
                     stdString(RecordText::tr("job.json is damaged, or not from a run")),
                     stdString(jobFile)};
    }
    const Value manifest = readOptionalJson(folder.manifest());
    readMetrics(folder, record.run.metrics);
    readJournal(folder, manifest.isObject(), record.run);
    readReport(readOptionalJson(folder.report()), record);
    record.run.device = qs(manifest["device"]["name"].toString());
    record.base.path = record.run.basePath;
    record.base.sha256 = qs(manifest["base"]["sha256"].toString());
    record.base.parameters = record.run.metrics.parameters;
    record.base.used = record.run.started;
    record.dataset.path = record.run.dataPath;
    const Value::List& sources = manifest["data"]["sources"].toList();
    const Value& data = sources.empty() ? manifest["data"] : sources.front();
    record.dataset.sha256 = qs(data["sha256"].toString());
    record.dataset.used = record.run.started;
    readAdapter(folder, job, record);
    if (auto side = readSideFile(record.run.folder + QStringLiteral("/run"))) {
        record.side = std::move(side).value();
    }
    return record;
}

Result<AdapterRecord> readImportedAdapter(const QString& folder)
{
    auto read = readAdapterFolder(folder);
    if (!read) {
        return read.error();
    }
    AdapterRecord record;
    record.adapter = std::move(read).value();
    record.adapter.id = record.adapter.sha256;
    record.adapter.origin = QString::fromLatin1(origin::kImported);
    if (auto side = readSideFile(folder)) {
        record.side = std::move(side).value();
    }
    return record;
}

} // namespace app::library
