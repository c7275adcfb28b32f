// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/rows_tab.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "app/engine/engine_service.h"
#include "ui/pages/data/editor_splitter.h"
#include "ui/pages/data/row_editor.h"
#include "ui/pages/data/row_edits.h"
#include "ui/pages/data/row_table_model.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chip_delegate.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/separator.h"
#include "ui/widgets/table_view.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ui::pages::data {

namespace {

using engine::contract::Error;
using engine::contract::Value;
using namespace Qt::StringLiterals;

enum Shown { Table, Nothing };

// What is edited at once has been seen: a screen or a few.
constexpr qsizetype kMostSelected = 2000;

QString doneWords(const RowEdits& edits)
{
    QStringList words;
    if (const int changed = edits.changedRows(); changed > 0) {
        words.append(RowsTab::tr("%Ln row(s) changed", nullptr, changed));
    }
    if (const int deleted = edits.deletedRows(); deleted > 0) {
        words.append(RowsTab::tr("%Ln row(s) deleted", nullptr, deleted));
    }
    words.append(words.isEmpty() ? RowsTab::tr("No edits") : RowsTab::tr("the file is as it was"));
    return words.join(u" · "_s);
}

} // namespace

RowsTab::RowsTab(app::engine::EngineService& engine, RowEdits& edits, QWidget* parent)
    : QWidget(parent), m_edits(edits), m_rows(new RowTableModel(engine, edits, this)),
      m_table(new widgets::TableView), m_stack(new QStackedWidget),
      m_none(new widgets::EmptyState(u"search"_s, tr("No row holds this text"))),
      m_editor(new RowEditor), m_splitter(new EditorSplitter(m_stack, m_editor)),
      m_failure(new widgets::MessageBar(widgets::MessageBar::Severity::Error))
{
    const Theme& look = theme();
    m_table->setModel(m_rows);
    m_table->setAccessibleName(tr("Rows of the file"));
    m_table->setTextElideMode(Qt::ElideRight);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setItemDelegateForColumn(RowTableModel::Change, new widgets::ChipDelegate(m_table));
    m_table->setColumnWidth(RowTableModel::Number, look.px(72));
    m_table->setColumnWidth(RowTableModel::Prompt, look.px(220));
    m_table->setColumnWidth(RowTableModel::Change, look.px(96));
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->horizontalHeader()->setSectionResizeMode(RowTableModel::Answer, QHeaderView::Stretch);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_none);
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

    const auto fail = [this](const Error& error) {
        m_failure->setText(app::engineText(error.message), app::engineText(error.hint));
        m_failure->show();
    };
    connect(m_rows, &RowTableModel::failed, this, fail);
    connect(m_rows, &RowTableModel::searched, this, &RowsTab::follow);
    connect(m_rows, &RowTableModel::arrived, this, &RowsTab::openWanted);
    connect(m_rows, &QAbstractItemModel::modelReset, this, &RowsTab::follow);
    connect(&edits, &RowEdits::failed, this, fail);
    connect(&edits, &RowEdits::loaded, this, &RowsTab::follow);
    connect(&edits, &RowEdits::changed, this, &RowsTab::follow);
    connect(&edits, &RowEdits::written, this, [this] { m_rows->setEdits(m_edits.writtenFile()); });
    connect(m_search, &widgets::SearchField::searchChanged, this, &RowsTab::search);
    connect(m_table, &widgets::TableView::rowActivated, this, &RowsTab::editCurrent);
    connect(
        m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RowsTab::follow);
    connect(m_editor, &RowEditor::kept, this, &RowsTab::keep);
    connect(m_editor, &RowEditor::closed, this, &RowsTab::closeEditor);
    addKeys();
    follow();
}

QWidget* RowsTab::makeBar()
{
    const Theme& look = theme();
    m_search = new widgets::SearchField(tr("Search the rows"));
    m_search->setAccessibleName(tr("Search the rows"));
    m_edit = widgets::smallButton(tr("Edit"));
    m_edit->setToolTip(u"F2"_s);
    m_delete = widgets::smallButton(tr("Delete"), u"trash"_s);
    m_tokens = widgets::smallButton(tr("Tokens"));
    m_tokens->setToolTip(tr("This row as a model sees it"));
    auto* bar = new QWidget;
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(look.px(16), look.px(8), look.px(16), look.px(8));
    layout->setSpacing(look.px(8));
    layout->addWidget(m_search, 1);
    layout->addWidget(m_edit);
    layout->addWidget(m_delete);
    layout->addWidget(m_tokens);
    connect(m_edit, &QAbstractButton::clicked, this, &RowsTab::editCurrent);
    connect(m_delete, &QAbstractButton::clicked, this, &RowsTab::toggleDeleted);
    connect(m_tokens, &QAbstractButton::clicked, this, [this] {
        if (const DataRow* row = m_rows->rowAt(m_table->currentIndex().row())) {
            Q_EMIT tokensRequested(row->index);
        }
    });
    return bar;
}

QWidget* RowsTab::makeFoot()
{
    const Theme& look = theme();
    m_summary = new widgets::PlainLabel({}, Type::Small, Tone::Tertiary);
    auto* foot = new QWidget;
    auto* layout = new QHBoxLayout(foot);
    layout->setContentsMargins(look.px(16), look.px(8), look.px(16), look.px(8));
    layout->addWidget(m_summary, 1);
    return foot;
}

