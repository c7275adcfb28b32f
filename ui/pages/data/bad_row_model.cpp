// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/bad_row_model.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "ui/pages/data/row_edits.h"
#include "ui/pages/data/row_problem.h"
#include "ui/theme/tone.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/item_roles.h"

#include <QCryptographicHash>

#include <algorithm>
#include <unordered_set>

namespace ui::pages::data {

namespace {

using app::studio::RowEdit;
using engine::contract::Value;
using widgets::Chip;

constexpr int kLongestCell = 300;

} // namespace

bool BadRow::isWhole() const
{
    const QByteArray hash =
        QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256).toHex();
    return !text.isEmpty() && hash == sha256.toLatin1();
}

BadRowModel::BadRowModel(const RowEdits* edits, QObject* parent)
    : QAbstractTableModel(parent), m_edits(edits)
{
    if (edits != nullptr) {
        connect(edits, &RowEdits::changed, this, &BadRowModel::setPending);
    }
}

void BadRowModel::setRows(const Value& dropped)
{
    beginResetModel();
    const Value::List& rows = dropped.toList();
    m_rows.assign(rows.begin(), rows.begin() + std::ptrdiff_t(std::min(rows.size(), kMostRows)));
    m_hasSeveralFiles = std::ranges::any_of(m_rows, [this](const Value& row) {
        return row["file"].toString() != m_rows.front()["file"].toString();
    });
    m_remaining.clear();
    m_isPending = false;
    endResetModel();
}

void BadRowModel::setRemaining(const Value& dropped)
{
    std::unordered_set<std::string> edited;
    if (m_edits != nullptr) {
        for (const auto& [sha256, edit] : m_edits->edits().rows) {
            edited.insert(app::stdString(sha256));
        }
    }
    m_remaining.clear();
    for (const Value& row : dropped.toList()) {
        if (edited.contains(row["sha256"].toString())) {
            m_remaining.emplace(row["sha256"].toString(), row["reason"].toString());
        }
    }
    m_isPending = false;
    tellAll();
}

void BadRowModel::setPending()
{
    m_isPending = true;
    tellAll();
}

void BadRowModel::tellAll()
{
    if (rowCount() > 0) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    }
}

BadRow BadRowModel::at(int row) const
{
    const Value& bad = m_rows[std::size_t(row)];
    return {app::qs(bad["file"].toString()),
            bad["line"].toInteger(),
            app::qs(bad["code"].toString()),
            app::engineText(bad["reason"].toString()),
            app::qs(bad["text"].toString()),
            app::qs(bad["sha256"].toString())};
}

const RowEdit* BadRowModel::editOf(int row) const
{
    return m_edits == nullptr
               ? nullptr
               : m_edits->find(app::qs(m_rows[std::size_t(row)]["sha256"].toString()));
}

BadRowModel::Fate BadRowModel::fate(int row) const
{
    const std::string& sha256 = m_rows[std::size_t(row)]["sha256"].toString();
    const RowEdit* edit = editOf(row);
    if (edit == nullptr) {
        return Fate::Bad;
    }
    if (edit->isDeleted) {
        return Fate::LeftOut;
    }
    if (!edit->isChanged()) {
        return Fate::Bad;
    }
    if (m_isPending) {
        return Fate::Pending;
    }
    return m_remaining.contains(sha256) ? Fate::StillBad : Fate::Mended;
}

QString BadRowModel::reason(int row) const
{
    const Value& bad = m_rows[std::size_t(row)];
    const auto still = m_remaining.find(bad["sha256"].toString());
    return app::engineText(fate(row) == Fate::StillBad && still != m_remaining.end()
                               ? still->second
                               : bad["reason"].toString());
}

int BadRowModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int BadRowModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

QVariant BadRowModel::stateData(int row, int role) const
{
    const Fate fate = this->fate(row);
    if (role == widgets::ChipKindRole) {
        return int(fate == Fate::Mended    ? Chip::Kind::Ok
                   : fate == Fate::LeftOut ? Chip::Kind::Neutral
                   : fate == Fate::Pending ? Chip::Kind::Accent
                                           : Chip::Kind::Warning);
    }
    if (role != widgets::ChipRole && role != Qt::AccessibleTextRole) {
        return {};
    }
    switch (fate) {
    case Fate::Mended:
        return tr("mended");
    case Fate::LeftOut:
        return tr("left out");
    case Fate::Pending:
        return tr("checking…");
    case Fate::StillBad:
        return tr("still bad");
    case Fate::Bad:
        break;
    }
    return rowProblem(app::qs(m_rows[std::size_t(row)]["code"].toString()));
}

QVariant BadRowModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return int(Qt::AlignVCenter | (index.column() == Line ? Qt::AlignRight : Qt::AlignLeft));
    }
    if (index.column() == State) {
        return stateData(index.row(), role);
    }
    if (role == widgets::ToneRole) {
        const Fate known = fate(index.row());
        const bool isQuiet = index.column() == Line || index.column() == File
                             || known == Fate::LeftOut || known == Fate::Mended;
        return int(isQuiet ? Tone::Tertiary : Tone::Normal);
    }
    if (role == widgets::MonoRole) {
        return index.column() == Text;
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    const Value& row = m_rows[std::size_t(index.row())];
    switch (index.column()) {
    case Line:
        return app::formatCount(row["line"].toInteger());
    case Reason:
        return reason(index.row());
    case Text: {
        const RowEdit* edit = editOf(index.row());
        const QString text =
            edit != nullptr && edit->text ? *edit->text : app::qs(row["text"].toString());
        return text.left(kLongestCell).simplified();
    }
    default:
        return app::qs(row["file"].toString());
    }
}

QVariant BadRowModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return int(Qt::AlignVCenter | (section == Line ? Qt::AlignRight : Qt::AlignLeft));
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Line:
        return tr("Line");
    case State:
        return tr("State");
    case Reason:
        return tr("Reason");
    case Text:
        return tr("Row");
    default:
        return tr("File");
    }
}

} // namespace ui::pages::data
