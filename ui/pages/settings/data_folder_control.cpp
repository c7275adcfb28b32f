// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/data_folder_control.h"

#include "app/base/error_text.h"
#include "app/base/format.h"
#include "app/base/task.h"
#include "app/studio/studio.h"
#include "ui/dialogs/dialogs.h"
#include "ui/pages/settings/folder_box.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/plain_label.h"

#include <QDirIterator>
#include <QHBoxLayout>

namespace ui::pages::settings {

namespace {

qint64 bytesBelow(const QString& folder)
{
    qint64 bytes = 0;
    QDirIterator files(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        files.next();
        bytes += files.fileInfo().size();
    }
    return bytes;
}

} // namespace

DataFolderControl::DataFolderControl(app::Studio& studio, Dialogs& dialogs, QWidget* parent)
    : QWidget(parent), m_studio(studio), m_dialogs(dialogs),
      m_box(new FolderBox(studio.paths().data)),
      m_size(new widgets::PlainLabel({}, Type::Small, Tone::Secondary))
{
    auto* change = widgets::normalButton(tr("Change…"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->setSpacing(theme().px(8));
    row->addWidget(m_size);
    row->addWidget(m_box);
    row->addWidget(change);
    setFocusProxy(change);
    connect(change, &QAbstractButton::clicked, this, &DataFolderControl::choose);
}

void DataFolderControl::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    measure();
}

void DataFolderControl::choose()
{
    m_dialogs.openFolder(
        this, tr("Choose a folder for the library"), [this](const QString& folder) {
            const auto kept = app::Paths::setDefaultData(folder);
            if (!kept) {
                Q_EMIT told(app::errorDetail(kept.error()));
                return;
            }
            m_box->setFolder(folder);
            m_size->setText({});
            Q_EMIT told(
                tr("From the next start the library is in %1. What is in the folder used now "
                   "stays there.")
                    .arg(folder));
        });
}

void DataFolderControl::measure()
{
    if (m_isMeasuring || m_box->folder() != m_studio.paths().data) {
        return;
    }
    m_isMeasuring = true;
    app::runThen(
        this,
        [folder = m_studio.paths().data] { return bytesBelow(folder); },
        [this](qint64 bytes) {
            m_isMeasuring = false;
            m_size->setText(app::formatBytes(bytes));
        });
}

} // namespace ui::pages::settings
