// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/sample_scrubber.h"

#include "app/base/format.h"
#include "ui/pages/runs/answer_box.h"
#include "ui/theme/theme.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/slider.h"

#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <map>

namespace ui::pages::runs {

using app::runs::SamplePoint;

SampleScrubber::SampleScrubber(QWidget* parent)
    : QWidget(parent), m_prompts(new widgets::ComboBox), m_slider(new widgets::Slider(0, 0, 0)),
      m_step(new widgets::PlainLabel({}, Type::BodyStrong)),
      m_previous(new widgets::IconButton(QStringLiteral("chevron_left"), tr("Earlier sample"))),
      m_next(new widgets::IconButton(QStringLiteral("chevron_right"), tr("Later sample"))),
      m_first(new AnswerBox(false)), m_chosen(new AnswerBox(true))
{
    m_prompts->setAccessibleName(tr("Prompt"));
    m_prompts->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_prompts->setMinimumContentsLength(12);
    m_slider->setAccessibleName(tr("Step of the sample"));
    m_slider->setMinimumWidth(theme().px(80));

    auto* row = new QHBoxLayout;
    row->setSpacing(theme().px(12));
    row->addWidget(new widgets::PlainLabel(tr("Sample"), Type::BodyStrong));
    row->addWidget(m_prompts, 2);
    row->addWidget(m_slider, 2);
    row->addWidget(m_step);
    row->addWidget(m_previous);
    row->addWidget(m_next);
    auto* answers = new QHBoxLayout;
    answers->setSpacing(theme().px(12));
    answers->addWidget(m_first, 1);
    answers->addWidget(m_chosen, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme().px(16), theme().px(8), theme().px(16), theme().px(12));
    layout->setSpacing(theme().px(8));
    layout->addLayout(row);
    layout->addLayout(answers);

    connect(m_prompts, &QComboBox::currentIndexChanged, this, [this] {
        showSteps();
        showAnswers();
    });
    connect(m_slider, &QSlider::valueChanged, this, [this] {
        showAnswers();
        Q_EMIT stepChosen(currentStep());
    });
    connect(m_previous, &QToolButton::clicked, this, [this] { walk(-1); });
    connect(m_next, &QToolButton::clicked, this, [this] { walk(1); });
    clear();
}

void SampleScrubber::clear()
{
    m_samples.clear();
    m_steps.clear();
    const QSignalBlocker quiet(m_prompts);
    m_prompts->clear();
    hide();
}

void SampleScrubber::show(const app::runs::RunSeries& series)
{
    if (series.samples.size() == m_samples.size()
        && (m_samples.empty() || series.samples.back().step == m_samples.back().step)) {
        return;
    }
    m_samples = series.samples;
    setVisible(!m_samples.empty());
    showPrompts();
    showSteps();
    showAnswers();
}

void SampleScrubber::showPrompts()
{
    std::map<int64_t, QString> prompts;
    for (const SamplePoint& sample : m_samples) {
        prompts.emplace(sample.index, sample.prompt);
    }
    const QSignalBlocker quiet(m_prompts);
    const QVariant chosen = m_prompts->currentData();
    m_prompts->clear();
    for (const auto& [index, prompt] : prompts) {
        m_prompts->addItem(widgets::firstLine(prompt), static_cast<qlonglong>(index));
    }
    if (chosen.isValid()) {
        m_prompts->setCurrentData(chosen);
    }
}

void SampleScrubber::showSteps()
{
    const qint64 before = currentStep();
    const bool wasNewest = m_steps.empty() || before == m_steps.back();
    const qlonglong prompt = m_prompts->currentData().toLongLong();
    m_steps.clear();
    for (const SamplePoint& sample : m_samples) {
        if (sample.index == prompt) {
            m_steps.push_back(sample.step);
        }
    }
    std::ranges::sort(m_steps);
    const auto repeated = std::ranges::unique(m_steps);
    m_steps.erase(repeated.begin(), repeated.end());

    const QSignalBlocker quiet(m_slider);
    const int last = std::max(0, static_cast<int>(m_steps.size()) - 1);
    m_slider->setRange(0, last);
    QList<int> stops;
    for (int stop = 1; stop < last && last <= 40; ++stop) {
        stops.append(stop);
    }
    m_slider->setStops(stops);
    const auto same = std::ranges::find(m_steps, before);
    m_slider->setValue(
        wasNewest || same == m_steps.end() ? last : static_cast<int>(same - m_steps.begin()));
}

qint64 SampleScrubber::currentStep() const
{
    const auto place = static_cast<std::size_t>(m_slider->value());
    return place < m_steps.size() ? m_steps[place] : -1;
}

const SamplePoint* SampleScrubber::sampleAt(qint64 step) const
{
    const qlonglong prompt = m_prompts->currentData().toLongLong();
    const auto found = std::ranges::find_if(m_samples, [step, prompt](const SamplePoint& sample) {
        return sample.step == step && sample.index == prompt;
    });
    return found == m_samples.end() ? nullptr : &*found;
}

void SampleScrubber::showAnswers()
{
    if (m_steps.empty()) {
        return;
    }
    const qint64 first = m_steps.front();
    const qint64 step = currentStep();
    const QString count = app::formatCount(step);
    const SamplePoint* before = sampleAt(first);
    const SamplePoint* now = sampleAt(step);
    m_first->setAnswer(first == 0 ? tr("Step 0 · base answer")
                                  : tr("Step %1 · first sample").arg(app::formatCount(first)),
                       before ? before->text : QString());
    m_chosen->setAnswer(tr("Step %1").arg(count), now ? now->text : QString());
    m_step->setText(tr("Step %1").arg(count));
    m_previous->setEnabled(m_slider->value() > 0);
    m_next->setEnabled(m_slider->value() < m_slider->maximum());
}

void SampleScrubber::walk(int by)
{
    m_slider->setValue(m_slider->value() + by);
}

void SampleScrubber::chooseNearest(double step)
{
    const auto nearest = std::ranges::min_element(m_steps, {}, [step](qint64 candidate) {
        return std::abs(static_cast<double>(candidate) - step);
    });
    if (nearest != m_steps.end()) {
        m_slider->setValue(static_cast<int>(nearest - m_steps.begin()));
    }
}

} // namespace ui::pages::runs
