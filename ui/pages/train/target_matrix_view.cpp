// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/target_matrix_view.h"

#include "ui/pages/train/matrix_delegate.h"
#include "ui/pages/train/matrix_header.h"
#include "ui/pages/train/matrix_layer_header.h"
#include "ui/pages/train/target_matrix_model.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plain_label.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QScrollBar>

#include <algorithm>

namespace ui::pages::train {

namespace {

constexpr double kParametersWidth = 60;
constexpr double kWidestCell = 96;
constexpr int kDigitsPauseMs = 1200;
constexpr int kLargestRank = 1024;

} // namespace

TargetMatrixView::TargetMatrixView(TargetMatrixModel& model, Part part, QWidget* parent)
    : QTableView(parent), m_model(model), m_part(part)
{
    setModel(&model);
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    setCornerButtonEnabled(false);
    setHorizontalScrollMode(ScrollPerPixel);
    setVerticalScrollMode(ScrollPerPixel);
    setItemDelegate(new MatrixDelegate(model, this));
    auto* layers = new MatrixLayerHeader(model, this);
    setVerticalHeader(layers);
    if (part == Part::Cells) {
        m_header = new MatrixHeader(model, this);
        setHorizontalHeader(m_header);
        m_corner = new widgets::PlainLabel(tr("Layer"), Type::Caption, Tone::Tertiary, this);
        m_corner->setBackgroundRole(QPalette::Base);
        m_corner->setAutoFillBackground(true);
        m_corner->setContentsMargins(0, 0, theme().px(12), theme().px(6));
        m_corner->setAlignment(Qt::AlignRight | Qt::AlignBottom);
        setSelectionMode(ExtendedSelection);
        setSelectionBehavior(SelectItems);
        setMouseTracking(true);
        setTabKeyNavigation(false);
        setAccessibleName(tr("Ranks by layer and module kind"));
        connect(&model, &TargetMatrixModel::selectionChanged, this, &TargetMatrixView::arrange);
        connect(&model, &QAbstractItemModel::modelReset, this, &TargetMatrixView::arrange);
        connect(&theme(), &Theme::changed, this, &TargetMatrixView::arrange);
    } else {
        horizontalHeader()->hide();
        setSelectionMode(NoSelection);
        setFocusPolicy(Qt::NoFocus);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
        horizontalHeader()->setMinimumSectionSize(1);
    }
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(1);
}

int TargetMatrixView::headerWidth() const
{
    return verticalHeader()->sizeHint().width();
}

void TargetMatrixView::arrange()
{
    if (m_isArranging || m_model.columnCount() == 0) {
        return;
    }
    m_isArranging = true;
    const int parameters = theme().px(kParametersWidth);
    int used = 0;
    for (int column = 0; column < m_model.parametersColumn(); ++column) {
        const bool isUsed = m_model.isColumnUsed(column);
        setColumnHidden(column, !isUsed);
        used += isUsed ? 1 : 0;
    }
    const int room = viewport()->width() - parameters;
    const int cell = std::clamp(room / std::max(used, 1),
                                m_header->minimumCellWidth(),
                                std::max(theme().px(kWidestCell), m_header->minimumCellWidth()));
    for (int column = 0; column < m_model.parametersColumn(); ++column) {
        setColumnWidth(column, cell);
    }
    setColumnWidth(m_model.parametersColumn(),
                   std::max(parameters, room + parameters - used * cell));
    const int height = MatrixDelegate::rowHeight();
    for (int row = 0; row < m_model.rowCount(); ++row) {
        setRowHidden(row, row == m_model.sumRow() || !m_model.isRowUsed(row));
        setRowHeight(row, height);
    }
    m_corner->setGeometry(0, 0, headerWidth(), m_header->sizeHint().height());
    m_isArranging = false;
    updateGeometry();
    viewport()->update();
    m_header->viewport()->update();
    Q_EMIT arranged();
}

void TargetMatrixView::alignTo(const TargetMatrixView& other)
{
    for (int column = 0; column < m_model.columnCount(); ++column) {
        setColumnHidden(column, other.isColumnHidden(column));
        setColumnWidth(column, other.columnWidth(column));
    }
    for (int row = 0; row < m_model.rowCount(); ++row) {
        setRowHidden(row, row != m_model.sumRow());
    }
    setRowHeight(m_model.sumRow(), theme().px(30));
    setFixedHeight(theme().px(30));
    viewport()->update();
}

QSize TargetMatrixView::sizeHint() const
{
    int height = horizontalHeader()->isHidden() ? 0 : horizontalHeader()->sizeHint().height();
    for (int row = 0; row < m_model.rowCount(); ++row) {
        height += isRowHidden(row) ? 0 : rowHeight(row);
    }
    return {theme().px(400), height};
}

QSize TargetMatrixView::minimumSizeHint() const
{
    return {theme().px(200), m_part == Part::Sums ? theme().px(30) : theme().px(140)};
}

QModelIndexList TargetMatrixView::selectedCells() const
{
    QModelIndexList cells;
    for (const QModelIndex& index : selectionModel()->selectedIndexes()) {
        if (m_model.moduleAt(index) >= 0 && !isColumnHidden(index.column())) {
            cells.append(index);
        }
    }
    return cells;
}

void TargetMatrixView::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    if (m_part == Part::Cells) {
        arrange();
    }
}

