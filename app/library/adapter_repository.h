// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The adapters: trained here or imported. Identified by the run that made them, else by their
// content; a name is only a name.
#pragma once

#include "app/library/repository.h"

#include <QHash>

namespace app::library {

// How an adapter came to be. The words are stored.
namespace origin {
inline constexpr const char* kTrained = "trained";
inline constexpr const char* kImported = "imported";
} // namespace origin

// How a parent became part of a child. The words are stored.
namespace relation {
inline constexpr const char* kContinued = "continued";
inline constexpr const char* kMerged = "merged"; // into the base before training
inline constexpr const char* kReRanked = "re-ranked";
inline constexpr const char* kExtracted = "extracted";
} // namespace relation

struct Adapter
{
    qint64 row = 0;
    QString id; // the run's UUID, or the SHA-256 of an import; stable for good
    QString sha256;
    QString name;
    QString path; // the adapter folder
    QString origin = QString::fromLatin1(origin::kTrained);
    QString method;  // the catalogue's id
    qint64 rank = 0; // the most frequent one; 0 where the method has none
    bool hasSeveralRanks = false;
    qint64 modules = 0;
    qint64 parameters = 0;
    qint64 bytes = 0;
    QString dtype;
    std::optional<double> evalLoss; // best validation loss of its run
    qint64 evalStep = 0;
    std::optional<double> relativeNorm; // mean ‖ΔW‖ / ‖W‖ over its modules, when inspected
    std::optional<qint64> base;
    QString baseName; // read only, through `base`; else as the adapter's config says
    QString basePath; // likewise
    QString baseSha256;
    QString baseQuantization; // in which the base was held while it was trained; empty: unpacked
    bool correctsRounding = false; // it began with what packing took away (LoftQ)
    std::optional<qint64> run;
    QString runFolder; // read only
    QDateTime made;
    QDateTime trashed;
};

struct AdapterParent
{
    qint64 child = 0;
    std::optional<qint64> parent; // nothing while the library does not know it
    QString path;                 // hints to find it by
    QString sha256;
    QString relation;
    double weight = 1;
};

enum class AdapterSort { Name, Method, Rank, Parameters, Bytes, EvalLoss, Made };

struct AdapterQuery
{
    QString text;
    std::optional<qint64> base;
    QString tag;
    bool isTrash = false;
    AdapterSort sort = AdapterSort::Made;
    bool isDescending = true;
};

struct AdapterTotals
{
    qint64 count = 0;
    qint64 bytes = 0;
    qint64 withSeveralRanks = 0;
};

class AdapterRepository : public Repository
{
public:
    explicit AdapterRepository(RepositoryContext& context) : Repository(context) {}

    // Inserts the adapter or updates the one with this id; a name the user gave stays. Lineage that
    // was waiting for this path or hash is tied to it. Returns its row.
    Result<qint64> save(const Adapter& adapter);
    Result<Adapter> find(qint64 row) const;
    Result<Adapter> findById(const QString& id) const;
    Result<Adapter> findByPath(const QString& path) const;
    // Every adapter with this content.
    Result<std::vector<Adapter>> findByHash(const QString& sha256) const;
    Result<Adapter> ofRun(qint64 run) const;
    // The rows that answer the query, in order; read them page by page with `fetch`.
    Result<std::vector<qint64>> order(const AdapterQuery& query) const;
    // In the order asked for; rows that are gone are left out.
    Result<std::vector<Adapter>> fetch(const std::vector<qint64>& rows) const;
    Result<std::vector<Adapter>> list(const AdapterQuery& query = {}, int limit = -1) const;
    Result<AdapterTotals> totals(const AdapterQuery& query) const;
    // The bases that adapters outside the trash stand on, by name.
    Result<std::vector<std::pair<qint64, QString>>> bases() const;
    // How many adapters outside the trash stand on each base; a base with none is not in it.
    Result<QHash<qint64, int>> countsByBase() const;

    Result<void> rename(qint64 row, const QString& name);
    Result<void> setRelativeNorm(qint64 row, double mean);
    Result<void> trash(qint64 row, const QDateTime& when = QDateTime::currentDateTimeUtc());
    Result<void> restore(qint64 row);
    // Forgets the adapter and what was written about it. The caller removes the folder
    // (Library::purge does both).
    Result<void> forget(qint64 row);

    // Replaces what is known about where this adapter comes from.
    Result<void> setParents(qint64 row, const std::vector<AdapterParent>& parents);
    Result<std::vector<AdapterParent>> parents(qint64 row) const;
    Result<std::vector<AdapterParent>> children(qint64 row) const;

private:
    Result<std::vector<Adapter>> read(const QString& tail, const QVariantList& values) const;
    Result<Adapter> one(const QString& tail, const QVariantList& values) const;
    Result<std::vector<AdapterParent>> readParents(const QString& tail, qint64 row) const;
};

} // namespace app::library
