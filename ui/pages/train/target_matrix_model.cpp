// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/target_matrix_model.h"

#include "app/base/format.h"
#include "app/base/text.h"
#include "ui/pages/train/job_draft.h"
#include "ui/widgets/number_field.h"

#include <algorithm>
#include <cmath>

namespace ui::pages::train {

namespace {

using engine::contract::Value;

constexpr int kLargestRank = 1024; // as the catalogue's field
constexpr int kFallbackRank = 16;
constexpr double kFallbackAlpha = 32;

double stabilised(double rank)
{
    return std::sqrt(std::max(rank, 1.0));
}

bool has(const engine::contract::CatalogEntry& method, std::string_view key)
{
    return std::any_of(method.fields.begin(), method.fields.end(), [key](const auto& field) {
        return field.key == key;
    });
}

// Scales that were computed from one another differ in the last bits.
bool isNear(double a, double b)
{
    return std::abs(a - b) <= 1e-6 * std::max(std::abs(a), std::abs(b));
}

} // namespace

TargetMatrixModel::TargetMatrixModel(JobDraft& draft, QObject* parent)
    : QAbstractTableModel(parent), m_draft(draft)
{
    connect(&draft, &JobDraft::edited, this, &TargetMatrixModel::follow);
}

void TargetMatrixModel::setGrid(ModuleGrid grid)
{
    beginResetModel();
    m_grid = std::move(grid);
    m_selection = {};
    endResetModel();
    follow();
}

bool TargetMatrixModel::edits(const engine::contract::CatalogEntry& method)
{
    return std::any_of(method.fields.begin(), method.fields.end(), [](const auto& field) {
        return field.key == "targets" && field.defaultValue != Value("auto");
    });
}

QStringList TargetMatrixModel::editedPaths(const engine::contract::CatalogEntry& method)
{
    if (!edits(method)) {
        return {};
    }
    QStringList paths = {QStringLiteral("method.targets"),
                         QStringLiteral("method.exclude"),
                         QStringLiteral("method.layers"),
                         QStringLiteral("method.rank_pattern"),
                         QStringLiteral("method.alpha_pattern")};
    // Without a rank of that name there is no row for it and its alpha above the matrix.
    if (has(method, "rank")) {
        paths += {QStringLiteral("method.rank"), QStringLiteral("method.alpha")};
    }
    return paths;
}

bool TargetMatrixModel::hasField(const char* key) const
{
    return m_draft.isReady()
           && m_draft.field(QStringLiteral("method.") + QLatin1String(key)) != nullptr;
}

void TargetMatrixModel::setPlanned(const Value& targets)
{
    m_planned.clear();
    int64_t sum = 0;
    for (const Value& target : targets.toList()) {
        const int64_t parameters = target["parameters"].toInteger();
        m_planned.insert(app::qs(target["name"].toString()), parameters);
        sum += parameters;
    }
    int64_t pairs = 0;
    for (std::size_t i = 0; i < m_selection.ranks.size(); ++i) {
        const GridModule& module = m_grid.modules()[i];
        pairs += m_selection.ranks[i] * (module.in + module.out);
    }
    m_countsPairs = hasRank() && pairs == sum;
    if (!m_grid.isEmpty()) {
        Q_EMIT dataChanged(index(0, 0), index(sumRow(), parametersColumn()));
    }
}

void TargetMatrixModel::follow()
{
    if (m_draft.isReady() && m_method != m_draft.method()) {
        m_method = m_draft.method();
        m_planned.clear();
        m_countsPairs = hasRank();
    }
    if (!m_draft.isReady() || m_grid.isEmpty()) {
        return;
    }
    SelectionReading reading = selectionOf(m_draft.methodSettings(), m_grid, defaults());
    m_problem = std::move(reading.problem);
    m_selection = std::move(reading.selection);
    Q_EMIT dataChanged(index(0, 0), index(sumRow(), parametersColumn()));
    Q_EMIT selectionChanged();
}

int TargetMatrixModel::rank() const
{
    return static_cast<int>(m_draft.value(QStringLiteral("method.rank")).toInteger(kFallbackRank));
}

double TargetMatrixModel::alpha() const
{
    return m_draft.value(QStringLiteral("method.alpha")).toDouble(kFallbackAlpha);
}

bool TargetMatrixModel::isRankStabilised() const
{
    return m_draft.value(QStringLiteral("method.use_rslora")).toBool();
}

double TargetMatrixModel::scaleOf(int rank, double alpha) const
{
    return alpha / (isRankStabilised() ? stabilised(rank) : std::max(rank, 1));
}

// Settings are read with the ranks in force: a preset may have other ones than the engine.
TargetDefaults TargetMatrixModel::defaults() const
{
    TargetDefaults defaults{rank(), alpha()};
    for (const char* key : {"exclude", "layers"}) {
        if (!hasField(key)) {
            defaults.unknown.emplace_back(key);
        }
    }
    return defaults;
}

double TargetMatrixModel::alphaFor(int rank) const
{
    const double share = isRankStabilised() ? stabilised(rank) / stabilised(this->rank())
                                            : static_cast<double>(rank) / std::max(this->rank(), 1);
    return alpha() * share;
}

bool TargetMatrixModel::keepsScale() const
{
    for (std::size_t i = 0; i < m_selection.ranks.size(); ++i) {
        const int rank = m_selection.ranks[i];
        if (rank > 0 && !isNear(m_selection.alphas[i], alphaFor(rank))) {
            return false;
        }
    }
    return true;
}

int TargetMatrixModel::moduleAt(const QModelIndex& cell) const
{
    return cell.isValid() ? m_grid.indexAt(cell.row(), cell.column()) : -1;
}

void TargetMatrixModel::write(
    const QString& text, TargetSelection selection, int rank, double alpha, const QString& mergeKey)
{
    TargetDefaults usualValues = defaults();
    usualValues.rank = rank;
    usualValues.alpha = alpha;
    const Value settings = settingsOf(selection, m_grid, usualValues);
    Value edits = Value::Object();
    const auto usual = [](std::string_view key) -> Value {
        if (key == "targets") {
            return "all-linear";
        }
        if (key == "layers") {
            return "all";
        }
        return key == "exclude" ? Value(Value::List()) : Value(Value::Object());
    };
    for (const char* key : {"targets", "exclude", "layers", "rank_pattern", "alpha_pattern"}) {
        // A preset may have another value than the engine's default, so the default is written too.
        if (hasField(key)) {
            edits.set(std::string("method.") + key,
                      settings.contains(key) ? settings[key] : usual(key));
        }
    }
    if (hasRank()) {
        edits.set("method.rank", Value(rank));
    }
    if (hasAlpha()) {
        edits.set("method.alpha", Value(alpha));
    }
    m_draft.editMany(text, edits, mergeKey);
}

void TargetMatrixModel::setRanks(const QModelIndexList& cells, int rank, const QString& mergeKey)
{
    TargetSelection next = m_selection;
    const bool keeps = keepsScale();
    const int wanted = std::clamp(rank, 0, kLargestRank);
    const int clamped = wanted > 0 && !hasOwnRanks() ? this->rank() : wanted;
    for (const QModelIndex& cell : cells) {
        const int i = moduleAt(cell);
        if (i < 0) {
            continue;
        }
        const auto at = static_cast<std::size_t>(i);
        next.ranks[at] = clamped;
        next.alphas[at] = clamped == 0 ? 0 : keeps ? alphaFor(clamped) : alpha();
        if (clamped == 0) {
            continue;
        }
        // A fused weight is trained whole or in slices, never both.
        for (std::size_t other = 0; other < next.ranks.size(); ++other) {
            const GridModule& module = m_grid.modules()[other];
            if (other != at && module.owner == m_grid.modules()[at].owner
                && module.isSlice != m_grid.modules()[at].isSlice) {
                next.ranks[other] = 0;
                next.alphas[other] = 0;
            }
        }
    }
    write(clamped == 0 ? tr("Switch off modules") : tr("Set ranks"),
          std::move(next),
          this->rank(),
          alpha(),
          mergeKey);
}

void TargetMatrixModel::toggle(const QModelIndexList& cells)
{
    bool anyOff = false;
    QModelIndexList off;
    for (const QModelIndex& cell : cells) {
        const int i = moduleAt(cell);
        if (i >= 0 && m_selection.ranks[static_cast<std::size_t>(i)] == 0) {
            anyOff = true;
            off.append(cell);
        }
    }
    setRanks(anyOff ? off : cells, anyOff ? rank() : 0);
}

void TargetMatrixModel::reset(const QModelIndexList& cells)
{
    const Value settings =
        Value::object({{"targets", m_draft.baseline(QStringLiteral("method.targets"))}});
    const SelectionReading usual = selectionOf(settings, m_grid, defaults());
    QModelIndexList on;
    QModelIndexList off;
    for (const QModelIndex& cell : cells) {
        const int i = moduleAt(cell);
        if (i >= 0) {
            (usual.selection.ranks[static_cast<std::size_t>(i)] > 0 ? on : off).append(cell);
        }
    }
    m_draft.endStep();
    const QString key = QStringLiteral("reset cells");
    setRanks(off, 0, key);
    setRanks(on, rank(), key);
    m_draft.endStep();
}

void TargetMatrixModel::setDefaultRank(int rank, const QString& mergeKey)
{
    TargetSelection next = m_selection;
    const bool keeps = keepsScale();
    const int clamped = std::clamp(rank, 1, kLargestRank);
    for (std::size_t i = 0; i < next.ranks.size(); ++i) {
        int& own = next.ranks[i];
        if (own == 0) {
            continue;
        }
        own = own == this->rank() ? clamped : own;
        if (keeps) {
            const double share = isRankStabilised() ? stabilised(own) / stabilised(clamped)
                                                    : static_cast<double>(own) / clamped;
            next.alphas[i] = alpha() * share;
        }
    }
    write(tr("Rank"), std::move(next), clamped, alpha(), mergeKey);
}

void TargetMatrixModel::setAlpha(double alpha, const QString& mergeKey)
{
    TargetSelection next = m_selection;
    const bool keeps = keepsScale();
    for (std::size_t i = 0; i < next.ranks.size(); ++i) {
        if (next.ranks[i] > 0 && (keeps || isNear(next.alphas[i], this->alpha()))) {
            next.alphas[i] =
                keeps && this->alpha() > 0 ? next.alphas[i] * alpha / this->alpha() : alpha;
        }
    }
    write(tr("Alpha"), std::move(next), rank(), alpha, mergeKey);
}

void TargetMatrixModel::setTargets(const Value& targets, const QString& mergeKey)
{
    m_draft.editMany(tr("Targets"),
                     Value::object({{"method.targets", targets},
                                    {"method.exclude", Value()},
                                    {"method.layers", Value()},
                                    {"method.rank_pattern", Value()},
                                    {"method.alpha_pattern", Value()}}),
                     mergeKey);
}

void TargetMatrixModel::resetAll()
{
    setTargets(Value());
}

CellKind TargetMatrixModel::kindOf(int index) const
{
    if (index < 0 || static_cast<std::size_t>(index) >= m_selection.ranks.size()) {
        return CellKind::Absent;
    }
    const int own = m_selection.ranks[static_cast<std::size_t>(index)];
    if (own == 0) {
        const GridModule& module = m_grid.modules()[static_cast<std::size_t>(index)];
        for (std::size_t i = 0; module.isSlice && i < m_selection.ranks.size(); ++i) {
            if (m_grid.modules()[i].name == module.owner && m_selection.ranks[i] > 0) {
                return CellKind::Covered;
            }
        }
        return CellKind::Off;
    }
    return own == rank() ? CellKind::Default : own < rank() ? CellKind::Lower : CellKind::Higher;
}

int TargetMatrixModel::countOf(CellKind kind) const
{
    int count = 0;
    for (int i = 0; i < static_cast<int>(m_selection.ranks.size()); ++i) {
        count += kindOf(i) == kind ? 1 : 0;
    }
    return count;
}

int64_t TargetMatrixModel::parametersOf(int index) const
{
    if (index < 0 || static_cast<std::size_t>(index) >= m_selection.ranks.size()) {
        return 0;
    }
    const GridModule& module = m_grid.modules()[static_cast<std::size_t>(index)];
    const int rank = m_selection.ranks[static_cast<std::size_t>(index)];
    if (m_countsPairs || rank == 0) {
        return rank * (module.in + module.out);
    }
    return m_planned.value(app::qs(module.name));
}

int64_t TargetMatrixModel::sumOf(int row, int column) const
{
    int64_t sum = 0;
    for (std::size_t i = 0; i < m_selection.ranks.size(); ++i) {
        const GridModule& module = m_grid.modules()[i];
        const bool isInRow =
            row < 0 || module.layer == m_grid.rows()[static_cast<std::size_t>(row)];
        if (isInRow && (column < 0 || module.column == column)) {
            sum += parametersOf(static_cast<int>(i));
        }
    }
    return sum;
}

int64_t TargetMatrixModel::parameters() const
{
    return trainableParameters(m_selection, m_draft.methodSettings(), m_grid);
}

bool TargetMatrixModel::isRowUsed(int row) const
{
    return row >= static_cast<int>(m_grid.rows().size())
           || m_grid.rows()[static_cast<std::size_t>(row)] >= 0 || sumOf(row, -1) > 0;
}

bool TargetMatrixModel::isColumnUsed(int column) const
{
    return column >= static_cast<int>(m_grid.columns().size())
           || m_grid.columns()[static_cast<std::size_t>(column)].group != ColumnGroup::Outside
           || sumOf(-1, column) > 0;
}

int TargetMatrixModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || m_grid.isEmpty() ? 0 : static_cast<int>(m_grid.rows().size()) + 1;
}

int TargetMatrixModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() || m_grid.isEmpty() ? 0 : static_cast<int>(m_grid.columns().size()) + 1;
}

QString TargetMatrixModel::cellText(int index) const
{
    switch (kindOf(index)) {
    case CellKind::Absent:
        return {};
    case CellKind::Covered:
        return QStringLiteral("·");
    case CellKind::Off:
        return app::noValue();
    default:
        return hasRank() ? QString::number(m_selection.ranks[static_cast<std::size_t>(index)])
                         : QStringLiteral("✓");
    }
}

QString TargetMatrixModel::cellToolTip(int index) const
{
    const GridModule& module = m_grid.modules()[static_cast<std::size_t>(index)];
    const auto at = static_cast<std::size_t>(index);
    switch (kindOf(index)) {
    case CellKind::Off:
        return tr("%1: not trained").arg(module.text);
    case CellKind::Covered:
        return tr("%1: trained as a part of %2").arg(module.text, module.ownerText);
    default:
        if (!hasRank()) {
            return tr("%1: %2 parameters").arg(module.text, app::formatCount(parametersOf(index)));
        }
        return tr("%1: rank %2, α %3, %4 parameters")
            .arg(module.text)
            .arg(m_selection.ranks[at])
            .arg(widgets::shortNumber(m_selection.alphas[at]),
                 app::formatCount(parametersOf(index)));
    }
}

