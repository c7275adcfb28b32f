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
#include "ui/page/list_detail.h"
#include "ui/pages/models/drop_button.h"
#include "ui/pages/models/model_facts.h"
#include "ui/pages/models/model_list_model.h"
#include "ui/pages/models/module_tab.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/list_view.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/tab_view.h"
#include "ui/widgets/table_view.h"

#include <QFileInfo>
#include <QStandardItemModel>
#include <QVBoxLayout>

namespace ui::pages::models {

namespace {

using engine::contract::Error;
using engine::contract::Result;
using engine::contract::Value;
using namespace Qt::StringLiterals;

constexpr int kIdRole = Qt::UserRole + 1;

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
    : Page(u"models"_s, context), m_models(new ModelListModel(this)), m_facts(new ModelFacts),
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

    m_body = new ListDetail({tr("Filter models"), tr("Models"), tr("About the model")},
                            m_models,
                            empty,
                            makeTabs(),
                            m_facts);
    auto* drop = new DropButton(tr("Drop a model folder here"));
    m_body->listCard()->footer()->addWidget(drop, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme().px(24), theme().px(16), theme().px(24), theme().px(16));
    layout->addWidget(m_body);

    connect(drop, &QAbstractButton::clicked, this, &ModelsPage::chooseFolder);
    connect(m_body, &ListDetail::filterChanged, this, &ModelsPage::reload);
    connect(m_body, &ListDetail::removeRequested, this, &ModelsPage::removeCurrent);
    connect(m_body->list(), &widgets::ListView::currentRowChanged, this, &ModelsPage::showModel);
    connect(m_body, &ListDetail::cancelled, this, [this] {
        studio().engine().cancel(m_question);
        showFailure({"", app::stdString(tr("Reading the model was cancelled")), "", ""});
    });
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
    m_body->clearFilter();
    showList(destination.item);
}

widgets::TabView* ModelsPage::makeTabs()
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
        library.baseModels().list(m_body->filter());
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
    const bool isEmpty = models.empty() && m_body->filter().isEmpty();
    m_body->setEmpty(isEmpty);
    if (!models.empty()) {
        const int wanted = m_models->rowOfPath(m_wanted);
        if (wanted >= 0) {
            m_wanted.clear();
        }
        const int row = wanted >= 0 ? wanted : std::max(0, m_models->rowOfPath(select));
        m_body->list()->setCurrentIndex(m_models->index(row));
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
                m_body->list()->setCurrentIndex(
                    m_models->index(std::max(0, m_models->rowOfPath(current))));
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
    if (model.path != m_current || m_hasFailed) {
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
    m_hasFailed = false;
    m_body->showLoading();
    m_question =
        studio().engine().ask(u"inspect model"_s,
                              Value::object({{"model", app::stdString(path)}, {"tree", true}}),
                              this,
                              [this](const Result<Value>& answer) {
                                  m_question.clear();
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
    m_body->showTabs();
}

void ModelsPage::showFailure(const Error& error)
{
    m_hasFailed = true;
    widgets::MessageBar* bar = m_body->showFailure();
    const bool missing = error.code == "not_found";
    bar->setText(missing ? tr("This model is not where it was.") : app::engineText(error.message),
                 missing ? m_current : app::engineText(error.hint));
    if (missing) {
        bar->addAction(tr("Locate…"), this, [this] {
            const int row = m_models->rowOfPath(m_current);
            dialogs().openFolder(this, tr("Locate the model"), [this, row](const QString& folder) {
                if (row >= 0
                    && studio().library().baseModels().moved(m_models->at(row).row, folder).ok()) {
                    showList(folder);
                }
            });
        });
    }
    bar->addAction(tr("Try again"), this, [this] { inspect(m_current); });
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

// The files are the user's and stay.
void ModelsPage::removeCurrent()
{
    const QModelIndex current = m_body->list()->currentIndex();
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
