// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/token_tab.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "app/studio/studio.h"
#include "ui/pages/data/token_legend.h"
#include "ui/pages/data/token_view.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/loading_state.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/separator.h"

#include <QHBoxLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ui::pages::data {

namespace {

using engine::contract::Error;
using engine::contract::Result;
using engine::contract::Value;
using namespace Qt::StringLiterals;

// The row itself, and the next as packing puts it behind.
constexpr int kShownRows = 2;

enum Shown { NoModel, Loading, Failure, Tokens };

} // namespace

TokenTab::TokenTab(app::Studio& studio, QWidget* parent)
    : QWidget(parent), m_studio(studio), m_stack(new QStackedWidget), m_view(new TokenView),
      m_loading(new widgets::LoadingState),
      m_failure(new widgets::MessageBar(widgets::MessageBar::Severity::Error)),
      m_findings(new widgets::MessageBar(widgets::MessageBar::Severity::Warning))
{
    const Theme& look = theme();
    auto* noModel = new widgets::EmptyState(
        u"model"_s,
        tr("Tokens need a model"),
        tr("Each model cuts text in its own way. Add one to see what it will learn from."));
    connect(noModel->setAction(tr("Add a model…"), u"folder"_s, false),
            &QAbstractButton::clicked,
            this,
            &TokenTab::modelWanted);
    auto* failure = new QWidget;
    auto* failureLayout = new QVBoxLayout(failure);
    failureLayout->setContentsMargins(look.px(16), look.px(16), look.px(16), look.px(16));
    failureLayout->addWidget(m_failure);
    failureLayout->addStretch();
    auto* tokens = new QWidget;
    auto* tokensLayout = new QVBoxLayout(tokens);
    tokensLayout->setContentsMargins(look.px(16), look.px(12), look.px(8), look.px(8));
    tokensLayout->addWidget(m_findings);
    tokensLayout->addWidget(m_view, 1);
    m_stack->addWidget(noModel);
    m_stack->addWidget(m_loading);
    m_stack->addWidget(failure);
    m_stack->addWidget(tokens);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(makeHead());
    layout->addWidget(new widgets::Separator);
    layout->addWidget(m_stack, 1);
    layout->addWidget(new widgets::Separator);
    layout->addWidget(new TokenLegend);

    m_failure->addAction(tr("Try again"), this, [this] { ask(); });
    connect(&m_studio.library(),
            &app::library::Library::changed,
            this,
            [this](app::library::Table table) {
                if (table == app::library::Table::BaseModels) {
                    fillModels();
                }
            });
    fillModels();
}

QWidget* TokenTab::makeHead()
{
    auto* head = new QWidget;
    m_heading = new widgets::PlainLabel({}, Type::BodyStrong);
    m_summary = new widgets::PlainLabel({}, Type::Small, Tone::Tertiary);
    m_models = new widgets::ComboBox;
    m_models->setAccessibleName(tr("Model whose tokenizer is used"));
    m_models->setMinimumWidth(theme().px(170));
    m_previous = new widgets::IconButton(u"chevron_left"_s, tr("Row before"), true);
    m_next = new widgets::IconButton(u"chevron_right"_s, tr("Next row"), true);
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(theme().px(16), theme().px(8), theme().px(16), theme().px(8));
    layout->setSpacing(theme().px(8));
    layout->addWidget(m_heading);
    layout->addWidget(m_summary, 1);
    layout->addWidget(m_models);
    layout->addWidget(m_previous);
    layout->addWidget(m_next);
    connect(m_models, &QComboBox::currentIndexChanged, this, [this] {
        m_isCurrent = false;
        ask();
        Q_EMIT modelChanged();
    });
    connect(m_previous, &QAbstractButton::clicked, this, [this] { step(-1); });
    connect(m_next, &QAbstractButton::clicked, this, [this] { step(1); });
    return head;
}

void TokenTab::fillModels()
{
    const QString chosen = model();
    const QSignalBlocker blocker(m_models);
    m_models->clear();
    const auto found = m_studio.library().baseModels().list();
    if (found.ok()) {
        for (const app::library::BaseModel& each : found.value()) {
            m_models->addItem(each.name, each.path);
        }
    }
    m_models->setCurrentData(chosen);
    m_models->setVisible(m_models->count() > 0);
    if (model() != chosen) {
        m_isCurrent = false;
        ask();
        Q_EMIT modelChanged();
    }
}

