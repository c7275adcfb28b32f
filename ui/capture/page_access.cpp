// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/capture/page_access.h"

#include "app/studio/studio.h"
#include "ui/shell/frame.h"
#include "ui/shell/main_window.h"
#include "ui/shell/page_stack.h"
#include "ui/widgets/loading_state.h"

#include <QAbstractButton>

#include <algorithm>

namespace ui::capture {

bool press(shell::MainWindow& window, const QString& buttonName)
{
    auto* button = window.frame().findChild<QAbstractButton*>(buttonName);
    if (button == nullptr || !button->isVisible() || !button->isEnabled()) {
        return false;
    }
    button->click();
    return true;
}

bool isSettled(const shell::MainWindow& window, const QString& pageId)
{
    const Page* page = window.frame().pages().currentPage();
    if (page == nullptr || page->id() != pageId) {
        return false;
    }
    const auto readers = page->findChildren<widgets::LoadingState*>();
    return std::none_of(readers.begin(), readers.end(), [](const widgets::LoadingState* reader) {
        return reader->isVisible();
    });
}

bool isReady(app::Studio& studio)
{
    return studio.engine().state() == app::engine::EngineService::State::Ready
           && studio.runs().isScanned();
}

} // namespace ui::capture
