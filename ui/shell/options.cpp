// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/options.h"

#include "app/base/languages.h"
#include "app/base/text.h"
#include "engine/contract/error_codes.h"

#include <QCommandLineParser>
#include <QFileInfo>

namespace ui::shell {

namespace {

namespace contract = engine::contract;

// The command line speaks English, as the engine's does.
struct Parser
{
    QCommandLineParser parser;
    QCommandLineOption run{
        QStringLiteral("run"), QStringLiteral("Show this run."), QStringLiteral("RUN")};
    QCommandLineOption data{QStringLiteral("data-dir"),
                            QStringLiteral("Keep library, runs and settings in this folder."),
                            QStringLiteral("DIR")};
    QCommandLineOption demo{QStringLiteral("demo"),
                            QStringLiteral("Train the sample and show it.")};
    QCommandLineOption screenshots{QStringLiteral("screenshots"),
                                   QStringLiteral("Save a picture of every page there, and end."),
                                   QStringLiteral("DIR")};
    QCommandLineOption language{QStringLiteral("language"),
                                QStringLiteral("en or ko, for this start."),
                                QStringLiteral("xx")};
    QCommandLineOption theme{QStringLiteral("theme"),
                             QStringLiteral("light or dark, for this start."),
                             QStringLiteral("NAME")};
    QCommandLineOption help{{QStringLiteral("h"), QStringLiteral("help")},
                            QStringLiteral("Show this text, and end.")};
    QCommandLineOption version{{QStringLiteral("v"), QStringLiteral("version")},
                               QStringLiteral("Show the version, and end.")};

    Parser()
    {
        parser.setApplicationDescription(QStringLiteral(
            "Fine-tunes language models with low-rank adaptation, on your own machine."));
        parser.addOptions({run, data, demo, screenshots, language, theme, help, version});
        parser.addPositionalArgument(
            QStringLiteral("PATH"),
            QStringLiteral("Models, data, adapters, jobs or runs to open."),
            QStringLiteral("[PATH…]"));
    }
};

contract::Error refused(const QString& message)
{
    return {std::string(contract::code::kBadArgument),
            app::stdString(message),
            "lora-studio --help lists the options",
            {}};
}

QString absolute(const QString& path)
{
    return path.isEmpty() ? path : QFileInfo(path).absoluteFilePath();
}

contract::Result<void> checkPaths(const Options& options)
{
    for (const QString& path : options.paths) {
        if (!QFileInfo::exists(path)) {
            return contract::Error{std::string(contract::code::kNotFound),
                                   app::stdString(path) + " does not exist",
                                   "Check the spelling",
                                   app::stdString(path)};
        }
    }
    if (!options.run.isEmpty() && !QFileInfo::exists(options.run + QStringLiteral("/job.json"))) {
        return contract::Error{std::string(contract::code::kNotFound),
                               app::stdString(options.run) + " is not a run: it has no job.json",
                               "Runs are the folders in `runs` of the data folder",
                               app::stdString(options.run)};
    }
    return {};
}

bool isLanguage(const QString& code)
{
    for (const app::Language& language : app::Languages::all()) {
        if (language.code == code) {
            return true;
        }
    }
    return false;
}

} // namespace

contract::Result<Options> parseOptions(const QStringList& arguments)
{
    Parser set;
    if (!set.parser.parse(arguments)) {
        QString what = set.parser.errorText();
        what.chop(what.endsWith(QLatin1Char('.')) ? 1 : 0);
        return refused(what);
    }
    Options options;
    for (const QString& path : set.parser.positionalArguments()) {
        options.paths.append(absolute(path));
    }
    options.run = absolute(set.parser.value(set.run));
    options.dataFolder = absolute(set.parser.value(set.data));
    options.screenshots = absolute(set.parser.value(set.screenshots));
    options.language = set.parser.value(set.language);
    options.theme = set.parser.value(set.theme);
    options.demo = set.parser.isSet(set.demo);
    options.wantsHelp = set.parser.isSet(set.help);
    options.wantsVersion = set.parser.isSet(set.version);

    for (const QCommandLineOption* option : {&set.run, &set.data, &set.screenshots}) {
        if (set.parser.isSet(*option) && set.parser.value(*option).isEmpty()) {
            return refused(QStringLiteral("--%1: expected a folder").arg(option->names().first()));
        }
    }
    if (set.parser.isSet(set.language) && !isLanguage(options.language)) {
        return refused(
            QStringLiteral("--language: expected en or ko, got '%1'").arg(options.language));
    }
    if (set.parser.isSet(set.theme) && options.theme != QLatin1String("light")
        && options.theme != QLatin1String("dark")) {
        return refused(
            QStringLiteral("--theme: expected light or dark, got '%1'").arg(options.theme));
    }
    if (const auto checked = checkPaths(options); !checked.ok()) {
        return checked.error();
    }
    return options;
}

QString optionsHelp()
{
    Parser set;
    return set.parser.helpText();
}

} // namespace ui::shell
