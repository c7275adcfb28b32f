// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/row_table_model.h"

#include "app/base/format.h"
#include "app/base/text.h"
#include "app/engine/engine_service.h"
#include "ui/pages/data/row_edits.h"
#include "ui/theme/tone.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/item_roles.h"

#include <algorithm>
#include <limits>

namespace ui::pages::data {

namespace {

using app::studio::RowEdit;
using engine::contract::Result;
using engine::contract::Value;
using namespace Qt::StringLiterals;

constexpr int kPage = 100;
constexpr int kMostPages = 60;
constexpr int kLongestCell = 300;
// While rows fly by nobody reads them: only where the view comes to rest is asked.
constexpr int kRestMs = 25;
constexpr int kMostAsked = 2;

// The first words, on one line.
QString cellText(const std::string& text)
{
    return app::qs(text).left(kLongestCell).simplified();
}

void readTurns(const Value& record, QString& prompt, QString& answer)
{
    for (const Value& turn : record["turns"].toList()) {
        const std::string& role = turn["role"].toString();
        QString& part = role == "assistant" || role == "text" ? answer : prompt;
        if (role != "system" && part.isEmpty()) {
            part = cellText(turn["content"].toString());
            const QString input = cellText(turn["input"].toString());
            part += input.isEmpty() ? QString() : QString(u" · "_s + input);
        }
    }
}

} // namespace

DataRow readDataRow(const Value& record)
{
    DataRow row;
    row.index = record["index"].toInteger();
    row.line = record["line"].toInteger();
    row.sha256 = app::qs(record["sha256"].toString());
    row.members = record["row"];
    readTurns(record, row.prompt, row.answer);
    return row;
}

RowTableModel::RowTableModel(app::engine::EngineService& engine, RowEdits& edits, QObject* parent)
    : QAbstractTableModel(parent), m_engine(engine), m_edits(edits), m_pages(kMostPages)
{
    m_delay.setSingleShot(true);
    m_delay.setInterval(kRestMs);
    connect(&m_delay, &QTimer::timeout, this, &RowTableModel::askWanted);
    connect(&edits, &RowEdits::changed, this, [this] {
        if (m_rows > 0) {
            Q_EMIT dataChanged(index(0, Prompt), index(m_rows - 1, Change));
        }
    });
}

void RowTableModel::clear()
{
    ++m_generation;
    m_pages.clear();
    m_asked.clear();
    m_wanted.clear();
}

void RowTableModel::setSource(const DataSource& source, qint64 rows)
{
    beginResetModel();
    clear();
    m_source = source;
    m_search.clear();
    m_isSearchPending = false;
    m_fileRows = rows;
    m_rows = static_cast<int>(std::min<qint64>(rows, std::numeric_limits<int>::max()));
    endResetModel();
}

void RowTableModel::setEdits(const QString& file)
{
    m_source.edits = file;
    for (const int page : m_pages.keys()) {
        askEdited(page);
    }
}

void RowTableModel::search(const QString& text)
{
    if (text == m_search) {
        return;
    }
    beginResetModel();
    clear();
    m_search = text;
    m_isSearchPending = !text.isEmpty();
    m_rows = text.isEmpty()
                 ? static_cast<int>(std::min<qint64>(m_fileRows, std::numeric_limits<int>::max()))
                 : 0;
    endResetModel();
    if (m_isSearchPending) {
        ask(0);
    }
}

int RowTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_rows;
}

int RowTableModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

const DataRow* RowTableModel::rowAt(int row) const
{
    const Page* page = m_pages.object(row / kPage);
    const auto place = static_cast<std::size_t>(row % kPage);
    if (page == nullptr) {
        want(row / kPage);
        return nullptr;
    }
    return place < page->rows.size() ? &page->rows[place] : nullptr;
}

int RowTableModel::rowOfIndex(qint64 index) const
{
    if (!isSearching()) {
        return index >= 0 && index < m_rows ? static_cast<int>(index) : -1;
    }
    for (const int page : m_pages.keys()) {
        const std::vector<DataRow>& rows = m_pages.object(page)->rows;
        const auto found = std::ranges::find(rows, index, &DataRow::index);
        if (found != rows.end()) {
            return page * kPage + static_cast<int>(found - rows.begin());
        }
    }
    return -1;
}

// A view asks while it paints; the question goes out afterwards.
void RowTableModel::want(int page) const
{
    std::erase(m_wanted, page);
    m_wanted.push_back(page);
    if (!m_delay.isActive()) {
        m_delay.start();
    }
}

void RowTableModel::askWanted()
{
    while (!m_wanted.empty() && m_asked.size() < kMostAsked) {
        const int page = m_wanted.back();
        m_wanted.pop_back();
        if (!m_asked.contains(page) && !m_pages.contains(page)) {
            ask(page);
        }
    }
    // What is older has been scrolled past.
    if (m_wanted.size() > kMostAsked) {
        m_wanted.erase(m_wanted.begin(), m_wanted.end() - kMostAsked);
    }
}

void RowTableModel::ask(int page)
{
    m_asked.insert(page);
    Value question = m_source.asItStands();
    question.set("first", int64_t(page) * kPage);
    question.set("rows", kPage);
    if (isSearching()) {
        question.set("search", app::stdString(m_search));
    }
    m_engine.ask(u"inspect data"_s,
                 std::move(question),
                 this,
                 [this, page, generation = m_generation](const Result<Value>& answer) {
                     if (generation != m_generation) {
                         return;
                     }
                     m_asked.remove(page);
                     if (answer.ok()) {
                         take(page, answer.value());
                     } else {
                         m_isSearchPending = false;
                         Q_EMIT failed(answer.error());
                     }
                 });
}

