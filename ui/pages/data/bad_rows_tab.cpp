// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/bad_rows_tab.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "app/base/task.h"
#include "app/base/text.h"
#include "app/base/write_file.h"
#include "app/engine/engine_service.h"
#include "ui/dialogs/dialogs.h"
#include "ui/pages/data/bad_row_editor.h"
#include "ui/pages/data/bad_row_model.h"
#include "ui/pages/data/editor_splitter.h"
#include "ui/pages/data/row_edits.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chip_delegate.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/separator.h"
#include "ui/widgets/table_view.h"

#include <QAction>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::pages::data {

namespace {

using engine::contract::Error;
using engine::contract::Result;
using engine::contract::Value;
using Fate = BadRowModel::Fate;
using namespace Qt::StringLiterals;

// What is edited at once has been seen: a screen or a few.
constexpr qsizetype kMostSelected = 2000;

QByteArray quoted(const QString& text)
{
    QString escaped = text;
    escaped.replace(u'"', u"\"\""_s);
    return '"' + escaped.toUtf8() + '"';
}

qint64 droppedRows(const Value& answer)
{
    return answer["rows"].toInteger() - answer["good"].toInteger();
}

} // namespace

QByteArray problemList(const Value& dropped)
{
    QByteArray list = "line,code,reason,file\n";
    for (const Value& row : dropped.toList()) {
        list += QByteArray::number(qint64(row["line"].toInteger())) + ','
                + quoted(app::qs(row["code"].toString())) + ','
                + quoted(app::engineText(row["reason"].toString())) + ','
                + quoted(app::qs(row["file"].toString())) + '\n';
    }
    return list;
}

QByteArray problemRows(const Value& dropped)
{
    QByteArray rows;
    for (const Value& row : dropped.toList()) {
        if (row["text"].isString()) {
            rows += QByteArray::fromStdString(row["text"].toString()) + '\n';
        }
    }
    return rows;
}

BadRowsTab::BadRowsTab(Dialogs& dialogs, QWidget* parent)
    : BadRowsTab(dialogs, nullptr, nullptr, parent)
{
}

BadRowsTab::BadRowsTab(Dialogs& dialogs,
                       app::engine::EngineService& engine,
                       RowEdits& edits,
                       QWidget* parent)
    : BadRowsTab(dialogs, &engine, &edits, parent)
{
}

BadRowsTab::BadRowsTab(Dialogs& dialogs,
                       app::engine::EngineService* engine,
                       RowEdits* edits,
                       QWidget* parent)
    : QWidget(parent), m_dialogs(dialogs), m_engine(engine), m_edits(edits),
      m_rows(new BadRowModel(edits, this)), m_table(new widgets::TableView),
      m_editor(new BadRowEditor), m_splitter(new EditorSplitter(m_table, m_editor)),
      m_failure(new widgets::MessageBar(widgets::MessageBar::Severity::Error))
{
    const Theme& look = theme();
    m_table->setModel(m_rows);
    m_table->setAccessibleName(tr("Rows that cannot be used"));
    m_table->setTextElideMode(Qt::ElideRight);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setItemDelegateForColumn(BadRowModel::State, new widgets::ChipDelegate(m_table));
    m_table->setColumnWidth(BadRowModel::Line, look.px(72));
    m_table->setColumnWidth(BadRowModel::State, look.px(150));
    m_table->setColumnWidth(BadRowModel::Reason, look.px(240));
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->horizontalHeader()->setSectionResizeMode(BadRowModel::Text, QHeaderView::Stretch);
    auto* failure = new QVBoxLayout;
    failure->setContentsMargins(look.px(16), 0, look.px(16), look.px(8));
    failure->addWidget(m_failure);
    m_failure->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(makeBar());
    layout->addLayout(failure);
    layout->addWidget(m_splitter, 1);
    layout->addWidget(new widgets::Separator);
    layout->addWidget(makeFoot());
    connect(m_table->selectionModel(),
            &QItemSelectionModel::selectionChanged,
            this,
            &BadRowsTab::follow);
    connect(m_table, &widgets::TableView::rowActivated, this, &BadRowsTab::editCurrent);
    connect(m_editor, &BadRowEditor::kept, this, &BadRowsTab::keep);
    connect(m_editor, &BadRowEditor::closed, this, &BadRowsTab::closeEditor);
    if (m_engine != nullptr) {
        m_question = std::make_unique<WholeFileQuestion>(*m_engine);
    }
    if (m_edits != nullptr) {
        connect(m_edits, &RowEdits::changed, this, &BadRowsTab::follow);
        connect(m_edits, &RowEdits::written, this, &BadRowsTab::followEdits);
        connect(m_edits, &RowEdits::failed, this, &BadRowsTab::fail);
    }
    addKeys();
    follow();
}

