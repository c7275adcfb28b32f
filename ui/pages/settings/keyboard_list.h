// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The keys that work in this window, read from its actions, so that the list cannot be wrong.
#pragma once

#include <QWidget>

class QGridLayout;

namespace ui::pages::settings {

class KeyboardList final : public QWidget
{
    Q_OBJECT

public:
    explicit KeyboardList(QWidget* parent = nullptr);

    int count() const { return m_count; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void readActions();

    QGridLayout* m_grid;
    int m_count = 0;
};

} // namespace ui::pages::settings