void RowTableModel::take(int page, const Value& answer)
{
    auto* rows = new Page;
    for (const Value& record : answer["records"].toList()) {
        rows->rows.push_back(readDataRow(record));
    }
    const bool isFirst = std::exchange(m_isSearchPending, false);
    if (isFirst) {
        beginResetModel();
        m_rows = static_cast<int>(
            std::min<qint64>(answer["matches"].toInteger(), std::numeric_limits<int>::max()));
        m_pages.insert(page, rows);
        endResetModel();
        Q_EMIT searched();
    } else {
        m_pages.insert(page, rows);
        const int last = std::min((page + 1) * kPage, m_rows) - 1;
        if (last >= page * kPage) {
            Q_EMIT dataChanged(index(page * kPage, Number), index(last, Change));
        }
    }
    askEdited(page);
    Q_EMIT arrived();
    // Those that came into view meanwhile.
    if (!m_wanted.empty()) {
        m_delay.start();
    }
}

// What the edits make of the page's rows; a row that is left out does not come back.
void RowTableModel::askEdited(int page)
{
    const Page* shown = m_pages.object(page);
    if (shown == nullptr || m_source.edits.isEmpty()) {
        return;
    }
    qint64 first = std::numeric_limits<qint64>::max();
    qint64 last = -1;
    for (const DataRow& row : shown->rows) {
        const RowEdit* edit = m_edits.find(row.sha256);
        if (edit != nullptr && (edit->isChanged() || edit->deletesRepeats)) {
            first = std::min(first, row.index);
            last = std::max(last, row.index);
        }
    }
    if (last < 0) {
        return;
    }
    // Matches of a search may stand far apart; then the first ones are looked at.
    const qint64 rows = std::min<qint64>(last - first + 1, 1000);
    Value question = m_source.edited();
    question.set("first", int64_t(first));
    question.set("rows", int64_t(rows));
    m_engine.ask(u"inspect data"_s,
                 std::move(question),
                 this,
                 [this, page, first, rows, generation = m_generation](const Result<Value>& answer) {
                     if (generation == m_generation && answer.ok()) {
                         takeEdited(page, first, rows, answer.value());
                     }
                 });
}

void RowTableModel::takeEdited(int page, qint64 first, qint64 rows, const Value& answer)
{
    Page* shown = m_pages.object(page);
    if (shown == nullptr) {
        return;
    }
    for (DataRow& row : shown->rows) {
        const RowEdit* edit = m_edits.find(row.sha256);
        if (edit == nullptr || row.index < first || row.index >= first + rows) {
            continue;
        }
        row.isGone = true;
        row.editedPrompt.clear();
        row.editedAnswer.clear();
        for (const Value& record : answer["records"].toList()) {
            if (record["index"].toInteger() == row.index) {
                row.isGone = false;
                readTurns(record, row.editedPrompt, row.editedAnswer);
            }
        }
    }
    const int last = std::min((page + 1) * kPage, m_rows) - 1;
    if (last >= page * kPage) {
        Q_EMIT dataChanged(index(page * kPage, Prompt), index(last, Change));
    }
}

QVariant RowTableModel::changeOf(const DataRow& row, int role) const
{
    const RowEdit* edit = m_edits.find(row.sha256);
    const bool isGone =
        edit != nullptr && (edit->isDeleted || (edit->deletesRepeats && row.isGone));
    const bool isChanged = edit != nullptr && edit->isChanged();
    if (!isGone && !isChanged) {
        return {};
    }
    if (role == widgets::ChipKindRole) {
        return int(isGone ? widgets::Chip::Kind::Warning : widgets::Chip::Kind::Accent);
    }
    return isGone ? tr("deleted") : tr("changed");
}

QVariant RowTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return int(Qt::AlignVCenter | (index.column() == Number ? Qt::AlignRight : Qt::AlignLeft));
    }
    const DataRow* row = rowAt(index.row());
    if (index.column() == Change) {
        const bool isAsked = role == widgets::ChipRole || role == widgets::ChipKindRole
                             || role == Qt::AccessibleTextRole;
        return row != nullptr && isAsked ? changeOf(*row, role) : QVariant();
    }
    if (role == widgets::ToneRole) {
        const bool isQuiet =
            index.column() == Number
            || (row != nullptr
                && changeOf(*row, widgets::ChipKindRole) == int(widgets::Chip::Kind::Warning));
        return int(isQuiet ? Tone::Tertiary : Tone::Normal);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    if (index.column() == Number) {
        if (isSearching()) {
            return row != nullptr ? app::formatCount(row->index + 1) : u"…"_s;
        }
        return app::formatCount(index.row() + 1);
    }
    if (row == nullptr) {
        return u"…"_s;
    }
    const RowEdit* edit = m_edits.find(row->sha256);
    const bool isEdited = edit != nullptr && edit->isChanged() && !edit->isDeleted
                          && (!row->editedPrompt.isEmpty() || !row->editedAnswer.isEmpty());
    if (index.column() == Prompt) {
        return isEdited ? row->editedPrompt : row->prompt;
    }
    return isEdited ? row->editedAnswer : row->answer;
}

QVariant RowTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return int(Qt::AlignVCenter | (section == Number ? Qt::AlignRight : Qt::AlignLeft));
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Number:
        return tr("Row");
    case Prompt:
        return tr("Prompt");
    case Answer:
        return tr("Answer");
    default:
        return QString();
    }
}

} // namespace ui::pages::data
