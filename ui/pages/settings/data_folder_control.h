// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Where the library lies, how large it is, and "Change…", which holds from the next start.
#pragma once

#include <QWidget>

namespace app {
class Studio;
}

namespace ui {
class Dialogs;
}

namespace ui::widgets {
class PlainLabel;
}

namespace ui::pages::settings {

class FolderBox;

class DataFolderControl final : public QWidget
{
    Q_OBJECT

public:
    DataFolderControl(app::Studio& studio, Dialogs& dialogs, QWidget* parent = nullptr);

Q_SIGNALS:
    // What to tell below the row: another folder was chosen, or why it was not.
    void told(const QString& words);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void choose();
    void measure();

    app::Studio& m_studio;
    Dialogs& m_dialogs;
    FolderBox* m_box;
    widgets::PlainLabel* m_size;
    bool m_isMeasuring = false;
};

} // namespace ui::pages::settings
