// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/fact_list.h"

#include "ui/theme/icon.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/plain_label.h"

#include <QGridLayout>
#include <QLabel>

namespace ui::widgets {
namespace {

constexpr int kRowGap = 6;
constexpr int kColumnGap = 12;
constexpr int kIcon = 14;
enum Column { IconColumn, KeyColumn, ValueColumn };

} // namespace

FactList::FactList(QWidget* parent) : QWidget(parent), m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setVerticalSpacing(kRowGap);
    m_grid->setHorizontalSpacing(0);
    m_grid->setColumnStretch(ValueColumn, 1);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void FactList::setFacts(const QList<Fact>& facts)
{
    clear();
    for (const Fact& fact : facts) {
        addFact(fact);
    }
}

void FactList::addFact(const Fact& fact)
{
    m_facts << fact;
    addRow(fact);
}

void FactList::clear()
{
    m_facts.clear();
    while (QLayoutItem* item = m_grid->takeAt(0)) {
        // A link may be clearing the list from its own click.
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
}

QString FactList::text() const
{
    QStringList lines;
    for (const Fact& fact : m_facts) {
        lines << QString(fact.key + QLatin1Char('\t') + fact.value);
    }
    return lines.join(QLatin1Char('\n'));
}

void FactList::addRow(const Fact& fact)
{
    const int row = int(m_facts.size()) - 1;
    if (!fact.iconName.isEmpty()) {
        auto* picture = new QLabel;
        const auto show = [picture, name = fact.iconName] {
            const int side = theme().px(kIcon);
            picture->setPixmap(icon(name).pixmap(side, side));
            picture->setContentsMargins(0, 0, 8, 0);
        };
        show();
        connect(&theme(), &Theme::changed, picture, show);
        m_grid->addWidget(picture, row, IconColumn);
    }
    auto* key = new PlainLabel(fact.key, Type::Small, Tone::Secondary);
    key->setContentsMargins(0, 0, kColumnGap, 0);
    m_grid->addWidget(key, row, KeyColumn);
    if (fact.style == Style::Link) {
        auto* link = linkButton(firstLine(fact.value));
        link->setAccessibleDescription(fact.key);
        connect(link, &QPushButton::clicked, this, [this, row] { Q_EMIT activated(row); });
        m_grid->addWidget(link, row, ValueColumn, Qt::AlignRight);
        return;
    }
    const Type type = fact.style == Style::Mono ? Type::MonoSmall : Type::Small;
    auto* value = new ElidedLabel(fact.value, type, fact.tone);
    value->setAlignment(Qt::AlignRight);
    m_grid->addWidget(value, row, ValueColumn);
}

} // namespace ui::widgets
