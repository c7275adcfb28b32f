// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a start without a person does: pictures of every page, or the demonstration. An ordinary
// start has a session too, which does nothing.
#pragma once

#include "ui/shell/display.h"
#include "ui/shell/options.h"

#include <QString>

#include <memory>

class QTemporaryDir;

namespace app {
class Studio;
}

namespace ui::shell {
class Appearance;
class MainWindow;
} // namespace ui::shell

namespace ui::capture {

class Session
{
public:
    Session(const shell::Options& options, shell::Display display);
    ~Session();

    // The one asked for, a temporary one for pictures, else the user's.
    QString dataFolder() const;
    // Begins when the event loop does, and ends the program with its exit code: 0 when all was
    // reached. Everything given outlives the event loop.
    void start(app::Studio& studio, shell::MainWindow& window, shell::Appearance& appearance);

private:
    shell::Options m_options;
    shell::Display m_display;
    std::unique_ptr<QTemporaryDir> m_temporary;
};

} // namespace ui::capture
