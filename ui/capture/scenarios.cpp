// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/capture/scenarios.h"

#include "app/studio/studio.h"
#include "ui/capture/page_access.h"
#include "ui/page/method_kind.h"
#include "ui/pages/data/bad_row_editor.h"
#include "ui/pages/data/bad_row_model.h"
#include "ui/pages/data/bad_rows_tab.h"
#include "ui/pages/data/import_outcome.h"
#include "ui/pages/playground/playground_page.h"
#include "ui/pages/train/train_page.h"
#include "ui/shell/command_palette.h"
#include "ui/shell/commands.h"
#include "ui/shell/frame.h"
#include "ui/shell/main_window.h"
#include "ui/shell/page_registry.h"
#include "ui/shell/page_stack.h"
#include "ui/widgets/table_view.h"

#include <QAbstractButton>

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

// A tab of a page, for the item that `where` names.
Scenario tab(const char* page, const char* id, std::function<QString(const Stage&)> item)
{
    const QString name = QLatin1String(page);
    const QString tabId = QLatin1String(id);
    return {Phase::Done, name, tabId, [name, tabId, item](const Stage& stage) -> Destination {
                return {name, item(stage), tabId};
            }};
}

// A method of each kind that the catalogue has. The draft goes back to its own.
void addMethods(std::vector<Scenario>& table)
{
    using pages::train::TrainPage;
    const auto page = [](const Stage& stage) {
        return qobject_cast<TrainPage*>(stage.window.frame().pages().currentPage());
    };
    const auto back = [page](Stage& stage) {
        page(stage)->draft().edit(QStringLiteral("method.id"), engine::contract::Value());
    };
    for (const MethodKind& kind : methodKinds()) {
        table.push_back({Phase::Done,
                         QStringLiteral("train"),
                         QString::fromStdString(kind.approach),
                         {},
                         [page, approach = kind.approach](Stage& stage) {
                             const auto& methods = page(stage)->draft().catalog().methods;
                             const auto found = std::ranges::find(
                                 methods, approach, &engine::contract::CatalogEntry::approach);
                             if (found != methods.end()) {
                                 page(stage)->draft().edit(QStringLiteral("method.id"), found->id);
                             }
                         },
                         [page](const Stage& stage) { return !page(stage)->isPlanPending(); },
                         back});
    }
}

// Several files at once, one of which is none, and what became of them.
void addImport(std::vector<Scenario>& table)
{
    const auto accept = [](const Stage& stage) {
        return stage.window.frame().findChild<QAbstractButton*>(QStringLiteral("import_accept"));
    };
    table.push_back(
        {Phase::Done,
         QStringLiteral("data"),
         QStringLiteral("import"),
         [](const Stage& stage) -> Destination {
             const QStringList files = {makeMixedData(stage), makeBrokenData(stage), stage.data()};
             return {QStringLiteral("data"), {}, {}, {{QStringLiteral("import"), files}}};
         },
         {},
         [accept](const Stage& stage) { return accept(stage)->isEnabled(); }});
    table.push_back({Phase::Done,
                     QStringLiteral("data"),
                     QStringLiteral("imported"),
                     {},
                     [accept](Stage& stage) { accept(stage)->click(); },
                     [](const Stage& stage) {
                         const Page* page = stage.window.frame().pages().currentPage();
                         return page->findChild<pages::data::ImportOutcome*>()->isVisible();
                     },
                     [](Stage& stage) {
                         stage.window.frame().findChild<pages::data::ImportOutcome*>()->clear();
                     }});
}

