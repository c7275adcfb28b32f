// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/intake/classify.h"

#include "app/base/text.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSet>

#include <array>

namespace app::intake {

namespace {

struct ClassifyText
{
    Q_DECLARE_TR_FUNCTIONS(app::intake::Classify)
};

// What a job's first bytes must hold; a job of this size is mostly target lists.
constexpr qint64 kHeadBytes = 4096;
constexpr auto kSnapshots = "snapshots";
constexpr auto kHubPrefix = "models--";

QString inside(const QString& folder, const char* name)
{
    return folder + QLatin1Char('/') + QLatin1String(name);
}

bool has(const QString& folder, const char* name)
{
    return QFileInfo::exists(inside(folder, name));
}

bool endsWithOneOf(const QString& name, std::initializer_list<const char*> endings)
{
    for (const char* ending : endings) {
        if (name.endsWith(QLatin1String(ending), Qt::CaseInsensitive)) {
            return true;
        }
    }
    return false;
}

bool hasTrainingFile(const QString& folder)
{
    for (const char* name : {"train.jsonl",
                             "train.json",
                             "train.txt",
                             "train.csv",
                             "train.tsv",
                             "train.parquet",
                             "dataset_info.json"}) {
        if (has(folder, name)) {
            return true;
        }
    }
    return false;
}

// A JSON object with the sections of a job, judged by its head.
bool looksLikeJob(const QString& file)
{
    if (QFileInfo(file).fileName() == QLatin1String("job.json")) {
        return true;
    }
    QFile in(file);
    if (!in.open(QIODevice::ReadOnly)) {
        return false;
    }
    const QByteArray head = in.read(kHeadBytes).trimmed();
    return head.startsWith('{') && head.contains("\"model\"") && head.contains("\"method\"")
           && head.contains("\"data\"");
}

DroppedItem unknown(const QString& path, const QString& reason)
{
    return {path, Kind::Unknown, reason};
}

bool isTable(const QString& name)
{
    return endsWithOneOf(name,
                         {".jsonl",
                          ".ndjson",
                          ".json",
                          ".csv",
                          ".tsv",
                          ".parquet",
                          ".jsonl.gz",
                          ".json.gz",
                          ".csv.gz",
                          ".tsv.gz"});
}

bool isText(const QString& name)
{
    return endsWithOneOf(name, {".txt", ".md", ".txt.gz"});
}

// What explains a data set, and is none.
bool isNote(const QString& name)
{
    return name.startsWith(QLatin1String("readme"), Qt::CaseInsensitive)
           || name.startsWith(QLatin1String("license"), Qt::CaseInsensitive);
}

// The data files that lie in it, by name: texts only where there is no table, beside which they
// explain it.
QStringList dataFilesIn(const QString& folder)
{
    QStringList tables;
    QStringList texts;
    const QStringList names = QDir(folder).entryList(QDir::Files | QDir::Readable, QDir::Name);
    for (const QString& name : names) {
        if (isTable(name)) {
            tables.append(folder + QLatin1Char('/') + name);
        } else if (isText(name) && !isNote(name)) {
            texts.append(folder + QLatin1Char('/') + name);
        }
    }
    return tables.isEmpty() ? texts : tables;
}

DroppedItem classifyFolder(const QString& folder)
{
    const bool isAdapter = has(folder, "adapter_config.json");
    if (has(folder, "job.json") && (has(folder, "events.jsonl") || has(folder, "manifest.json"))) {
        return {folder, Kind::Run, {}};
    }
    // A folder that training tools left may hold both: with adapter weights it is the adapter.
    if (isAdapter && (!has(folder, "config.json") || has(folder, "adapter_model.safetensors"))) {
        return {folder, Kind::Adapter, {}};
    }
    if (has(folder, "config.json")) {
        return {folder, Kind::Model, {}};
    }
    if (has(folder, "job.json")) {
        return {inside(folder, "job.json"), Kind::Job, {}};
    }
    if (hasTrainingFile(folder)) {
        return {folder, Kind::Data, {}};
    }
    if (QDir(folder).isEmpty()) {
        return unknown(folder, ClassifyText::tr("The folder is empty."));
    }
    return unknown(folder,
                   ClassifyText::tr("The folder holds no data files, no config.json and no "
                                    "adapter_config.json."));
}

// Weights alone say nothing: the folder around them does.
DroppedItem classifyWeights(const QString& file)
{
    const DroppedItem around = classifyFolder(QFileInfo(file).absolutePath());
    if (around.kind == Kind::Model || around.kind == Kind::Adapter) {
        return around;
    }
    return unknown(file,
                   ClassifyText::tr("These are weights without their config.json. Drop the folder "
                                    "that holds both."));
}

DroppedItem classifyFile(const QString& file)
{
    const QString name = QFileInfo(file).fileName();
    if (name == QLatin1String("config.json") || name == QLatin1String("adapter_config.json")
        || name == QLatin1String("model.safetensors.index.json")) {
        return classifyWeights(file);
    }
    if (endsWithOneOf(name, {".safetensors", ".bin", ".pt", ".pth"})) {
        return classifyWeights(file);
    }
    if (endsWithOneOf(name, {".json"}) && looksLikeJob(file)) {
        return {file, Kind::Job, {}};
    }
    if (isTable(name) || isText(name)) {
        return {file, Kind::Data, {}};
    }
    if (endsWithOneOf(name, {".arrow", ".xlsx", ".xls"})) {
        return unknown(file,
                       ClassifyText::tr("Tables of this kind cannot be read. Save it as CSV or "
                                        "Parquet."));
    }
    if (endsWithOneOf(name, {".gguf"})) {
        return unknown(file,
                       ClassifyText::tr("A GGUF file cannot be trained. Add the model it was made "
                                        "from."));
    }
    if (endsWithOneOf(name, {".zip", ".tar", ".gz", ".zst", ".7z"})) {
        return unknown(file, ClassifyText::tr("Unpack the archive first."));
    }
    return unknown(file, ClassifyText::tr("Files of this kind are not known here."));
}

// The data in a folder: its files, else those of the folders in it, as data sets are published.
QList<DroppedItem> dataIn(const QString& folder)
{
    QList<DroppedItem> found;
    for (const QString& file : dataFilesIn(folder)) {
        found.append(classifyFile(file));
    }
    if (!found.isEmpty()) {
        return found;
    }
    const QStringList names =
        QDir(folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::Readable, QDir::Name);
    for (const QString& name : names) {
        const QString inner = folder + QLatin1Char('/') + name;
        const DroppedItem item = classifyFolder(inner);
        if (item.kind == Kind::Data) {
            found.append(item);
        } else if (item.kind == Kind::Unknown) {
            for (const QString& file : dataFilesIn(inner)) {
                found.append(classifyFile(file));
            }
        }
    }
    return found;
}

// A folder that is nothing itself stands for the data in it.
QList<DroppedItem> classifyOne(const QString& path)
{
    const QFileInfo facts(path);
    if (!facts.exists()) {
        return {unknown(path, ClassifyText::tr("Nothing is there any more."))};
    }
    const QString absolute = QDir::cleanPath(facts.absoluteFilePath());
    if (facts.isFile()) {
        return {classifyFile(absolute)};
    }
    if (!facts.isDir()) {
        return {unknown(absolute, ClassifyText::tr("It is neither a file nor a folder."))};
    }
    const DroppedItem folder = classifyFolder(absolute);
    if (folder.kind != Kind::Unknown) {
        return {folder};
    }
    const QList<DroppedItem> files = dataIn(absolute);
    return files.isEmpty() ? QList<DroppedItem>{folder} : files;
}

QString nameOf(const DroppedItem& item)
{
    switch (item.kind) {
    case Kind::Model:
        return modelName(item.path);
    case Kind::Job:
        return item.path.endsWith(QLatin1String("/job.json"))
                   ? QFileInfo(QFileInfo(item.path).absolutePath()).fileName()
                   : QFileInfo(item.path).fileName();
    default:
        return QFileInfo(item.path).fileName();
    }
}

QString sentenceForOne(const DroppedItem& item)
{
    const QString name = nameOf(item);
    switch (item.kind) {
    case Kind::Model:
        return ClassifyText::tr("Adds the model %1 to Models.").arg(name);
    case Kind::Data:
        return ClassifyText::tr("Adds %1 to Data.").arg(name);
    case Kind::Adapter:
        return ClassifyText::tr("Copies the adapter %1 into Adapters.").arg(name);
    case Kind::Job:
        return ClassifyText::tr("Opens the job %1 in Train.").arg(name);
    case Kind::Run:
        return ClassifyText::tr("Shows the run %1 in Runs.").arg(name);
    case Kind::Unknown:
        break;
    }
    return ClassifyText::tr("%1 cannot be opened. %2").arg(name, item.reason);
}

QString sentenceForKind(Kind kind, int count)
{
    switch (kind) {
    case Kind::Model:
        return ClassifyText::tr("Adds %n model(s) to Models.", nullptr, count);
    case Kind::Data:
        return ClassifyText::tr("Adds %n file(s) to Data.", nullptr, count);
    case Kind::Adapter:
        return ClassifyText::tr("Copies %n adapter(s) into Adapters.", nullptr, count);
    case Kind::Job:
        return ClassifyText::tr("Opens %n job(s) in Train.", nullptr, count);
    case Kind::Run:
        return ClassifyText::tr("Shows %n run(s) in Runs.", nullptr, count);
    case Kind::Unknown:
        break;
    }
    return ClassifyText::tr("%n file(s) cannot be opened.", nullptr, count);
}

QString sentenceFor(const QList<DroppedItem>& items, qsizetype leftOut)
{
    QStringList sentences;
    for (const Kind kind :
         {Kind::Model, Kind::Data, Kind::Adapter, Kind::Job, Kind::Run, Kind::Unknown}) {
        QList<DroppedItem> ofKind;
        for (const DroppedItem& item : items) {
            if (item.kind == kind) {
                ofKind.append(item);
            }
        }
        if (ofKind.size() == 1) {
            sentences.append(sentenceForOne(ofKind.front()));
        } else if (!ofKind.isEmpty()) {
            sentences.append(sentenceForKind(kind, int(ofKind.size())));
        }
    }
    if (leftOut > 0) {
        sentences.append(ClassifyText::tr("%n more are left out.", nullptr, int(leftOut)));
    }
    return sentences.join(QLatin1Char(' '));
}

void collectModels(const QString& folder, int depth, QSet<QString>& seen, QStringList& found)
{
    const QString canonical = QFileInfo(folder).canonicalFilePath();
    if (canonical.isEmpty() || seen.contains(canonical)) {
        return;
    }
    seen.insert(canonical);
    if (classifyFolder(folder).kind == Kind::Model) {
        found.append(folder);
        return;
    }
    if (depth == 0) {
        return;
    }
    const QStringList names =
        QDir(folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::Readable, QDir::Name);
    for (const QString& name : names) {
        collectModels(folder + QLatin1Char('/') + name, depth - 1, seen, found);
    }
}

} // namespace

Dropped classify(const QStringList& paths)
{
    Dropped dropped;
    QSet<QString> seen;
    const QStringList looked = paths.first(qMin(paths.size(), kMostPaths));
    qsizetype leftOut = paths.size() - looked.size();
    for (const QString& path : looked) {
        for (DroppedItem& item : classifyOne(path)) {
            // The shards of one model are one model.
            if (seen.contains(item.path)) {
                continue;
            }
            seen.insert(item.path);
            if (dropped.items.size() < kMostPaths) {
                dropped.items.append(std::move(item));
            } else {
                ++leftOut;
            }
        }
    }
    for (const DroppedItem& item : dropped.items) {
        if (item.kind != Kind::Unknown) {
            dropped.kind = item.kind;
            break;
        }
    }
    dropped.sentence = sentenceFor(dropped.items, leftOut);
    return dropped;
}

QString modelName(const QString& folder)
{
    const QStringList parts = QDir::cleanPath(folder).split(QLatin1Char('/'));
    const qsizetype count = parts.size();
    if (count >= 3 && parts[count - 2] == QLatin1String(kSnapshots)
        && parts[count - 3].startsWith(QLatin1String(kHubPrefix))) {
        return parts[count - 3].section(QStringLiteral("--"), -1);
    }
    return parts.constLast();
}

QStringList findModelFolders(const QString& root, int depth)
{
    QStringList found;
    QSet<QString> seen;
    collectModels(QDir::cleanPath(root), depth, seen, found);
    return found;
}

} // namespace app::intake