void TargetMatrixView::selectionChanged(const QItemSelection& selected,
                                        const QItemSelection& deselected)
{
    QTableView::selectionChanged(selected, deselected);
    m_typed = 0;
    ++m_typing;
    Q_EMIT selectionEdited();
}

bool TargetMatrixView::typeDigit(int digit)
{
    const QModelIndexList cells = selectedCells();
    if (cells.isEmpty()) {
        return false;
    }
    const bool continues =
        m_typed > 0 && m_sinceDigit.isValid() && m_sinceDigit.elapsed() < kDigitsPauseMs;
    if (!continues) {
        ++m_typing;
        m_typed = 0;
        if (digit == 0 || !m_model.hasOwnRanks()) {
            m_model.toggle(cells);
            return true;
        }
    }
    m_typed = m_typed * 10 + digit > kLargestRank ? digit : m_typed * 10 + digit;
    m_sinceDigit.restart();
    m_model.setRanks(cells, m_typed, QStringLiteral("digits %1").arg(m_typing));
    return true;
}

void TargetMatrixView::keyPressEvent(QKeyEvent* event)
{
    const bool isPlain =
        event->modifiers() == Qt::NoModifier || event->modifiers() == Qt::KeypadModifier;
    const QModelIndexList cells = selectedCells();
    if (isPlain && event->key() >= Qt::Key_0 && event->key() <= Qt::Key_9
        && typeDigit(event->key() - Qt::Key_0)) {
        return;
    }
    if (isPlain && !cells.isEmpty() && event->key() == Qt::Key_Space) {
        m_model.toggle(cells);
        return;
    }
    if (isPlain && !cells.isEmpty()
        && (event->key() == Qt::Key_Delete || event->key() == Qt::Key_Backspace)) {
        m_model.reset(cells);
        return;
    }
    if (event->key() == Qt::Key_Escape && !cells.isEmpty()) {
        clearSelection();
        return;
    }
    QTableView::keyPressEvent(event);
}

void TargetMatrixView::mouseDoubleClickEvent(QMouseEvent* event)
{
    const QModelIndex cell = indexAt(event->pos());
    if (event->button() == Qt::LeftButton && m_model.moduleAt(cell) >= 0) {
        m_model.toggle({cell});
        return;
    }
    QTableView::mouseDoubleClickEvent(event);
}

void TargetMatrixView::contextMenuEvent(QContextMenuEvent* event)
{
    const QModelIndexList cells = selectedCells();
    if (cells.isEmpty()) {
        return;
    }
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [&](const QString& text, const QKeySequence& keys, auto action) {
        QAction* entry = menu->addAction(text);
        entry->setShortcut(keys);
        connect(entry, &QAction::triggered, this, action);
    };
    add(tr("Switch on or off"), Qt::Key_Space, [this, cells] { m_model.toggle(cells); });
    for (const int rank : {m_model.rank() / 2, m_model.rank() * 2}) {
        if (m_model.hasOwnRanks() && rank >= 1 && rank <= kLargestRank) {
            add(tr("Rank %1").arg(rank), {}, [this, cells, rank] {
                m_model.setRanks(cells, rank);
            });
        }
    }
    add(tr("Back to the default"), Qt::Key_Delete, [this, cells] { m_model.reset(cells); });
    menu->popup(event->globalPos());
}

} // namespace ui::pages::train
