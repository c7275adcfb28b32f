// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of the command palette: fixed entries matched letter by letter, best first, then what
// the sources found.
#pragma once

#include "ui/shell/palette_entry.h"

#include <QAbstractListModel>

#include <vector>

namespace ui::shell {

class PaletteModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        KindRole = Qt::UserRole,
        DetailRole,
        KeysRole,
        IconNameRole,
        PositionsRole, // QList<int>: the matched letters
    };
    static constexpr int kMostRows = 60;

    using QAbstractListModel::QAbstractListModel;

    void setEntries(PaletteEntries entries);
    void addSource(PaletteSource source);
    // Starts over with these letters.
    void type(const QString& typed);
    // What happens when the row is chosen.
    void run(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    struct Row
    {
        PaletteEntry entry;
        int score = 0;
        QList<int> positions;
    };

    PaletteEntries m_entries;
    std::vector<PaletteSource> m_sources;
    std::vector<Row> m_rows;
};

} // namespace ui::shell
