// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/job_bar_view.h"

#include "ui/theme/icon.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/progress_bar.h"
#include "ui/widgets/separator.h"
#include "ui/widgets/sparkline.h"
#include "ui/widgets/status_label.h"

#include <QHBoxLayout>
#include <QMouseEvent>

namespace ui::shell {

using widgets::Button;
using widgets::ElidedLabel;
using widgets::IconButton;
using widgets::PlainLabel;

namespace {

constexpr int kSparklineWidth = 118;
constexpr int kSparklineHeight = 28;
constexpr int kBarWidth = 240;
constexpr int kBarMinimum = 48;
constexpr int kRestWidth = 220;  // what the last words may claim before others give way
constexpr int kLongestName = 48; // characters

PlainLabel* makeLabel(Type type, Tone tone, QWidget* parent)
{
    return new PlainLabel({}, type, tone, parent);
}

// At least as wide as with `text`: what stands at the right stays where it is while figures change.
void reserve(QWidget* widget, const QString& text)
{
    const int width = QFontMetrics(widget->font()).horizontalAdvance(text) + 2;
    widget->setMinimumWidth(std::max(widget->minimumWidth(), width));
}

// "2,676 / 2,676" for "62 / 2,676".
QString longestSteps(const QString& steps)
{
    const QString separator = QStringLiteral(" / ");
    const QString total = steps.section(separator, -1);
    return total + separator + total;
}

// The icon of the device, as a label, tinted with the theme.
QLabel* makeDeviceIcon(QWidget* parent)
{
    auto* label = new QLabel(parent);
    const auto paint = [label] {
        label->setPixmap(iconPixmap(QStringLiteral("device"),
                                    theme().color(Color::TextSecondary),
                                    theme().px(16),
                                    label->devicePixelRatioF()));
    };
    paint();
    QObject::connect(&theme(), &Theme::changed, label, paint);
    return label;
}

} // namespace

JobBarView::JobBarView(QWidget* parent)
    : Band(Color::Surface, Qt::TopEdge, parent),
      m_dot(new widgets::StatusLabel(StatusKind::Idle, {}, this)),
      m_name(new Button({}, Button::Kind::Ghost, Button::Extent::Small, this)),
      m_phase(makeLabel(Type::Small, Tone::Secondary, this)),
      m_sparkline(new widgets::Sparkline(this)),
      m_lossWord(new PlainLabel(tr("Loss"), Type::Small, Tone::Tertiary, this)),
      m_loss(makeLabel(Type::BodyStrong, Tone::Normal, this)),
      m_stepWord(new PlainLabel(tr("Step"), Type::Small, Tone::Secondary, this)),
      m_steps(makeLabel(Type::BodyStrong, Tone::Normal, this)),
      m_bar(new widgets::ProgressBar(8, this)),
      m_percent(makeLabel(Type::BodyStrong, Tone::Normal, this)),
      m_rest(new ElidedLabel({}, Type::Small, Tone::Secondary, this)),
      m_pause(new IconButton(QStringLiteral("pause"), tr("Pause"), false, this)),
      m_stop(new IconButton(QStringLiteral("stop"), tr("Stop and save"), false, this)),
      m_action(new Button({}, Button::Kind::Link, Button::Extent::Small, this)),
      m_queue(new Button({}, Button::Kind::Ghost, Button::Extent::Small, this)),
      m_device(makeLabel(Type::Small, Tone::Secondary, this))
{
    m_queue->setIconName(QStringLiteral("list"));
    m_name->setFont(theme().font(Type::BodyStrong));
    m_name->setAccessibleDescription(tr("Opens the run"));
    m_bar->setAccessibleName(tr("Progress of the run"));
    m_sparkline->setAccessibleName(tr("Loss so far"));
    m_rest->setElideMode(Qt::ElideRight);
    arrange();
    connectButtons();
    const auto applySizes = [this] {
        setFixedHeight(theme().height(Size::JobBar));
        m_sparkline->setFixedSize(theme().px(kSparklineWidth), theme().px(kSparklineHeight));
        forgetWidths();
        show(JobBarState(m_state));
    };
    applySizes();
    connect(&theme(), &Theme::changed, this, applySizes);
}

QWidget* JobBarView::makeGroup(std::initializer_list<QWidget*> widgets, int spacing)
{
    auto* group = new QWidget(this);
    auto* row = new QHBoxLayout(group);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme().px(spacing));
    for (QWidget* widget : widgets) {
        row->addWidget(widget);
    }
    return group;
}

void JobBarView::arrange()
{
    const auto line = [this] {
        auto* separator = new widgets::Separator(Qt::Vertical, this);
        separator->setFixedHeight(theme().px(24));
        return separator;
    };
    m_sparklineGroup = makeGroup({line(), m_sparkline}, 16);
    m_lossGroup = makeGroup({m_lossWord, m_loss}, 4);
    m_progressGroup = makeGroup({line(), m_stepWord, m_steps, m_bar, m_percent}, 6);
    auto* progress = qobject_cast<QHBoxLayout*>(m_progressGroup->layout());
    progress->insertSpacing(1, theme().px(10));
    progress->insertSpacing(4, theme().px(6));
    progress->insertSpacing(6, theme().px(6));
    m_progressGroup->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    m_rest->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_deviceGroup = makeGroup({line(), makeDeviceIcon(this), m_device}, 8);

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(theme().px(16), 1, theme().px(16), 0);
    layout->setSpacing(theme().px(8));
    layout->addWidget(m_dot);
    layout->addWidget(m_name);
    layout->addWidget(m_phase);
    layout->addSpacing(theme().px(4));
    layout->addWidget(m_sparklineGroup);
    layout->addSpacing(theme().px(4));
    layout->addWidget(m_lossGroup);
    layout->addSpacing(theme().px(4));
    layout->addWidget(m_progressGroup);
    layout->addWidget(m_rest);
    layout->addWidget(m_action);
    layout->addWidget(m_pause);
    layout->addWidget(m_stop);
    layout->addWidget(line());
    layout->addWidget(m_queue);
    layout->addWidget(m_deviceGroup);
}

