// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/models/models_page.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "app/base/task.h"
#include "app/base/text.h"
#include "app/engine/engine_service.h"
#include "app/intake/intake.h"
#include "app/library/library.h"
#include "app/studio/studio.h"
#include "ui/dialogs/dialogs.h"
#include "ui/pages/models/drop_button.h"
#include "ui/pages/models/model_facts.h"
#include "ui/pages/models/model_list_model.h"
#include "ui/pages/models/module_tab.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/list_row_delegate.h"
#include "ui/widgets/list_view.h"
#include "ui/widgets/loading_state.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/tab_view.h"
#include "ui/widgets/table_view.h"

#include <QAction>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QVBoxLayout>

namespace ui::pages::models {

namespace {

using engine::contract::Error;
using engine::contract::Result;
using engine::contract::Value;
using namespace Qt::StringLiterals;

constexpr int kIdRole = Qt::UserRole + 1;
constexpr int kAboutTab = 3;
// Width of the page below which it has two columns.
constexpr int kNarrow = 1100;

QStandardItem* cell(const QString& text, Qt::Alignment alignment = Qt::AlignLeft)
{
    auto* item = new QStandardItem(text);
    item->setEditable(false);
    item->setTextAlignment(alignment | Qt::AlignVCenter);
    return item;
}

// Those of the folders that hold no model any more. Reads the disk.
QSet<QString> missingOf(const QStringList& paths)
{
    QSet<QString> missing;
    for (const QString& path : paths) {
        if (!QFileInfo::exists(path + u"/config.json"_s)) {
            missing.insert(path);
        }
    }
    return missing;
}

} // namespace

ModelsPage::ModelsPage(PageContext& context)
    : Page(u"models"_s, context), m_models(new ModelListModel(this)), m_stack(new QStackedWidget),
      m_add(widgets::ghostButton(tr("Add a model…"), u"plus"_s)),
      m_chat(widgets::normalButton(tr("Chat"), u"chat"_s)),
      m_train(widgets::primaryButton(tr("Train this model"), u"train"_s))
{
    // Until the top bar takes them: a button without a parent would be a window.
    for (QWidget* action : {m_add, m_chat, m_train}) {
        action->setParent(this);
    }
    auto* empty = new widgets::EmptyState(u"model"_s,
                                          tr("No model yet"),
                                          tr("A folder with config.json and safetensors files, as "
                                             "transformers and the hub keep them."));
    connect(empty->setAction(tr("Add a model…"), u"folder"_s),
            &QAbstractButton::clicked,
            this,
            &ModelsPage::chooseFolder);
    empty->setHint(tr("or drop a model folder anywhere"));

    auto* content = new QWidget;
    m_columns = new QHBoxLayout(content);
    m_columns->setContentsMargins({});
    m_columns->setSpacing(theme().px(16));
    m_columns->addWidget(makeList());
    m_columns->addWidget(makeDetail(), 1);
    m_columns->addWidget(m_factsArea);
    m_stack->addWidget(empty);
    m_stack->addWidget(content);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme().px(24), theme().px(16), theme().px(24), theme().px(16));
    layout->addWidget(m_stack);

    connect(m_add, &QAbstractButton::clicked, this, &ModelsPage::chooseFolder);
    connect(m_chat, &QAbstractButton::clicked, this, [this] {
        navigator().go({u"playground"_s, {}, {}, {{u"model"_s, m_current}}});
    });
    connect(m_train, &QAbstractButton::clicked, this, &ModelsPage::train);
    connect(&studio().library(),
            &app::library::Library::changed,
            this,
            [this](app::library::Table table) {
                if (table == app::library::Table::BaseModels
                    || table == app::library::Table::Adapters) {
                    reload();
                }
            });
    updateActions();
    reload();
}

void ModelsPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    arrange();
}

