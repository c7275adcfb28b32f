// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/import_outcome.h"

#include "app/intake/intake.h"
#include "ui/theme/theme.h"
#include "ui/widgets/message_bar.h"

#include <QFileInfo>
#include <QLocale>
#include <QVBoxLayout>

namespace ui::pages::data {

using app::intake::Intake;
using app::intake::Kind;
using widgets::MessageBar;

namespace {

QString namesOf(const QStringList& paths)
{
    QStringList names;
    for (const QString& path : paths) {
        names.append(QFileInfo(path).fileName());
    }
    return names.join(QStringLiteral(" · "));
}

} // namespace

ImportOutcome::ImportOutcome(Intake& intake, QWidget* parent)
    : QWidget(parent), m_bar(new MessageBar(MessageBar::Severity::Success))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, theme().px(16));
    layout->addWidget(m_bar);
    hide();
    connect(&intake, &Intake::added, this, [this](Kind kind, const QString& item) {
        if (kind == Kind::Data) {
            settle(item, true);
        }
    });
    connect(&intake, &Intake::failed, this, [this](const QString& path) { settle(path, false); });
}

void ImportOutcome::follow(const QStringList& awaited, const QList<LeftOut>& leftOut)
{
    clear();
    m_awaited = awaited;
    m_added = awaited;
    m_leftOut = leftOut;
}

void ImportOutcome::leaveOut(const LeftOut& file)
{
    if (m_awaited.removeOne(file.path)) {
        m_added.removeOne(file.path);
        m_leftOut.append(file);
        showWords();
    }
}

void ImportOutcome::clear()
{
    hide();
    m_awaited.clear();
    m_added.clear();
    m_leftOut.clear();
    m_refused = 0;
}

void ImportOutcome::settle(const QString& path, bool isAdded)
{
    if (!m_awaited.removeOne(path)) {
        return;
    }
    if (!isAdded) {
        m_added.removeOne(path);
        ++m_refused;
    }
    showWords();
}

void ImportOutcome::showWords()
{
    const auto added = static_cast<int>(m_added.size());
    const int all = added + m_refused + static_cast<int>(m_leftOut.size());
    if (!m_awaited.isEmpty() || (all == 1 && m_leftOut.isEmpty())) {
        return;
    }
    m_bar->setSeverity(added == all ? MessageBar::Severity::Success
                       : added > 0  ? MessageBar::Severity::Warning
                                    : MessageBar::Severity::Error);
    m_bar->setText(
        added == all ? tr("%n file(s) were added.", nullptr, all)
        : all == 1   ? tr("%1 was not added.").arg(QFileInfo(m_leftOut.first().path).fileName())
        : added == 0
            ? tr("None of %n file(s) was added.", nullptr, all)
            : tr("%1 of %n file(s) were added.", nullptr, all).arg(QLocale().toString(added)),
        m_leftOut.isEmpty() ? namesOf(m_added) : leftOutLines(m_leftOut));
    m_bar->clearActions();
    if (added > 1) {
        m_bar->addAction(tr("Train on these together"), this, [this] {
            const QStringList paths = m_added;
            clear();
            Q_EMIT trainingRequested(paths);
        });
    }
    m_bar->addLink(tr("Dismiss"), this, [this] { clear(); });
    show();
}

} // namespace ui::pages::data
