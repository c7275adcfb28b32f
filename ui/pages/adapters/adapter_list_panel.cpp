// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/adapters/adapter_list_panel.h"

#include "app/base/error_text.h"
#include "app/base/format.h"
#include "app/base/settings.h"
#include "app/base/text.h"
#include "engine/contract/value.h"
#include "ui/page/layout_memory.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/separator.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/two_line_delegate.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QMenu>
#include <QScopedValueRollback>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ui::pages::adapters {

using app::library::Adapter;
using app::library::AdapterQuery;
using app::library::AdapterSort;
using ::engine::contract::Value;
using namespace Qt::StringLiterals;

namespace {

const QString kViewState = QStringLiteral("adapters/view");
// Width of the panel below which the quieter columns give way.
constexpr int kNarrow = 500;

int columnOf(AdapterSort sort)
{
    switch (sort) {
    case AdapterSort::Name:
        return AdapterTableModel::Name;
    case AdapterSort::Method:
        return AdapterTableModel::MadeBy;
    case AdapterSort::Rank:
        return AdapterTableModel::Rank;
    case AdapterSort::Parameters:
        return AdapterTableModel::Parameters;
    case AdapterSort::Bytes:
        return AdapterTableModel::Bytes;
    case AdapterSort::EvalLoss:
        return AdapterTableModel::Loss;
    case AdapterSort::Made:
        break;
    }
    return -1;
}

} // namespace

AdapterListPanel::AdapterListPanel(app::library::Library& library,
                                   app::Settings& settings,
                                   QWidget* parent)
    : Card({}, {}, parent), m_library(library), m_settings(settings),
      m_model(new AdapterTableModel(library, this)),
      m_search(new widgets::SearchField(tr("Search names, notes, tags"), false)),
      m_base(widgets::normalButton(tr("Any base"), u"model"_s)),
      m_tag(widgets::normalButton(tr("Any tag"), u"tag"_s)), m_table(new widgets::TableView),
      m_stack(new QStackedWidget),
      m_nothing(new widgets::EmptyState(u"search"_s, tr("No adapter matches"))),
      m_failure(new widgets::MessageBar(widgets::MessageBar::Severity::Error)),
      m_totals(new widgets::PlainLabel({}, Type::Small, Tone::Secondary)),
      m_trash(widgets::ghostButton({}, u"trash"_s))
{
    setFlush(true);
    body()->setSpacing(0);
    body()->addWidget(makeFilters());
    body()->addWidget(new widgets::Separator);
    makeTable();
    auto* failure = new QWidget;
    auto* failureLayout = new QVBoxLayout(failure);
    failureLayout->addWidget(m_failure);
    failureLayout->addStretch();
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_nothing);
    m_stack->addWidget(failure);
    body()->addWidget(m_stack, 1);
    makeFooter();
    recall();
}

QWidget* AdapterListPanel::makeFilters()
{
    auto* filters = new QWidget;
    auto* row = new QHBoxLayout(filters);
    const int side = theme().px(16);
    row->setContentsMargins(side, theme().px(12), side, theme().px(12));
    row->setSpacing(theme().px(8));
    m_search->setAccessibleName(tr("Search adapters"));
    row->addWidget(m_search, 1);
    row->addWidget(m_base);
    row->addWidget(m_tag);
    connect(m_search, &widgets::SearchField::searchChanged, this, [this](const QString& text) {
        AdapterQuery query = m_model->query();
        query.text = text;
        setQuery(query);
    });
    connect(m_base, &QPushButton::clicked, this, &AdapterListPanel::chooseBase);
    connect(m_tag, &QPushButton::clicked, this, &AdapterListPanel::chooseTag);
    connect(m_nothing->setAction(tr("Show all adapters"), {}, false),
            &QPushButton::clicked,
            this,
            [this] {
                m_search->clear();
                AdapterQuery query = m_model->query();
                query.text.clear();
                query.tag.clear();
                query.base.reset();
                setQuery(query);
            });
    return filters;
}