// Without room for a third column, it becomes a tab of the second.
void ModelsPage::arrange()
{
    const Theme& look = theme();
    const bool isNarrow = width() < look.px(kNarrow);
    m_listCard->setFixedWidth(look.px(isNarrow ? 216 : 264));
    const bool wasNarrow = m_aboutTab->indexOf(m_factsArea) >= 0;
    if (isNarrow && !wasNarrow) {
        m_factsArea->setMinimumWidth(0);
        m_factsArea->setMaximumWidth(QWIDGETSIZE_MAX);
        m_aboutTab->addWidget(m_factsArea);
    } else if (!isNarrow) {
        m_factsArea->setFixedWidth(look.px(288));
        if (wasNarrow) {
            m_columns->addWidget(m_factsArea);
        }
    }
    m_tabs->setTabVisible(kAboutTab, isNarrow);
}

QString ModelsPage::title() const
{
    const int row = m_models->rowOfPath(m_current);
    return row < 0 ? tr("Models") : m_models->at(row).name;
}

QString ModelsPage::fact() const
{
    return m_current;
}

QList<QWidget*> ModelsPage::topBarWidgets()
{
    return {m_add, m_chat, m_train};
}

void ModelsPage::open(const Destination& destination)
{
    if (destination.item.isEmpty()) {
        return;
    }
    m_filter->clear();
    showList(destination.item);
}

QWidget* ModelsPage::makeList()
{
    auto* card = new widgets::Card;
    m_listCard = card;
    card->setFlush(true);
    m_filter = new widgets::SearchField(tr("Filter models"));
    m_filter->setAccessibleName(tr("Filter models"));
    auto* head = new QVBoxLayout;
    head->setContentsMargins(theme().px(12), theme().px(12), theme().px(12), theme().px(12));
    head->addWidget(m_filter);
    m_list = new widgets::ListView;
    m_list->setItemDelegate(new widgets::ListRowDelegate(m_list));
    m_list->setModel(m_models);
    m_list->setAccessibleName(tr("Models"));
    auto* drop = new DropButton(tr("Drop a model folder here"));
    card->body()->addLayout(head);
    card->body()->addWidget(m_list, 1);
    card->footer()->addWidget(drop, 1);

    auto* remove = new QAction(tr("Remove from the list"), m_list);
    remove->setShortcut(QKeySequence::Delete);
    remove->setShortcutContext(Qt::WidgetShortcut);
    m_list->addAction(remove);
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(remove, &QAction::triggered, this, &ModelsPage::removeCurrent);
    connect(drop, &QAbstractButton::clicked, this, &ModelsPage::chooseFolder);
    connect(m_filter, &widgets::SearchField::searchChanged, this, [this] { showList(m_current); });
    connect(m_list, &widgets::ListView::currentRowChanged, this, &ModelsPage::showModel);
    return card;
}

QWidget* ModelsPage::makeDetail()
{
    m_facts = new ModelFacts;
    auto* scroll = new QScrollArea;
    scroll->setWidget(m_facts);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tr("About the model"));
    m_factsArea = scroll;

    auto* card = new widgets::Card;
    card->setFlush(true);
    m_detail = new QStackedWidget;
    m_loading = new widgets::LoadingState;
    m_loading->setCancellable(true);
    m_failure = new widgets::MessageBar(widgets::MessageBar::Severity::Error);
    auto* failed = new QWidget;
    auto* failedLayout = new QVBoxLayout(failed);
    failedLayout->setContentsMargins(
        theme().px(16), theme().px(16), theme().px(16), theme().px(16));
    failedLayout->addWidget(m_failure);
    failedLayout->addStretch();
    m_detail->addWidget(m_loading);
    m_detail->addWidget(failed);
    m_detail->addWidget(makeTables());
    card->body()->addWidget(m_detail);
    connect(m_loading, &widgets::LoadingState::cancelled, this, [this] {
        studio().engine().cancel(m_question);
        showFailure({"", app::stdString(tr("Reading the model was cancelled")), "", ""});
    });
    return card;
}

