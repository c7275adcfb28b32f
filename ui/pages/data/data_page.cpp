// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/data_page.h"

#include "app/base/engine_text.h"
#include "app/base/error_text.h"
#include "app/base/format.h"
#include "app/base/task.h"
#include "app/base/text.h"
#include "app/studio/studio.h"
#include "engine/contract/error_codes.h"
#include "ui/dialogs/dialogs.h"
#include "ui/page/file_filters.h"
#include "ui/page/list_detail.h"
#include "ui/pages/data/bad_rows_tab.h"
#include "ui/pages/data/data_facts.h"
#include "ui/pages/data/data_measure.h"
#include "ui/pages/data/dataset_list_model.h"
#include "ui/pages/data/import_list_model.h"
#include "ui/pages/data/import_outcome.h"
#include "ui/pages/data/import_panel.h"
#include "ui/pages/data/lengths_tab.h"
#include "ui/pages/data/quality_tab.h"
#include "ui/pages/data/row_edits.h"
#include "ui/pages/data/rows_tab.h"
#include "ui/pages/data/token_tab.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/list_view.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/tab_view.h"

#include <QAction>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ui::pages::data {

namespace {

using engine::contract::Error;
using engine::contract::Result;
using engine::contract::Value;
using namespace Qt::StringLiterals;

constexpr int kNarrowestTab = 360;

enum Tab { Rows, Tokens, Lengths, Quality, Bad };

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
    : Page(u"data"_s, context), m_datasets(new DatasetListModel(this)), m_edits(new RowEdits(this)),
      m_measure(new DataMeasure(studio().engine(), this)),
      m_facts(new DataFacts(*m_measure, studio().engine())),
      m_import(new ImportPanel(studio().engine(), dialogs())),
      m_outcome(new ImportOutcome(studio().intake())), m_pages(new QStackedWidget),
      m_undo(new widgets::IconButton(u"undo"_s, tr("Undo the last edit"))),
      m_redo(new widgets::IconButton(u"redo"_s, tr("Do it again"))),
      m_add(widgets::ghostButton(tr("Add data…"), u"plus"_s)),
      m_train(widgets::primaryButton(tr("Train with this data"), u"train"_s))
{
    // Until the top bar takes them: a button without a parent would be a window.
    for (QWidget* action : std::initializer_list<QWidget*>{m_undo, m_redo, m_add, m_train}) {
        action->setParent(this);
    }
    m_body = new ListDetail({tr("Filter data"), tr("Data files"), tr("About the data")},
                            m_datasets,
                            makeEmpty(),
                            makeTabs(),
                            m_facts);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme().px(24), theme().px(16), theme().px(24), theme().px(16));
    layout->setSpacing(0);
    layout->addWidget(m_outcome);
    m_pages->addWidget(m_body);
    m_pages->addWidget(m_import);
    layout->addWidget(m_pages);

    connect(m_body, &ListDetail::filterChanged, this, [this] { showList(m_current); });
    connect(m_body, &ListDetail::removeRequested, this, &DataPage::removeCurrent);
    connect(m_body->list(), &widgets::ListView::currentRowChanged, this, &DataPage::showFile);
    connect(m_body, &ListDetail::cancelled, this, [this] {
        studio().engine().cancel(m_question);
        showFailure({std::string(engine::contract::code::kStopped),
                     app::stdString(tr("Reading the file was cancelled")),
                     "",
                     ""});
    });
    connect(m_add, &QAbstractButton::clicked, this, &DataPage::chooseFiles);
    connect(m_train, &QAbstractButton::clicked, this, &DataPage::train);
    connect(&studio().library(),
            &app::library::Library::changed,
            this,
            [this](app::library::Table table) {
                if (table == app::library::Table::Datasets) {
                    showList(m_current);
                }
            });
    connect(&studio().engine(), &app::engine::EngineService::catalogChanged, this, [this] {
        takeUsualLimit();
        showList(m_current);
    });
    connect(&studio().engine(),
            &app::engine::EngineService::progress,
            this,
            [this](const QString& id, qint64 done, qint64 total, qint64 rows) {
                if (id == m_question) {
                    m_body->setProgress(done, total, readingWords(done, total, rows));
                }
            });
    connect(m_import, &ImportPanel::accepted, this, &DataPage::take);
    connect(m_import, &ImportPanel::cancelled, this, &DataPage::endImport);
    connect(m_outcome, &ImportOutcome::trainingRequested, this, [this](const QStringList& paths) {
        navigator().go({u"train"_s, {}, {}, {{u"data"_s, paths}}});
    });
    connectTabs();
    takeUsualLimit();
    showList({});
}

