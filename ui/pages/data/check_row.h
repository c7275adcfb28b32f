// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One line of a check: an icon for its outcome, what was looked at, and what was found.
#pragma once

#include "ui/theme/icon.h"

#include <QWidget>

class QLabel;

namespace ui::pages::data {

class CheckRow final : public QWidget
{
    Q_OBJECT

public:
    enum class Outcome { Good, Note, Warning };

    CheckRow(Outcome outcome,
             const QString& title,
             const QString& detail,
             QWidget* parent = nullptr);
};

} // namespace ui::pages::data
