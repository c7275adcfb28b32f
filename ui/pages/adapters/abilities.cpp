// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/adapters/abilities.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "ui/page/method_kind.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plain_label.h"

#include <QCoreApplication>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::pages::adapters {

namespace {

using app::engineText;
using ::engine::contract::Catalog;
using ::engine::contract::CatalogEntry;

constexpr double kSign = 16;
constexpr double kGap = 8;

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(ui::pages::adapters::Abilities)
};

Ability exportAs(const CatalogEntry& exporter, const CatalogEntry& method)
{
    const bool isAccepted = std::find(exporter.accepts.begin(), exporter.accepts.end(), method.id)
                            != exporter.accepts.end();
    return {Texts::tr("Export as %1").arg(engineText(exporter.name)),
            isAccepted ? QString() : engineText(exporter.refusal)};
}

} // namespace

QList<Ability> abilitiesOf(const app::library::Adapter& adapter, const Catalog& catalog)
{
    const CatalogEntry* method =
        ::engine::contract::findEntry(catalog.methods, app::stdString(adapter.method));
    if (method == nullptr || method->effect.empty()) {
        return {};
    }
    QList<Ability> abilities;
    for (const CatalogEntry& exporter : catalog.exporters) {
        abilities.append(exportAs(exporter, *method));
    }
    abilities.append(
        {Texts::tr("Act at another scale than 1"),
         method->approach == "tokens" ? Texts::tr("half a token is none") : QString()});
    const QString noRank = noRankReason(*method);
    if (!noRank.isEmpty()) {
        abilities.append({Texts::tr("Change its rank"), noRank});
    }
    return abilities;
}

AbilityList::AbilityList(QWidget* parent) : QWidget(parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(theme().px(6));
}

void AbilityList::setAbilities(const QList<Ability>& abilities)
{
    m_abilities = abilities;
    qDeleteAll(m_lines);
    m_lines.clear();
    for (const Ability& ability : abilities) {
        const bool isAble = ability.reason.isEmpty();
        auto* line = new widgets::PlainLabel(
            isAble ? ability.name : Texts::tr("%1: no, %2").arg(ability.name, ability.reason),
            Type::Body,
            isAble ? Tone::Normal : Tone::Tertiary);
        line->setWrapping(true);
        line->setContentsMargins(theme().px(kSign + kGap), 0, 0, 0);
        layout()->addWidget(line);
        m_lines.append(line);
    }
    update();
}

void AbilityList::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const int side = theme().px(kSign);
    for (qsizetype i = 0; i < m_lines.size(); ++i) {
        const bool isAble = m_abilities[i].reason.isEmpty();
        const QRect line = m_lines[i]->geometry();
        const int first = QFontMetrics(m_lines[i]->font()).height();
        paintIcon(painter,
                  QRect(line.left(), line.top(), side, first),
                  isAble ? QStringLiteral("check") : QStringLiteral("minus"),
                  theme().color(isAble ? Color::Ok : Color::TextTertiary),
                  side);
    }
}

} // namespace ui::pages::adapters
