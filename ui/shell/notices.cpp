// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/notices.h"

#include "app/base/error_text.h"
#include "app/studio/studio.h"
#include "ui/theme/theme.h"
#include "ui/widgets/message_bar.h"

#include <QFileInfo>
#include <QVBoxLayout>

namespace ui::shell {

using app::engine::EngineService;
using app::intake::Intake;
using app::intake::Kind;
using widgets::MessageBar;

Notices::Notices(app::Studio& studio, QWidget* parent)
    : QWidget(parent), m_studio(studio), m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(theme().px(24), theme().px(16), theme().px(24), 0);
    m_layout->setSpacing(theme().px(8));
    hide();
    connect(&studio.intake(),
            &Intake::failed,
            this,
            [this](const QString& path, const engine::contract::Error& error) {
                m_leftOut.removeIf([&path](const LeftOut& file) { return file.path == path; });
                m_leftOut.append({path, error});
                showLeftOut();
            });
    connect(&studio.intake(), &Intake::added, this, [this](Kind, const QString& item) {
        if (m_leftOut.removeIf([&item](const LeftOut& file) { return file.path == item; }) > 0) {
            showLeftOut();
        }
    });
    connect(&studio.engine(), &EngineService::stateChanged, this, &Notices::watchEngine);
    watchEngine();
}

void Notices::watchEngine()
{
    const QString subject = QStringLiteral("engine");
    EngineService& service = m_studio.engine();
    const EngineService::State state = service.state();
    if (state != EngineService::State::Failed && state != EngineService::State::Incompatible) {
        // Starting follows each failure; only an answer solves it.
        if (state == EngineService::State::Ready) {
            remove(subject);
        }
        return;
    }
    MessageBar* bar =
        show(subject, tr("The engine does not work."), app::errorDetail(service.error()));
    bar->addAction(tr("Try again"), this, [&service] { service.restart(); });
}

void Notices::showLeftOut()
{
    const QString subject = QStringLiteral("intake");
    if (m_leftOut.isEmpty()) {
        remove(subject);
        return;
    }
    const LeftOut& first = m_leftOut.first();
    MessageBar* bar =
        m_leftOut.size() == 1
            ? show(subject,
                   tr("%1 was not added.").arg(QFileInfo(first.path).fileName()),
                   app::errorDetail(first.error))
            : show(subject,
                   tr("%n item(s) were not added.", nullptr, static_cast<int>(m_leftOut.size())),
                   leftOutLines(m_leftOut));
    bar->addLink(tr("Dismiss"), this, [this, subject] {
        m_leftOut.clear();
        remove(subject);
    });
}

MessageBar* Notices::show(const QString& subject, const QString& cause, const QString& consequence)
{
    remove(subject);
    if (m_order.size() == kMost) {
        remove(QString(m_order.first()));
    }
    auto* bar = new MessageBar(MessageBar::Severity::Error, cause, consequence, this);
    m_layout->addWidget(bar);
    m_bars.insert(subject, bar);
    m_order.append(subject);
    setVisible(true);
    return bar;
}

void Notices::remove(const QString& subject)
{
    if (MessageBar* bar = m_bars.take(subject)) {
        m_order.removeAll(subject);
        // Its own button may be what removes it.
        bar->hide();
        bar->deleteLater();
        setVisible(!m_order.isEmpty());
    }
}

} // namespace ui::shell
