// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A path as a field that is only read: folder icon and the path, shortened in the middle.
#pragma once

#include <QFrame>

namespace ui::widgets {
class ElidedLabel;
}

namespace ui::pages::settings {

class FolderBox final : public QFrame
{
    Q_OBJECT

public:
    explicit FolderBox(const QString& folder, QWidget* parent = nullptr);

    void setFolder(const QString& folder);
    QString folder() const;

private:
    widgets::ElidedLabel* m_path;
};

} // namespace ui::pages::settings
