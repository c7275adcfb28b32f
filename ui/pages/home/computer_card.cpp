// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/home/computer_card.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "app/studio/studio.h"
#include "ui/pages/home/meter_row.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/separator.h"

#include <QVBoxLayout>

namespace ui::pages::home {

using namespace Qt::StringLiterals;

namespace {

double shareOf(int64_t part, int64_t whole)
{
    return whole > 0 ? double(part) / double(whole) : -1;
}

QString dtypesOf(const ::engine::contract::DeviceInfo& device)
{
    QStringList dtypes;
    for (const std::string& dtype : device.dtypes) {
        dtypes.append(app::qs(dtype));
    }
    return dtypes.join(u", "_s);
}

} // namespace

ComputerCard::ComputerCard(PageContext& context, QWidget* parent)
    : Card(tr("This computer"), {}, parent), m_context(context),
      m_processor(new MeterRow(u"device"_s, tr("Processor"))),
      m_memory(new MeterRow(u"grid"_s, tr("Memory"))),
      m_drive(new MeterRow(u"drive"_s, tr("Library drive"))),
      m_trainsOn(new widgets::PlainLabel({}, Type::Small, Tone::Secondary)),
      m_reason(new widgets::PlainLabel({}, Type::Small, Tone::Secondary))
{
    m_memory->setWarning(true);
    m_drive->setWarning(true);
    body()->setSpacing(theme().px(14));
    body()->addWidget(m_processor);
    body()->addWidget(m_memory);
    body()->addWidget(m_drive);
    body()->addStretch();
    body()->addWidget(new widgets::Separator);
    auto* words = new QVBoxLayout;
    words->setSpacing(theme().px(4));
    for (widgets::PlainLabel* label : {m_trainsOn, m_reason}) {
        label->setWrapping(true);
        words->addWidget(label);
    }
    body()->addLayout(words);

    app::Studio& studio = m_context.studio;
    connect(&studio.system(), &app::SystemMonitor::changed, this, &ComputerCard::showFacts);
    connect(&studio.engine(),
            &app::engine::EngineService::catalogChanged,
            this,
            &ComputerCard::showEngine);
    connect(&studio.engine(),
            &app::engine::EngineService::stateChanged,
            this,
            &ComputerCard::showEngine);
    showFacts();
    showEngine();
}

void ComputerCard::showEvent(QShowEvent* event)
{
    Card::showEvent(event);
    m_context.studio.system().watch(this);
}

void ComputerCard::hideEvent(QHideEvent* event)
{
    Card::hideEvent(event);
    m_context.studio.system().unwatch(this);
}

void ComputerCard::showFacts()
{
    const app::SystemMonitor& system = m_context.studio.system();
    if (!system.isKnown()) {
        return;
    }
    const app::SystemFacts& facts = system.facts();
    if (!facts.processor.isEmpty()) {
        m_processor->setName(facts.processor);
    }
    const QString threads = tr("%n thread(s)", nullptr, facts.threads);
    m_processor->setUse(facts.load < 0
                            ? threads
                            : tr("%1, %2 busy").arg(threads, app::formatPercent(facts.load, 0)),
                        facts.load);
    m_memory->setUse(app::formatMemoryUse(facts.memoryUsed, facts.memoryTotal),
                     shareOf(facts.memoryUsed, facts.memoryTotal));
    m_drive->setUse(facts.disk.known ? tr("%1 free of %2")
                                           .arg(app::formatBytes(facts.disk.freeBytes),
                                                app::formatBytes(facts.disk.totalBytes))
                                     : tr("not known"),
                    facts.disk.known ? shareOf(facts.disk.totalBytes - facts.disk.freeBytes,
                                               facts.disk.totalBytes)
                                     : -1);
}

void ComputerCard::showEngine()
{
    const ::engine::contract::Catalog* catalog = m_context.studio.engine().catalog();
    if (!catalog || catalog->devices.empty()) {
        m_trainsOn->setText(tr("What can be trained on is known once the engine has started."));
        m_reason->hide();
        return;
    }
    QStringList lines;
    for (const ::engine::contract::DeviceInfo& device : catalog->devices) {
        const QString dtypes = dtypesOf(device);
        const QString name = device.id == "cpu" ? tr("the processor") : app::qs(device.name);
        lines.append(dtypes.isEmpty() ? tr("Trains on %1").arg(name)
                                      : tr("Trains on %1, natively in %2").arg(name, dtypes));
    }
    m_trainsOn->setText(lines.join(u'\n'));
    m_reason->setVisible(!catalog->cuda.available);
    m_reason->setText(tr("No GPU: %1").arg(app::engineText(catalog->cuda.reason)));
}

} // namespace ui::pages::home
