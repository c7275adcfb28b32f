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
using widgets::MessageBar;

Notices::Notices(app::Studio& studio, QWidget* parent)
    : QWidget(parent), m_studio(studio), m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(theme().px(24), theme().px(16), theme().px(24), 0);
    m_layout->setSpacing(theme().px(8));
    hide();
    connect(&studio.intake(),
            &app::intake::Intake::failed,
            this,
            [this](const QString& path, const engine::contract::Error& error) {
                MessageBar* bar =
                    show(path, tr("%1 was not added.").arg(QFileInfo(path).fileName()), error);
                bar->addLink(tr("Dismiss"), this, [this, path] { remove(path); });
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
    MessageBar* bar = show(subject, tr("The engine does not work."), service.error());
    bar->addAction(tr("Try again"), this, [&service] { service.restart(); });
}

MessageBar*
Notices::show(const QString& subject, const QString& cause, const engine::contract::Error& error)
{
    remove(subject);
    if (m_order.size() == kMost) {
        remove(QString(m_order.first()));
    }
    auto* bar = new MessageBar(MessageBar::Severity::Error, cause, app::errorDetail(error), this);
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
