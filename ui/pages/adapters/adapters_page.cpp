// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/adapters/adapters_page.h"

#include "app/base/error_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "app/studio/studio.h"
#include "ui/dialogs/dialogs.h"
#include "ui/page/layout_memory.h"
#include "ui/pages/adapters/adapter_detail.h"
#include "ui/pages/adapters/adapter_list_panel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/message_bar.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QMenu>
#include <QRegularExpression>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QUrl>
#include <QVBoxLayout>

namespace ui::pages::adapters {

using app::library::Adapter;
using app::library::AdapterQuery;
using app::library::SubjectKind;
using app::library::Table;
using Action = AdapterActions::Action;
using namespace Qt::StringLiterals;

namespace {

constexpr int kRivalsShown = 12;

} // namespace

AdaptersPage::AdaptersPage(PageContext& context)
    : Page(u"adapters"_s, context),
      m_import(widgets::ghostButton(tr("Import a folder…"), u"folder"_s)),
      m_stack(new QStackedWidget),
      m_message(new widgets::MessageBar(widgets::MessageBar::Severity::Info))
{
    m_import->setParent(this); // until the top bar takes it
    connect(m_import, &QPushButton::clicked, this, &AdaptersPage::importFolder);
    auto* empty = new widgets::EmptyState(
        u"adapters"_s,
        tr("No adapter yet"),
        tr("Every finished run leaves its best adapter here. Adapters made elsewhere with PEFT can "
           "be imported."));
    connect(empty->setAction(tr("Train the first one"), u"train"_s),
            &QPushButton::clicked,
            this,
            [this] { navigator().go({u"train"_s}); });
    empty->setHint(tr("or drop an adapter folder anywhere"));
    m_stack->addWidget(empty);
    m_stack->addWidget(makeContent());

    auto* layout = new QVBoxLayout(this);
    const Theme& look = theme();
    layout->setContentsMargins(look.px(24), look.px(16), look.px(24), look.px(16));
    layout->setSpacing(look.px(12));
    layout->addWidget(m_message);
    layout->addWidget(m_stack, 1);
    m_message->hide();

    connect(m_list, &AdapterListPanel::currentChanged, this, &AdaptersPage::showCurrent);
    connect(m_list, &AdapterListPanel::deleteRequested, this, [this] {
        act(m_list->isTrash() ? Action::Purge : Action::Delete);
    });
    connect(m_list, &AdapterListPanel::renameRequested, this, [this] { act(Action::Rename); });
    connect(m_list, &AdapterListPanel::activated, this, [this] {
        if (!m_list->isTrash() && m_detail->refusal().isEmpty()) {
            act(Action::Chat);
        }
    });
    connect(m_detail, &AdapterDetail::requested, this, &AdaptersPage::act);
    connect(m_detail, &AdapterDetail::adapterRequested, this, [this](qint64 row) {
        if (const auto adapter = studio().library().adapters().find(row)) {
            m_list->select(adapter.value());
        }
    });
    connect(m_detail, &AdapterDetail::baseRequested, this, [this](const QString& path) {
        navigator().go({u"models"_s, path});
    });
    connect(m_detail, &AdapterDetail::runRequested, this, [this](const QString& folder) {
        navigator().go({u"runs"_s, folder});
    });
    connect(m_detail, &AdapterDetail::dataRequested, this, [this](const QString& path) {
        navigator().go({u"data"_s, path});
    });
    connectLibrary();
    showState();
    showCurrent();
}

QWidget* AdaptersPage::makeContent()
{
    m_list = new AdapterListPanel(studio().library(), studio().settings());
    m_detail = new AdapterDetail(studio());
    m_right = new QStackedWidget;
    auto* nothing = new widgets::Card;
    nothing->body()->addWidget(new widgets::EmptyState(u"adapters"_s, tr("No adapter chosen")), 1);
    m_right->addWidget(m_detail);
    m_right->addWidget(nothing);
    m_splitter = new QSplitter;
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(theme().px(16));
    m_splitter->addWidget(m_list);
    m_splitter->addWidget(m_right);
    m_splitter->setStretchFactor(0, 13);
    m_splitter->setStretchFactor(1, 12);
    m_list->setMinimumWidth(theme().px(360));
    m_right->setMinimumWidth(theme().px(464));
    m_splitter->setSizes({theme().px(606), theme().px(560)});
    rememberSplitter(m_splitter, studio().settings(), u"adapters/splitter"_s);
    return m_splitter;
}

void AdaptersPage::connectLibrary()
{
    // A run that is recorded changes several tables: read once, when all is said.
    const auto reload = [this] {
        m_isStale = false;
        m_list->reload();
        showState();
        showCurrent();
        Q_EMIT headingChanged();
    };
    connect(
        &studio().library(), &app::library::Library::changed, this, [this, reload](Table table) {
            const bool concerns = table == Table::Adapters || table == Table::Tags
                                  || table == Table::BaseModels || table == Table::Evaluations;
            if (concerns && !m_isStale) {
                m_isStale = true;
                QTimer::singleShot(0, this, reload);
            }
        });
    const auto showCatalog = [this] {
        m_list->model().setCatalog(studio().engine().catalog());
        showCurrent();
    };
    connect(&studio().engine(), &app::engine::EngineService::catalogChanged, this, showCatalog);
    m_list->model().setCatalog(studio().engine().catalog());
}

QString AdaptersPage::title() const
{
    return tr("Adapters");
}

QString AdaptersPage::fact() const
{
    const auto totals = studio().library().adapters().totals({});
    return totals && totals.value().count > 0
               ? tr("%n in the library", nullptr, int(totals.value().count))
               : QString();
}

QList<QWidget*> AdaptersPage::topBarWidgets()
{
    return {m_import};
}

void AdaptersPage::open(const Destination& destination)
{
    if (destination.tab == u"trash"_s) {
        m_list->setTrash(true);
    }
    if (destination.item.isEmpty()) {
        return;
    }
    auto& adapters = studio().library().adapters();
    auto found = adapters.findById(destination.item);
    if (!found) {
        found = adapters.findByPath(destination.item);
    }
    if (!found) {
        say(found.error());
        return;
    }
    showState();
    m_list->select(found.value());
}

void AdaptersPage::importFolder()
{
    dialogs().openFolder(this, tr("Import an adapter folder"), [this](const QString& folder) {
        studio().intake().add({folder});
    });
}

void AdaptersPage::showState()
{
    AdapterQuery trash;
    trash.isTrash = true;
    auto& adapters = studio().library().adapters();
    const auto kept = adapters.totals({});
    const auto trashed = adapters.totals(trash);
    const bool isEmpty = kept && trashed && kept.value().count == 0 && trashed.value().count == 0;
    m_stack->setCurrentIndex(isEmpty ? 0 : 1);
}

void AdaptersPage::showCurrent()
{
    const auto adapter = m_list->current();
    if (adapter) {
        m_detail->show(*adapter);
    }
    m_right->setCurrentIndex(adapter ? 0 : 1);
}

void AdaptersPage::act(Action action)
{
    const auto adapter = m_list->current();
    if (!adapter) {
        return;
    }
    switch (action) {
    case Action::Chat:
        navigator().go({u"playground"_s,
                        {},
                        {},
                        {{u"model"_s, adapter->basePath}, {u"adapter"_s, adapter->id}}});
        break;
    case Action::Compare:
        chooseRival(*adapter);
        break;
    case Action::Continue:
        navigator().go({u"train"_s,
                        {},
                        {},
                        {{u"model"_s, adapter->basePath}, {u"start_from"_s, adapter->path}}});
        break;
    case Action::Export:
        navigator().go({u"export"_s, {}, {}, {{u"adapter"_s, adapter->id}}});
        break;
    case Action::Rename:
        rename(*adapter);
        break;
    case Action::Tags:
        editTags(*adapter);
        break;
    case Action::Reveal:
        QDesktopServices::openUrl(QUrl::fromLocalFile(adapter->path));
        break;
    case Action::CopyPath:
        QGuiApplication::clipboard()->setText(adapter->path);
        break;
    case Action::Delete:
        moveToTrash(*adapter);
        break;
    case Action::Restore:
        restore(adapter->row);
        break;
    case Action::Purge:
        deleteForGood(*adapter);
        break;
    }
}

void AdaptersPage::rename(const Adapter& adapter)
{
    TextQuestion question{tr("Rename the adapter"), tr("Name"), adapter.name, tr("Rename")};
    question.refuse = [](const QString& text) {
        return text.simplified().isEmpty() ? tr("A name cannot be empty.") : QString();
    };
    dialogs().askText(this, question, [this, row = adapter.row](const QString& name) {
        if (const auto renamed = studio().library().adapters().rename(row, name); !renamed) {
            say(renamed.error());
        }
    });
}

void AdaptersPage::editTags(const Adapter& adapter)
{
    const app::library::Subject subject{SubjectKind::Adapter, adapter.row};
    const auto tags = studio().library().tags().of(subject);
    const TextQuestion question{tr("Tags of %1").arg(adapter.name),
                                tr("Tags, separated by commas"),
                                tags ? tags.value().join(u", "_s) : QString(),
                                tr("Save"),
                                {}};
    dialogs().askText(this, question, [this, subject](const QString& text) {
        static const QRegularExpression comma(u"\\s*,\\s*"_s);
        const auto saved =
            studio().library().tags().set(subject, text.split(comma, Qt::SkipEmptyParts));
        if (!saved) {
            say(saved.error());
        }
    });
}

// The other adapters of the same base, newest first.
void AdaptersPage::chooseRival(const Adapter& adapter)
{
    AdapterQuery query;
    query.base = adapter.base;
    const auto rivals = studio().library().adapters().list(query, kRivalsShown + 1);
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (size_t i = 0; rivals && i < rivals.value().size(); ++i) {
        const Adapter& rival = rivals.value()[i];
        if (rival.row == adapter.row) {
            continue;
        }
        menu->addAction(QString(rival.name).replace(u'&', u"&&"_s), this, [this, adapter, rival] {
            navigator().go({u"playground"_s,
                            {},
                            {},
                            {{u"model"_s, adapter.basePath},
                             {u"adapter"_s, adapter.id},
                             {u"adapters"_s, QStringList{adapter.id, rival.id}}}});
        });
    }
    menu->popup(m_detail->actions()->below(Action::Compare));
}

void AdaptersPage::moveToTrash(const Adapter& adapter)
{
    if (const auto trashed = studio().library().adapters().trash(adapter.row); !trashed) {
        say(trashed.error());
        return;
    }
    m_message->clearActions();
    m_message->setSeverity(widgets::MessageBar::Severity::Info);
    m_message->setText(tr("%1 is in the trash.").arg(adapter.name),
                       tr("Its files stay until it is deleted for good."));
    m_message->addAction(tr("Undo"), this, [this, row = adapter.row] { restore(row); });
    m_message->show();
}

void AdaptersPage::restore(qint64 row)
{
    m_message->hide();
    auto& adapters = studio().library().adapters();
    if (const auto restored = adapters.restore(row); !restored) {
        say(restored.error());
        return;
    }
    if (const auto adapter = adapters.find(row)) {
        m_list->select(adapter.value());
    }
}

void AdaptersPage::deleteForGood(const Adapter& adapter)
{
    const Question question{tr("Delete %1 for good?").arg(adapter.name),
                            tr("Its files are removed from the disk. This cannot be undone."),
                            adapter.path,
                            {{u"cancel"_s, tr("Cancel"), Question::Kind::Cancel},
                             {u"delete"_s, tr("Delete for good"), Question::Kind::Danger}}};
    dialogs().ask(this, question, [this, row = adapter.row](const Answered& answered) {
        if (answered.id != u"delete"_s) {
            return;
        }
        m_message->hide();
        if (const auto purged = studio().library().purge({SubjectKind::Adapter, row}); !purged) {
            say(purged.error());
        }
    });
}

void AdaptersPage::say(const ::engine::contract::Error& error)
{
    m_message->clearActions();
    m_message->setSeverity(widgets::MessageBar::Severity::Error);
    m_message->setText(app::errorSentence(error), app::errorDetail(error));
    m_message->addAction(tr("Close"), this, [this] { m_message->hide(); });
    m_message->show();
}

std::unique_ptr<Page> makePage(PageContext& context)
{
    return std::make_unique<AdaptersPage>(context);
}

} // namespace ui::pages::adapters
