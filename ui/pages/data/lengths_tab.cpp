// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/lengths_tab.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "ui/pages/data/data_measure.h"
#include "ui/plots/length_chart.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/field_frame.h"
#include "ui/widgets/item_roles.h"
#include "ui/widgets/loading_state.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/separator.h"
#include "ui/widgets/table_view.h"
#include "ui/widgets/two_line_delegate.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include <array>

namespace ui::pages::data {

namespace {

using engine::contract::Error;
using engine::contract::Value;
using namespace Qt::StringLiterals;

enum Shown { NoModel, Loading, Failure, Content };
enum PolicyColumn { Policy, Kept, Answers, Left, PolicyColumns };

constexpr double kSmallestLimit = 8;
constexpr double kLargestLimit = 1 << 20;

struct PolicyWords
{
    const char* id;
    QString title;
    QString words;
};

std::array<PolicyWords, 4> policies()
{
    return {{{"left",
              LengthsTab::tr("Cut the beginning"),
              LengthsTab::tr("Of the prompt; the answer stays whole while it fits")},
             {"right",
              LengthsTab::tr("Cut the end"),
              LengthsTab::tr("The answer loses its end, and its stop token")},
             {"drop",
              LengthsTab::tr("Leave the row out"),
              LengthsTab::tr("Nothing is cut, what is too long is not trained")},
             {"split",
              LengthsTab::tr("Split the row"),
              LengthsTab::tr("Into pieces; a later piece lacks what came before")}}};
}

QStandardItem* number(const Value& value, Tone tone)
{
    auto* item =
        new QStandardItem(value.isNumber() ? app::formatCount(value.toInteger()) : app::noValue());
    item->setEditable(false);
    item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    item->setData(int(value.toInteger() > 0 ? tone : Tone::Normal), widgets::ToneRole);
    return item;
}

} // namespace

LengthsTab::LengthsTab(DataMeasure& measure, QWidget* parent)
    : QWidget(parent), m_measure(measure), m_stack(new QStackedWidget),
      m_loading(new widgets::LoadingState),
      m_failure(new widgets::MessageBar(widgets::MessageBar::Severity::Error)),
      m_policyModel(new QStandardItemModel(this))
{
    const Theme& look = theme();
    auto* noModel = new widgets::EmptyState(
        u"model"_s,
        tr("Lengths need a model"),
        tr("Each model cuts text in its own way. Add one to see how long the rows are for it."));
    connect(noModel->setAction(tr("Add a model…"), u"folder"_s, false),
            &QAbstractButton::clicked,
            this,
            &LengthsTab::modelWanted);
    auto* failure = new QWidget;
    auto* failureLayout = new QVBoxLayout(failure);
    failureLayout->setContentsMargins(look.px(16), look.px(16), look.px(16), look.px(16));
    failureLayout->addWidget(m_failure);
    failureLayout->addStretch();
    m_stack->addWidget(noModel);
    m_stack->addWidget(m_loading);
    m_stack->addWidget(failure);
    m_stack->addWidget(makeContent());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_stack);
    connect(&measure, &DataMeasure::started, this, &LengthsTab::follow);
    connect(&measure, &DataMeasure::measured, this, &LengthsTab::showAnswer);
    connect(&measure, &DataMeasure::failed, this, &LengthsTab::showFailure);
    connect(&measure, &DataMeasure::limitChanged, this, &LengthsTab::showLimit);
    follow();
    showLimit();
}

QWidget* LengthsTab::makeHead()
{
    const Theme& look = theme();
    m_limit = new widgets::NumberField(widgets::NumberField::Kind::Integer);
    m_limit->setRange(kSmallestLimit, kLargestLimit);
    m_limit->setStep(64);
    m_limitFrame = new widgets::FieldFrame(tr("Longest row"), m_limit);
    m_limitFrame->setUnit(tr("tokens"));
    m_limitFrame->setHelp(tr("data.max_length of a job"));
    m_limitFrame->setFixedWidth(look.px(168));
    m_facts = new widgets::PlainLabel({}, Type::Small, Tone::Secondary);
    m_facts->setWrapping(true);
    m_verdict = new widgets::PlainLabel({}, Type::BodyStrong);
    m_verdict->setWrapping(true);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(look.px(2));
    texts->addStretch();
    texts->addWidget(m_verdict);
    texts->addWidget(m_facts);
    texts->addStretch();
    auto* head = new QWidget;
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(look.px(16), look.px(12), look.px(16), look.px(4));
    layout->setSpacing(look.px(20));
    layout->addWidget(m_limitFrame, 0, Qt::AlignTop);
    layout->addLayout(texts, 1);
    connect(m_limit, &widgets::NumberField::edited, this, &LengthsTab::takeLimit);
    return head;
}

QWidget* LengthsTab::makeContent()
{
    const Theme& look = theme();
    QWidget* const head = makeHead();
    m_chart = new plots::LengthChart;
    m_chart->setTitle(tr("Lengths of the rows"));
    m_chart->setMinimumHeight(look.px(150));
    m_policyModel->setHorizontalHeaderLabels(
        {tr("Rows that are too long"), tr("Rows trained"), tr("Answers cut"), tr("Left out")});
    m_policies = new widgets::TableView;
    m_policies->setTwoLines(true);
    m_policies->setModel(m_policyModel);
    m_policies->setAccessibleName(tr("What becomes of rows that are too long"));
    m_policies->setItemDelegateForColumn(Policy, new widgets::TwoLineDelegate(m_policies));
    m_policies->setFitsContent(true);
    for (int column = Kept; column < PolicyColumns; ++column) {
        m_policyModel->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight
                                                                      | Qt::AlignVCenter);
    }
    showPolicies();
    m_policies->setStretchColumn(Policy);
    connect(m_policies->selectionModel(),
            &QItemSelectionModel::currentRowChanged,
            this,
            &LengthsTab::takePolicy);
    auto* note = new widgets::PlainLabel(
        tr("The choice goes along with “Train with this data”."), Type::Caption, Tone::Tertiary);
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(look.px(16), look.px(8), look.px(16), look.px(8));
    foot->addWidget(note, 1);
    auto* chartBox = new QVBoxLayout;
    chartBox->setContentsMargins(look.px(12), 0, look.px(16), look.px(8));
    chartBox->addWidget(m_chart);
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(head);
    layout->addLayout(chartBox, 1);
    layout->addWidget(new widgets::Separator);
    layout->addWidget(m_policies);
    layout->addLayout(foot);
    return content;
}

