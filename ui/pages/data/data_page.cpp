// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/data_page.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "app/base/task.h"
#include "app/base/text.h"
#include "app/base/write_file.h"
#include "app/studio/studio.h"
#include "ui/dialogs/dialogs.h"
#include "ui/page/list_detail.h"
#include "ui/pages/data/data_facts.h"
#include "ui/pages/data/dataset_list_model.h"
#include "ui/pages/data/row_table_model.h"
#include "ui/pages/data/token_tab.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/list_view.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/tab_view.h"
#include "ui/widgets/table_view.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QStandardItemModel>
#include <QVBoxLayout>

namespace ui::pages::data {

namespace {

using engine::contract::Error;
using engine::contract::Result;
using engine::contract::Value;
using namespace Qt::StringLiterals;

enum Tab { Rows, Tokens, Dropped };

// More than this many dropped rows are told by their number.
constexpr std::size_t kMostDropped = 10000;

QHash<QString, QString> formatNames(const app::engine::EngineService& engine)
{
    QHash<QString, QString> names;
    if (const auto* catalog = engine.catalog()) {
        for (const engine::contract::CatalogEntry& format : catalog->formats) {
            names.insert(app::qs(format.id), app::engineText(format.name));
        }
    }
    return names;
}

} // namespace

DataPage::DataPage(PageContext& context)
    : Page(u"data"_s, context), m_datasets(new DatasetListModel(this)),
      m_facts(new DataFacts(studio())), m_add(widgets::ghostButton(tr("Add data…"), u"plus"_s)),
      m_train(widgets::primaryButton(tr("Train with this data"), u"train"_s))
{
    // Until the top bar takes them: a button without a parent would be a window.
    for (QWidget* action : {m_add, m_train}) {
        action->setParent(this);
    }
    m_body = new ListDetail({tr("Filter data"), tr("Data files"), tr("About the data")},
                            m_datasets,
                            makeEmpty(),
                            makeTabs(),
                            m_facts);
    m_facts->setModel(m_tokens->model());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme().px(24), theme().px(16), theme().px(24), theme().px(16));
    layout->addWidget(m_body);

    connect(m_body, &ListDetail::filterChanged, this, [this] { showList(m_current); });
    connect(m_body, &ListDetail::removeRequested, this, &DataPage::removeCurrent);
    connect(m_body->list(), &widgets::ListView::currentRowChanged, this, &DataPage::showFile);
    connect(m_body, &ListDetail::cancelled, this, [this] {
        studio().engine().cancel(m_question);
        showFailure({"", app::stdString(tr("Reading the file was cancelled")), "", ""});
    });
    connect(m_add, &QAbstractButton::clicked, this, &DataPage::chooseFiles);
    connect(m_train, &QAbstractButton::clicked, this, [this] {
        navigator().go({u"train"_s, {}, {}, {{u"data"_s, m_current}}});
    });
    connect(&studio().library(),
            &app::library::Library::changed,
            this,
            [this](app::library::Table table) {
                if (table == app::library::Table::Datasets) {
                    showList(m_current);
                }
            });
    connect(&studio().engine(), &app::engine::EngineService::catalogChanged, this, [this] {
        showList(m_current);
    });
    showList({});
}

QString DataPage::title() const
{
    const int row = m_datasets->rowOfPath(m_current);
    return row < 0 ? tr("Data") : m_datasets->at(row).name;
}

QString DataPage::fact() const
{
    const int row = m_datasets->rowOfPath(m_current);
    if (row < 0) {
        return {};
    }
    const app::library::Dataset& dataset = m_datasets->at(row);
    QStringList facts = {tr("%Ln row(s)", nullptr, static_cast<int>(dataset.good)),
                         m_datasets->formatName(dataset.format)};
    if (dataset.dropped > 0) {
        facts.append(tr("%n dropped", nullptr, static_cast<int>(dataset.dropped)));
    }
    return facts.join(u" · "_s);
}

QList<QWidget*> DataPage::topBarWidgets()
{
    return {m_add, m_train};
}

void DataPage::open(const Destination& destination)
{
    if (!destination.item.isEmpty()) {
        m_body->clearFilter();
        showList(destination.item);
    }
    m_tabs->setCurrentId(destination.tab);
    if (destination.options.contains(u"row"_s)) {
        m_tokens->setRow(destination.options.value(u"row"_s).toLongLong());
    }
}