QString DataPage::title() const
{
    if (m_pages->currentWidget() == m_import) {
        return tr("Import data");
    }
    const int row = m_datasets->rowOfPath(m_current);
    return row < 0 ? tr("Data") : m_datasets->at(row).name;
}

QString DataPage::fact() const
{
    const int row = m_datasets->rowOfPath(m_current);
    if (row < 0 || m_pages->currentWidget() == m_import) {
        return {};
    }
    const app::library::Dataset& dataset = m_datasets->at(row);
    if (dataset.format.isEmpty()) {
        return {}; // not read yet
    }
    QStringList facts = {tr("%Ln row(s)", nullptr, static_cast<int>(dataset.good)),
                         m_datasets->formatName(dataset.format)};
    if (dataset.dropped > 0) {
        facts.append(tr("%n dropped", nullptr, static_cast<int>(dataset.dropped)));
    }
    return facts.join(u" · "_s);
}

QList<QWidget*> DataPage::topBarWidgets()
{
    return {m_undo, m_redo, m_add, m_train};
}

void DataPage::open(const Destination& destination)
{
    if (const QStringList paths = destination.options.value(u"import"_s).toStringList();
        !paths.isEmpty()) {
        import(paths);
        return;
    }
    if (!destination.item.isEmpty()) {
        endImport();
        m_body->clearFilter();
        showList(destination.item);
    }
    m_tabs->setCurrentId(destination.tab);
    if (destination.options.contains(u"row"_s)) {
        m_row = destination.options.value(u"row"_s).toLongLong();
        if (m_body->isShowingTabs()) {
            showRow(std::exchange(m_row, -1), false);
        }
    }
}

widgets::EmptyState* DataPage::makeEmpty()
{
    auto* empty = new widgets::EmptyState(u"data"_s,
                                          tr("No data yet"),
                                          tr("Questions and answers, chats, plain text or pairs.\n"
                                             "jsonl, json, csv, tsv, parquet or txt."));
    connect(empty->setAction(tr("Add data…"), u"folder"_s),
            &QAbstractButton::clicked,
            this,
            &DataPage::chooseFiles);
    empty->setHint(tr("or drop files or folders anywhere"));
    return empty;
}

widgets::TabView* DataPage::makeTabs()
{
    m_tabs = new widgets::TabView;
    m_rows = new RowsTab(studio().engine(), *m_edits);
    m_tokens = new TokenTab(studio());
    m_lengths = new LengthsTab(*m_measure);
    m_quality = new QualityTab(studio(), *m_edits);
    m_bad = new BadRowsTab(dialogs(), studio().engine(), *m_edits);
    // Whatever stands in them, the tabs leave room for the columns beside them.
    for (QWidget* tab :
         std::initializer_list<QWidget*>{m_rows, m_tokens, m_lengths, m_quality, m_bad}) {
        tab->setMinimumWidth(theme().px(kNarrowestTab));
    }
    m_tabs->addTab(m_rows, tr("Rows"), u"rows"_s);
    m_tabs->addTab(m_tokens, tr("Tokens"), u"tokens"_s);
    m_tabs->addTab(m_lengths, tr("Lengths"), u"lengths"_s);
    m_tabs->addTab(m_quality, tr("Quality"), u"quality"_s);
    m_tabs->addTab(m_bad, tr("Bad rows"), u"dropped"_s);
    return m_tabs;
}