void AdapterListPanel::makeTable()
{
    m_table->setAccessibleName(tr("Adapters"));
    m_table->setTwoLines(true);
    m_table->setModel(m_model);
    for (const int column : {AdapterTableModel::Name, AdapterTableModel::MadeBy}) {
        m_table->setItemDelegateForColumn(column, new widgets::TwoLineDelegate(m_table));
    }
    QHeaderView* header = m_table->horizontalHeader();
    m_table->setStretchColumn(AdapterTableModel::Name);
    const QFontMetrics metrics(theme().font(Type::Body));
    const auto fit = [&](int column, const QString& widest) {
        header->setSectionResizeMode(column, QHeaderView::Interactive);
        const QString title =
            m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        m_table->setColumnWidth(column,
                                std::max(metrics.horizontalAdvance(widest),
                                         metrics.horizontalAdvance(title) + theme().px(14))
                                    + theme().px(20));
    };
    fit(AdapterTableModel::MadeBy, u"re-ranked"_s);
    fit(AdapterTableModel::Rank, u"128*"_s);
    fit(AdapterTableModel::Parameters, u"88.80 M"_s);
    fit(AdapterTableModel::Bytes, u"888.8 MB"_s);
    fit(AdapterTableModel::Loss, u"88.888"_s);
    header->setSectionsClickable(true);
    header->setSortIndicatorShown(true);
    connect(
        header, &QHeaderView::sortIndicatorChanged, this, [this](int column, Qt::SortOrder order) {
            m_model->sort(column, order);
            remember();
        });
    connect(m_table->selectionModel(),
            &QItemSelectionModel::currentRowChanged,
            this,
            [this](const QModelIndex& index) {
                const auto adapter = m_model->at(index.row());
                if (m_isRestoring || !adapter || adapter->row == m_current) {
                    return;
                }
                m_current = adapter->row;
                Q_EMIT currentChanged();
            });
    connect(m_table, &widgets::TableView::rowActivated, this, &AdapterListPanel::activated);
    connect(m_model, &QAbstractItemModel::modelReset, this, [this] {
        restoreSelection();
        updateState();
    });
    const auto addKey = [this](const QKeySequence& keys, void (AdapterListPanel::*signal)()) {
        auto* action = new QAction(m_table);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetShortcut);
        m_table->addAction(action);
        connect(action, &QAction::triggered, this, signal);
    };
    addKey(QKeySequence::Delete, &AdapterListPanel::deleteRequested);
    addKey(Qt::Key_F2, &AdapterListPanel::renameRequested);
    rememberColumns(header, m_settings, u"adapters/columns"_s);
}

void AdapterListPanel::makeFooter()
{
    QHBoxLayout* row = footer();
    row->addWidget(m_totals, 1);
    row->addWidget(m_trash);
    connect(m_trash, &QPushButton::clicked, this, [this] { setTrash(!isTrash()); });
}

void AdapterListPanel::setTrash(bool isTrash)
{
    AdapterQuery query = m_model->query();
    query.isTrash = isTrash;
    setQuery(query);
}

bool AdapterListPanel::select(const Adapter& adapter)
{
    m_current = adapter.row;
    AdapterQuery query = m_model->query();
    query.isTrash = adapter.trashed.isValid();
    if (query.isTrash != isTrash() || m_model->rowOf(adapter.row) < 0) {
        if (m_model->rowOf(adapter.row) < 0) {
            m_search->clear();
            query.text.clear();
            query.tag.clear();
            query.base.reset();
        }
        setQuery(query);
    }
    restoreSelection();
    Q_EMIT currentChanged();
    return m_model->rowOf(adapter.row) >= 0;
}

void AdapterListPanel::reload()
{
    m_model->reload();
}

std::optional<Adapter> AdapterListPanel::current() const
{
    return m_model->at(m_model->rowOf(m_current));
}

void AdapterListPanel::setQuery(const AdapterQuery& query)
{
    m_model->setQuery(query);
    remember();
}

// After the list was read anew: the same adapter, else the first.
void AdapterListPanel::restoreSelection()
{
    const QScopedValueRollback restoring(m_isRestoring, true);
    int row = m_model->rowOf(m_current);
    const bool isSame = row >= 0;
    if (!isSame && m_model->rowCount() > 0) {
        row = 0;
    }
    const QModelIndex index = m_model->index(row, 0);
    m_table->setCurrentIndex(index);
    if (index.isValid()) {
        m_table->scrollTo(index);
    }
    if (!isSame) {
        const auto first = m_model->at(row);
        m_current = first ? first->row : 0;
        Q_EMIT currentChanged();
    }
}

