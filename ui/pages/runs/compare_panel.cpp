// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/compare_panel.h"

#include "ui/pages/runs/compare_list_model.h"
#include "ui/plots/legend_entry.h"
#include "ui/plots/plot_style.h"
#include "ui/theme/box.h"
#include "ui/theme/icon.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/item_roles.h"
#include "ui/widgets/list_view.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/separator.h"

#include <QKeyEvent>
#include <QPainter>
#include <QVBoxLayout>

namespace ui::pages::runs {

namespace {

constexpr int kBox = 16;
constexpr int kGap = 10;
constexpr int kGlyph = 22;

// Check box, name and state, and at the right the line as the chart draws it.
class CompareDelegate final : public widgets::RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void paintContent(QPainter& painter,
                      const QRect& rect,
                      const QStyleOptionViewItem& option,
                      const QModelIndex& index) const override
    {
        Q_UNUSED(option);
        const int box = theme().px(kBox);
        const QRect check(rect.left(), rect.center().y() - box / 2, box, box);
        const int series = index.data(CompareListModel::SeriesRole).toInt();
        paintBox(painter, check, series >= 0);
        QRect text = rect.adjusted(box + theme().px(kGap), 0, 0, 0);
        if (series >= 0) {
            const int glyph = theme().px(kGlyph);
            const plots::LegendEntry entry{0, {}, plots::Glyph::DashedLine, series, true};
            plots::drawGlyph(painter,
                             QRectF(rect.right() - glyph, rect.top(), glyph, rect.height()),
                             entry,
                             plots::themeColors());
            text.setRight(rect.right() - glyph - theme().px(kGap));
        }
        const int half = rect.height() / 2;
        widgets::paintText(painter,
                           QRect(text.left(), rect.top() + 4, text.width(), half - 4),
                           index.data().toString(),
                           theme().font(Type::Body),
                           Color::Text);
        widgets::paintText(painter,
                           QRect(text.left(), rect.top() + half, text.width(), half - 4),
                           index.data(widgets::SecondLineRole).toString(),
                           theme().font(Type::Caption),
                           Color::TextTertiary);
    }

    int rowHeight() const override { return theme().height(ui::Size::TableRowTwoLines); }

private:
    static void paintBox(QPainter& painter, const QRect& box, bool checked)
    {
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(theme().color(checked ? Color::AccentFill : Color::FieldLine), 1));
        painter.setBrush(theme().color(checked ? Color::AccentFill : Color::Surface));
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
        if (checked) {
            painter.drawPixmap(box.topLeft(),
                               iconPixmap(QStringLiteral("check"),
                                          theme().color(Color::OnAccent),
                                          box.width(),
                                          painter.device()->devicePixelRatioF()));
        }
        painter.restore();
    }
};

} // namespace

ComparePanel::ComparePanel(CompareListModel& model, QWidget* parent)
    : QFrame(parent), m_model(model), m_list(new widgets::ListView),
      m_words(new widgets::PlainLabel({}, Type::Small, Tone::Tertiary)),
      m_baseline(widgets::linkButton(tr("Make it the baseline")))
{
    setBox(*this, Box::Card);
    auto* search = new widgets::SearchField(tr("Add runs by name"));
    search->setAccessibleName(tr("Add runs by name"));
    m_list->setModel(&model);
    m_list->setItemDelegate(new CompareDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setAccessibleName(tr("Runs to compare"));
    m_list->setAccessibleDescription(tr("Space shows a run or takes it away."));
    m_list->installEventFilter(this);
    m_words->setWrapping(true);
    auto* close = widgets::smallButton(tr("Back to the runs"), QStringLiteral("chevron_left"));

    auto* top = new QHBoxLayout;
    top->setContentsMargins(theme().px(12), theme().px(12), theme().px(12), theme().px(12));
    top->addWidget(search);
    auto* bottom = new QVBoxLayout;
    bottom->setContentsMargins(theme().px(12), theme().px(10), theme().px(12), theme().px(12));
    bottom->setSpacing(theme().px(8));
    bottom->addWidget(m_words);
    bottom->addWidget(m_baseline, 0, Qt::AlignLeft);
    bottom->addWidget(close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(new widgets::Separator);
    layout->addWidget(m_list, 1);
    layout->addWidget(new widgets::Separator);
    layout->addLayout(bottom);

    connect(search, &widgets::SearchField::searchChanged, &model, [this](const QString& text) {
        m_model.setFilter(text);
    });
    connect(close, &QPushButton::clicked, this, &ComparePanel::closeRequested);
    connect(m_baseline, &QPushButton::clicked, this, [this] { makeCurrentBaseline(); });
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex& index) { toggle(index); });
    connect(m_list, &widgets::ListView::currentRowChanged, this, [this] { updateWords(); });
    connect(&model, &CompareListModel::shownChanged, this, [this] { updateWords(); });
    connect(&model, &CompareListModel::refused, this, [this](const QString& reason) {
        m_words->setText(reason);
    });
    updateWords();
}

void ComparePanel::toggle(const QModelIndex& index)
{
    const QString folder = index.data(CompareListModel::FolderRole).toString();
    m_model.setChecked(folder, index.data(CompareListModel::SeriesRole).toInt() < 0);
    for (int row = 0; row < m_model.rowCount(); ++row) {
        if (m_model.index(row).data(CompareListModel::FolderRole).toString() == folder) {
            m_list->setCurrentIndex(m_model.index(row));
        }
    }
}

void ComparePanel::makeCurrentBaseline()
{
    const QModelIndex index = m_list->currentIndex();
    m_model.makeBaseline(index.data(CompareListModel::FolderRole).toString());
    m_list->setCurrentIndex(m_model.index(0));
}

void ComparePanel::updateWords()
{
    const auto& shown = m_model.shown();
    m_words->setText(shown.empty() ? tr("Choose runs to lay over one another.")
                                   : tr("Differences are against the baseline %1.")
                                         .arg(m_model.index(0).data().toString()));
    const QModelIndex index = m_list->currentIndex();
    m_baseline->setVisible(index.isValid() && index.row() > 0
                           && static_cast<std::size_t>(index.row()) < shown.size());
}

bool ComparePanel::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_list && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Space && m_list->currentIndex().isValid()) {
            toggle(m_list->currentIndex());
            return true;
        }
        if (key == Qt::Key_Escape) {
            Q_EMIT closeRequested();
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace ui::pages::runs
