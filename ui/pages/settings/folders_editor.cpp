// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/folders_editor.h"

#include "app/studio/studio.h"
#include "ui/dialogs/dialogs.h"
#include "ui/pages/settings/folder_box.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>

namespace ui::pages::settings {

using namespace Qt::StringLiterals;

FoldersEditor::FoldersEditor(app::Studio& studio, Dialogs& dialogs, QWidget* parent)
    : QWidget(parent), m_studio(studio), m_dialogs(dialogs), m_rows(new QVBoxLayout),
      m_search(widgets::ghostButton(tr("Search now"), u"search"_s)),
      m_found(new widgets::PlainLabel({}, Type::Small, Tone::Secondary))
{
    auto* add = widgets::normalButton(tr("Add a folder…"), u"plus"_s);
    auto* actions = new QHBoxLayout;
    actions->setSpacing(theme().px(8));
    actions->addWidget(m_found, 1, Qt::AlignRight);
    actions->addWidget(m_search);
    actions->addWidget(add);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(theme().px(8));
    m_rows->setSpacing(theme().px(8));
    column->addLayout(m_rows);
    column->addLayout(actions);
    setFocusProxy(add);

    connect(add, &QAbstractButton::clicked, this, &FoldersEditor::addFolder);
    connect(m_search, &QAbstractButton::clicked, this, &FoldersEditor::search);
    connect(&m_studio.settings(), &app::Settings::changed, this, [this](const QString& key) {
        if (key == QLatin1String(app::kModelFolders.key)) {
            showFolders();
        }
    });
    connect(&m_studio.intake(),
            &app::intake::Intake::searched,
            this,
            [this](const QString&, int found) {
                m_found->setText(tr("%n model(s) found", nullptr, found));
            });
    showFolders();
}

void FoldersEditor::showFolders()
{
    while (QLayoutItem* old = m_rows->takeAt(0)) {
        old->widget()->hide();
        old->widget()->deleteLater();
        delete old;
    }
    const QStringList folders = m_studio.settings().get(app::kModelFolders);
    for (const QString& folder : folders) {
        m_rows->addWidget(makeFolder(folder));
    }
    m_search->setVisible(!folders.isEmpty());
}

QWidget* FoldersEditor::makeFolder(const QString& folder)
{
    auto* line = new QWidget;
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins({});
    row->setSpacing(theme().px(8));
    auto* remove = new widgets::IconButton(u"close"_s, tr("No longer search %1").arg(folder));
    row->addStretch();
    row->addWidget(new FolderBox(folder));
    row->addWidget(remove);
    connect(remove, &QAbstractButton::clicked, this, [this, folder] {
        QStringList folders = m_studio.settings().get(app::kModelFolders);
        folders.removeAll(folder);
        m_studio.settings().set(app::kModelFolders, folders);
    });
    return line;
}

void FoldersEditor::addFolder()
{
    m_dialogs.openFolder(this, tr("Choose a folder with models"), [this](const QString& folder) {
        QStringList folders = m_studio.settings().get(app::kModelFolders);
        if (!folders.contains(folder)) {
            folders.append(folder);
            m_studio.settings().set(app::kModelFolders, folders);
        }
        m_studio.intake().addModelsBelow(folder);
    });
}

void FoldersEditor::search()
{
    m_found->setText(tr("Searching…"));
    for (const QString& folder : m_studio.settings().get(app::kModelFolders)) {
        m_studio.intake().addModelsBelow(folder);
    }
}

} // namespace ui::pages::settings
