// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/drop_target.h"

#include "app/base/task.h"
#include "ui/widgets/drop_overlay.h"

#include <QDropEvent>
#include <QMimeData>
#include <QUrl>
#include <QWidget>

namespace ui::shell {

using app::intake::Dropped;
using app::intake::Kind;

namespace {

QStringList localPaths(const QMimeData* data)
{
    QStringList paths;
    const QList<QUrl> urls = data->urls();
    for (const QUrl& url : urls) {
        if (url.isLocalFile()) {
            paths.append(url.toLocalFile());
        }
    }
    return paths;
}

} // namespace

QString dropTitle(Kind kind)
{
    switch (kind) {
    case Kind::Model:
        return DropTarget::tr("Add to Models");
    case Kind::Data:
        return DropTarget::tr("Add to Data");
    case Kind::Adapter:
        return DropTarget::tr("Add to Adapters");
    case Kind::Job:
        return DropTarget::tr("Open in Train");
    case Kind::Run:
        return DropTarget::tr("Add to Runs");
    case Kind::Unknown:
        break;
    }
    return DropTarget::tr("This cannot be added");
}

DropTarget::DropTarget(QWidget* covered)
    : QObject(covered), m_overlay(new widgets::DropOverlay(covered))
{
    covered->setAcceptDrops(true);
    covered->installEventFilter(this);
    m_overlay->hide();
}

bool DropTarget::eventFilter(QObject* watched, QEvent* event)
{
    Q_UNUSED(watched);
    switch (event->type()) {
    case QEvent::DragEnter:
        return enter(static_cast<QDropEvent*>(event));
    case QEvent::DragMove:
        static_cast<QDropEvent*>(event)->acceptProposedAction();
        return true;
    case QEvent::DragLeave:
        m_overlay->hide();
        return true;
    case QEvent::Drop: {
        m_overlay->hide();
        static_cast<QDropEvent*>(event)->acceptProposedAction();
        Q_EMIT dropped(localPaths(static_cast<QDropEvent*>(event)->mimeData()));
        return true;
    }
    default:
        return false;
    }
}

bool DropTarget::enter(QDropEvent* event)
{
    m_paths = localPaths(event->mimeData());
    if (m_paths.isEmpty()) {
        return false;
    }
    event->acceptProposedAction();
    m_overlay->setWords(tr("Looking at it"), {});
    m_overlay->show();
    m_overlay->raise();
    // The files may lie on a slow drive.
    app::runThen(
        this,
        [paths = m_paths] { return app::intake::classify(paths); },
        [this, paths = m_paths](const Dropped& what) {
            if (paths == m_paths) {
                showWords(what);
            }
        });
    return true;
}

void DropTarget::showWords(const Dropped& what)
{
    m_overlay->setWords(dropTitle(what.kind), what.sentence);
    m_overlay->setAccessibleName(dropTitle(what.kind));
    m_overlay->setAccessibleDescription(what.sentence);
}

} // namespace ui::shell
