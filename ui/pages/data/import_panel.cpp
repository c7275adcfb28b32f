// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/import_panel.h"

#include "app/base/engine_text.h"
#include "app/base/error_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "app/engine/engine_service.h"
#include "engine/contract/error_codes.h"
#include "ui/pages/data/bad_rows_tab.h"
#include "ui/pages/data/column_map.h"
#include "ui/pages/data/data_source.h"
#include "ui/pages/data/import_list_model.h"
#include "ui/pages/data/row_table_model.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/field_frame.h"
#include "ui/widgets/list_row_delegate.h"
#include "ui/widgets/list_view.h"
#include "ui/widgets/loading_state.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/separator.h"
#include "ui/widgets/tab_view.h"
#include "ui/widgets/table_view.h"

#include <QAction>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::pages::data {

namespace {

using engine::contract::Result;
using engine::contract::Value;
using namespace Qt::StringLiterals;

constexpr int kListWidth = 280;
constexpr int kMappingHeight = 190;

enum Shown { Loading, Failure, Content };
enum Tab { Rows, Bad };

QStandardItem* cell(const QString& text)
{
    auto* item = new QStandardItem(text);
    item->setEditable(false);
    return item;
}

} // namespace

ImportPanel::ImportPanel(app::engine::EngineService& engine, Dialogs& dialogs, QWidget* parent)
    : QWidget(parent), m_engine(engine), m_files(new ImportListModel(this)),
      m_list(new widgets::ListView), m_columns(new ColumnMap), m_columnArea(new QScrollArea),
      m_tabs(new widgets::TabView), m_rowModel(new QStandardItemModel(this)),
      m_rows(new widgets::TableView), m_bad(new BadRowsTab(dialogs)), m_stack(new QStackedWidget),
      m_loading(new widgets::LoadingState),
      m_failure(new widgets::MessageBar(widgets::MessageBar::Severity::Error)),
      m_reason(new widgets::PlainLabel({}, Type::Small, Tone::Secondary))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(theme().px(16));
    layout->addWidget(makeFiles());
    layout->addWidget(makeDetail(), 1);
    connect(m_columns,
            &ColumnMap::roleChosen,
            this,
            [this](const QString& column, const QString& role) {
                ImportFile file = m_files->at(current());
                file.roles = file.withRole(app::stdString(column), app::stdString(role));
                change(std::move(file));
            });
    connect(m_format, &QComboBox::activated, this, [this] {
        ImportFile file = m_files->at(current());
        file.format = m_format->currentData().toString();
        file.roles = {}; // another format has other columns
        change(std::move(file));
    });
    connect(m_preset, &QComboBox::activated, this, [this] {
        ImportFile file = m_files->at(current());
        file.format = m_preset->currentData().toString(); // an id of its own
        file.roles = {};
        change(std::move(file));
    });
    connect(m_encoding, &QComboBox::activated, this, [this] {
        ImportFile file = m_files->at(current());
        file.encoding = m_encoding->currentData().toString();
        change(std::move(file));
    });
    connect(m_loading, &widgets::LoadingState::cancelled, this, &ImportPanel::cancelCurrent);
    connect(&engine, &app::engine::EngineService::progress, this, &ImportPanel::followReading);
    connect(&engine, &app::engine::EngineService::catalogChanged, this, &ImportPanel::fillFormats);
    fillFormats();
    updateActions();
}

QWidget* ImportPanel::makeFiles()
{
    auto* card = new widgets::Card(tr("Files to import"));
    card->setFlush(true);
    card->setFixedWidth(theme().px(kListWidth));
    m_list->setItemDelegate(new widgets::ListRowDelegate(m_list));
    m_list->setModel(m_files);
    m_list->setAccessibleName(tr("Files to import"));
    card->body()->addWidget(m_list, 1);
    auto* remove = new QAction(tr("Leave this file out"), m_list);
    remove->setShortcut(QKeySequence::Delete);
    remove->setShortcutContext(Qt::WidgetShortcut);
    m_list->addAction(remove);
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(remove, &QAction::triggered, this, &ImportPanel::removeCurrent);
    connect(m_list, &widgets::ListView::currentRowChanged, this, &ImportPanel::showCurrent);
    return card;
}