widgets::EmptyState* DataPage::makeEmpty()
{
    auto* empty = new widgets::EmptyState(u"data"_s,
                                          tr("No data yet"),
                                          tr("Questions and answers, chats, plain text or pairs.\n"
                                             "jsonl, json or txt."));
    connect(empty->setAction(tr("Add data…"), u"folder"_s),
            &QAbstractButton::clicked,
            this,
            &DataPage::chooseFiles);
    empty->setHint(tr("or drop files anywhere"));
    return empty;
}

widgets::TabView* DataPage::makeTabs()
{
    m_tabs = new widgets::TabView;
    m_rows = new RowTableModel(studio().engine(), this);
    m_table = new widgets::TableView;
    m_table->setModel(m_rows);
    m_table->setAccessibleName(tr("Rows of the file"));
    m_table->setTextElideMode(Qt::ElideRight);
    m_table->setColumnWidth(RowTableModel::Number, theme().px(72));
    m_table->setColumnWidth(RowTableModel::Prompt, theme().px(260));
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_tokens = new TokenTab(studio());
    m_droppedModel = new QStandardItemModel(this);
    m_dropped = new widgets::TableView;
    m_dropped->setModel(m_droppedModel);
    m_dropped->setAccessibleName(tr("Dropped rows"));
    auto* dropped = new QWidget;
    auto* droppedLayout = new QVBoxLayout(dropped);
    droppedLayout->setContentsMargins({});
    auto* save = widgets::smallButton(tr("Save the list…"), u"save"_s);
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(theme().px(16), 0, theme().px(16), theme().px(12));
    foot->addStretch();
    foot->addWidget(save);
    droppedLayout->addWidget(m_dropped, 1);
    droppedLayout->addLayout(foot);
    m_tabs->addTab(m_table, tr("Rows"), u"rows"_s);
    m_tabs->addTab(m_tokens, tr("Tokens"), u"tokens"_s);
    m_tabs->addTab(dropped, tr("Dropped"), u"dropped"_s);

    connect(save, &QAbstractButton::clicked, this, &DataPage::saveDropped);
    connect(m_table, &widgets::TableView::rowActivated, this, [this](const QModelIndex& index) {
        showRow(index.row());
    });
    connect(m_rows, &RowTableModel::failed, this, &DataPage::showFailure);
    connect(m_tokens, &TokenTab::rowShown, this, [this](qint64 row) {
        m_table->selectRow(static_cast<int>(row));
    });
    connect(
        m_tokens, &TokenTab::modelChanged, this, [this] { m_facts->setModel(m_tokens->model()); });
    connect(m_tokens, &TokenTab::modelWanted, this, [this] { navigator().go({u"models"_s}); });
    return m_tabs;
}

void DataPage::chooseFiles()
{
    const QString filter =
        tr("Data (%1)").arg(u"*.jsonl *.json *.txt"_s) + u";;"_s + tr("All files (%1)").arg(u"*"_s);
    dialogs().openFiles(this, tr("Add data"), filter, [this](const QStringList& files) {
        m_wanted = files.value(0);
        studio().intake().add(files);
    });
}

void DataPage::showList(const QString& select)
{
    Result<std::vector<app::library::Dataset>> found =
        studio().library().datasets().list(m_body->filter());
    std::vector<app::library::Dataset> datasets;
    if (found.ok()) {
        datasets = std::move(found).value();
    }
    const bool isEmpty = datasets.empty();
    m_datasets->setDatasets(std::move(datasets), formatNames(studio().engine()));
    m_body->setEmpty(isEmpty && m_body->filter().isEmpty());
    if (isEmpty) {
        m_current.clear();
    } else {
        const int wanted = m_datasets->rowOfPath(m_wanted);
        if (wanted >= 0) {
            m_wanted.clear();
        }
        const int row = wanted >= 0 ? wanted : std::max(0, m_datasets->rowOfPath(select));
        m_body->list()->setCurrentIndex(m_datasets->index(row));
    }
    updateActions();
    Q_EMIT headingChanged();
}

