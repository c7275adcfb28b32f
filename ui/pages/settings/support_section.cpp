// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/support_section.h"

#include "app/base/error_text.h"
#include "app/base/task.h"
#include "app/base/text.h"
#include "app/studio/studio.h"
#include "app/studio/support_bundle.h"
#include "ui/dialogs/dialogs.h"
#include "ui/pages/settings/setting_row.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/fact_list.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/plain_label.h"

#include <QCheckBox>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QStandardPaths>
#include <QVBoxLayout>

namespace ui::pages::settings {

using namespace Qt::StringLiterals;
using ::engine::contract::Result;

SupportSection::SupportSection(const QString& title, PageContext& context, QWidget* parent)
    : SettingsSection(title, parent), m_context(context)
{
    addRow(tr("Support bundle"),
           tr("One file with log, settings and device facts, to send with a report. Your home "
              "folder's name is left out."),
           makeBundle());
    m_rebuild = widgets::normalButton(tr("Rebuild"), u"reset"_s);
    m_rebuildRow =
        addRow(tr("Rebuild the library"),
               tr("Reads every run and imported adapter again. Names, tags and notes stay."),
               m_rebuild);
    addBlock(makeAbout(), tr("About versions licences"));

    app::library::Library& library = m_context.studio.library();
    connect(m_rebuild, &QAbstractButton::clicked, this, [this, &library] {
        m_rebuild->setEnabled(false);
        library.rebuild();
    });
    connect(&library, &app::library::Library::rebuildProgress, this, [this](int done, int total) {
        m_rebuildRow->setHelp(tr("Reading %1 of %2").arg(done).arg(total));
    });
    connect(&library,
            &app::library::Library::rebuilt,
            this,
            [this](int recorded, const QStringList& refused) {
                m_rebuild->setEnabled(true);
                m_rebuildRow->setHelp(
                    tr("%n run(s) and adapter(s) are in the library.", nullptr, recorded));
                if (!refused.isEmpty()) {
                    tell(false,
                         tr("%n folder(s) could not be read.", nullptr, int(refused.size())),
                         refused.join(u'\n'));
                }
            });
    connect(&m_context.studio.engine(),
            &app::engine::EngineService::catalogChanged,
            this,
            &SupportSection::showVersions);
}

QWidget* SupportSection::makeBundle()
{
    m_withRuns = new QCheckBox(tr("With the jobs and logs of the newest runs"));
    m_withRuns->setToolTip(tr("They name your folders and sample prompts."));
    m_make = widgets::normalButton(tr("Make a bundle…"), u"save"_s);
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins({});
    row->setSpacing(theme().px(12));
    row->addWidget(m_withRuns);
    row->addWidget(m_make);
    box->setFocusProxy(m_withRuns);
    connect(m_make, &QAbstractButton::clicked, this, &SupportSection::chooseBundle);
    return box;
}

QWidget* SupportSection::makeAbout()
{
    auto* about = new QWidget;
    auto* column = new QVBoxLayout(about);
    column->setContentsMargins(theme().px(16), theme().px(12), theme().px(16), theme().px(12));
    column->setSpacing(theme().px(12));
    m_result = new widgets::MessageBar(widgets::MessageBar::Severity::Info);
    m_result->hide();
    m_versions = new widgets::FactList;
    auto* licence = new widgets::PlainLabel(
        tr("The studio is free software under the GNU General Public License, version 3 or later; "
           "the engine under the Apache License 2.0. It stands on Qt (LGPL 3), QCustomPlot (GPL "
           "3), "
           "SQLite (public domain), nlohmann/json (MIT) and, in the engine, LibTorch (BSD). The "
           "texts are in the folder LICENSES. The sample model and data are in the public domain "
           "(CC0)."),
        Type::Small,
        Tone::Secondary);
    licence->setWrapping(true);
    column->addWidget(m_result);
    column->addWidget(m_versions);
    column->addWidget(licence);
    showVersions();
    return about;
}

void SupportSection::chooseBundle()
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    m_context.dialogs.saveFile(this,
                               tr("Save the support bundle"),
                               folder + u"/lora-studio-support.tar"_s,
                               tr("Archives (*.tar)"),
                               [this](const QString& file) { writeBundle(file); });
}

void SupportSection::writeBundle(const QString& file)
{
    m_make->setEnabled(false);
    app::runThen(
        this,
        [facts = app::studio::supportFacts(m_context.studio, m_withRuns->isChecked()), file] {
            return app::studio::writeSupportBundle(facts, file);
        },
        [this, file](const Result<void>& written) {
            m_make->setEnabled(true);
            if (written) {
                tell(true, tr("The bundle is written."), file);
            } else {
                tell(false, app::errorSentence(written.error()), app::errorDetail(written.error()));
            }
        });
}

void SupportSection::showVersions()
{
    const ::engine::contract::Catalog* catalog = m_context.studio.engine().catalog();
    m_versions->setFacts({
        {tr("LoRA Studio"), QCoreApplication::applicationVersion()},
        {tr("Engine"), catalog ? app::qs(catalog->version) : tr("not running")},
        {tr("Qt"), QString::fromLatin1(qVersion())},
        {tr("Data folder"), m_context.studio.paths().data},
        {tr("Log"), m_context.studio.paths().logs},
    });
}

void SupportSection::tell(bool isGood, const QString& cause, const QString& detail)
{
    m_result->setSeverity(isGood ? widgets::MessageBar::Severity::Success
                                 : widgets::MessageBar::Severity::Error);
    m_result->setText(cause, detail);
    m_result->show();
}

} // namespace ui::pages::settings
