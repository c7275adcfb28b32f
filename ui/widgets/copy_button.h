// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Copies a text to the clipboard and shows a check mark for a moment.
#pragma once

#include "ui/widgets/icon_button.h"

#include <functional>

namespace ui::widgets {

class CopyButton : public IconButton
{
    Q_OBJECT

public:
    // `text` is asked when it is clicked.
    explicit CopyButton(std::function<QString()> text, QWidget* parent = nullptr);

Q_SIGNALS:
    void copied();

private:
    std::function<QString()> m_text;
};

} // namespace ui::widgets
