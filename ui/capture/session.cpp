// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/capture/session.h"

#include "app/base/paths.h"
#include "ui/capture/demo.h"
#include "ui/capture/screenshots.h"
#include "ui/shell/main_window.h"

#include <QTemporaryDir>

namespace ui::capture {

Session::Session(const shell::Options& options, shell::Display display)
    : m_options(options), m_display(display)
{
    if (!options.screenshots.isEmpty() && options.dataFolder.isEmpty()) {
        m_temporary = std::make_unique<QTemporaryDir>();
    }
}

Session::~Session() = default;

QString Session::dataFolder() const
{
    if (!m_options.dataFolder.isEmpty()) {
        return m_options.dataFolder;
    }
    return m_temporary ? m_temporary->path() : app::Paths::defaultData();
}

void Session::start(app::Studio& studio, shell::MainWindow& window, shell::Appearance& appearance)
{
    if (!m_options.screenshots.isEmpty()) {
        auto* screenshots =
            new Screenshots(studio, window, appearance, m_options.screenshots, &window);
        screenshots->start();
    } else if (m_options.demo) {
        // Somebody who watches closes the window when they have seen enough.
        const bool endsByItself = m_display == shell::Display::Memory;
        auto* demo = new Demo(studio, window, endsByItself, &window);
        demo->start();
    }
}

} // namespace ui::capture
