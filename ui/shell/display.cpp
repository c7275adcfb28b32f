// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/display.h"

#include "engine/contract/error_codes.h"

#include <QByteArray>
#include <QtGlobal>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace ui::shell {

namespace {

constexpr int kNoScreen = 3;
constexpr const char* kHint =
    "Start it in a desktop session, or over `ssh -X`; `lora-studio --demo` and `lora-engine` need "
    "no screen";

// While QApplication is made, Qt's one fatal message is that it found no usable screen.
void endWithSentence(QtMsgType type, const QMessageLogContext& context, const QString& text)
{
    Q_UNUSED(context);
    if (type == QtFatalMsg) {
        std::fprintf(stderr, "error: the screen cannot be used. %s.\n", kHint);
        std::fprintf(stderr, "%s\n", qPrintable(text));
        std::_Exit(kNoScreen);
    }
    if (type != QtDebugMsg && type != QtInfoMsg) {
        std::fprintf(stderr, "%s\n", qPrintable(text));
    }
}

bool isSet(const char* variable)
{
    return !qEnvironmentVariableIsEmpty(variable);
}

} // namespace

QStringList argumentsOf(int argc, char** argv)
{
    QStringList arguments;
    for (int index = 0; index < argc; ++index) {
        arguments.append(QString::fromLocal8Bit(argv[index]));
    }
    return arguments;
}

engine::contract::Result<Display> chooseDisplay(bool canBeHeadless)
{
    qInstallMessageHandler(endWithSentence);
    const QByteArray platform = qgetenv("QT_QPA_PLATFORM");
    if (platform.startsWith("offscreen") || platform.startsWith("minimal")) {
        return Display::Memory;
    }
    // A platform that was named, a system without X11 and Wayland: Qt knows better than we do.
#ifdef Q_OS_LINUX
    const bool hasScreen = !platform.isEmpty() || isSet("DISPLAY") || isSet("WAYLAND_DISPLAY");
#else
    const bool hasScreen = true;
#endif
    if (hasScreen) {
        return Display::Screen;
    }
    if (canBeHeadless) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
        return Display::Memory;
    }
    return engine::contract::Error{std::string(engine::contract::code::kNotFound),
                                   "there is no screen to show the window on",
                                   kHint,
                                   {}};
}

void displayIsOpen()
{
    qInstallMessageHandler(nullptr);
}

} // namespace ui::shell
