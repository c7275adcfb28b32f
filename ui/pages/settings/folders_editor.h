// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The folders that are searched for bases: a row for each, and buttons to add and to search them.
#pragma once

#include <QWidget>

class QVBoxLayout;

namespace app {
class Studio;
}

namespace ui {
class Dialogs;
}

namespace ui::widgets {
class Button;
class PlainLabel;
} // namespace ui::widgets

namespace ui::pages::settings {

class FoldersEditor final : public QWidget
{
    Q_OBJECT

public:
    FoldersEditor(app::Studio& studio, Dialogs& dialogs, QWidget* parent = nullptr);

private:
    void showFolders();
    QWidget* makeFolder(const QString& folder);
    void addFolder();
    void search();

    app::Studio& m_studio;
    Dialogs& m_dialogs;
    QVBoxLayout* m_rows;
    widgets::Button* m_search;
    widgets::PlainLabel* m_found;
};

} // namespace ui::pages::settings
