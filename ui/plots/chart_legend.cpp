// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/chart_legend.h"

#include "ui/plots/plot_style.h"
#include "ui/theme/theme.h"
#include "ui/widgets/flow_layout.h"

#include <QAbstractButton>
#include <QPainter>

#include <cmath>

namespace ui::plots {

namespace {

constexpr int kGap = 16;
constexpr int kGlyphWidth = 20;
constexpr int kGlyphGap = 6;
constexpr int kRoom = 4; // around the text, for hover and focus

bool sameLook(const std::vector<LegendEntry>& left, const std::vector<LegendEntry>& right)
{
    return std::ranges::equal(left, right, [](const LegendEntry& one, const LegendEntry& other) {
        return one.id == other.id && one.text == other.text && one.glyph == other.glyph
               && one.series == other.series;
    });
}

class LegendChip final : public QAbstractButton
{
public:
    LegendChip(LegendEntry entry, QWidget* parent)
        : QAbstractButton(parent), m_entry(std::move(entry))
    {
        setCheckable(true);
        setChecked(m_entry.on);
        setText(m_entry.text);
        setAccessibleName(m_entry.text);
        setFocusPolicy(Qt::TabFocus);
        setCursor(Qt::PointingHandCursor);
        setAttribute(Qt::WA_Hover);
    }

    int id() const { return m_entry.id; }

    QSize sizeHint() const override
    {
        const QFontMetricsF metrics(chipFont());
        return {theme().px(kGlyphWidth + kGlyphGap + 2 * kRoom)
                    + static_cast<int>(std::ceil(metrics.horizontalAdvance(text()))),
                std::max(theme().height(ui::Size::Chip),
                         static_cast<int>(std::ceil(metrics.height())) + 2 * kRoom)};
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        if (underMouse()) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme().color(Color::Hover));
            painter.drawRoundedRect(rect(), kRoom, kRoom);
        }
        m_entry.on = isChecked();
        const int room = theme().px(kRoom);
        const QRectF glyph(room, 0, theme().px(kGlyphWidth), height());
        drawGlyph(painter, glyph, m_entry, themeColors());
        painter.setFont(chipFont());
        painter.setPen(theme().color(isChecked() ? Color::TextSecondary : Color::TextDisabled));
        painter.drawText(QRectF(rect()).adjusted(glyph.right() + theme().px(kGlyphGap), 0, 0, 0),
                         Qt::AlignLeft | Qt::AlignVCenter,
                         text());
    }

private:
    static QFont chipFont() { return theme().font(Type::Small); }

    LegendEntry m_entry;
};

} // namespace

ChartLegend::ChartLegend(QWidget* parent) : QWidget(parent)
{
    new widgets::FlowLayout(kGap - 2 * kRoom, this);
    layout()->setContentsMargins(0, 0, 0, 0);
    setAccessibleName(tr("Legend"));
    connect(&theme(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void ChartLegend::setEntries(const std::vector<LegendEntry>& entries)
{
    const bool same = sameLook(m_entries, entries);
    m_entries = entries;
    if (same) {
        for (const LegendEntry& entry : entries) {
            const QSignalBlocker quiet(chip(entry.id));
            chip(entry.id)->setChecked(entry.on);
        }
        return;
    }
    while (QLayoutItem* item = layout()->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const LegendEntry& entry : entries) {
        auto* made = new LegendChip(entry, this);
        made->setToolTip(tr("Show or hide"));
        connect(made, &QAbstractButton::toggled, this, [this, id = entry.id](bool on) {
            Q_EMIT toggled(id, on);
        });
        layout()->addWidget(made);
        made->show();
    }
}

bool ChartLegend::isOn(int id) const
{
    const QAbstractButton* found = chip(id);
    return found && found->isChecked();
}

QAbstractButton* ChartLegend::chip(int id) const
{
    for (int index = 0; index < layout()->count(); ++index) {
        auto* found = static_cast<LegendChip*>(layout()->itemAt(index)->widget());
        if (found->id() == id) {
            return found;
        }
    }
    return nullptr;
}

} // namespace ui::plots
