// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/frame.h"

#include "app/base/languages.h"
#include "app/studio/studio.h"
#include "ui/dialogs/dialogs.h"
#include "ui/shell/command_palette.h"
#include "ui/shell/commands.h"
#include "ui/shell/drop_target.h"
#include "ui/shell/job_bar.h"
#include "ui/shell/job_bar_view.h"
#include "ui/shell/keyboard_help.h"
#include "ui/shell/library_source.h"
#include "ui/shell/notices.h"
#include "ui/shell/page_stack.h"
#include "ui/shell/sidebar.h"
#include "ui/shell/top_bar.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace ui::shell {

Frame::Frame(const std::vector<PageEntry>& pages, PageContext& context, QWidget* window)
    : QWidget(window), m_pages(pages), m_context(context),
      m_sidebar(new Sidebar(pages, context.studio.settings(), this)), m_topBar(new TopBar(this)),
      m_notices(new Notices(context.studio, this)), m_stack(new PageStack(pages, context, this)),
      m_jobBarView(new JobBarView(this)),
      m_jobBar(new JobBar(context.studio, context.navigator, *m_jobBarView, this)),
      m_commands(new Commands(this)), m_palette(new CommandPalette(this))
{
    arrange();
    connectParts();
    addCommands();
    addLookCommands();
    m_palette->addSource(librarySource(context.studio, context.navigator));
}

Frame::~Frame()
{
    // Pages may use what they were given to the end, and the top bar holds widgets of theirs.
    m_stack->clear();
}

void Frame::arrange()
{
    auto* content = new QWidget(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_topBar);
    column->addWidget(m_notices);
    column->addWidget(m_stack, 1);
    auto* drop = new DropTarget(content);
    connect(drop, &DropTarget::dropped, &m_context.studio.intake(), &app::intake::Intake::offer);

    auto* upper = new QHBoxLayout;
    upper->setSpacing(0);
    upper->addWidget(m_sidebar);
    upper->addWidget(content, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(upper, 1);
    layout->addWidget(m_jobBarView);
}

void Frame::connectParts()
{
    connect(m_sidebar, &Sidebar::searchRequested, this, &Frame::showPalette);
    connect(m_sidebar, &Sidebar::pageChosen, this, [this](const QString& id) {
        m_context.navigator.go({id});
    });
    connect(m_stack, &PageStack::shown, this, [this](Page* page) {
        m_topBar->setPage(page);
        m_sidebar->setCurrent(page->id());
    });
    connect(m_stack, &PageStack::aboutToDestroy, m_topBar, &TopBar::forget);
    const auto showRunning = [this](bool isRunning) {
        m_sidebar->setDot(QStringLiteral("runs"), isRunning);
    };
    connect(m_jobBar, &JobBar::runningChanged, this, showRunning);
    showRunning(m_jobBar->isRunning());
}

void Frame::addCommands()
{
    m_commands->addPages(m_pages, [this](const QString& id) { m_context.navigator.go({id}); });
    m_commands->add(QStringLiteral("new_run"),
                    tr("New run"),
                    QStringLiteral("plus"),
                    QStringLiteral("Ctrl+N"),
                    [this] { m_context.navigator.go({QStringLiteral("train")}); });
    m_commands->add(QStringLiteral("import_files"),
                    tr("Import files…"),
                    QStringLiteral("folder"),
                    QStringLiteral("Ctrl+O"),
                    [this] { importFiles(); });
    m_commands->add(QStringLiteral("import_folder"),
                    tr("Import a folder…"),
                    QStringLiteral("folder"),
                    QStringLiteral("Ctrl+Shift+O"),
                    [this] { importFolder(); });
    m_commands->add(QStringLiteral("palette"),
                    tr("Search everything"),
                    QStringLiteral("search"),
                    QStringLiteral("Ctrl+K"),
                    [this] { showPalette(); });
    m_commands->add(QStringLiteral("help"),
                    tr("Keyboard"),
                    QStringLiteral("keyboard"),
                    QStringLiteral("F1"),
                    [this] {
                        auto* help = new KeyboardHelp(*m_commands, this);
                        help->show();
                    });
    m_commands->add(
        QStringLiteral("full_screen"),
        tr("Full screen"),
        QStringLiteral("zoom_fit"),
        QStringLiteral("F11"),
        [this] { window()->setWindowState(window()->windowState() ^ Qt::WindowFullScreen); });
    m_commands->add(QStringLiteral("sidebar"),
                    tr("Collapse or expand the sidebar"),
                    QStringLiteral("chevron_left"),
                    QStringLiteral("Ctrl+B"),
                    [this] { m_sidebar->toggleCollapsed(); });
}

void Frame::addLookCommands()
{
    app::Settings& settings = m_context.studio.settings();
    const auto addTheme = [&](const QString& value, const QString& text) {
        m_commands->add(QStringLiteral("theme_") + value,
                        text,
                        QStringLiteral("appearance"),
                        {},
                        [&settings, value] { settings.set(app::kTheme, value); });
    };
    addTheme(QStringLiteral("light"), tr("Light theme"));
    addTheme(QStringLiteral("dark"), tr("Dark theme"));
    addTheme(QStringLiteral("system"), tr("Theme of the system"));
    for (const app::Language& language : app::Languages::all()) {
        m_commands->add(QStringLiteral("language_") + language.code,
                        tr("Language: %1").arg(language.nativeName),
                        QStringLiteral("globe"),
                        {},
                        [&settings, code = language.code] { settings.set(app::kLanguage, code); });
    }
}

void Frame::showPalette()
{
    PaletteEntries entries;
    for (QAction* action : m_commands->all()) {
        const bool isPage = action->objectName().startsWith(QLatin1String("page_"));
        entries.append({action->text(),
                        isPage ? tr("Page") : tr("Action"),
                        {},
                        action->shortcut().toString(QKeySequence::NativeText),
                        Commands::iconName(action),
                        [action] { action->trigger(); }});
    }
    m_palette->popUp(entries);
}

void Frame::importFiles()
{
    m_context.dialogs.openFiles(
        this, tr("Import files"), tr("All files (*)"), [this](const QStringList& paths) {
            m_context.studio.intake().offer(paths);
        });
}

void Frame::importFolder()
{
    m_context.dialogs.openFolder(this, tr("Import a folder"), [this](const QString& path) {
        m_context.studio.intake().offer({path});
    });
}

void Frame::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_sidebar->setWindowWidth(width());
}

} // namespace ui::shell
