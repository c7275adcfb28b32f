// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/sidebar.h"

#include "app/base/settings.h"
#include "ui/shell/brand.h"
#include "ui/shell/sidebar_button.h"
#include "ui/shell/sidebar_delegate.h"
#include "ui/shell/sidebar_model.h"
#include "ui/theme/theme.h"

#include <QItemSelectionModel>
#include <QKeySequence>
#include <QListView>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::shell {

namespace {

constexpr int kCollapseBelow = 1200; // of the window's width

QListView* makeList(SidebarModel* model, QWidget* parent)
{
    auto* list = new QListView(parent);
    list->setModel(model);
    list->setItemDelegate(new SidebarDelegate(list));
    list->setFrameShape(QFrame::NoFrame);
    list->viewport()->setAutoFillBackground(false);
    list->viewport()->setAttribute(Qt::WA_Hover);
    list->setMouseTracking(true);
    list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setUniformItemSizes(false);
    list->setResizeMode(QListView::Adjust);
    return list;
}

} // namespace

Sidebar::Sidebar(const std::vector<PageEntry>& pages, app::Settings& settings, QWidget* parent)
    : Band(Color::Sidebar, Qt::RightEdge, parent), m_settings(settings),
      m_model(new SidebarModel(pages, this)), m_brand(new Brand(this)),
      m_search(new SidebarButton(SidebarButton::Look::Field, QStringLiteral("search"), this)),
      m_list(makeList(m_model, this)),
      m_collapse(new SidebarButton(SidebarButton::Look::Flat, QStringLiteral("chevron_left"), this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 1, theme().px(8));
    layout->setSpacing(0);
    layout->addWidget(m_brand);
    layout->addWidget(m_search);
    layout->addSpacing(theme().px(14));
    layout->addWidget(m_list, 1);
    layout->addWidget(m_collapse);

    connect(m_search, &SidebarButton::clicked, this, &Sidebar::searchRequested);
    connect(m_collapse, &SidebarButton::clicked, this, &Sidebar::toggleCollapsed);
    connect(m_list->selectionModel(),
            &QItemSelectionModel::currentChanged,
            this,
            [this](const QModelIndex& current) {
                if (current.isValid() && !m_isSettingCurrent) {
                    Q_EMIT pageChosen(current.data(SidebarModel::IdRole).toString());
                }
            });
    connect(&m_settings, &app::Settings::changed, this, [this](const QString& key) {
        if (key == QLatin1String(app::kSidebarCollapsed.key)) {
            apply();
        }
    });
    connect(&theme(), &Theme::changed, this, &Sidebar::apply);
    m_search->setWords(tr("Search"),
                       QKeySequence(QStringLiteral("Ctrl+K")).toString(QKeySequence::NativeText));
    m_search->setAccessibleDescription(tr("Opens the list of pages, actions, runs and models"));
    m_list->setAccessibleName(tr("Pages"));
    apply();
}

void Sidebar::setCurrent(const QString& pageId)
{
    m_isSettingCurrent = true;
    m_list->setCurrentIndex(m_model->indexOf(pageId));
    m_isSettingCurrent = false;
}

void Sidebar::setDot(const QString& pageId, bool isShown)
{
    m_model->setDot(pageId, isShown);
}

bool Sidebar::isWindowNarrow() const
{
    return m_windowWidth > 0 && m_windowWidth < theme().px(kCollapseBelow);
}

bool Sidebar::isCollapsed() const
{
    return isWindowNarrow() ? !m_isExpandedWhileNarrow : m_settings.get(app::kSidebarCollapsed);
}

void Sidebar::toggleCollapsed()
{
    // A narrow window collapses it whatever was chosen: opening it there holds until it is wide.
    if (isWindowNarrow()) {
        m_isExpandedWhileNarrow = !m_isExpandedWhileNarrow;
        apply();
    } else {
        m_settings.set(app::kSidebarCollapsed, !isCollapsed());
    }
}

void Sidebar::setWindowWidth(int width)
{
    m_windowWidth = width;
    if (!isWindowNarrow()) {
        m_isExpandedWhileNarrow = false;
    }
    apply();
}

void Sidebar::apply()
{
    const bool collapsed = isCollapsed();
    m_search->setNarrow(collapsed);
    m_collapse->setNarrow(collapsed);
    m_collapse->setIconName(collapsed ? QStringLiteral("chevron_right")
                                      : QStringLiteral("chevron_left"));
    m_collapse->setWords(collapsed ? tr("Expand") : tr("Collapse"));
    m_model->setShowsTooltips(collapsed);
    const QString token =
        collapsed ? QStringLiteral("size/sidebar_collapsed") : QStringLiteral("size/sidebar");
    const int width = theme().px(theme().number(token));
    setFixedWidth(collapsed ? width : std::max(width, SidebarDelegate::widthFor(*m_model)));
    m_list->doItemsLayout();
    update();
}

} // namespace ui::shell
