// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The target matrix: rows are layers and a last row of sums, columns are the module kinds of this
// checkpoint and a last column of parameters. Shows what the draft's settings select; an edit is
// written back as settings, so that one edit of many cells is one undo step. GUI thread only.
#pragma once

#include "ui/pages/train/target_settings.h"

#include <QAbstractTableModel>
#include <QHash>
#include <QItemSelectionModel>
#include <QStringList>

#include <string>

namespace engine::contract {
struct CatalogEntry;
}

namespace ui::pages::train {

class JobDraft;

// Compared to the default rank of the job.
enum class CellKind { Absent, Off, Covered, Default, Lower, Higher };

class TargetMatrixModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Role { KindRole = Qt::UserRole + 1, RankRole };

    explicit TargetMatrixModel(JobDraft& draft, QObject* parent = nullptr);

    void setGrid(ModuleGrid grid);
    const ModuleGrid& grid() const { return m_grid; }
    const TargetSelection& selection() const { return m_selection; }
    // Why the settings select less than they say, in words.
    const QString& problem() const { return m_problem; }

    // Whether the matrix edits this method's settings, and which it then does. What the engine
    // chooses by the model's family ("auto") is no pattern that it could show.
    static bool edits(const engine::contract::CatalogEntry& method);
    static QStringList editedPaths(const engine::contract::CatalogEntry& method);
    // What the draft's method has: a rank, one for each cell, an alpha beside it.
    bool hasRank() const { return hasField("rank"); }
    bool hasOwnRanks() const { return hasField("rank_pattern"); }
    bool hasAlpha() const { return hasRank() && hasField("alpha"); }
    // "targets" of an estimate for the draft as it is: what its method trains in each cell, which
    // need not be a pair of matrices.
    void setPlanned(const engine::contract::Value& targets);
    // Whether parameters() can be trusted: the last plan agreed with it, or there was none.
    bool countsPairs() const { return m_countsPairs; }

    int sumRow() const { return rowCount() - 1; }
    int parametersColumn() const { return columnCount() - 1; }
    // Rows and columns outside the layers are shown only while something there is on.
    bool isRowUsed(int row) const;
    bool isColumnUsed(int column) const;

    int rank() const;
    double alpha() const;
    bool isRankStabilised() const;
    // α / r, or α / √r for rsLoRA.
    double scaleOf(int rank, double alpha) const;
    int countOf(CellKind kind) const;
    // By the local count; the engine's answer is the authority.
    int64_t parameters() const;
    int64_t parametersOf(int index) const;
    // Index into the grid's modules, or -1.
    int moduleAt(const QModelIndex& cell) const;

    // 0 switches off; the default rank makes it a default cell again. Several calls with the same
    // merge key that follow each other are one step.
    void setRanks(const QModelIndexList& cells, int rank, const QString& mergeKey = {});
    // On where any is off, else off.
    void toggle(const QModelIndexList& cells);
    void reset(const QModelIndexList& cells);
    // Cells that have the default rank follow; the others keep rank and scale.
    void setDefaultRank(int rank, const QString& mergeKey = {});
    void setAlpha(double alpha, const QString& mergeKey = {});
    // Replaces the selection: every other cell is off.
    void setTargets(const engine::contract::Value& targets, const QString& mergeKey = {});
    // Every cell back to the job's targets without exceptions and ranks of their own.
    void resetAll();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    // Cells, ranks or sums differ.
    void selectionChanged();

private:
    bool hasField(const char* key) const;
    void follow();
    void write(const QString& text,
               TargetSelection selection,
               int rank,
               double alpha,
               const QString& mergeKey);
    TargetDefaults defaults() const;
    double alphaFor(int rank) const;
    bool keepsScale() const;
    CellKind kindOf(int index) const;
    QString cellText(int index) const;
    QString cellToolTip(int index) const;
    int64_t sumOf(int row, int column) const;

    JobDraft& m_draft;
    ModuleGrid m_grid;
    TargetSelection m_selection;
    QString m_problem;
    QHash<QString, int64_t> m_planned; // parameters by the name of the cell
    std::string m_method;
    bool m_countsPairs = true;
};

} // namespace ui::pages::train