void DataPage::connectTabs()
{
    const auto takeModel = [this] {
        m_measure->setModel(m_tokens->model());
        m_quality->setModel(m_tokens->model());
    };
    const auto toModels = [this] { navigator().go({u"models"_s}); };
    connect(m_tokens, &TokenTab::modelChanged, this, takeModel);
    connect(m_tokens, &TokenTab::modelWanted, this, toModels);
    connect(m_lengths, &LengthsTab::modelWanted, this, toModels);
    connect(m_tokens, &TokenTab::rowShown, this, [this](qint64 row) { m_rows->showRow(row); });
    connect(m_rows, &RowsTab::tokensRequested, this, [this](qint64 row) {
        m_tokens->setRow(row);
        m_tabs->setCurrentIndex(Tokens);
    });
    connect(m_quality, &QualityTab::editRequested, this, [this](qint64 row) {
        m_tabs->setCurrentIndex(Rows);
        showRow(row, true);
    });
    connect(m_bad, &BadRowsTab::countChanged, this, [this](int count) {
        m_tabs->setCount(Bad, count);
    });
    connect(m_quality, &QualityTab::countChanged, this, [this](int count) {
        m_tabs->setCount(Quality, count);
    });
    connect(m_edits, &RowEdits::loaded, this, &DataPage::inspect);
    connect(m_edits, &RowEdits::failed, this, [this](const Error& error) {
        if (!m_edits->isLoaded()) {
            showFailure(error);
        }
    });
    connect(m_edits, &RowEdits::written, this, &DataPage::followEdits);
    QUndoStack& steps = m_edits->undoStack();
    const auto bind = [this, &steps](widgets::IconButton* button,
                                     const QKeySequence& keys,
                                     void (QUndoStack::*act)(),
                                     void (QUndoStack::*can)(bool)) {
        button->setEnabled(false);
        connect(button, &QAbstractButton::clicked, &steps, act);
        connect(&steps, can, button, &QWidget::setEnabled);
        auto* key = new QAction(this);
        key->setShortcut(keys);
        key->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(key);
        connect(key, &QAction::triggered, &steps, act);
    };
    bind(m_undo, QKeySequence::Undo, &QUndoStack::undo, &QUndoStack::canUndoChanged);
    bind(m_redo, QKeySequence::Redo, &QUndoStack::redo, &QUndoStack::canRedoChanged);
    connect(&steps, &QUndoStack::undoTextChanged, this, [this](const QString& text) {
        m_undo->setWords(text.isEmpty() ? tr("Undo the last edit") : tr("Undo: %1").arg(text));
    });
    connect(&steps, &QUndoStack::redoTextChanged, this, [this](const QString& text) {
        m_redo->setWords(text.isEmpty() ? tr("Do it again") : tr("Do again: %1").arg(text));
    });
    takeModel();
}

// How long a row may be in a new job.
void DataPage::takeUsualLimit()
{
    const auto* catalog = studio().engine().catalog();
    if (catalog == nullptr || catalog->methods.empty()) {
        return;
    }
    const Value job = studio().newJob(app::qs(catalog->methods.front().id));
    LengthLimit limit;
    limit.tokens = job["data"]["max_length"].toInteger(limit.tokens);
    if (const std::string& policy = job["data"]["truncate"].toString(); !policy.empty()) {
        limit.policy = policy;
    }
    m_measure->setUsualLimit(limit);
}

void DataPage::chooseFiles()
{
    dialogs().openFiles(this, tr("Add data"), dataFileFilter(), [this](const QStringList& files) {
        import(files);
    });
}

void DataPage::import(const QStringList& paths)
{
    m_outcome->clear();
    m_import->start(paths);
    m_pages->setCurrentWidget(m_import);
    updateActions();
    Q_EMIT headingChanged();
}

void DataPage::endImport()
{
    m_pages->setCurrentWidget(m_body);
    updateActions();
    Q_EMIT headingChanged();
}

void DataPage::take(const std::vector<ImportFile>& files)
{
    endImport();
    QStringList awaited;
    QList<LeftOut> leftOut;
    for (const ImportFile& file : files) {
        if (file.canBeAdded()) {
            awaited.append(file.path);
        } else {
            leftOut.append({file.path, file.whyNot()});
        }
    }
    m_outcome->follow(awaited, leftOut);
    for (const ImportFile& file : files) {
        if (file.canBeAdded()) {
            add(file);
        }
    }
}