void RowsTab::addKeys()
{
    const auto add = [this](QWidget* widget, const QKeySequence& keys, auto action) {
        auto* key = new QAction(widget);
        key->setShortcut(keys);
        key->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        widget->addAction(key);
        connect(key, &QAction::triggered, this, action);
    };
    add(m_table, Qt::Key_F2, [this] { editCurrent(); });
    add(m_table, Qt::Key_Delete, [this] { toggleDeleted(); });
    add(this, QKeySequence::Find, [this] {
        m_search->setFocus(Qt::ShortcutFocusReason);
        m_search->selectAll();
    });
}

void RowsTab::setSource(const DataSource& source, qint64 rows)
{
    if (source.path != m_source.path) {
        const QSignalBlocker blocker(m_search);
        m_search->clear();
        m_wanted = -1;
    }
    m_source = source;
    m_failure->hide();
    closeEditor();
    m_rows->setSource(source, rows);
    if (rows > 0) {
        m_table->selectRow(0);
    }
}

void RowsTab::showRow(qint64 index, bool edits)
{
    if (m_rows->isSearching() && m_rows->rowOfIndex(index) < 0) {
        const QSignalBlocker blocker(m_search);
        m_search->clear();
        m_rows->search({});
    }
    const int row = m_rows->rowOfIndex(index);
    if (row < 0) {
        return;
    }
    m_table->selectRow(row);
    m_table->scrollTo(m_rows->index(row, 0), QAbstractItemView::PositionAtCenter);
    m_wanted = edits ? index : -1;
    openWanted();
}

void RowsTab::openWanted()
{
    const int row = m_wanted < 0 ? -1 : m_rows->rowOfIndex(m_wanted);
    if (row >= 0 && m_rows->rowAt(row) != nullptr) {
        m_wanted = -1;
        showEditor(row);
    }
    follow();
}

void RowsTab::search(const QString& text)
{
    m_failure->hide();
    closeEditor();
    m_rows->search(text.trimmed());
}

QList<int> RowsTab::selectedRows() const
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

bool RowsTab::isDeleted(int row) const
{
    const DataRow* known = m_rows->rowAt(row);
    const app::studio::RowEdit* edit = known != nullptr ? m_edits.find(known->sha256) : nullptr;
    return edit != nullptr && (edit->isDeleted || edit->deletesRepeats);
}

void RowsTab::editCurrent()
{
    const int row = m_table->currentIndex().row();
    if (row >= 0 && m_rows->rowAt(row) != nullptr && m_edits.isLoaded()) {
        showEditor(row);
    }
}

void RowsTab::showEditor(int row)
{
    const DataRow* known = m_rows->rowAt(row);
    const app::studio::RowEdit* edit = m_edits.find(known->sha256);
    DataRow shown = *known;
    if (edit != nullptr && !edit->replacement.isNull()) {
        shown.members = edit->replacement;
    }
    m_editor->setRow(shown, edit != nullptr ? edit->change : Value());
    m_splitter->openEditor();
    m_table->scrollTo(m_rows->index(row, 0));
    m_editor->focusFirst();
}

void RowsTab::closeEditor()
{
    m_splitter->closeEditor(*m_table);
}

void RowsTab::keep(const Value& change)
{
    const DataRow row = m_editor->row();
    closeEditor();
    m_edits.change({row.sha256, row.index}, change);
    m_table->setFocus(Qt::OtherFocusReason);
}

void RowsTab::toggleDeleted()
{
    const QList<int> selected = selectedRows();
    QList<RowName> names;
    bool areAllDeleted = true;
    for (const int row : selected) {
        if (const DataRow* known = m_rows->rowAt(row)) {
            names.append({known->sha256, known->index});
            areAllDeleted = areAllDeleted && isDeleted(row);
        }
    }
    if (!names.isEmpty() && m_delete->isEnabled()) {
        m_edits.setDeleted(names, !areAllDeleted);
    }
}

void RowsTab::follow()
{
    const bool hasEdits = m_edits.changedRows() + m_edits.deletedRows() > 0;
    m_table->setColumnHidden(RowTableModel::Change, !hasEdits);
    const QList<int> selected = selectedRows();
    bool isKnown = !selected.isEmpty();
    bool areAllDeleted = isKnown;
    for (const int row : selected) {
        isKnown = isKnown && m_rows->rowAt(row) != nullptr;
        areAllDeleted = areAllDeleted && isDeleted(row);
    }
    const bool canEdit = isKnown && m_edits.isLoaded();
    m_edit->setEnabled(canEdit && selected.size() == 1);
    m_tokens->setEnabled(canEdit && selected.size() == 1 && !areAllDeleted);
    m_delete->setEnabled(canEdit);
    m_delete->setText(areAllDeleted ? tr("Bring back") : tr("Delete"));
    m_delete->setToolTip(u"Del"_s);
    const bool isEmpty =
        m_rows->isSearching() && !m_rows->isSearchPending() && m_rows->rowCount() == 0;
    m_stack->setCurrentIndex(isEmpty ? Nothing : Table);
    QStringList words;
    if (m_rows->isSearchPending()) {
        words.append(tr("Searching…"));
    } else if (m_rows->isSearching()) {
        words.append(tr("%Ln row(s) found", nullptr, m_rows->rowCount()));
    }
    words.append(doneWords(m_edits));
    m_summary->setText(words.join(u" · "_s));
}

} // namespace ui::pages::data
