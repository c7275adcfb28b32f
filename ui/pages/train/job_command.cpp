// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/job_command.h"

#include "app/base/text.h"
#include "ui/pages/train/job_draft.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace ui::pages::train {

namespace {

constexpr std::string_view kSafe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                   "_-./,:=+@%";

} // namespace

std::string shellQuoted(const std::string& word)
{
    if (!word.empty() && word.find_first_not_of(kSafe) == std::string::npos) {
        return word;
    }
    std::string quoted = "'";
    for (const char c : word) {
        quoted += c == '\'' ? "'\\''" : std::string(1, c);
    }
    return quoted + "'";
}

QString commandOf(const JobDraft& draft, const QString& program, const QString& runFolder)
{
    using app::stdString;
    std::vector<std::string> options;
    const auto add = [&options](const std::string& option, const std::string& value) {
        options.push_back(option + " " + shellQuoted(value));
    };
    add("--model", stdString(draft.text(QStringLiteral("model.path"))));
    if (const QString data = draft.text(QStringLiteral("data.path"));
        !data.isEmpty() || draft.value(QStringLiteral("data.mix")).toList().empty()) {
        add("--data", stdString(data)); // else --set data.mix names the sources
    }
    add("--method", draft.method());
    for (const std::string& set : draft.sets()) {
        add("--set", set);
    }
    add("--out", stdString(runFolder));
    std::string command = shellQuoted(stdString(program)) + " train";
    for (const std::string& option : options) {
        command += " \\\n    " + option;
    }
    return app::qs(command);
}

} // namespace ui::pages::train
