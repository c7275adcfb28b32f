// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Rows above, and below them, while one is changed, its editor. GUI thread only.
#pragma once

#include <QSplitter>

namespace ui::pages::data {

class EditorSplitter final : public QSplitter
{
    Q_OBJECT

public:
    // Takes both; the editor is hidden.
    EditorSplitter(QWidget* rows, QWidget* editor, QWidget* parent = nullptr);

    // In the lower half, where it was not there before.
    void openEditor();
    // The focus, where the editor had it, goes to `heir`.
    void closeEditor(QWidget& heir);

private:
    QWidget* m_lower; // the editor below a line
};

// Ctrl+Return in a field keeps what was written, Escape closes: told by the signals of a filter
// that is installed on each field.
class EditorKeys final : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

Q_SIGNALS:
    void kept();
    void closed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
};

} // namespace ui::pages::data
