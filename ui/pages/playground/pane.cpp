// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/playground/pane.h"

#include "app/base/error_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "engine/contract/error_codes.h"
#include "ui/dialogs/dialogs.h"
#include "ui/pages/playground/adapter_picker.h"
#include "ui/pages/playground/pane_button.h"
#include "ui/pages/playground/transcript_view.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/separator.h"
#include "ui/widgets/slider.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLocale>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace ui::pages::playground {

namespace {

// The slider's positions: hundredths of the scale, 0 to 2.
constexpr int kPerUnit = 100;
constexpr int kLargestScale = 200;

// The pane's last answer that is no longer written; null: none.
const Answer* lastAnswered(const std::vector<Exchange>& exchanges, std::size_t pane)
{
    for (auto exchange = exchanges.rbegin(); exchange != exchanges.rend(); ++exchange) {
        if (pane < exchange->answers.size() && !exchange->answers[pane].isBusy()) {
            return &exchange->answers[pane];
        }
    }
    return nullptr;
}

QString lastLines(const QString& log)
{
    constexpr int kLines = 3;
    const QStringList lines = log.split(u'\n', Qt::SkipEmptyParts);
    return QStringList(lines.mid(std::max<qsizetype>(0, lines.size() - kLines)))
        .join(u'\n')
        .left(400);
}

} // namespace

Pane::Pane(Talk& talk, app::library::Library& library, Dialogs& dialogs, int index)
    : m_talk(talk), m_library(library), m_dialogs(dialogs), m_index(index),
      m_picker(new PaneButton), m_facts(new widgets::ElidedLabel({}, Type::Small, Tone::Secondary)),
      m_precision(new widgets::ElidedLabel({}, Type::Small, Tone::Secondary)),
      m_scaleRow(new QWidget),
      m_noScale(new widgets::PlainLabel(tr("No adapter"), Type::Small, Tone::Secondary)),
      m_scale(new widgets::Slider(0, kLargestScale, kPerUnit)),
      m_scaleValue(new widgets::PlainLabel({}, Type::BodyStrong)), m_failure(new QWidget),
      m_error(new widgets::MessageBar(widgets::MessageBar::Severity::Error)),
      m_transcript(new TranscriptView)
{
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeHeader());
    layout->addWidget(new widgets::Separator);
    layout->addWidget(m_transcript, 1);
    layout->addWidget(makeFailure());
    // Panes share the room evenly, whatever stands in them.
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Expanding);
    setMinimumWidth(theme().px(196));

    connect(m_picker, &QToolButton::clicked, this, &Pane::pick);
    connect(m_scale, &QSlider::valueChanged, this, [this](int value) {
        m_talk.setScale(m_index, double(value) / kPerUnit);
    });
    connect(&m_talk, &Talk::setupChanged, this, &Pane::showSetup);
    connect(&m_talk, &Talk::exchangesChanged, this, [this] {
        m_transcript->setExchanges(&m_talk.conversation().exchanges, m_index);
        showAnswer();
    });
    connect(&m_talk, &Talk::answerChanged, this, [this](int pane) {
        if (pane == m_index) {
            m_transcript->updateAnswer();
            showAnswer();
        }
        showPrecision();
    });
    m_transcript->setExchanges(&m_talk.conversation().exchanges, m_index);
    showSetup();
    showAnswer();
}

QWidget* Pane::makeHeader()
{
    auto* const header = new QWidget;
    auto* const layout = new QVBoxLayout(header);
    const int side = theme().px(16);
    layout->setContentsMargins(side, theme().px(8), side, theme().px(12));
    layout->setSpacing(theme().px(6));
    layout->addWidget(m_picker);
    layout->addWidget(m_facts);
    layout->addWidget(m_precision);

    auto* const row = new QHBoxLayout(m_scaleRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme().px(8));
    auto* const label = new widgets::PlainLabel(tr("Scale"), Type::Small, Tone::Secondary);
    label->setBuddy(m_scale);
    m_scale->setAccessibleName(tr("Scale of the adapter"));
    m_scale->setSingleStep(5);
    m_scale->setPageStep(25);
    m_scaleValue->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row->addWidget(label);
    row->addWidget(m_scale, 1);
    row->addWidget(m_scaleValue);
    layout->addWidget(m_scaleRow);
    // Both kinds of pane have headers of one height, so that the transcripts begin together.
    m_noScale->setMinimumHeight(m_scaleRow->sizeHint().height());
    layout->addWidget(m_noScale);
    return header;
}

// The cause, and below it the button: beside each other they are too wide for a narrow pane.
QWidget* Pane::makeFailure()
{
    auto* const layout = new QVBoxLayout(m_failure);
    const int gap = theme().px(12);
    layout->setContentsMargins(gap, 0, gap, gap);
    layout->setSpacing(theme().px(8));
    auto* const again = widgets::smallButton(tr("Start again"), QStringLiteral("reset"));
    layout->addWidget(m_error);
    layout->addWidget(again, 0, Qt::AlignLeft);
    connect(again, &QPushButton::clicked, this, [this] { m_talk.again(); });
    m_failure->setAutoFillBackground(true);
    m_failure->setBackgroundRole(QPalette::Base);
    m_failure->hide();
    return m_failure;
}