void LengthsTab::follow()
{
    m_loading->stop();
    if (!m_measure.canMeasure()) {
        m_stack->setCurrentIndex(m_measure.model().isEmpty() ? NoModel : Loading);
        return;
    }
    m_stack->setCurrentIndex(Loading);
    m_loading->start();
}

void LengthsTab::showAnswer()
{
    m_loading->stop();
    const Value& lengths = m_measure.answer()["lengths"];
    const Value& histogram = lengths["histogram"];
    std::vector<double> counts;
    for (const Value& count : histogram["counts"].toList()) {
        counts.push_back(count.toDouble());
    }
    m_chart->setCounts(histogram["width"].toDouble(), std::move(counts));
    QStringList facts = {
        tr("Half have up to %1").arg(app::formatCount(lengths["median"].toInteger())),
        tr("95 % up to %1").arg(app::formatCount(lengths["p95"].toInteger()))};
    if (lengths["p99"].isNumber()) {
        facts.append(tr("99 % up to %1").arg(app::formatCount(lengths["p99"].toInteger())));
    }
    facts.append(tr("the longest has %1").arg(app::formatCount(lengths["maximum"].toInteger())));
    m_facts->setText(facts.join(u", "_s));
    showPolicies();
    m_stack->setCurrentIndex(Content);
}

void LengthsTab::showFailure(const Error& error)
{
    m_loading->stop();
    m_failure->setText(app::engineText(error.message), app::engineText(error.hint));
    m_stack->setCurrentIndex(Failure);
}

void LengthsTab::showPolicies()
{
    m_isShowing = true;
    const Value& lengths = m_measure.answer()["lengths"];
    const std::array<PolicyWords, 4> words = policies();
    if (m_policyModel->rowCount() == 0) {
        for (const PolicyWords& policy : words) {
            auto* title = new QStandardItem(policy.title);
            title->setEditable(false);
            title->setData(policy.words, widgets::SecondLineRole);
            title->setData(QString::fromLatin1(policy.id), Qt::UserRole);
            title->setData(true, widgets::StrongRole);
            m_policyModel->appendRow({title, number({}, {}), number({}, {}), number({}, {})});
        }
    }
    for (int row = 0; row < int(words.size()); ++row) {
        const PolicyWords& policy = words[std::size_t(row)];
        // Only the policy in force is known where the engine does not compare them.
        const bool isInForce = m_measure.limit().policy == policy.id;
        const Value& compared = lengths["policies"][policy.id];
        const Value& facts = compared.isObject() || !isInForce ? compared : lengths;
        const Value& out = facts["dropped"];
        m_policyModel->setItem(row, Kept, number(facts["samples"], Tone::Normal));
        m_policyModel->setItem(row, Answers, number(facts["truncated_answers"], Tone::Warning));
        m_policyModel->setItem(
            row,
            Left,
            number(out.isList() ? Value(int64_t(out.toList().size())) : out, Tone::Warning));
        if (isInForce) {
            m_policies->selectRow(row);
            const int cut = int(facts["truncated"].toInteger());
            const int answers = int(facts["truncated_answers"].toInteger());
            m_verdict->setText(lengths.isNull() ? QString()
                               : cut == 0       ? tr("Every row fits.")
                               : answers == 0
                                   ? tr("%Ln row(s) do not fit; no answer is cut.", nullptr, cut)
                                   : tr("%Ln row(s) do not fit; %1.", nullptr, cut)
                                         .arg(tr("%Ln answer(s) are cut", nullptr, answers)));
        }
    }
    m_isShowing = false;
}

void LengthsTab::takeLimit()
{
    const std::optional<double> value = m_limit->value();
    const bool isGood = value && m_limit->isInRange();
    m_limitFrame->setState(isGood ? widgets::FieldFrame::State::Normal
                                  : widgets::FieldFrame::State::Refused,
                           isGood ? QString()
                                  : tr("Expected %1 to %2")
                                        .arg(app::formatCount(int64_t(kSmallestLimit)),
                                             app::formatCount(int64_t(kLargestLimit))));
    if (isGood) {
        m_measure.setLimit({qint64(*value), m_measure.limit().policy});
    }
}

void LengthsTab::takePolicy()
{
    const QModelIndex current = m_policies->currentIndex();
    if (current.isValid() && !m_isShowing) {
        const QString id = current.siblingAtColumn(Policy).data(Qt::UserRole).toString();
        m_measure.setLimit({m_measure.limit().tokens, id.toStdString()});
    }
}

void LengthsTab::showLimit()
{
    if (m_limit->value() != std::optional(double(m_measure.limit().tokens))) {
        m_limit->setValue(double(m_measure.limit().tokens));
        m_limitFrame->setState(widgets::FieldFrame::State::Normal);
    }
    m_chart->setLimit(double(m_measure.limit().tokens));
    showPolicies();
}

} // namespace ui::pages::data
