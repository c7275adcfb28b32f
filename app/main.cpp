// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The studio, assembled: options, folders, the one instance, the log, the studio below the window,
// its look, the window.
#include "app/base/log.h"
#include "app/base/single_instance.h"
#include "app/base/text.h"
#include "app/studio/studio.h"
#include "engine/contract/error_codes.h"
#include "ui/capture/session.h"
#include "ui/dialogs/window_dialogs.h"
#include "ui/shell/appearance.h"
#include "ui/shell/display.h"
#include "ui/shell/main_window.h"
#include "ui/shell/options.h"
#include "ui/theme/initialise_theme.h"

#include <QApplication>
#include <QTextStream>

namespace {

using engine::contract::Error;

int fail(const Error& error)
{
    QTextStream(stderr) << "error: " << app::qs(error.message) << ". " << app::qs(error.hint)
                        << ".\n";
    return static_cast<int>(engine::contract::exitCodeOf(error.code));
}

Error noFolder(const QString& folder, const std::string& why)
{
    return {std::string(engine::contract::code::kNotFound),
            app::stdString(folder) + " " + why,
            "Choose another folder with --data-dir",
            {}};
}

int tell(const QString& text)
{
    QTextStream(stdout) << text;
    return 0;
}

} // namespace

int main(int argc, char* argv[])
{
    QCoreApplication::setApplicationName(QStringLiteral("lora-studio"));
    QCoreApplication::setApplicationVersion(QStringLiteral(LORA_VERSION));
    const auto parsed = ui::shell::parseOptions(ui::shell::argumentsOf(argc, argv));
    if (!parsed.ok()) {
        return fail(parsed.error());
    }
    const ui::shell::Options& options = parsed.value();
    if (options.wantsHelp) {
        return tell(ui::shell::optionsHelp());
    }
    if (options.wantsVersion) {
        return tell(QStringLiteral("lora-studio " LORA_VERSION "\n"));
    }

    const auto display = ui::shell::chooseDisplay(options.canBeHeadless());
    if (!display.ok()) {
        return fail(display.error());
    }
    QApplication application(argc, argv);
    ui::shell::displayIsOpen();
    ui::capture::Session session(options, display.value());
    const app::Paths paths(session.dataFolder());
    if (const auto created = paths.create(); !created.ok()) {
        return fail(created.error());
    }
    app::SingleInstance instance(paths.data);
    switch (instance.start(options.paths)) {
    case app::SingleInstance::Role::First:
        break;
    case app::SingleInstance::Role::Second:
        return 0;
    case app::SingleInstance::Role::Unheard:
        return fail(noFolder(paths.data, "is used by another LoRA Studio, which does not answer"));
    case app::SingleInstance::Role::NoAccess:
        return fail(noFolder(paths.data, "cannot be written to"));
    }

    const app::Log log(paths.logs);
    ui::initialiseTheme(application);
    app::Studio studio(paths);
    ui::shell::Appearance appearance(studio.settings(), options.theme, options.language);
    ui::WindowDialogs dialogs(studio.settings().get(app::kLastFolder), [&](const QString& folder) {
        studio.settings().set(app::kLastFolder, folder);
    });
    ui::shell::MainWindow window(studio, dialogs);
    QObject::connect(
        &instance, &app::SingleInstance::pathsReceived, &window, [&](const QStringList& received) {
            window.comeToFront();
            window.open(received);
        });
    window.open(options.paths);
    if (!options.run.isEmpty()) {
        window.navigator().go({QStringLiteral("runs"), options.run});
    }
    window.show();
    session.start(studio, window, appearance);
    return QApplication::exec();
}