void AdapterListPanel::updateState()
{
    const AdapterQuery& query = m_model->query();
    if (const auto& failure = m_model->failure()) {
        m_failure->clearActions();
        m_failure->setText(app::errorSentence(*failure), app::errorDetail(*failure));
        m_failure->addAction(tr("Try again"), this, [this] { reload(); });
        m_stack->setCurrentIndex(2);
    } else {
        m_nothing->setTitle(query.isTrash && query.text.isEmpty() ? tr("The trash is empty")
                                                                  : tr("No adapter matches"));
        m_stack->setCurrentIndex(m_model->rowCount() == 0 ? 1 : 0);
    }
    m_baseName.clear();
    if (query.base) {
        const auto base = m_library.baseModels().find(*query.base);
        m_baseName = base ? base.value().name : QString();
    }
    const QFontMetrics metrics(m_base->font());
    const int most = theme().px(120);
    m_base->setText(m_baseName.isEmpty() ? tr("Any base")
                                         : metrics.elidedText(m_baseName, Qt::ElideMiddle, most));
    m_tag->setText(query.tag.isEmpty() ? tr("Any tag")
                                       : metrics.elidedText(query.tag, Qt::ElideMiddle, most));
    const auto totals = m_library.adapters().totals(query);
    if (totals) {
        QString words = tr("%n adapters · %1", nullptr, int(totals.value().count))
                            .arg(app::formatBytes(totals.value().bytes));
        if (totals.value().withSeveralRanks > 0) {
            words = tr("%1    * several ranks").arg(words);
        }
        m_totals->setText(words);
    }
    AdapterQuery trash;
    trash.isTrash = true;
    const auto trashed = m_library.adapters().totals(trash);
    const int count = trashed ? int(trashed.value().count) : 0;
    m_trash->setText(query.isTrash ? tr("Back to the library")
                     : count > 0   ? tr("Trash (%1)").arg(count)
                                   : tr("Trash"));
}

void AdapterListPanel::chooseBase()
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [&](const QString& name, std::optional<qint64> base) {
        QAction* action = menu->addAction(QString(name).replace(u'&', u"&&"_s), this, [this, base] {
            AdapterQuery query = m_model->query();
            query.base = base;
            setQuery(query);
        });
        action->setCheckable(true);
        action->setChecked(base == m_model->query().base);
    };
    add(tr("Any base"), std::nullopt);
    menu->addSeparator();
    const auto bases = m_library.adapters().bases();
    for (size_t i = 0; bases && i < bases.value().size(); ++i) {
        add(bases.value()[i].second, bases.value()[i].first);
    }
    menu->popup(m_base->mapToGlobal(QPoint(0, m_base->height())));
}

void AdapterListPanel::chooseTag()
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [&](const QString& words, const QString& tag) {
        QAction* action = menu->addAction(QString(words).replace(u'&', u"&&"_s), this, [this, tag] {
            AdapterQuery query = m_model->query();
            query.tag = tag;
            setQuery(query);
        });
        action->setCheckable(true);
        action->setChecked(tag == m_model->query().tag);
    };
    add(tr("Any tag"), {});
    menu->addSeparator();
    const auto tags = m_library.tags().all(app::library::SubjectKind::Adapter);
    for (size_t i = 0; tags && i < tags.value().size(); ++i) {
        const auto& tag = tags.value()[i];
        add(tr("%1 (%2)").arg(tag.name).arg(tag.subjects), tag.name);
    }
    menu->popup(m_tag->mapToGlobal(QPoint(0, m_tag->height())));
}

void AdapterListPanel::resizeEvent(QResizeEvent* event)
{
    Card::resizeEvent(event);
    const bool isNarrow = width() < theme().px(kNarrow);
    for (const int column : {AdapterTableModel::MadeBy, AdapterTableModel::Parameters}) {
        m_table->setColumnHidden(column, isNarrow);
    }
}

void AdapterListPanel::remember() const
{
    const AdapterQuery& query = m_model->query();
    m_settings.setViewState(
        kViewState,
        QByteArray::fromStdString(toJson(Value::object({{"sort", int(query.sort)},
                                                        {"descending", query.isDescending},
                                                        {"base", int64_t(query.base.value_or(0))},
                                                        {"tag", app::stdString(query.tag)}}))));
}

void AdapterListPanel::recall()
{
    AdapterQuery query;
    const auto state =
        ::engine::contract::parseJson(m_settings.viewState(kViewState).toStdString());
    if (state) {
        const Value& value = state.value();
        const int sort = int(value["sort"].toInteger(int(AdapterSort::Made)));
        query.sort =
            sort >= 0 && sort <= int(AdapterSort::Made) ? AdapterSort(sort) : AdapterSort::Made;
        query.isDescending = value["descending"].toBool(true);
        query.tag = app::qs(value["tag"].toString());
        if (const qint64 base = value["base"].toInteger(); base > 0) {
            query.base = base;
        }
    }
    m_model->setQuery(query);
    const QSignalBlocker quiet(m_table->horizontalHeader());
    m_table->horizontalHeader()->setSortIndicator(
        columnOf(query.sort), query.isDescending ? Qt::DescendingOrder : Qt::AscendingOrder);
}

} // namespace ui::pages::adapters