// The roles and the encoding are kept with the edits, where the engine and the command line find
// them too.
void DataPage::add(const ImportFile& file)
{
    const QString edits = app::studio::editsFile(studio().paths(), file.path);
    app::runThen(
        this,
        [edits, roles = file.roles, encoding = file.encoding]() -> Result<void> {
            Result<app::studio::DataEdits> known = app::studio::loadEdits(edits);
            if (!known.ok()) {
                return known.error();
            }
            app::studio::DataEdits changed = std::move(known).value();
            if (roles.isNull() && encoding == changed.encoding) {
                return {};
            }
            changed.roles = roles.isNull() ? changed.roles : roles;
            changed.encoding = encoding;
            return app::studio::saveEdits(edits, changed);
        },
        [this, file](const Result<void>& saved) {
            if (!saved.ok()) {
                m_outcome->leaveOut({file.path, saved.error()});
                return;
            }
            m_wanted = file.path;
            if (file.path == m_current) {
                m_current.clear(); // read anew
            }
            studio().intake().addData(file.path, {file.format, file.roles, file.encoding});
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
    const bool hasFailed = !m_body->isShowingTabs() && m_question.isEmpty() && m_edits->isLoaded();
    if (dataset.path != m_current || hasFailed) {
        m_current = dataset.path;
        read();
    }
    m_facts->setFile(dataset, m_datasets->formatName(dataset.format));
    updateActions();
    Q_EMIT headingChanged();
}

DataSource DataPage::source() const
{
    const int row = m_datasets->rowOfPath(m_current);
    const bool isChosen = row >= 0 && m_datasets->at(row).isFormatChosen;
    return {m_current,
            isChosen ? m_datasets->at(row).format : QString(),
            m_edits->edits().roles,
            m_edits->edits().encoding,
            m_edits->writtenFile()};
}

// Its edits first: they say which column is what.
void DataPage::read()
{
    m_body->showLoading();
    studio().engine().cancel(m_question);
    m_question.clear();
    m_edits->setFile(app::studio::editsFile(studio().paths(), m_current));
}

void DataPage::inspect()
{
    studio().engine().cancel(m_question);
    m_body->showLoading();
    m_question = studio().engine().ask(
        u"inspect data"_s, source().asItStands(), this, [this](const Result<Value>& answer) {
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
    const DataSource file = source();
    learn(data);
    m_rows->setSource(file, good);
    m_tokens->setSource(file, good);
    m_quality->setSource(file, good);
    m_measure->setSource(file, good);
    m_tabs->setTabVisible(Bad, !data["dropped"].toList().empty());
    m_bad->setSource(file, data);
    m_body->showTabs();
    if (m_row >= 0) {
        showRow(std::exchange(m_row, -1), false);
    }
}

// Of a file that a run brought only the path is known. A copy of a known one stays as it is: the
// library knows data by their content.
void DataPage::learn(const Value& data)
{
    const int row = m_datasets->rowOfPath(m_current);
    const QString sha256 = app::qs(data["sha256"].toString());
    if (row >= 0 && m_datasets->at(row).format.isEmpty()
        && !studio().library().datasets().findByHash(sha256).ok()) {
        studio().intake().recordData(m_current, {}, data);
    }
}

void DataPage::showFailure(const Error& error)
{
    widgets::MessageBar* bar = m_body->showFailure();
    bar->setText(app::errorSentence(error), app::errorDetail(error));
    bar->addAction(tr("Try again"), this, [this] { read(); });
}

void DataPage::followEdits()
{
    const QString file = m_edits->writtenFile();
    m_tokens->setEdits(file);
    m_quality->setEdits(file);
    m_measure->setEdits(file);
}

void DataPage::showRow(qint64 row, bool edits)
{
    m_rows->showRow(row, edits);
    m_tokens->setRow(row);
}

// With the edits, and with the limit where it was chosen here.
void DataPage::train()
{
    QVariantMap options{{u"data"_s, m_current}};
    if (m_measure->isLimitChosen()) {
        options.insert(u"max_length"_s, m_measure->limit().tokens);
        options.insert(u"truncate"_s, QString::fromStdString(m_measure->limit().policy));
    }
    navigator().go({u"train"_s, {}, {}, options});
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
    const bool isImporting = m_pages->currentWidget() == m_import;
    const bool has = !isImporting && m_datasets->rowCount() > 0 && !m_current.isEmpty();
    m_add->setVisible(!isImporting);
    m_train->setVisible(has);
    m_undo->setVisible(has);
    m_redo->setVisible(has);
}

std::unique_ptr<Page> makePage(PageContext& context)
{
    return std::make_unique<DataPage>(context);
}

} // namespace ui::pages::data