void JobBarView::connectButtons()
{
    connect(m_name, &QPushButton::clicked, this, &JobBarView::runRequested);
    connect(m_queue, &QPushButton::clicked, this, &JobBarView::queueRequested);
    connect(m_stop, &QToolButton::clicked, this, &JobBarView::stopRequested);
    connect(m_pause, &QToolButton::clicked, this, &JobBarView::pauseRequested);
    connect(m_action, &QPushButton::clicked, this, [this] {
        if (m_state.canResume) {
            Q_EMIT resumeRequested();
        } else if (m_state.canContinue) {
            Q_EMIT continueRequested();
        } else {
            Q_EMIT whyRequested();
        }
    });
}

void JobBarView::show(const JobBarState& state)
{
    if (state.folder != m_state.folder || state.status != m_state.status
        || state.steps.isEmpty() != m_state.steps.isEmpty()) {
        forgetWidths();
    }
    m_state = state;
    const bool isIdle = state.status == StatusKind::Idle;
    m_dot->setStatus(state.status, {});
    m_name->setVisible(!state.name.isEmpty());
    m_name->setText(widgets::firstLine(state.name, kLongestName));
    m_phase->setText(state.phase);
    reserve(m_phase, state.phase);
    m_phase->setTone(state.status == StatusKind::Error     ? Tone::Error
                     : state.status == StatusKind::Warning ? Tone::Warning
                                                           : Tone::Secondary);
    m_sparkline->setPoints(state.points);
    m_sparkline->setStatus(state.status);
    m_loss->setText(state.loss);
    reserve(m_loss, state.loss);
    m_stepWord->setVisible(!state.steps.isEmpty());
    m_steps->setVisible(!state.steps.isEmpty());
    m_steps->setText(state.steps);
    reserve(m_steps, longestSteps(state.steps));
    m_bar->setShare(state.share < 0 ? 0 : state.share);
    m_bar->setStatus(state.status);
    m_percent->setText(state.percent);
    reserve(m_percent, state.percent);
    m_rest->setText(state.rest);
    m_restWidth =
        std::max(m_restWidth, std::min(m_rest->sizeHint().width(), theme().px(kRestWidth)));
    m_pause->setVisible(state.canPause);
    m_stop->setVisible(state.canStop);
    m_action->setText(state.canExplain ? tr("Why?") : tr("Resume"));
    m_action->setVisible(state.canResume || state.canContinue || state.canExplain);
    m_progressGroup->setVisible(!isIdle && state.share >= 0);
    setCursor(state.folder.isEmpty() ? Qt::ArrowCursor : Qt::PointingHandCursor);
    fit();
}

void JobBarView::showQueue(const QString& words)
{
    m_queue->setText(words);
    fit();
}

void JobBarView::showDevice(const QString& words, const QString& toolTip)
{
    m_device->setText(words);
    m_deviceGroup->setToolTip(toolTip);
    fit();
}

QSize JobBarView::minimumSizeHint() const
{
    return {0, theme().height(Size::JobBar)};
}

void JobBarView::forgetWidths()
{
    for (QWidget* widget : std::initializer_list<QWidget*>{m_phase, m_loss, m_steps, m_percent}) {
        widget->setMinimumWidth(0);
    }
    m_restWidth = 0;
}

void JobBarView::activateLayouts()
{
    for (const QWidget* group : {m_sparklineGroup, m_lossGroup, m_progressGroup, m_deviceGroup}) {
        group->layout()->activate();
    }
    layout()->activate();
}

int JobBarView::missingWidth()
{
    activateLayouts();
    return layout()->minimumSize().width() - width();
}

void JobBarView::fit()
{
    if (m_deviceGroup == nullptr) {
        return;
    }
    const int least = theme().px(kBarMinimum);
    m_bar->setFixedWidth(least);
    m_rest->setMinimumWidth(m_restWidth);
    m_sparklineGroup->setVisible(m_state.points.size() > 1);
    m_lossGroup->setVisible(!m_state.loss.isEmpty());
    m_deviceGroup->setVisible(!m_device->plainText().isEmpty());
    for (QWidget* group : {m_sparklineGroup, m_lossGroup, m_deviceGroup}) {
        if (missingWidth() <= 0) {
            break;
        }
        group->setVisible(false);
    }
    if (missingWidth() > 0) {
        m_rest->setMinimumWidth(0); // it shortens itself
    }
    // The bar takes what is left, before the words at its right do.
    m_bar->setFixedWidth(std::clamp(least - missingWidth(), least, theme().px(kBarWidth)));
    activateLayouts();
}

void JobBarView::resizeEvent(QResizeEvent* event)
{
    Band::resizeEvent(event);
    fit();
}

void JobBarView::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint())
        && !m_state.folder.isEmpty()) {
        Q_EMIT runRequested();
    }
}

} // namespace ui::shell
