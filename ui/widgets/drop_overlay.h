// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Covers a content area while files are dragged over it and says where they will go.
// A child of the area it covers; the area handles the drag events and calls show and hide.
#pragma once

#include <QWidget>

namespace ui::widgets {

class DropOverlay : public QWidget
{
    Q_OBJECT

public:
    explicit DropOverlay(QWidget* covered);

    // "Add to Data" and "3 files: jsonl, csv · opens the import wizard".
    void setWords(const QString& title, const QString& detail);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_title;
    QString m_detail;
};

} // namespace ui::widgets
