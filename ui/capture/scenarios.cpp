// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/capture/scenarios.h"

#include "app/studio/studio.h"
#include "ui/capture/page_access.h"
#include "ui/shell/command_palette.h"
#include "ui/shell/commands.h"
#include "ui/shell/frame.h"
#include "ui/shell/main_window.h"
#include "ui/shell/page_registry.h"

#include <algorithm>

namespace ui::capture {

namespace {

using app::runs::RunInfo;
using app::runs::RunStatus;

// Enough of a curve to be looked at.
constexpr double kSeenShare = 0.25;

bool isTraining(const Stage& stage)
{
    const RunInfo* run = stage.studio.runs().current();
    return run != nullptr && run->share() >= kSeenShare;
}

bool hasStatus(const Stage& stage, const QString& folder, RunStatus status)
{
    const RunInfo* run = stage.studio.runs().find(folder);
    return run != nullptr && run->status == status;
}

Destination sampleRun(const Stage& stage)
{
    return {QStringLiteral("runs"), stage.run()};
}

void addEmpty(std::vector<Scenario>& table)
{
    for (const shell::PageEntry& entry : shell::pageRegistry()) {
        table.push_back({Phase::Empty, QLatin1String(entry.id), QStringLiteral("empty")});
    }
}

void addRunning(std::vector<Scenario>& table)
{
    table.push_back(
        {Phase::Running, QStringLiteral("home"), QStringLiteral("training"), {}, {}, isTraining});
    table.push_back({Phase::Running,
                     QStringLiteral("runs"),
                     QStringLiteral("training"),
                     sampleRun,
                     {},
                     isTraining});
    table.push_back({Phase::Running, QStringLiteral("train"), QStringLiteral("training")});
    table.push_back(
        {Phase::Running,
         QStringLiteral("runs"),
         QStringLiteral("paused"),
         sampleRun,
         [](Stage& stage) { (void)stage.studio.runs().pause(stage.run()); },
         [](const Stage& stage) { return hasStatus(stage, stage.run(), RunStatus::Paused); },
         [](Stage& stage) { (void)stage.studio.runs().resume(stage.run()); }});
}

void addDone(std::vector<Scenario>& table)
{
    const auto add = [&table](const char* page, const char* state, auto where) {
        table.push_back({Phase::Done, QLatin1String(page), QLatin1String(state), where});
    };
    using Where = std::function<Destination(const Stage&)>;
    add("home", "", Where());
    add("models", "", Where([](const Stage& stage) -> Destination {
            return {QStringLiteral("models"), stage.model()};
        }));
    for (const char* tab : {"rows", "tokens", "lengths"}) {
        add("data", tab, Where([tab](const Stage& stage) -> Destination {
                return {QStringLiteral("data"),
                        stage.data(),
                        QLatin1String(tab),
                        {{QStringLiteral("model"), stage.model()}}};
            }));
    }
    add("train", "", Where([](const Stage& stage) -> Destination {
            return {
                QStringLiteral("train"),
                {},
                {},
                {{QStringLiteral("model"), stage.model()}, {QStringLiteral("data"), stage.data()}}};
        }));
    add("runs", "", Where(sampleRun));
    add("adapters", "", Where([](const Stage& stage) -> Destination {
            return {QStringLiteral("adapters"), stage.adapterId()};
        }));
    add("playground", "", Where([](const Stage& stage) -> Destination {
            return {QStringLiteral("playground"),
                    {},
                    {},
                    {{QStringLiteral("model"), stage.model()},
                     {QStringLiteral("adapter"), stage.adapterPath()}}};
        }));
    add("export", "", Where([](const Stage& stage) -> Destination {
            return {
                QStringLiteral("export"), {}, {}, {{QStringLiteral("adapter"), stage.adapterId()}}};
        }));
    add("settings", "", Where());
}

void addWindow(std::vector<Scenario>& table)
{
    const auto command = [](const char* id) {
        return [id](Stage& stage) {
            stage.window.frame().commands().find(QLatin1String(id))->trigger();
        };
    };
    const auto palette = [](const Stage& stage) {
        return stage.window.frame().findChild<shell::CommandPalette*>();
    };
    table.push_back({Phase::Done,
                     QStringLiteral("home"),
                     QStringLiteral("palette"),
                     {},
                     command("palette"),
                     [palette](const Stage& stage) { return palette(stage)->isVisible(); },
                     [palette](Stage& stage) { palette(stage)->dismiss(); }});
}

void addBroken(std::vector<Scenario>& table)
{
    table.push_back({Phase::Broken,
                     QStringLiteral("runs"),
                     QStringLiteral("failed"),
                     [](const Stage& stage) -> Destination {
                         return {QStringLiteral("runs"), stage.failedRun()};
                     }});
    table.push_back({Phase::Broken, QStringLiteral("home"), QStringLiteral("failed")});
    table.push_back({Phase::Broken,
                     QStringLiteral("models"),
                     QStringLiteral("error"),
                     {},
                     [](Stage& stage) { stage.studio.intake().add({makeTornModel(stage)}); },
                     [](const Stage& stage) { return stage.studio.intake().pending().isEmpty(); }});
    table.push_back({Phase::Broken,
                     QStringLiteral("data"),
                     QStringLiteral("error"),
                     {},
                     [](Stage& stage) { stage.studio.intake().add({makeBrokenData(stage)}); },
                     [](const Stage& stage) { return stage.studio.intake().pending().isEmpty(); }});
}

} // namespace

std::vector<Scenario> scenarios()
{
    std::vector<Scenario> table;
    addEmpty(table);
    addRunning(table);
    addDone(table);
    addWindow(table);
    addBroken(table);
    std::erase_if(
        table, [](const Scenario& scenario) { return shell::findPage(scenario.page) == nullptr; });
    return table;
}

} // namespace ui::capture
