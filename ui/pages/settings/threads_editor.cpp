// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/threads_editor.h"

#include "app/studio/studio.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/slider.h"

#include <QHBoxLayout>
#include <QThread>

namespace ui::pages::settings {

namespace {

constexpr int kSliderWidth = 200;
constexpr int kWordsWidth = 84;

} // namespace

ThreadsEditor::ThreadsEditor(app::Studio& studio, QWidget* parent)
    : QWidget(parent), m_studio(studio),
      m_slider(new widgets::Slider(0, QThread::idealThreadCount(), 0)),
      m_words(new widgets::PlainLabel)
{
    m_slider->setFixedWidth(theme().px(kSliderWidth));
    m_slider->setAccessibleName(tr("CPU threads"));
    m_words->setMinimumWidth(theme().px(kWordsWidth));
    m_words->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    setFocusProxy(m_slider);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->setSpacing(theme().px(12));
    row->addWidget(m_slider);
    row->addWidget(m_words);

    connect(m_slider, &QSlider::valueChanged, this, [this](int value) {
        m_studio.settings().set(app::kThreads, value);
    });
    connect(&m_studio.settings(), &app::Settings::changed, this, &ThreadsEditor::showValue);
    showValue();
}

void ThreadsEditor::showValue()
{
    const int threads = m_studio.settings().get(app::kThreads);
    m_slider->setValue(threads);
    const QString words = threads == 0
                              ? tr("All cores")
                              : tr("%1 of %2").arg(threads).arg(QThread::idealThreadCount());
    m_words->setText(words);
    m_slider->setAccessibleDescription(words);
}

} // namespace ui::pages::settings