QWidget* ImportPanel::makeChoices()
{
    const Theme& look = theme();
    m_format = new widgets::ComboBox;
    m_formatFrame = new widgets::FieldFrame(tr("Format"), m_format);
    m_preset = new widgets::ComboBox;
    m_preset->setPlaceholderText(tr("None"));
    m_presetFrame = new widgets::FieldFrame(tr("As a known data set"), m_preset);
    auto* choices = new QHBoxLayout;
    choices->setSpacing(look.px(12));
    choices->addWidget(m_formatFrame, 1, Qt::AlignTop);
    choices->addWidget(m_presetFrame, 1, Qt::AlignTop);
    m_encoding = new widgets::ComboBox;
    m_encodingFrame = new widgets::FieldFrame(tr("Encoding"), m_encoding);
    choices->addWidget(m_encodingFrame, 1, Qt::AlignTop);
    auto* area = m_columnArea;
    area->setWidget(m_columns);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    m_columns->setAutoFillBackground(false);
    area->viewport()->setAutoFillBackground(false);
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(look.px(16), look.px(12), look.px(16), look.px(12));
    layout->setSpacing(look.px(10));
    layout->addLayout(choices);
    layout->addWidget(new widgets::PlainLabel(tr("What each column is"), Type::Label));
    layout->addWidget(area);
    return box;
}

QWidget* ImportPanel::makeDetail()
{
    const Theme& look = theme();
    m_card = new widgets::Card(tr("Import"));
    m_card->setFlush(true);
    m_loading->setCancellable(true);
    m_rows->setModel(m_rowModel);
    m_rows->setAccessibleName(tr("First rows as they are read"));
    m_rows->setTextElideMode(Qt::ElideRight);
    m_tabs->addTab(m_rows, tr("First rows"), u"rows"_s);
    m_tabs->addTab(m_bad, tr("Bad rows"), u"bad"_s);
    auto* content = new QWidget;
    auto* contentLayout = new QVBoxLayout(content);
    contentLayout->setContentsMargins({});
    contentLayout->setSpacing(0);
    contentLayout->addWidget(makeChoices());
    contentLayout->addWidget(new widgets::Separator);
    contentLayout->addWidget(m_tabs, 1);
    auto* failure = new QWidget;
    auto* failureLayout = new QVBoxLayout(failure);
    failureLayout->setContentsMargins(look.px(16), look.px(16), look.px(16), look.px(16));
    failureLayout->addWidget(m_failure);
    failureLayout->addStretch();
    m_stack->addWidget(m_loading);
    m_stack->addWidget(failure);
    m_stack->addWidget(content);
    m_card->body()->addWidget(m_stack, 1);
    auto* cancel = widgets::normalButton(tr("Cancel"));
    m_accept = widgets::primaryButton(tr("Add"), u"plus"_s);
    m_accept->setObjectName(u"import_accept"_s); // pictures press it
    m_card->footer()->addWidget(m_reason, 1);
    m_card->footer()->addWidget(cancel);
    m_card->footer()->addWidget(m_accept);
    connect(cancel, &QAbstractButton::clicked, this, [this] {
        for (const QString& question : std::as_const(m_questions)) {
            m_engine.cancel(question);
        }
        m_questions.clear();
        m_files->setFiles({});
        Q_EMIT cancelled();
    });
    connect(m_accept, &QAbstractButton::clicked, this, [this] {
        const std::vector<ImportFile> files = m_files->files();
        m_files->setFiles({});
        Q_EMIT accepted(files);
    });
    return m_card;
}

// The formats and the known data sets, as the engine has them.
void ImportPanel::fillFormats()
{
    const auto* catalog = m_engine.catalog();
    if (catalog == nullptr) {
        return;
    }
    QHash<QString, QString> names;
    m_format->clear();
    m_format->addItem(tr("As detected"), QString());
    for (const engine::contract::CatalogEntry& format : catalog->formats) {
        names.insert(app::qs(format.id), app::engineText(format.name));
        m_format->addItem(app::engineText(format.name), app::qs(format.id));
    }
    m_preset->clear();
    for (const engine::contract::DataPreset& preset : catalog->dataPresets) {
        m_preset->addItem(app::qs(preset.name), app::qs(preset.id));
        m_preset->setItemData(
            m_preset->count() - 1, app::engineText(preset.summary), Qt::ToolTipRole);
        names.insert(app::qs(preset.id), app::qs(preset.name));
    }
    m_files->setFormatNames(std::move(names));
    fillEncodings(*catalog);
    showCurrent();
}