QWidget* BadRowsTab::makeBar()
{
    const Theme& look = theme();
    m_words = new widgets::PlainLabel({}, Type::Small, Tone::Secondary);
    m_words->setWrapping(true);
    m_edit = widgets::smallButton(m_edits != nullptr ? tr("Mend") : tr("Show the row"));
    m_edit->setToolTip(u"F2"_s);
    m_leaveOut = widgets::smallButton(tr("Leave out"));
    m_leaveOut->setToolTip(u"Del"_s);
    if (m_edits == nullptr) {
        m_leaveOut->hide();
    }
    auto* bar = new QWidget;
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(look.px(16), look.px(8), look.px(16), look.px(8));
    layout->setSpacing(look.px(8));
    layout->addWidget(m_words, 1);
    layout->addWidget(m_edit);
    layout->addWidget(m_leaveOut);
    connect(m_edit, &QAbstractButton::clicked, this, &BadRowsTab::editCurrent);
    connect(m_leaveOut, &QAbstractButton::clicked, this, &BadRowsTab::toggleLeftOut);
    return bar;
}

QWidget* BadRowsTab::makeFoot()
{
    const Theme& look = theme();
    m_summary = new widgets::PlainLabel({}, Type::Small, Tone::Tertiary);
    auto* saveRows = widgets::smallButton(tr("Save the rows…"), u"save"_s);
    auto* saveList = widgets::smallButton(tr("Save the list…"), u"save"_s);
    auto* foot = new QWidget;
    auto* layout = new QHBoxLayout(foot);
    layout->setContentsMargins(look.px(16), look.px(8), look.px(16), look.px(8));
    layout->setSpacing(look.px(8));
    layout->addWidget(m_summary, 1);
    layout->addWidget(saveRows);
    layout->addWidget(saveList);
    connect(saveRows, &QAbstractButton::clicked, this, &BadRowsTab::saveRows);
    connect(saveList, &QAbstractButton::clicked, this, &BadRowsTab::saveList);
    return foot;
}

void BadRowsTab::addKeys()
{
    const auto add = [this](const QKeySequence& keys, auto action) {
        auto* key = new QAction(m_table);
        key->setShortcut(keys);
        key->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        m_table->addAction(key);
        connect(key, &QAction::triggered, this, action);
    };
    add(Qt::Key_F2, [this] { editCurrent(); });
    add(Qt::Key_Delete, [this] { toggleLeftOut(); });
}

void BadRowsTab::setRows(const Value& dropped, const QString& path)
{
    setSource({path},
              Value::object(
                  {{"rows", int64_t(dropped.toList().size())}, {"good", 0}, {"dropped", dropped}}));
}

void BadRowsTab::setSource(const DataSource& source, const Value& answer)
{
    m_source = source;
    m_dropped = answer["dropped"];
    m_all = droppedRows(answer);
    m_open = m_all;
    m_fileRows = answer["rows"].toInteger();
    m_failure->hide();
    closeEditor();
    m_rows->setRows(m_dropped);
    m_table->setColumnHidden(BadRowModel::File, !m_rows->hasSeveralFiles());
    if (m_rows->rowCount() > 0) {
        m_table->selectRow(0);
    }
    follow();
    Q_EMIT countChanged(int(m_open));
    askRemaining();
}

void BadRowsTab::followEdits()
{
    m_source.edits = m_edits->writtenFile();
    askRemaining();
}

void BadRowsTab::askRemaining()
{
    if (m_engine == nullptr || m_source.path.isEmpty() || m_all == 0) {
        return;
    }
    m_question->cancel();
    if (m_source.edits.isEmpty()) {
        m_open = m_all;
        m_rows->setRemaining(m_dropped);
        follow();
        Q_EMIT countChanged(int(m_open));
        return;
    }
    m_rows->setPending();
    m_question->ask(m_source.edited(), m_fileRows, [this](const Result<Value>& answer) {
        if (!answer.ok()) {
            fail(answer.error());
            return;
        }
        m_open = droppedRows(answer.value());
        m_rows->setRemaining(answer.value()["dropped"]);
        follow();
        Q_EMIT countChanged(int(m_open));
    });
}

void BadRowsTab::fail(const Error& error)
{
    m_failure->setText(app::engineText(error.message), app::engineText(error.hint));
    m_failure->show();
}

QList<int> BadRowsTab::selectedRows() const
{
    QList<int> rows;
    for (const QItemSelectionRange& range : m_table->selectionModel()->selection()) {
        for (int row = range.top(); row <= range.bottom(); ++row) {
            if (rows.size() >= kMostSelected) {
                return {};
            }
            rows.append(row);
        }
    }
    return rows;
}

