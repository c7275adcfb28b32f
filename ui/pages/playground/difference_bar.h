// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The sentence between the answers and the composer: where they part, and that prompt and seed are
// the same.
#pragma once

#include "ui/pages/playground/conversation.h"

#include <QWidget>

namespace ui::widgets {
class ElidedLabel;
class PlainLabel;
} // namespace ui::widgets

namespace ui::pages::playground {

class DifferenceMark;

class DifferenceBar : public QWidget
{
    Q_OBJECT

public:
    explicit DifferenceBar(QWidget* parent = nullptr);

    // Hides itself while there is nothing to compare.
    void setConversation(const Conversation& conversation, bool marks);
    QString sentence() const;

private:
    DifferenceMark* m_mark;
    widgets::ElidedLabel* m_sentence;
    widgets::PlainLabel* m_seed;
};

} // namespace ui::pages::playground
