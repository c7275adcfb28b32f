// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/main_window.h"

#include "app/studio/studio.h"
#include "ui/shell/frame.h"
#include "ui/shell/page_stack.h"
#include "ui/shell/window_memory.h"
#include "ui/theme/icon.h"
#include "ui/theme/theme.h"

#include <QCloseEvent>
#include <QTimer>
#include <QVBoxLayout>

namespace ui::shell {

using app::intake::Kind;

namespace {

constexpr QSize kMinimumSize(1024, 700);

QString firstPage(const std::vector<PageEntry>& pages, const QString& remembered)
{
    for (const PageEntry& page : pages) {
        if (remembered == QLatin1String(page.id)) {
            return remembered;
        }
    }
    return pages.empty() ? QString() : QString(QLatin1String(pages.front().id));
}

} // namespace

MainWindow::MainWindow(app::Studio& studio, Dialogs& dialogs, const std::vector<PageEntry>& pages)
    : m_studio(studio), m_pages(pages), m_context{studio, m_navigator, dialogs},
      m_closing(studio, dialogs)
{
    // Not translated: the name of the product.
    setWindowTitle(QStringLiteral("LoRA Studio"));
    setWindowIcon(logo());
    setMinimumSize(kMinimumSize);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);

    connect(&m_navigator, &Navigator::requested, this, &MainWindow::go);
    // Queued: an answer that comes at once comes within the close event, which is then refused.
    connect(
        &m_closing, &Closing::confirmed, this, [this] { close(); }, Qt::QueuedConnection);
    connect(&studio.intake(), &app::intake::Intake::opened, this, &MainWindow::showOpened);
    connect(
        &studio.intake(),
        &app::intake::Intake::dataOffered,
        this,
        [this](const QStringList& paths) {
            m_navigator.go({QStringLiteral("data"), {}, {}, {{QStringLiteral("import"), paths}}});
        });
    makeFrame({firstPage(pages, studio.settings().get(app::kLastPage))});
    restoreWindow(*this, studio.settings());
}

MainWindow::~MainWindow()
{
    // Before what its pages refer to.
    delete m_frame;
}

void MainWindow::makeFrame(const Destination& destination)
{
    delete m_frame;
    m_frame = new Frame(m_pages, m_context, this);
    layout()->addWidget(m_frame);
    go(destination);
}

void MainWindow::go(const Destination& destination)
{
    if (m_frame->pages().go(destination)) {
        m_studio.settings().set(app::kLastPage, destination.page);
    }
}

void MainWindow::open(const QStringList& paths)
{
    if (!paths.isEmpty()) {
        m_studio.intake().add(paths);
    }
}

void MainWindow::showOpened(Kind kind, const QString& item)
{
    switch (kind) {
    case Kind::Model:
        return m_navigator.go({QStringLiteral("models"), item});
    case Kind::Data:
        return m_navigator.go({QStringLiteral("data"), item});
    case Kind::Adapter:
        return m_navigator.go({QStringLiteral("adapters"), item});
    case Kind::Run:
        return m_navigator.go({QStringLiteral("runs"), item});
    case Kind::Job:
        return m_navigator.go({QStringLiteral("train"), {}, {}, {{QStringLiteral("job"), item}}});
    case Kind::Unknown:
        return;
    }
}

void MainWindow::comeToFront()
{
    setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    raise();
    activateWindow();
}

bool MainWindow::event(QEvent* event)
{
    // Every translator that comes or goes says it: once, when all have, is enough. The wish may
    // come from a page, which must not be destroyed while it speaks.
    if (event->type() == QEvent::LanguageChange && !m_isRemaking) {
        m_isRemaking = true;
        QTimer::singleShot(0, this, [this] {
            m_isRemaking = false;
            makeFrame(Destination(m_frame->pages().current()));
        });
    }
    return QWidget::event(event);
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!m_closing.mayClose(this)) {
        event->ignore();
        return;
    }
    rememberWindow(*this, m_studio.settings());
    QWidget::closeEvent(event);
}

} // namespace ui::shell
