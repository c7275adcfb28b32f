// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of a file that cannot be used, and what the edits make of each: mended, left out, or
// still not to be used. GUI thread only.
#pragma once

#include "engine/contract/value.h"

#include <QAbstractTableModel>

#include <unordered_map>

namespace app::studio {
struct RowEdit;
}

namespace ui::pages::data {

class RowEdits;

struct BadRow
{
    QString file;
    qint64 line = 0;
    QString code;
    QString reason; // of the row as it stands in the file
    QString text;   // as it stands there; may be cut
    QString sha256;

    // Whether `text` is the whole row: its hash says so.
    bool isWhole() const;
};

class BadRowModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Line, State, Reason, Text, File, ColumnCount };
    enum class Fate { Bad, LeftOut, Pending, Mended, StillBad };

    // More rows than these are not shown.
    static constexpr std::size_t kMostRows = 10'000;

    // Without edits all are bad.
    explicit BadRowModel(const RowEdits* edits, QObject* parent = nullptr);

    // `dropped` of `inspect data` of the file as it stands.
    void setRows(const engine::contract::Value& dropped);
    // `dropped` of the same with the edits: what they did not mend.
    void setRemaining(const engine::contract::Value& dropped);
    // The edits were written; until setRemaining() nobody knows what they mended.
    void setPending();

    BadRow at(int row) const;
    Fate fate(int row) const;
    // As it stands, or with a text of the edits what is still wrong with that.
    QString reason(int row) const;
    bool hasSeveralFiles() const { return m_hasSeveralFiles; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void tellAll();
    QVariant stateData(int row, int role) const;

    const app::studio::RowEdit* editOf(int row) const;

    const RowEdits* m_edits;
    engine::contract::Value::List m_rows;
    bool m_hasSeveralFiles = false;
    bool m_isPending = false;
    std::unordered_map<std::string, std::string> m_remaining; // edited rows, by hash: why not
};

} // namespace ui::pages::data
