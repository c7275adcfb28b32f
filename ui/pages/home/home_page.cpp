// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/home/home_page.h"

#include "app/studio/studio.h"
#include "ui/dialogs/dialogs.h"
#include "ui/page/file_filters.h"
#include "ui/pages/home/attention_card.h"
#include "ui/pages/home/computer_card.h"
#include "ui/pages/home/recent_runs_card.h"
#include "ui/pages/home/try_card.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"

#include <QBoxLayout>
#include <QMenu>
#include <QScrollArea>

namespace ui::pages::home {

using namespace Qt::StringLiterals;

namespace {

// Below this the computer stands under the sample instead of beside it.
constexpr int kSideBySideWidth = 860;
constexpr int kTryStretch = 2;
constexpr int kComputerStretch = 1;

} // namespace

HomePage::HomePage(PageContext& context)
    : Page(u"home"_s, context), m_scroll(new QScrollArea), m_try(new TryCard(context)),
      m_computer(new ComputerCard(context)), m_attention(new AttentionCard(context)),
      m_recent(new RecentRunsCard(context))
{
    const int gap = theme().px(16);
    const int margin = theme().px(24);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(margin, gap, margin, gap);
    column->setSpacing(gap);
    m_top = new QBoxLayout(QBoxLayout::LeftToRight);
    m_top->setSpacing(gap);
    m_top->addWidget(m_try, kTryStretch);
    m_top->addWidget(m_computer, kComputerStretch);
    column->addLayout(m_top);
    column->addWidget(m_attention);
    column->addWidget(m_recent);
    column->addStretch();

    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setWidget(content);
    m_scroll->setAccessibleName(title());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_scroll);
}

QString HomePage::title() const
{
    return tr("Home");
}

QList<QWidget*> HomePage::topBarWidgets()
{
    auto* start = widgets::primaryButton(tr("New run"), u"plus"_s);
    connect(start, &QAbstractButton::clicked, this, [this] { navigator().go({u"train"_s}); });
    return {makeImport(), start};
}

void HomePage::open(const Destination&)
{
    studio().attention().refresh();
    studio().system().refresh();
}

void HomePage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    m_top->setDirection(width() >= theme().px(kSideBySideWidth) ? QBoxLayout::LeftToRight
                                                                : QBoxLayout::TopToBottom);
}

widgets::Button* HomePage::makeImport()
{
    auto* button = widgets::ghostButton(tr("Import…"), u"folder"_s);
    auto* menu = new QMenu(button);
    connect(menu->addAction(tr("Model folder…")), &QAction::triggered, this, [this] {
        importFolder(tr("Choose a model folder"));
    });
    connect(menu->addAction(tr("Adapter folder…")), &QAction::triggered, this, [this] {
        importFolder(tr("Choose an adapter folder"));
    });
    connect(menu->addAction(tr("Run folder…")), &QAction::triggered, this, [this] {
        importFolder(tr("Choose a run folder"));
    });
    connect(menu->addAction(tr("Data files…")), &QAction::triggered, this, &HomePage::importFiles);
    button->setMenu(menu);
    return button;
}

void HomePage::importFolder(const QString& title)
{
    dialogs().openFolder(
        this, title, [this](const QString& folder) { studio().intake().add({folder}); });
}

void HomePage::importFiles()
{
    dialogs().openFiles(this,
                        tr("Choose data files"),
                        dataFileFilter(),
                        [this](const QStringList& files) { studio().intake().offer(files); });
}

std::unique_ptr<ui::Page> makePage(PageContext& context)
{
    return std::make_unique<HomePage>(context);
}

} // namespace ui::pages::home