QWidget* ModelsPage::makeTables()
{
    m_tabs = new widgets::TabView;
    m_modules = new ModuleTab;
    m_fileModel = new QStandardItemModel(this);
    m_files = new widgets::TableView;
    m_files->setModel(m_fileModel);
    m_files->setAccessibleName(tr("Files of the model"));
    m_adapterModel = new QStandardItemModel(this);
    m_adapters = new widgets::TableView;
    m_adapters->setModel(m_adapterModel);
    m_adapters->setAccessibleName(tr("Adapters of the model"));
    m_tabs->addTab(m_modules, tr("Modules"), u"modules"_s);
    m_tabs->addTab(m_files, tr("Files"), u"files"_s);
    m_tabs->addTab(m_adapters, tr("Adapters"), u"adapters"_s);
    auto* about = new QWidget;
    m_aboutTab = new QVBoxLayout(about);
    m_aboutTab->setContentsMargins(theme().px(16), theme().px(16), theme().px(16), theme().px(16));
    m_tabs->addTab(about, tr("About"), u"about"_s);
    connect(m_adapters, &widgets::TableView::rowActivated, this, [this](const QModelIndex& index) {
        navigator().go({u"adapters"_s, index.siblingAtColumn(0).data(kIdRole).toString()});
    });
    return m_tabs;
}

void ModelsPage::chooseFolder()
{
    dialogs().openFolder(this, tr("Add a model"), [this](const QString& folder) {
        m_wanted = folder;
        studio().intake().add({folder});
    });
}

void ModelsPage::reload()
{
    showList(m_current);
}

// The list anew; `select` is the folder to stand on, else the first.
void ModelsPage::showList(const QString& select)
{
    app::library::Library& library = studio().library();
    Result<std::vector<app::library::BaseModel>> found =
        library.baseModels().list(m_filter->text().trimmed());
    std::vector<app::library::BaseModel> models;
    if (found.ok()) {
        models = std::move(found).value();
    }
    const auto counts = library.adapters().countsByBase();
    const QHash<qint64, int> adapters = counts.ok() ? counts.value() : QHash<qint64, int>();
    QStringList paths;
    for (const app::library::BaseModel& model : models) {
        paths.append(model.path);
    }
    m_models->setModels(models, adapters, {});
    const bool isEmpty = models.empty() && m_filter->text().trimmed().isEmpty();
    m_stack->setCurrentIndex(isEmpty ? 0 : 1);
    if (!models.empty()) {
        const int wanted = m_models->rowOfPath(m_wanted);
        if (wanted >= 0) {
            m_wanted.clear();
        }
        const int row = wanted >= 0 ? wanted : std::max(0, m_models->rowOfPath(select));
        m_list->setCurrentIndex(m_models->index(row));
    } else {
        m_current.clear();
    }
    updateActions();
    Q_EMIT headingChanged();
    // Looking at the folders may wait for a slow drive.
    app::runThen(
        this,
        [paths] { return missingOf(paths); },
        [this, models, adapters](const QSet<QString>& missing) {
            if (!missing.isEmpty()) {
                const QString current = m_current;
                m_models->setModels(models, adapters, missing);
                m_list->setCurrentIndex(m_models->index(std::max(0, m_models->rowOfPath(current))));
            }
        });
}

void ModelsPage::showModel(const QModelIndex& index)
{
    if (!index.isValid()) {
        return;
    }
    const app::library::BaseModel& model = m_models->at(index.row());
    showAdapters(model.row);
    if (model.path != m_current || m_detail->currentIndex() == 1) {
        m_current = model.path;
        inspect(model.path);
    }
    updateActions();
    Q_EMIT headingChanged();
}

void ModelsPage::inspect(const QString& path)
{
    if (!m_question.isEmpty()) {
        studio().engine().cancel(m_question);
    }
    m_detail->setCurrentIndex(0);
    m_factsArea->hide();
    m_loading->start();
    m_question =
        studio().engine().ask(u"inspect model"_s,
                              Value::object({{"model", app::stdString(path)}, {"tree", true}}),
                              this,
                              [this](const Result<Value>& answer) {
                                  m_question.clear();
                                  m_loading->stop();
                                  if (answer.ok()) {
                                      showAnswer(answer.value());
                                  } else {
                                      showFailure(answer.error());
                                  }
                              });
}

void ModelsPage::showAnswer(const Value& model)
{
    m_modules->setModel(model);
    m_facts->setModel(model);
    showFiles(model);
    m_factsArea->show();
    m_detail->setCurrentIndex(2);
}