QString TokenTab::model() const
{
    return m_models->currentData().toString();
}

void TokenTab::setSource(const DataSource& source, qint64 rows)
{
    m_source = source;
    m_rows = rows;
    setRow(0);
}

void TokenTab::setEdits(const QString& file)
{
    m_source.edits = file;
    m_isCurrent = false;
    ask();
}

void TokenTab::setRow(qint64 row)
{
    m_row = row;
    m_isCurrent = false;
    ask();
}

void TokenTab::step(int by)
{
    setRow(std::clamp<qint64>(m_row + by, 0, std::max<qint64>(0, m_rows - 1)));
    Q_EMIT rowShown(m_row);
}

void TokenTab::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    ask();
}

void TokenTab::ask()
{
    m_heading->setText(tr("Row %1").arg(app::formatCount(m_row + 1)));
    m_previous->setEnabled(m_row > 0);
    m_next->setEnabled(m_row + 1 < m_rows);
    if (m_isCurrent || !isVisible() || m_source.path.isEmpty()) {
        return;
    }
    m_studio.engine().cancel(m_question);
    m_summary->setText({});
    if (model().isEmpty()) {
        m_stack->setCurrentIndex(NoModel);
        return;
    }
    m_isCurrent = true;
    m_stack->setCurrentIndex(Loading);
    m_loading->start();
    Value question = m_source.edited();
    question.set("model", app::stdString(model()));
    question.set("first", int64_t(m_row));
    question.set("rows", kShownRows);
    m_question = m_studio.engine().ask(
        u"preview"_s, std::move(question), this, [this](const Result<Value>& answer) {
            m_loading->stop();
            if (answer.ok()) {
                show_(answer.value());
            } else {
                fail(answer.error());
            }
        });
}

// A verb that streams answers with the list of its lines, or with the one there is.
void TokenTab::show_(const Value& samples)
{
    std::vector<TokenSample> shown;
    const Value& head =
        samples.isList() && !samples.toList().empty() ? samples.toList().front() : samples;
    if (head["index"].toInteger(m_row) > m_row) {
        fail({"bad_data",
              app::stdString(tr("This row is deleted")),
              app::stdString(tr("Bring it back under Rows to see its tokens.")),
              ""});
        return;
    }
    if (samples.isList()) {
        for (const Value& sample : samples.toList()) {
            if (sample.contains("ids")) {
                shown.push_back(readTokenSample(sample, m_row + 1 + qint64(shown.size())));
            }
        }
    } else if (samples.contains("ids")) {
        shown.push_back(readTokenSample(samples, m_row + 1));
    }
    if (shown.empty()) {
        fail({"bad_data",
              app::stdString(tr("This row leaves no tokens to train on")),
              app::stdString(tr("It may be empty, or too long for the model's context.")),
              ""});
        return;
    }
    const TokenSample& first = shown.front();
    const int tokens = static_cast<int>(first.tokens.size());
    const int trained = first.trainedTokens();
    m_summary->setText(tr("%1 tokens · %2 trained · %3")
                           .arg(app::formatCount(tokens),
                                app::formatCount(trained),
                                app::formatPercent(tokens > 0 ? double(trained) / tokens : 0, 0)));
    QStringList words;
    if (first.truncatedTokens > 0) {
        words.append(tr("%n token(s) of this row are cut: it is longer than the model's context.",
                        nullptr,
                        static_cast<int>(first.truncatedTokens)));
    }
    for (const QString& finding : first.findings) {
        words.append(findingText(finding));
    }
    m_findings->setText({}, words.join(u'\n'));
    m_findings->setVisible(!words.isEmpty());
    m_view->setSamples(std::move(shown), true);
    m_stack->setCurrentIndex(Tokens);
}

void TokenTab::fail(const Error& error)
{
    m_isCurrent = false;
    m_failure->setText(app::engineText(error.message), app::engineText(error.hint));
    m_stack->setCurrentIndex(Failure);
}

} // namespace ui::pages::data
