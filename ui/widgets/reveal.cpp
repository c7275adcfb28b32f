// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/reveal.h"

#include "ui/widgets/field_frame.h"

#include <QScrollArea>
#include <QTimer>

namespace ui::widgets {

namespace {

template <class Ancestor>
Ancestor* around(QWidget* widget)
{
    while (widget && !qobject_cast<Ancestor*>(widget)) {
        widget = widget->parentWidget();
    }
    return qobject_cast<Ancestor*>(widget);
}

} // namespace

void focusAndReveal(QWidget* editor)
{
    editor->setFocus(Qt::OtherFocusReason);
    QTimer::singleShot(0, editor, [editor] {
        if (auto* area = around<QScrollArea>(editor)) {
            QWidget* const frame = around<FieldFrame>(editor);
            area->ensureWidgetVisible(frame ? frame : editor);
        }
    });
}

} // namespace ui::widgets