// What data.encoding suggests; the engine knows more.
void ImportPanel::fillEncodings(const engine::contract::Catalog& catalog)
{
    m_encoding->clear();
    m_encoding->addItem(tr("As detected"), QString());
    const auto* data = engine::contract::findEntry(catalog.job, "data");
    if (data == nullptr) {
        return;
    }
    const auto field = std::ranges::find(data->fields, "encoding", &engine::contract::Field::key);
    if (field != data->fields.end()) {
        for (const std::string& name : field->choices) {
            if (name != "auto") {
                m_encoding->addItem(app::qs(name), app::qs(name));
            }
        }
    }
}

void ImportPanel::start(const QStringList& paths)
{
    std::vector<ImportFile> files = m_files->files();
    QStringList added;
    for (const QString& path : paths) {
        if (m_files->rowOfPath(path) < 0 && !added.contains(path)) {
            files.push_back({path, {}});
            added.append(path);
        }
    }
    const int first = added.isEmpty() ? 0 : int(files.size()) - int(added.size());
    m_files->setFiles(std::move(files));
    m_list->setCurrentIndex(m_files->index(first));
    for (const QString& path : added) {
        ask(path);
    }
    showCurrent();
}

bool ImportPanel::isEmpty() const
{
    return m_files->rowCount() == 0;
}

int ImportPanel::current() const
{
    return m_list->currentIndex().row();
}

void ImportPanel::change(ImportFile file)
{
    file.error.reset();
    file.read = 0;
    const QString path = file.path;
    m_files->set(m_files->rowOfPath(path), std::move(file));
    ask(path);
}

void ImportPanel::ask(const QString& path)
{
    m_engine.cancel(m_questions.value(path));
    const ImportFile& asked = m_files->at(m_files->rowOfPath(path));
    const QString question = m_engine.ask(
        u"inspect data"_s, asked.question(), this, [this, path](const Result<Value>& answer) {
            m_questions.remove(path);
            const int row = m_files->rowOfPath(path);
            if (row < 0) {
                return;
            }
            ImportFile file = m_files->at(row);
            if (answer.ok()) {
                file.answer = answer.value();
                file.error.reset();
            } else {
                file.error = answer.error();
            }
            m_files->set(row, std::move(file));
            showCurrent();
        });
    m_questions.insert(path, question);
    updateActions();
}

void ImportPanel::followReading(const QString& question, qint64 done, qint64 total, qint64 rows)
{
    const int row = m_files->rowOfPath(m_questions.key(question));
    if (row < 0 || total <= 0) {
        return;
    }
    ImportFile file = m_files->at(row);
    file.read = static_cast<int>(100 * done / total);
    m_files->set(row, std::move(file));
    if (row == current()) {
        m_loading->setProgress(done, total, readingWords(done, total, rows));
    }
}

void ImportPanel::cancelCurrent()
{
    ImportFile file = m_files->at(current());
    m_engine.cancel(m_questions.take(file.path));
    file.error = {std::string(engine::contract::code::kStopped),
                  app::stdString(tr("Reading the file was cancelled")),
                  {},
                  {}};
    m_files->set(current(), std::move(file));
    showCurrent();
}

void ImportPanel::removeCurrent()
{
    std::vector<ImportFile> files = m_files->files();
    const int row = current();
    if (row < 0) {
        return;
    }
    m_engine.cancel(m_questions.take(files[std::size_t(row)].path));
    files.erase(files.begin() + row);
    const bool isLast = files.empty();
    m_files->setFiles(std::move(files));
    if (isLast) {
        Q_EMIT cancelled();
        return;
    }
    m_list->setCurrentIndex(m_files->index(std::min(row, m_files->rowCount() - 1)));
    showCurrent();
}