void ModelsPage::showFailure(const Error& error)
{
    m_failure->clearActions();
    const bool missing = error.code == "not_found";
    m_failure->setText(missing ? tr("This model is not where it was.")
                               : app::engineText(error.message),
                       missing ? m_current : app::engineText(error.hint));
    if (missing) {
        m_failure->addAction(tr("Locate…"), this, [this] {
            const int row = m_models->rowOfPath(m_current);
            dialogs().openFolder(this, tr("Locate the model"), [this, row](const QString& folder) {
                if (row >= 0
                    && studio().library().baseModels().moved(m_models->at(row).row, folder).ok()) {
                    showList(folder);
                }
            });
        });
    }
    m_failure->addAction(tr("Try again"), this, [this] { inspect(m_current); });
    m_detail->setCurrentIndex(1);
}

void ModelsPage::showFiles(const Value& model)
{
    m_fileModel->clear();
    m_fileModel->setHorizontalHeaderLabels({tr("File"), tr("Size")});
    m_fileModel->horizontalHeaderItem(1)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    for (const Value& file : model["files"].toList()) {
        m_fileModel->appendRow({cell(app::qs(file["path"].toString())),
                                cell(app::formatBytes(file["bytes"].toInteger()), Qt::AlignRight)});
    }
    m_files->setStretchColumn(0);
    const int index = 1;
    m_tabs->setCount(index, m_fileModel->rowCount());
    m_tabs->setTabVisible(index, m_fileModel->rowCount() > 0);
}

void ModelsPage::showAdapters(qint64 base)
{
    m_adapterModel->clear();
    m_adapterModel->setHorizontalHeaderLabels(
        {tr("Adapter"), tr("Rank"), tr("Parameters"), tr("Validation")});
    app::library::AdapterQuery query;
    query.base = base;
    const auto found = studio().library().adapters().list(query);
    if (found.ok()) {
        for (const app::library::Adapter& adapter : found.value()) {
            QStandardItem* name = cell(adapter.name);
            name->setData(adapter.id, kIdRole);
            m_adapterModel->appendRow(
                {name,
                 cell(adapter.rank > 0 ? app::formatCount(adapter.rank) : app::noValue(),
                      Qt::AlignRight),
                 cell(app::formatShort(adapter.parameters), Qt::AlignRight),
                 cell(adapter.evalLoss ? app::formatLoss(*adapter.evalLoss) : app::noValue(),
                      Qt::AlignRight)});
        }
    }
    for (int column = 1; column < m_adapterModel->columnCount(); ++column) {
        m_adapterModel->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight
                                                                       | Qt::AlignVCenter);
    }
    m_adapters->setStretchColumn(0);
    m_tabs->setCount(2, m_adapterModel->rowCount());
}

void ModelsPage::updateActions()
{
    const bool has = !m_current.isEmpty() && m_models->rowCount() > 0;
    m_chat->setVisible(has);
    m_train->setVisible(has);
}

// The files are the user's and stay; the list can be undone from the trash.
void ModelsPage::removeCurrent()
{
    const QModelIndex current = m_list->currentIndex();
    if (!current.isValid()) {
        return;
    }
    const app::library::BaseModel model = m_models->at(current.row());
    dialogs().ask(this,
                  {tr("Remove %1 from the list?").arg(model.name),
                   tr("Its files stay where they are. It can be added again at any time."),
                   model.path,
                   {{u"cancel"_s, tr("Cancel"), Question::Kind::Cancel},
                    {u"remove"_s, tr("Remove"), Question::Kind::Primary}}},
                  [this, model](const Answered& answered) {
                      if (answered.id == "remove"_L1) {
                          m_current.clear();
                          (void)studio().library().baseModels().trash(model.row);
                      }
                  });
}

void ModelsPage::train()
{
    navigator().go({u"train"_s, {}, {}, {{u"model"_s, m_current}}});
}

std::unique_ptr<Page> makePage(PageContext& context)
{
    return std::make_unique<ModelsPage>(context);
}

} // namespace ui::pages::models
