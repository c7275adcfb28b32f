// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Runs to lay over one another, as rows with a check: those shown first, the baseline on top, then
// all others. At most six are shown: each needs a colour and a dash pattern of its own.
#pragma once

#include "app/runs/run_center.h"

#include <QAbstractListModel>

#include <vector>

namespace ui::pages::runs {

class CompareListModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        FolderRole = Qt::UserRole + 1, // QString
        SeriesRole,                    // int: index of its colour and dash; < 0 = not shown
    };

    explicit CompareListModel(app::runs::RunCenter& center, QObject* parent = nullptr);

    // Shown runs, the baseline first, each with its series.
    struct Shown
    {
        QString folder;
        int series = 0;
    };
    const std::vector<Shown>& shown() const { return m_shown; }
    void setShown(const QStringList& folders);
    void setFilter(const QString& text);
    // False when six are shown already.
    bool setChecked(const QString& folder, bool checked);
    void makeBaseline(const QString& folder);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    void shownChanged();
    void refused(const QString& reason);

private:
    void arrange();
    int freeSeries() const;

    app::runs::RunCenter& m_center;
    std::vector<Shown> m_shown;
    QStringList m_rows;
    QString m_filter;
};

} // namespace ui::pages::runs