void ImportPanel::showCurrent()
{
    updateActions();
    const int row = current();
    if (row < 0) {
        return;
    }
    const ImportFile& file = m_files->at(row);
    m_card->setTitle(QFileInfo(file.path).fileName());
    m_loading->stop();
    if (file.error && file.answer.isNull()) {
        m_card->setFact({});
        m_failure->setText(app::errorSentence(*file.error), app::errorDetail(*file.error));
        m_failure->clearActions();
        if (file.error->code == engine::contract::code::kStopped) {
            m_failure->addAction(tr("Try again"), this, [this] {
                change(m_files->at(current()));
                showCurrent();
            });
        }
        m_stack->setCurrentIndex(Failure);
        return;
    }
    if (file.answer.isNull()) {
        m_card->setFact(tr("being read…"));
        m_stack->setCurrentIndex(Loading);
        m_loading->start();
        return;
    }
    const Value& answer = file.answer;
    QStringList facts = {tr("%Ln row(s)", nullptr, int(answer["good"].toInteger())),
                         app::qs(answer["encoding"].toString())};
    if (const qint64 repaired = answer["repaired"].toInteger(); repaired > 0) {
        facts.append(tr("%Ln repaired", nullptr, int(repaired)));
    }
    facts.removeAll({});
    m_card->setFact(facts.join(u" · "_s));
    if (!m_format->setCurrentData(file.format)) {
        m_format->setCurrentIndex(0); // that of a known data set
    }
    const QString detected = m_files->formatName(app::qs(answer["format"].toString()));
    const QString confidence = confidenceWord(answer["confidence"]);
    m_formatFrame->setHint(confidence.isEmpty() ? tr("Read as %1").arg(detected)
                                                : tr("Read as %1, %2").arg(detected, confidence));
    m_formatFrame->setState(file.error ? widgets::FieldFrame::State::Refused
                                       : widgets::FieldFrame::State::Normal,
                            file.error ? app::engineText(file.error->message) : QString());
    if (!m_encoding->setCurrentData(file.encoding)) {
        m_encoding->setCurrentIndex(0);
    }
    m_encodingFrame->setVisible(m_encoding->count() > 1);
    m_presetFrame->setVisible(m_preset->count() > 0);
    const QString preset = app::qs(answer["preset"].toString());
    if (preset.isEmpty() || !m_preset->setCurrentData(preset)) {
        m_preset->setCurrentIndex(-1);
    }
    m_columns->setFile(file);
    // A scroll area claims no height of its own when what it holds changes.
    m_columnArea->setFixedHeight(
        std::min(m_columns->sizeHint().height(), theme().px(kMappingHeight)));
    showRows(file);
    m_stack->setCurrentIndex(Content);
}

void ImportPanel::showRows(const ImportFile& file)
{
    m_rowModel->clear();
    m_rowModel->setHorizontalHeaderLabels({tr("Line"), tr("Prompt"), tr("Answer")});
    m_rowModel->horizontalHeaderItem(0)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    for (const Value& record : file.answer["records"].toList()) {
        const DataRow row = readDataRow(record);
        auto* line = cell(row.line > 0 ? app::formatCount(row.line) : app::noValue());
        line->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_rowModel->appendRow({line, cell(row.prompt), cell(row.answer)});
    }
    m_rows->setColumnWidth(0, theme().px(64));
    m_rows->setColumnWidth(1, theme().px(260));
    m_rows->horizontalHeader()->setStretchLastSection(true);
    const Value& dropped = file.answer["dropped"];
    m_bad->setRows(dropped, file.path);
    m_tabs->setCount(Bad, int(dropped.toList().size()));
    m_tabs->setTabVisible(Bad, !dropped.toList().empty());
}

void ImportPanel::updateActions()
{
    const int good = m_files->addable();
    const int all = m_files->rowCount();
    m_accept->setText(tr("Add %n file(s)", nullptr, good));
    m_accept->setEnabled(good > 0 && m_questions.isEmpty());
    m_reason->setText(!m_questions.isEmpty() ? tr("The files are being read.")
                      : good == 0            ? tr("No row of these files can be used yet.")
                      : good < all
                          ? tr("%n file(s) cannot be used and stay out.", nullptr, all - good)
                          : tr("The files stay where they are."));
}

} // namespace ui::pages::data