QVariant TargetMatrixModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || m_selection.ranks.empty()) {
        return {};
    }
    const bool isSum = index.row() == sumRow();
    if (isSum || index.column() == parametersColumn()) {
        const int64_t sum = sumOf(isSum ? -1 : index.row(),
                                  index.column() == parametersColumn() ? -1 : index.column());
        return role == Qt::DisplayRole   ? QVariant(app::formatShort(sum))
               : role == Qt::ToolTipRole ? QVariant(tr("%1 parameters").arg(app::formatCount(sum)))
                                         : QVariant();
    }
    const int module = moduleAt(index);
    switch (role) {
    case Qt::DisplayRole:
        return cellText(module);
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole:
        return module >= 0 ? QVariant(cellToolTip(module)) : QVariant();
    case KindRole:
        return static_cast<int>(kindOf(module));
    case RankRole:
        return module >= 0 ? m_selection.ranks[static_cast<std::size_t>(module)] : 0;
    default:
        return {};
    }
}

QVariant TargetMatrixModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || m_grid.isEmpty()) {
        return {};
    }
    if (orientation == Qt::Vertical) {
        if (section == sumRow()) {
            return QStringLiteral("Σ");
        }
        const int layer = m_grid.rows()[static_cast<std::size_t>(section)];
        return layer >= 0 ? QString::number(layer) : tr("Head");
    }
    return section == parametersColumn()
               ? tr("Params")
               : m_grid.columns()[static_cast<std::size_t>(section)].title;
}

Qt::ItemFlags TargetMatrixModel::flags(const QModelIndex& index) const
{
    if (!index.isValid()) {
        return Qt::NoItemFlags;
    }
    const bool isCell = moduleAt(index) >= 0;
    return isCell ? Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::ItemIsEnabled;
}

} // namespace ui::pages::train