void Pane::setBaseFacts(const QString& facts)
{
    m_baseFacts = facts;
    showSetup();
}

void Pane::showSetup()
{
    const std::vector<PaneSetup>& panes = m_talk.panes();
    if (std::size_t(m_index) >= panes.size()) {
        return;
    }
    const PaneSetup& setup = panes[std::size_t(m_index)];
    const QString letter = paneLetter(panes, std::size_t(m_index));
    const bool isBase = !setup.adapter;
    int adaptersBefore = 0;
    for (int i = 0; i < m_index; ++i) {
        adaptersBefore += panes[std::size_t(i)].adapter ? 1 : 0;
    }
    static_cast<PaneButton*>(m_picker)->setWords(
        letter, isBase ? QString() : setup.adapter->name, isBase ? -1 : adaptersBefore);
    m_scaleRow->setVisible(!isBase);
    m_noScale->setVisible(isBase);
    if (isBase) {
        m_facts->setText(m_baseFacts);
    } else {
        QStringList facts;
        if (!setup.adapter->sha256.isEmpty()) {
            facts << app::shortHash(setup.adapter->sha256);
        }
        if (setup.adapter->parameters > 0) {
            facts << app::formatShort(setup.adapter->parameters);
        }
        if (setup.adapter->bytes > 0) {
            facts << app::formatBytes(setup.adapter->bytes);
        }
        m_facts->setText(facts.isEmpty() ? setup.adapter->path
                                         : facts.join(QStringLiteral(" \u00b7 ")));
    }
    showPrecision();
    const QSignalBlocker quiet(m_scale);
    m_scale->setValue(int(std::lround(setup.scale * kPerUnit)));
    m_scaleValue->setText(QLocale().toString(setup.scale, 'f', 2));
    m_transcript->setHint(isBase ? tr("The base model answers here.")
                                 : tr("%1 answers here.").arg(setup.adapter->name));
    m_transcript->setAccessibleName(
        isBase ? tr("Answers of the base model")
               : tr("Answers of pane %1, %2").arg(letter, setup.adapter->name));
}

void Pane::showAnswer()
{
    const Exchange* const exchange = m_talk.current();
    const bool has = exchange && std::size_t(m_index) < exchange->answers.size();
    showError(has ? &exchange->answers[std::size_t(m_index)] : nullptr);
    showPrecision();
}

void Pane::showPrecision()
{
    const std::vector<PaneSetup>& panes = m_talk.panes();
    bool isSaid = false;
    for (std::size_t i = 0; i < panes.size(); ++i) {
        const Answer* const answer = lastAnswered(m_talk.conversation().exchanges, i);
        const bool isSetUp = answer && answer->adapter && panes[i].adapter
                             && answer->adapter->path == panes[i].adapter->path;
        const QString text = isSetUp ? precisionText(answer->precision) : QString();
        isSaid = isSaid || !text.isEmpty();
        if (i == std::size_t(m_index)) {
            m_precision->setText(text);
        }
    }
    m_precision->setVisible(isSaid);
}

void Pane::showError(const Answer* answer)
{
    const bool isFailed = answer && answer->state == Answer::State::Failed;
    if (isFailed) {
        // How an engine ended is a sentence of its own; its last words can be many.
        const bool isEnd = answer->error.code == ::engine::contract::code::kInternal;
        const QString lastWords = lastLines(app::qs(answer->error.hint));
        m_error->setText(isEnd ? app::qs(answer->error.message) : app::errorSentence(answer->error),
                         isEnd ? lastWords : app::errorDetail(answer->error));
        m_error->setToolTip(app::qs(answer->error.hint).toHtmlEscaped());
    }
    m_failure->setVisible(isFailed);
}

void Pane::pick()
{
    auto* const picker = new AdapterPicker(m_library, m_talk.conversation().model, this);
    connect(
        picker, &AdapterPicker::chosen, this, [this](const std::optional<AdapterChoice>& adapter) {
            m_talk.setAdapter(m_index, adapter);
        });
    connect(picker, &AdapterPicker::folderAsked, this, &Pane::chooseFolder);
    picker->popup(m_picker);
}

void Pane::chooseFolder()
{
    m_dialogs.openFolder(this, tr("Choose an adapter folder"), [this](const QString& path) {
        const auto known = m_library.adapters().findByPath(path);
        AdapterChoice choice;
        if (known) {
            choice = choiceOf(known.value());
        } else {
            choice.path = path;
            choice.name = QFileInfo(path).fileName();
        }
        m_talk.setAdapter(m_index, choice);
    });
}

} // namespace ui::pages::playground
