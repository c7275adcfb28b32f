// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/page/page.h"

namespace ui {

Page::Page(const QString& id, PageContext& context) : m_context(context)
{
    setObjectName(id);
}

} // namespace ui
