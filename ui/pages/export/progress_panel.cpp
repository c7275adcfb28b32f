// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/export/progress_panel.h"

#include "app/base/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/progress_bar.h"

#include <QVBoxLayout>

namespace ui::pages::exporting {

ProgressPanel::ProgressPanel(QWidget* parent)
    : Card(QString(), QString(), parent),
      m_what(new widgets::PlainLabel(QString(), Type::BodyStrong)), m_bar(new widgets::ProgressBar),
      m_words(new widgets::PlainLabel(QString(), Type::Small, Tone::Secondary))
{
    setTitle(tr("Writing"));
    widgets::Button* const cancel = widgets::ghostButton(tr("Cancel"), QStringLiteral("close"));
    cancel->setToolTip(tr("Nothing of the current format is put in place"));
    addHeaderWidget(cancel);
    m_bar->setAccessibleName(tr("Progress of the export"));
    m_words->setWrapping(true);
    body()->addWidget(m_what);
    body()->addWidget(m_bar);
    body()->addWidget(m_words);
    body()->addStretch();
    connect(cancel, &QAbstractButton::clicked, this, &ProgressPanel::cancelled);
}

void ProgressPanel::show(const QString& name, int index, int count, qint64 done, qint64 total)
{
    setFact(tr("%1 of %2").arg(index + 1).arg(count));
    m_what->setText(name);
    m_bar->setShare(total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 0);
    m_words->setText(
        total <= 0     ? tr("Reading the base and the adapter")
        : done < total ? tr("%1 of %2 written").arg(app::formatBytes(done), app::formatBytes(total))
                       : tr("Written; re-reading it and comparing its answers"));
}

} // namespace ui::pages::exporting
