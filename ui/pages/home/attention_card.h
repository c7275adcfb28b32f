// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// "Needs attention": a message bar for each thing that is wrong, with what puts it right. Hidden
// while nothing is; a few at a time when there are many.
#pragma once

#include "app/studio/attention.h"
#include "ui/page/page.h"
#include "ui/widgets/card.h"

namespace ui::widgets {
class MessageBar;
}

namespace ui::pages::home {

class AttentionCard final : public widgets::Card
{
    Q_OBJECT

public:
    explicit AttentionCard(PageContext& context, QWidget* parent = nullptr);

private:
    using Item = app::studio::AttentionItem;
    static constexpr size_t kBatch = 8; // bars shown at first, and by each "Show more"

    void showItems();
    void addMoreButton(size_t hidden);
    widgets::MessageBar* makeBar(const Item& item);
    widgets::MessageBar* makeInterrupted(const Item& item);
    widgets::MessageBar* makeMissing(const Item& item);
    widgets::MessageBar* makeEngine(const Item& item);
    widgets::MessageBar* makeLibrary(const Item& item);
    widgets::MessageBar* makeSettings(const Item& item);
    void locate(const Item& item);
    void searchFolders(const Item& item);
    // Takes the folder as the base's new place when the engine finds the same model there.
    void move(const Item& item, const QString& folder);
    // What went wrong with an action, at the end of the list.
    void complain(const QString& cause, const QString& detail);

    PageContext& m_context;
    size_t m_most = kBatch;
};

} // namespace ui::pages::home
