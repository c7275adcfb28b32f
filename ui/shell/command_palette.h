// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Ctrl+K: type a few letters of a page, an action, a run, an adapter, a model or data, and go
// there. Lies over its window, closes by Escape, by a click elsewhere and after a choice.
#pragma once

#include "ui/shell/palette_entry.h"

#include <QFrame>
#include <QPointer>

class QLineEdit;
class QListView;

namespace ui::widgets {
class PlainLabel;
}

namespace ui::shell {

class PaletteModel;

class CommandPalette : public QFrame
{
    Q_OBJECT

public:
    explicit CommandPalette(QWidget* window);

    void addSource(PaletteSource source);
    // Appears with these entries and nothing typed.
    void popUp(PaletteEntries entries);
    void dismiss();
    const PaletteModel& model() const { return *m_model; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void type(const QString& typed);
    void choose(int row);
    void place();
    void step(int rows);

    PaletteModel* m_model;
    QLineEdit* m_field;
    QListView* m_list;
    widgets::PlainLabel* m_nothing;
    QPointer<QWidget> m_focusBefore;
};

} // namespace ui::shell
