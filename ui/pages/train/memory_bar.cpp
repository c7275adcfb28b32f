// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/memory_bar.h"

#include "app/base/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plain_label.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <vector>

namespace ui::pages::train {

namespace {

constexpr double kHeight = 16;
constexpr double kThinnest = 3;
constexpr double kTight = 0.9; // of the device

struct Part
{
    MemoryPart part;
    int64_t bytes;
};

// A square in the colour of a part.
class Swatch : public QWidget
{
public:
    explicit Swatch(MemoryPart part) : m_part(part)
    {
        setFixedSize(theme().px(10), theme().px(10));
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme().memoryColor(m_part));
        painter.drawRoundedRect(rect(), 2, 2);
    }

private:
    MemoryPart m_part;
};

} // namespace

class MemoryBar::Bar : public QWidget
{
public:
    Bar() { setFixedHeight(theme().px(kHeight)); }

    void setParts(std::vector<Part> parts, int64_t device)
    {
        m_parts = std::move(parts);
        m_device = device;
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        QPainterPath shape;
        shape.addRoundedRect(rect(), 4, 4);
        painter.setClipPath(shape);
        painter.fillRect(rect(), theme().color(Color::Hover));
        int64_t used = 0;
        for (const Part& part : m_parts) {
            used += part.bytes;
        }
        const double all = static_cast<double>(std::max({used, m_device, int64_t(1)}));
        double x = 0;
        for (const Part& part : m_parts) {
            const double share = static_cast<double>(part.bytes) / all;
            const double wide = std::max(width() * share, part.bytes > 0 ? kThinnest : 0);
            painter.fillRect(QRectF(x, 0, wide - 1, height()), theme().memoryColor(part.part));
            x += wide;
        }
        if (m_device > 0 && used > m_device) {
            const double limit = width() * static_cast<double>(m_device) / all;
            painter.fillRect(QRectF(limit, 0, width() - limit, height()),
                             QBrush(theme().color(Color::Warning), Qt::BDiagPattern));
            painter.fillRect(QRectF(limit - 1, 0, 2, height()), theme().color(Color::Warning));
        }
    }

private:
    std::vector<Part> m_parts;
    int64_t m_device = 0;
};

MemoryBar::MemoryBar(QWidget* parent)
    : QWidget(parent), m_title(new widgets::PlainLabel({}, Type::Small, Tone::Secondary)),
      m_total(new widgets::PlainLabel({}, Type::Small)), m_bar(new Bar), m_legend(new QGridLayout)
{
    auto* head = new QHBoxLayout;
    head->addWidget(m_title);
    head->addStretch(1);
    head->addWidget(m_total);
    m_legend->setHorizontalSpacing(theme().px(8));
    m_legend->setVerticalSpacing(theme().px(6));
    m_legend->setColumnStretch(2, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme().px(8));
    layout->addLayout(head);
    layout->addWidget(m_bar);
    layout->addLayout(m_legend);
}

double MemoryBar::share() const
{
    return m_device > 0 ? static_cast<double>(m_used) / static_cast<double>(m_device) : 0;
}

void MemoryBar::setPlan(const engine::contract::Value& plan, int64_t device)
{
    const engine::contract::Value& bytes = plan["bytes"];
    const int64_t tokens = plan["step"]["tokens"].toInteger();
    const struct
    {
        const char* key;
        MemoryPart part;
        QString name;
        QString note; // what the number depends on; may be empty
    } kParts[] = {{"weights", MemoryPart::Weights, tr("Base weights"), {}},
                  {"activations",
                   MemoryPart::Activations,
                   tr("Activations"),
                   tokens > 0 ? tr("%1 tokens").arg(app::formatCount(tokens)) : QString()},
                  {"adapters", MemoryPart::Adapters, tr("Adapters"), {}},
                  {"gradients", MemoryPart::Gradients, tr("Gradients"), {}},
                  {"optimizer", MemoryPart::Optimizer, tr("Optimizer"), {}},
                  {"workspace",
                   MemoryPart::Workspace,
                   tr("Workspace"),
                   bytes["program"].toInteger() > 0 ? tr("with the program") : QString()}};
    while (QLayoutItem* item = m_legend->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    std::vector<Part> parts;
    m_used = 0;
    int row = 0;
    for (const auto& [key, part, name, note] : kParts) {
        if (!bytes[key].isNumber()) {
            continue;
        }
        const int64_t size = bytes[key].toInteger();
        m_used += size;
        parts.push_back({part, size});
        m_legend->addWidget(new Swatch(part), row, 0);
        m_legend->addWidget(new widgets::PlainLabel(name, Type::Small), row, 1);
        m_legend->addWidget(
            new widgets::PlainLabel(note, Type::Caption, Tone::Tertiary), row, 2, Qt::AlignVCenter);
        m_legend->addWidget(
            new widgets::PlainLabel(app::formatMemory(size), Type::Small), row, 3, Qt::AlignRight);
        ++row;
    }
    const bool isPeak = bytes["total"].isNumber();
    m_used = isPeak ? bytes["total"].toInteger() : m_used;
    m_title->setText(isPeak ? tr("Memory, peak") : tr("Memory at start"));
    m_device = device;
    m_total->setText(isPeak && device > 0 ? tr("%1 · %2").arg(app::formatMemoryUse(m_used, device),
                                                              app::formatPercent(share()))
                                          : app::formatMemory(m_used));
    m_total->setTone(share() > kTight ? Tone::Warning : Tone::Normal);
    m_bar->setParts(std::move(parts), device);
}

} // namespace ui::pages::train