void DataPage::showFile(const QModelIndex& index)
{
    if (!index.isValid()) {
        return;
    }
    const app::library::Dataset& dataset = m_datasets->at(index.row());
    if (dataset.path != m_current || !m_body->isShowingTabs()) {
        m_current = dataset.path;
        m_facts->setFile(dataset, m_datasets->formatName(dataset.format));
        inspect(dataset.path);
    }
    updateActions();
    Q_EMIT headingChanged();
}

void DataPage::inspect(const QString& path)
{
    studio().engine().cancel(m_question);
    m_body->showLoading();
    m_question = studio().engine().ask(u"inspect data"_s,
                                       Value::object({{"data", app::stdString(path)}}),
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

void DataPage::showAnswer(const Value& data)
{
    const qint64 good = data["good"].toInteger();
    m_rows->setFile(m_current, good);
    m_tokens->setFile(m_current, good);
    showDropped(data);
    m_body->showTabs();
}

void DataPage::showFailure(const Error& error)
{
    widgets::MessageBar* bar = m_body->showFailure();
    bar->setText(app::engineText(error.message), app::engineText(error.hint));
    bar->addAction(tr("Try again"), this, [this] { inspect(m_current); });
}

void DataPage::showDropped(const Value& data)
{
    const auto& dropped = data["dropped"].toList();
    m_droppedModel->clear();
    m_droppedModel->setHorizontalHeaderLabels({tr("Line"), tr("Reason"), tr("File")});
    for (std::size_t i = 0; i < std::min(dropped.size(), kMostDropped); ++i) {
        QList<QStandardItem*> row;
        for (const QString& text : {app::formatCount(dropped[i]["line"].toInteger()),
                                    app::engineText(dropped[i]["reason"].toString()),
                                    app::qs(dropped[i]["file"].toString())}) {
            row.append(new QStandardItem(text));
            row.last()->setEditable(false);
        }
        row.first()->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_droppedModel->appendRow(row);
    }
    m_dropped->setStretchColumn(1);
    m_tabs->setCount(Dropped, static_cast<int>(dropped.size()));
    m_tabs->setTabVisible(Dropped, !dropped.empty());
}

void DataPage::saveDropped()
{
    const QString name = QFileInfo(m_current).completeBaseName() + u"-dropped.csv"_s;
    dialogs().saveFile(
        this, tr("Save dropped rows"), name, tr("CSV (*.csv)"), [this](const QString& path) {
            QStringList lines = {u"line,reason"_s};
            for (int row = 0; row < m_droppedModel->rowCount(); ++row) {
                QString reason = m_droppedModel->item(row, 1)->text();
                reason.replace(u'"', u"\"\""_s);
                lines.append(m_droppedModel->item(row, 0)->text().remove(u',') + u",\""_s + reason
                             + u'"');
            }
            const QByteArray bytes = (lines.join(u'\n') + u'\n').toUtf8();
            app::runThen(
                this,
                [path, bytes] { return app::writeFileAtomically(path, bytes); },
                [this](const Result<void>& written) {
                    if (!written.ok()) {
                        showFailure(written.error());
                    }
                });
        });
}

void DataPage::showRow(qint64 row)
{
    m_tabs->setCurrentIndex(Tokens);
    m_tokens->setRow(row);
}

void DataPage::removeCurrent()
{
    const QModelIndex current = m_body->list()->currentIndex();
    if (!current.isValid()) {
        return;
    }
    const app::library::Dataset dataset = m_datasets->at(current.row());
    dialogs().ask(this,
                  {tr("Remove %1 from the list?").arg(dataset.name),
                   tr("The file stays where it is. It can be added again at any time."),
                   dataset.path,
                   {{u"cancel"_s, tr("Cancel"), Question::Kind::Cancel},
                    {u"remove"_s, tr("Remove"), Question::Kind::Primary}}},
                  [this, dataset](const Answered& answered) {
                      if (answered.id == "remove"_L1) {
                          m_current.clear();
                          (void)studio().library().datasets().trash(dataset.row);
                      }
                  });
}

void DataPage::updateActions()
{
    const bool has = m_datasets->rowCount() > 0 && !m_current.isEmpty();
    m_train->setVisible(has);
}

std::unique_ptr<Page> makePage(PageContext& context)
{
    return std::make_unique<DataPage>(context);
}

} // namespace ui::pages::data
