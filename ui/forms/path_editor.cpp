// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/path_editor.h"

#include "app/base/text.h"
#include "ui/theme/icon.h"

#include <QAction>
#include <QDropEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QUrl>

namespace ui::forms {

namespace {

QString droppedPath(const QMimeData* data)
{
    const QList<QUrl> urls = data->urls();
    return urls.size() == 1 && urls.first().isLocalFile() ? urls.first().toLocalFile() : QString();
}

} // namespace

PathEditor::PathEditor(const engine::contract::Field& field)
    : FieldEditor(field), m_edit(new QLineEdit),
      m_browse(m_edit->addAction(icon(QStringLiteral("folder")), QLineEdit::TrailingPosition))
{
    m_browse->setText(tr("Choose…"));
    m_browse->setToolTip(tr("Choose…"));
    m_browse->setVisible(false);
    m_edit->setAcceptDrops(true);
    m_edit->installEventFilter(this);
    QObject::connect(m_edit, &QLineEdit::textEdited, this, [this] { Q_EMIT edited(); });
    QObject::connect(m_edit, &QLineEdit::editingFinished, this, [this] { Q_EMIT committed(); });
    QObject::connect(m_browse, &QAction::triggered, this, [this] {
        m_picker(this->field(), [self = QPointer<PathEditor>(this)](const QString& path) {
            if (self) {
                self->take(path);
            }
        });
    });
}

QWidget* PathEditor::widget() const
{
    return m_edit;
}

FieldEditor::Value PathEditor::value() const
{
    return app::stdString(m_edit->text().trimmed());
}

void PathEditor::setValue(const Value& value)
{
    const QString path = app::qs(value.toString());
    if (path != m_edit->text().trimmed()) {
        m_edit->setText(path);
        m_edit->setToolTip({});
    }
}

void PathEditor::setPathPicker(const PathPicker& picker)
{
    m_picker = picker;
    m_browse->setVisible(picker != nullptr);
}

void PathEditor::take(const QString& path)
{
    m_edit->setText(path);
    Q_EMIT edited();
    Q_EMIT committed();
}

bool PathEditor::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_edit) {
        return false;
    }
    // QLineEdit would insert "file:///…" where the cursor is.
    if (event->type() == QEvent::DragEnter || event->type() == QEvent::DragMove) {
        auto* drag = static_cast<QDragMoveEvent*>(event);
        if (!droppedPath(drag->mimeData()).isEmpty()) {
            drag->acceptProposedAction();
            return true;
        }
    }
    if (event->type() == QEvent::Drop) {
        auto* drop = static_cast<QDropEvent*>(event);
        if (const QString path = droppedPath(drop->mimeData()); !path.isEmpty()) {
            drop->acceptProposedAction();
            take(path);
            return true;
        }
    }
    return false;
}

} // namespace ui::forms