void BadRowsTab::follow()
{
    const QList<int> selected = selectedRows();
    const bool areAllOut = !selected.isEmpty() && std::ranges::all_of(selected, [this](int row) {
        return m_rows->fate(row) == Fate::LeftOut;
    });
    const bool canEdit = m_edits == nullptr || m_edits->isLoaded();
    m_edit->setEnabled(canEdit && selected.size() == 1);
    m_leaveOut->setEnabled(canEdit && !selected.isEmpty());
    m_leaveOut->setText(areAllOut ? tr("Bring back") : tr("Leave out"));
    const qint64 done = m_all - m_open;
    m_words->setText(
        m_edits == nullptr ? tr("They are not trained. The file stays as it is.")
        : m_open == 0
            ? tr("All of them are mended or left out. The file stays as it is.")
            : tr(
                "They are not trained. Mend their text, or leave them out for good: the file stays "
                "as it is."));
    QStringList words;
    if (m_all > m_rows->rowCount()) {
        words.append(tr("The first %1 of %2")
                         .arg(app::formatCount(m_rows->rowCount()), app::formatCount(m_all)));
    }
    if (done > 0) {
        words.append(
            tr("%1 of %2 mended or left out").arg(app::formatCount(done), app::formatCount(m_all)));
    }
    m_summary->setText(words.join(u" · "_s));
}

void BadRowsTab::editCurrent()
{
    const int row = m_table->currentIndex().row();
    if (row >= 0 && m_edit->isEnabled()) {
        mend(row);
    }
}

void BadRowsTab::mend(int row)
{
    const BadRow bad = m_rows->at(row);
    const app::studio::RowEdit* edit = m_edits != nullptr ? m_edits->find(bad.sha256) : nullptr;
    m_editor->setRow(bad, m_rows->reason(row), edit != nullptr ? edit->text : std::nullopt);
    m_editor->setReadOnly(m_edits == nullptr);
    m_splitter->openEditor();
    m_table->scrollTo(m_rows->index(row, 0));
    m_editor->focusText();
}

void BadRowsTab::closeEditor()
{
    m_splitter->closeEditor(*m_table);
}

void BadRowsTab::keep(const std::optional<QString>& text)
{
    const BadRow row = m_editor->row();
    closeEditor();
    m_edits->setText(
        {row.sha256, -1}, text, tr("Mending of line %1").arg(app::formatCount(row.line)));
    m_table->setFocus(Qt::OtherFocusReason);
    selectNextBad();
}

// The next that nothing was done about, from the current one on.
void BadRowsTab::selectNextBad()
{
    const int current = m_table->currentIndex().row();
    for (int row = current + 1; row < m_rows->rowCount(); ++row) {
        if (m_rows->fate(row) == Fate::Bad) {
            m_table->selectRow(row);
            return;
        }
    }
}

void BadRowsTab::toggleLeftOut()
{
    QList<RowName> names;
    bool areAllOut = true;
    for (const int row : selectedRows()) {
        names.append({m_rows->at(row).sha256, -1});
        areAllOut = areAllOut && m_rows->fate(row) == Fate::LeftOut;
    }
    if (!names.isEmpty() && m_leaveOut->isEnabled() && m_edits != nullptr) {
        m_edits->setDeleted(names, !areAllOut);
    }
}

void BadRowsTab::saveList()
{
    save(u"-bad-rows.csv"_s, tr("CSV (*.csv)"), problemList(m_dropped));
}

// As they stand in the file where the studio knows all of them, else by the engine, which does.
void BadRowsTab::saveRows()
{
    const Value::List& rows = m_dropped.toList();
    const bool isAll = qint64(rows.size()) == m_all && m_rows->rowCount() == int(rows.size());
    bool areWhole = isAll;
    for (int row = 0; areWhole && row < m_rows->rowCount(); ++row) {
        areWhole = m_rows->at(row).isWhole();
    }
    if (m_engine != nullptr && !areWhole) {
        saveAllRows();
        return;
    }
    const QString ending = QFileInfo(m_source.path).suffix();
    save(u"-bad-rows."_s + (ending.isEmpty() ? u"txt"_s : ending),
         tr("All files (*)"),
         problemRows(m_dropped));
}

void BadRowsTab::saveAllRows()
{
    m_dialogs.saveFile(this,
                       tr("Save rows that cannot be used"),
                       QFileInfo(m_source.path).completeBaseName() + u"-bad-rows.jsonl"_s,
                       tr("JSON Lines (*.jsonl)"),
                       [this](const QString& path) {
                           Value question = m_source.asItStands();
                           question.set("bad_rows", app::stdString(path));
                           m_engine->ask(u"inspect data"_s,
                                         std::move(question),
                                         this,
                                         [this](const Result<Value>& answer) {
                                             m_failure->hide();
                                             if (!answer.ok()) {
                                                 fail(answer.error());
                                             }
                                         });
                       });
}

void BadRowsTab::save(const QString& ending, const QString& filter, const QByteArray& bytes)
{
    m_dialogs.saveFile(this,
                       tr("Save rows that cannot be used"),
                       QFileInfo(m_source.path).completeBaseName() + ending,
                       filter,
                       [this, bytes](const QString& path) {
                           app::runThen(
                               this,
                               [path, bytes] { return app::writeFileAtomically(path, bytes); },
                               [this](const Result<void>& written) {
                                   m_failure->hide();
                                   if (!written.ok()) {
                                       fail(written.error());
                                   }
                               });
                       });
}

} // namespace ui::pages::data
