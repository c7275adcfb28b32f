// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A heading with a count and the titles below it: evaluation prompts, earlier conversations. A
// click or Enter takes one, Delete puts it in the trash, and Undo brings it back.
#pragma once

#include <QWidget>

#include <functional>

class QListView;
class QStandardItemModel;

namespace ui::widgets {
class Button;
class PlainLabel;
} // namespace ui::widgets

namespace ui::pages::playground {

struct KeptItem
{
    qint64 row = 0; // in the library
    QString title;
};

class KeptList : public QWidget
{
    Q_OBJECT

public:
    // `empty`: said while there is none.
    KeptList(const QString& heading, const QString& empty, QWidget* parent = nullptr);

    void setItems(const std::vector<KeptItem>& items);
    // The one that is shown now; 0 = none.
    void setCurrent(qint64 row);
    // Offers to undo the removal of this one, until the next.
    void offerUndo(qint64 row);
    int count() const;

Q_SIGNALS:
    void chosen(qint64 row);
    void removeAsked(qint64 row);
    void undoAsked(qint64 row);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void mark();

    QStandardItemModel* m_items;
    QListView* m_list;
    widgets::PlainLabel* m_count;
    widgets::PlainLabel* m_empty;
    widgets::Button* m_undo;
    qint64 m_current = 0;
    qint64 m_removed = 0;
};

} // namespace ui::pages::playground