void addDone(std::vector<Scenario>& table)
{
    const auto model = [](const Stage& stage) { return stage.model(); };
    const auto data = [](const Stage& stage) { return stage.data(); };
    const auto run = [](const Stage& stage) { return stage.run(); };
    table.push_back({Phase::Done, QStringLiteral("home"), {}});
    for (const char* id : {"modules", "files", "about"}) {
        table.push_back(tab("models", id, model));
    }
    addImport(table); // before the tabs: naming a file ends the import
    for (const char* id : {"rows", "tokens", "lengths", "quality", "about"}) {
        table.push_back(tab("data", id, data));
    }
    table.push_back(
        {Phase::Done,
         QStringLiteral("train"),
         QStringLiteral("mix"),
         [](const Stage& stage) -> Destination {
             return {QStringLiteral("train"),
                     {},
                     {},
                     {{QStringLiteral("model"), stage.model()},
                      {QStringLiteral("data"), QStringList{stage.data(), makeMixedData(stage)}}}};
         },
         {},
         [](const Stage& stage) {
             const Page* page = stage.window.frame().pages().currentPage();
             return !qobject_cast<const pages::train::TrainPage*>(page)->isPlanPending();
         }});
    table.push_back(
        {Phase::Done, QStringLiteral("train"), {}, [](const Stage& stage) -> Destination {
             return {QStringLiteral("train"),
                     {},
                     {},
                     {{QStringLiteral("model"), stage.model()},
                      {QStringLiteral("data"), stage.data()}}};
         }});
    addMethods(table);
    for (const char* id : {"charts", "samples", "log", "configuration", "data"}) {
        table.push_back(tab("runs", id, run));
    }
    table.push_back(
        {Phase::Done, QStringLiteral("adapters"), {}, [](const Stage& stage) -> Destination {
             return {QStringLiteral("adapters"), stage.adapterId()};
         }});
    table.push_back(
        {Phase::Done, QStringLiteral("export"), {}, [](const Stage& stage) -> Destination {
             return {QStringLiteral("export"),
                     {},
                     {},
                     {{QStringLiteral("adapter"), stage.adapterId()}}};
         }});
    table.push_back({Phase::Done, QStringLiteral("settings"), {}});
}

pages::data::BadRowsTab* shownBadRows(const Stage& stage)
{
    const Page* page = stage.window.frame().pages().currentPage();
    for (auto* tab : page->findChildren<pages::data::BadRowsTab*>()) {
        if (tab->isVisible()) {
            return tab;
        }
    }
    return nullptr;
}

// Rows that cannot be used: the list with what was done about some, and one being mended.
void addBadRows(std::vector<Scenario>& table)
{
    using Fate = pages::data::BadRowModel::Fate;
    constexpr int kStillBad = 1;
    table.push_back({Phase::Done,
                     QStringLiteral("data"),
                     QStringLiteral("dropped"),
                     {},
                     [](Stage& stage) {
                         const QString path = makeMixedData(stage);
                         QObject::connect(
                             &stage.studio.intake(),
                             &app::intake::Intake::added,
                             &stage.window,
                             [&stage, path] {
                                 stage.window.navigator().go(
                                     {QStringLiteral("data"), path, QStringLiteral("dropped")});
                             },
                             Qt::SingleShotConnection);
                         stage.studio.intake().add({path});
                     },
                     [](const Stage& stage) {
                         const auto* tab = shownBadRows(stage);
                         return tab != nullptr && tab->rows().rowCount() > kStillBad
                                && tab->rows().fate(0) == Fate::Mended;
                     }});
    table.push_back({Phase::Done,
                     QStringLiteral("data"),
                     QStringLiteral("mend"),
                     {},
                     [](Stage& stage) {
                         if (auto* tab = shownBadRows(stage)) {
                             tab->table()->selectRow(kStillBad);
                             tab->mend(kStillBad);
                         }
                     },
                     [](const Stage& stage) {
                         const auto* tab = shownBadRows(stage);
                         return tab != nullptr && tab->editor()->isVisible();
                     }});
}

// One question to the base and to the adapter.
void addChat(std::vector<Scenario>& table)
{
    using pages::playground::PlaygroundPage;
    const auto page = [](const Stage& stage) {
        return qobject_cast<PlaygroundPage*>(stage.window.frame().pages().currentPage());
    };
    table.push_back({Phase::Done,
                     QStringLiteral("playground"),
                     {},
                     [](const Stage& stage) -> Destination {
                         return {QStringLiteral("playground"),
                                 {},
                                 {},
                                 {{QStringLiteral("model"), stage.model()},
                                  {QStringLiteral("adapter"), stage.adapterId()}}};
                     },
                     [page](Stage& stage) {
                         page(stage)->talk().send(QStringLiteral("Which animal says woof?"));
                     },
                     [page](const Stage& stage) {
                         return page(stage)->talk().current() != nullptr
                                && !page(stage)->talk().isRunning();
                     }});
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
    addBadRows(table);
    addChat(table);
    addWindow(table);
    addBroken(table);
    std::erase_if(
        table, [](const Scenario& scenario) { return shell::findPage(scenario.page) == nullptr; });
    return table;
}

QStringList themesInTurn(int place)
{
    const QString light = QStringLiteral("light");
    const QString dark = QStringLiteral("dark");
    return place % 2 == 0 ? QStringList{light, dark} : QStringList{dark, light};
}

} // namespace ui::capture
