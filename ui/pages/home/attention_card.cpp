// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/home/attention_card.h"

#include "app/base/error_text.h"
#include "app/base/format.h"
#include "app/base/task.h"
#include "app/base/text.h"
#include "app/studio/studio.h"
#include "ui/dialogs/dialogs.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/message_bar.h"

#include <QVBoxLayout>

#include <algorithm>

namespace ui::pages::home {

using namespace Qt::StringLiterals;
using app::studio::AttentionItem;
using app::studio::AttentionKind;
using ::engine::contract::Error;
using ::engine::contract::Result;
using ::engine::contract::Value;
using widgets::MessageBar;

AttentionCard::AttentionCard(PageContext& context, QWidget* parent)
    : Card(tr("Needs attention"), {}, parent), m_context(context)
{
    connect(&m_context.studio.attention(),
            &app::studio::Attention::changed,
            this,
            &AttentionCard::showItems);
    showItems();
}

void AttentionCard::showItems()
{
    while (QLayoutItem* old = body()->takeAt(0)) {
        if (old->widget()) {
            // A click on one of its buttons may have led here.
            old->widget()->hide();
            old->widget()->deleteLater();
        }
        delete old;
    }
    const std::vector<Item>& items = m_context.studio.attention().items();
    // A vanished disk takes thousands of bases with it: as many bars would hold up the window.
    const size_t shown = std::min(items.size(), m_most);
    for (size_t at = 0; at < shown; ++at) {
        body()->addWidget(makeBar(items[at]));
    }
    if (shown < items.size()) {
        addMoreButton(items.size() - shown);
    }
    setFact(app::formatCount(int64_t(items.size())));
    setVisible(!items.empty());
}

void AttentionCard::addMoreButton(size_t hidden)
{
    auto* more = widgets::smallButton(tr("Show %1 more of %2")
                                          .arg(app::formatCount(int64_t(std::min(hidden, kBatch))),
                                               app::formatCount(int64_t(hidden))));
    connect(more, &QAbstractButton::clicked, this, [this] {
        m_most += kBatch;
        showItems();
    });
    body()->addWidget(more, 0, Qt::AlignLeft);
}

MessageBar* AttentionCard::makeBar(const Item& item)
{
    switch (item.kind) {
    case AttentionKind::InterruptedRun:
        return makeInterrupted(item);
    case AttentionKind::MissingBase:
        return makeMissing(item);
    case AttentionKind::EngineFailed:
        return makeEngine(item);
    case AttentionKind::SettingsDamaged:
        return makeSettings(item);
    case AttentionKind::LibraryClosed:
    case AttentionKind::LibraryDamaged:
        break;
    }
    return makeLibrary(item);
}

MessageBar* AttentionCard::makeInterrupted(const Item& item)
{
    const bool hasCheckpoint = item.lastCheckpoint >= 0;
    const QString place =
        hasCheckpoint
            ? tr("The last checkpoint is step %1.").arg(app::formatCount(item.lastCheckpoint))
            : tr("It has no checkpoint and would begin again.");
    auto* bar = new MessageBar(
        MessageBar::Severity::Warning,
        tr("%1 was interrupted at step %2.").arg(item.name, app::formatCount(item.step)),
        place);
    bar->addAction(hasCheckpoint ? tr("Resume from %1").arg(app::formatCount(item.lastCheckpoint))
                                 : tr("Begin again"),
                   this,
                   [this, item] {
                       const auto continued = m_context.studio.runs().continueRun(item.path);
                       if (!continued) {
                           complain(tr("%1 was not resumed.").arg(item.name),
                                    app::errorDetail(continued.error()));
                       }
                   });
    bar->addAction(tr("Details"), this, [this, item] {
        m_context.navigator.go({u"runs"_s, item.path});
    });
    return bar;
}

MessageBar* AttentionCard::makeMissing(const Item& item)
{
    const QString need =
        item.count > 0 ? tr("%n adapter(s) need it: %1", nullptr, int(item.count)).arg(item.path)
                       : tr("It was at %1").arg(item.path);
    auto* bar = new MessageBar(
        MessageBar::Severity::Error, tr("%1 is not where it was.").arg(item.name), need);
    bar->addAction(tr("Locate…"), this, [this, item] { locate(item); });
    if (item.count > 0) {
        bar->addAction(tr("Search my folders"), this, [this, item] { searchFolders(item); });
    } else {
        bar->addAction(tr("Forget it"), this, [this, item] {
            const auto forgotten = m_context.studio.library().baseModels().trash(item.row);
            if (!forgotten) {
                complain(tr("%1 was not removed.").arg(item.name),
                         app::errorDetail(forgotten.error()));
            }
        });
    }
    return bar;
}

MessageBar* AttentionCard::makeEngine(const Item& item)
{
    auto* bar = new MessageBar(MessageBar::Severity::Error,
                               tr("The engine does not run, so nothing can be trained."),
                               app::errorDetail(item.error));
    bar->addAction(tr("Try again"), this, [this] { m_context.studio.engine().restart(); });
    bar->addAction(tr("Make a support bundle"), this, [this] {
        m_context.navigator.go({u"settings"_s, u"support"_s});
    });
    return bar;
}

MessageBar* AttentionCard::makeLibrary(const Item& item)
{
    if (item.kind == AttentionKind::LibraryClosed) {
        auto* bar = new MessageBar(MessageBar::Severity::Error,
                                   tr("The library is closed, so nothing new is remembered."),
                                   app::errorDetail(item.error));
        bar->addAction(tr("Make a support bundle"), this, [this] {
            m_context.navigator.go({u"settings"_s, u"support"_s});
        });
        return bar;
    }
    if (item.path.isEmpty()) {
        return new MessageBar(MessageBar::Severity::Error,
                              tr("The library is damaged."),
                              tr("Start the studio again, and it is rebuilt from your runs."));
    }
    return new MessageBar(MessageBar::Severity::Warning,
                          tr("The library was damaged and is being rebuilt from your runs."),
                          tr("The damaged file is kept as %1").arg(item.path));
}

MessageBar* AttentionCard::makeSettings(const Item& item)
{
    auto* bar = new MessageBar(MessageBar::Severity::Warning,
                               tr("The settings could not be read, so the defaults hold."),
                               tr("The damaged file is kept as %1").arg(item.path));
    bar->addAction(
        tr("Check the settings"), this, [this] { m_context.navigator.go({u"settings"_s}); });
    bar->addAction(
        tr("Dismiss"), this, [this, item] { m_context.studio.attention().dismiss(item); });
    return bar;
}

void AttentionCard::locate(const Item& item)
{
    m_context.dialogs.openFolder(this,
                                 tr("Where is %1 now?").arg(item.name),
                                 [this, item](const QString& folder) { move(item, folder); });
}

void AttentionCard::searchFolders(const Item& item)
{
    const QStringList roots = m_context.studio.settings().get(app::kModelFolders);
    if (roots.isEmpty()) {
        m_context.navigator.go({u"settings"_s, u"folders"_s});
        return;
    }
    app::runThen(
        this,
        [roots, name = item.name]() -> QString {
            for (const QString& root : roots) {
                for (const QString& folder : app::intake::findModelFolders(root)) {
                    if (app::intake::modelName(folder) == name) {
                        return folder;
                    }
                }
            }
            return {};
        },
        [this, item, roots](const QString& found) {
            if (found.isEmpty()) {
                complain(tr("%1 was not found.").arg(item.name),
                         tr("Searched: %1").arg(roots.join(u", "_s)));
            } else {
                move(item, found);
            }
        });
}

void AttentionCard::move(const Item& item, const QString& folder)
{
    const auto known = m_context.studio.library().baseModels().find(item.row);
    if (!known) {
        complain(tr("%1 was not found.").arg(item.name), app::errorDetail(known.error()));
        return;
    }
    m_context.studio.engine().ask(
        u"inspect model"_s,
        Value::object({{"model", app::stdString(folder)}}),
        this,
        [this, item, folder, known = known.value()](const Result<Value>& facts) {
            if (!facts) {
                complain(tr("%1 is not there.").arg(item.name), app::errorDetail(facts.error()));
                return;
            }
            const qint64 parameters = facts.value()["parameters"]["total"].toInteger();
            const bool isSame = (known.parameters == 0 || known.parameters == parameters)
                                && (known.family.isEmpty()
                                    || known.family == app::qs(facts.value()["family"].toString()));
            if (!isSame) {
                complain(tr("That is another model than %1.").arg(item.name), folder);
                return;
            }
            const auto moved = m_context.studio.library().baseModels().moved(item.row, folder);
            if (!moved) {
                complain(tr("%1 was not moved.").arg(item.name), app::errorDetail(moved.error()));
            }
        });
}

void AttentionCard::complain(const QString& cause, const QString& detail)
{
    auto* bar = new MessageBar(MessageBar::Severity::Error, cause, detail);
    bar->addAction(tr("Dismiss"), bar, [bar] {
        bar->hide();
        bar->deleteLater();
    });
    body()->addWidget(bar);
    show();
}

} // namespace ui::pages::home
