// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/playground/sampling_panel.h"

#include "app/base/engine_text.h"
#include "ui/theme/icon.h"
#include "ui/theme/theme.h"
#include "ui/widgets/field_frame.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/separator.h"
#include "ui/widgets/slider.h"
#include "ui/widgets/switch.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLocale>
#include <QRandomGenerator>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace ui::pages::playground {

namespace {

const ::engine::contract::Field& fieldOf(const char* key)
{
    static const std::vector<::engine::contract::Field> fields =
        ::engine::contract::samplingSchema().fields();
    const auto found = std::find_if(
        fields.begin(), fields.end(), [key](const auto& field) { return field.key == key; });
    Q_ASSERT(found != fields.end());
    return *found;
}

} // namespace

SamplingPanel::SamplingPanel(QWidget* parent)
    : QWidget(parent), m_sameSeed(new widgets::Switch(tr("Same seed in all panes"))),
      m_marks(new widgets::Switch(tr("Mark first difference"))),
      m_colours(new widgets::Switch(tr("Colour by probability")))
{
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme().px(8));
    addSlider(layout, "temperature", {&Sampling::temperature, nullptr, 0.05}, 0, 2);
    addSlider(layout, "top_p", {&Sampling::topP, nullptr, 0.01}, 0, 1);
    addSlider(layout, "top_k", {nullptr, &Sampling::topK, 1}, 0, 200);
    addSlider(layout, "min_p", {&Sampling::minP, nullptr, 0.01}, 0, 1);
    addSlider(layout, "repetition_penalty", {&Sampling::repetitionPenalty, nullptr, 0.01}, 1, 2);

    auto* const fields = new QHBoxLayout;
    fields->setSpacing(theme().px(8));
    fields->addWidget(numberField("max_new_tokens", &m_longest), 1);
    widgets::FieldFrame* const seed = numberField("seed", &m_seed);
    QAction* const newSeed =
        m_seed->addAction(icon(QStringLiteral("reset")), QLineEdit::TrailingPosition);
    newSeed->setText(tr("Another seed"));
    newSeed->setToolTip(tr("Another seed"));
    fields->addWidget(seed, 1);
    layout->addLayout(fields);
    layout->addWidget(new widgets::Separator);
    for (widgets::Switch* const shown : {m_sameSeed, m_marks, m_colours}) {
        layout->addWidget(shown);
    }
    m_marks->setChecked(true);

    connect(newSeed, &QAction::triggered, this, [this] {
        m_seed->setValue(QRandomGenerator::global()->bounded(100000));
        takeField(m_seed, &Sampling::seed);
    });
    for (const auto& [field, member] :
         {std::pair(m_longest, &Sampling::maxNewTokens), std::pair(m_seed, &Sampling::seed)}) {
        connect(field, &widgets::NumberField::edited, this, [this, field = field, member = member] {
            takeField(field, member);
        });
    }
    connect(m_sameSeed, &QCheckBox::toggled, this, [this](bool same) {
        if (!m_isSetting) {
            Q_EMIT sameSeedChanged(same);
        }
    });
    connect(m_marks, &QCheckBox::toggled, this, &SamplingPanel::viewChanged);
    connect(m_colours, &QCheckBox::toggled, this, &SamplingPanel::viewChanged);
    setSampling({}, true);
}

// A label, its value at the right, the slider below.
void SamplingPanel::addSlider(
    QVBoxLayout* layout, const char* key, Row row, double minimum, double maximum)
{
    const ::engine::contract::Field& field = fieldOf(key);
    auto* const label = new widgets::PlainLabel(app::engineText(field.label), Type::Label);
    row.value = new widgets::PlainLabel({}, Type::BodyStrong);
    row.value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row.slider = new widgets::Slider(
        int(std::lround(minimum / row.perStep)), int(std::lround(maximum / row.perStep)), 0);
    row.slider->setAccessibleName(label->plainText());
    row.slider->setAccessibleDescription(app::engineText(field.help));
    row.slider->setPageStep(std::max(1, (row.slider->maximum() - row.slider->minimum()) / 10));
    label->setBuddy(row.slider);
    label->setToolTip(app::engineText(field.help).toHtmlEscaped());
    auto* const words = new QHBoxLayout;
    words->addWidget(label, 1);
    words->addWidget(row.value);
    auto* const group = new QVBoxLayout;
    group->setSpacing(0);
    group->addLayout(words);
    group->addWidget(row.slider);
    layout->addLayout(group);
    const std::size_t index = m_rows.size();
    m_rows.push_back(row);
    connect(row.slider, &QSlider::valueChanged, this, [this, index](int value) {
        const Row& moved = m_rows[index];
        if (m_isSetting) {
            return;
        }
        if (moved.real) {
            m_sampling.*moved.real = value * moved.perStep;
        } else {
            m_sampling.*moved.whole = value;
        }
        showValue(moved);
        changed();
    });
}

widgets::FieldFrame* SamplingPanel::numberField(const char* key, widgets::NumberField** field)
{
    const ::engine::contract::Field& declared = fieldOf(key);
    *field = new widgets::NumberField(widgets::NumberField::Kind::Integer);
    (*field)->setRange(declared.minimum.value_or(0), declared.maximum.value_or(1e15));
    (*field)->setFormat([](double value) { return QString::number(static_cast<qint64>(value)); });
    auto* const frame = new widgets::FieldFrame(app::engineText(declared.label), *field);
    frame->setUnit(app::engineText(declared.unit));
    frame->setHelp(app::engineText(declared.help));
    return frame;
}

void SamplingPanel::takeField(widgets::NumberField* field, int64_t Sampling::*member)
{
    const auto value = field->value();
    auto* const frame = qobject_cast<widgets::FieldFrame*>(field->parentWidget());
    const bool isGood = value && field->isInRange();
    if (frame) {
        frame->setState(isGood ? widgets::FieldFrame::State::Normal
                               : widgets::FieldFrame::State::Refused,
                        isGood ? QString() : tr("A whole number from 0"));
    }
    if (isGood) {
        m_sampling.*member = static_cast<int64_t>(*value);
        changed();
    }
}

void SamplingPanel::setSampling(const Sampling& sampling, bool sameSeed)
{
    m_isSetting = true;
    m_sampling = sampling;
    for (const Row& row : m_rows) {
        const double value = row.real ? sampling.*row.real : double(sampling.*row.whole);
        row.slider->setValue(int(std::lround(value / row.perStep)));
        showValue(row);
    }
    if (m_longest->value() != double(sampling.maxNewTokens)) {
        m_longest->setValue(double(sampling.maxNewTokens));
    }
    if (m_seed->value() != double(sampling.seed)) {
        m_seed->setValue(double(sampling.seed));
    }
    m_sameSeed->setChecked(sameSeed);
    m_isSetting = false;
}

void SamplingPanel::showValue(const Row& row)
{
    if (row.real) {
        row.value->setText(QLocale().toString(m_sampling.*row.real, 'f', 2));
    } else {
        const int64_t value = m_sampling.*row.whole;
        row.value->setText(value == 0 ? tr("all") : QLocale().toString(qint64(value)));
    }
}

void SamplingPanel::makeGreedy()
{
    m_sampling.temperature = 0;
    m_sampling.repetitionPenalty = 1;
    setSampling(m_sampling, m_sameSeed->isChecked());
    changed();
}

bool SamplingPanel::marksDifference() const
{
    return m_marks->isChecked();
}

bool SamplingPanel::isColoured() const
{
    return m_colours->isChecked();
}

void SamplingPanel::changed()
{
    Q_EMIT samplingChanged(m_sampling);
}

} // namespace ui::pages::playground
