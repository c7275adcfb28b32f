// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/report_tab.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/separator.h"

#include <QStackedWidget>
#include <QVBoxLayout>

namespace ui::pages::runs {

using widgets::FactList;

namespace {

constexpr std::size_t kMostRows = 50; // dropped rows that are listed

QString countAt(const Value& value)
{
    return value.isNumber() ? app::formatCount(value.toInteger()) : app::noValue();
}

QString textAt(const Value& value)
{
    const QString text = valueText(value);
    return text.isEmpty() ? app::noValue() : text;
}

QString shareOf(int64_t part, int64_t whole)
{
    return whole > 0 ? QString(
               app::formatCount(part) % QStringLiteral(" · ")
               % app::formatPercent(static_cast<double>(part) / static_cast<double>(whole)))
                     : app::formatCount(part);
}

} // namespace

ReportTab::ReportTab(QWidget* parent)
    : QScrollArea(parent), m_stack(new QStackedWidget), m_sections(nullptr)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setWidget(m_stack);
    m_stack->addWidget(
        new widgets::EmptyState(QStringLiteral("data"),
                                tr("No report yet"),
                                tr("The engine writes it when the run has read its data.")));
    show({});
}

void ReportTab::show(const Value& report)
{
    while (m_stack->count() > 1) {
        QWidget* old = m_stack->widget(1);
        m_stack->removeWidget(old);
        old->deleteLater();
    }
    if (report.isNull()) {
        m_stack->setCurrentIndex(0);
        return;
    }
    auto* page = new QWidget;
    m_sections = new QVBoxLayout(page);
    m_sections->setContentsMargins(theme().px(16), theme().px(12), theme().px(16), theme().px(16));
    m_sections->setSpacing(theme().px(8));
    showData(report);
    showMask(report);
    showSetup(report);
    m_sections->addStretch();
    m_stack->addWidget(page);
    m_stack->setCurrentIndex(1);
}

void ReportTab::addSection(const QString& title, const QList<FactList::Fact>& facts)
{
    if (m_sections->count() > 0) {
        m_sections->addSpacing(theme().px(8));
        m_sections->addWidget(new widgets::Separator);
        m_sections->addSpacing(theme().px(8));
    }
    m_sections->addWidget(new widgets::PlainLabel(title, Type::BodyStrong));
    auto* list = new FactList;
    list->setFacts(facts);
    list->setMaximumWidth(theme().px(640));
    m_sections->addWidget(list);
}

// Rows that were not used, with their reasons.
void ReportTab::addRows(const QString& title, const Value& rows)
{
    const Value::List& list = rows.toList();
    if (list.empty()) {
        return;
    }
    QList<FactList::Fact> facts;
    for (std::size_t index = 0; index < list.size() && index < kMostRows; ++index) {
        const Value& row = list[index];
        const Value& reason = row.contains("reason") ? row["reason"] : row["message"];
        facts.append(
            {tr("Line %1").arg(countAt(row["line"])), app::engineText(app::qs(reason.toString()))});
    }
    if (list.size() > kMostRows) {
        facts.append(
            {tr("And more"), app::formatCount(static_cast<int64_t>(list.size() - kMostRows))});
    }
    addSection(title, facts);
}

void ReportTab::showData(const Value& report)
{
    const Value& data = report["data"];
    QStringList columns;
    for (const Value& column : data["columns"].toList()) {
        columns.append(app::qs(column.toString()));
    }
    const Value& samples = report["samples"];
    addSection(tr("Data"),
               {{tr("Format"), textAt(data["format"])},
                {tr("Encoding"), textAt(data["encoding"])},
                {tr("Columns"), columns.join(QStringLiteral(", "))},
                {tr("Rows used"), shareOf(data["good"].toInteger(), data["rows"].toInteger())},
                {tr("Training samples"), countAt(samples["train"])},
                {tr("Validation samples"), countAt(samples["validation"])},
                {tr("SHA-256"), textAt(data["sha256"]), FactList::Style::Mono}});
    addRows(tr("Rows left out"), data["dropped"]);
    addRows(tr("Noticed"), data["notices"]);
}

void ReportTab::showMask(const Value& report)
{
    const Value& lengths = report["lengths"];
    const int64_t tokens = lengths["tokens"].toInteger();
    const int64_t trained = lengths["trained_tokens"].toInteger();
    const int64_t cut = lengths["truncated"].toInteger();
    QList<FactList::Fact> facts = {
        {tr("Tokens"), app::formatCount(tokens)},
        {tr("Trained on"), shareOf(trained, tokens)},
        {tr("Context only"), shareOf(tokens - trained, tokens)},
        {tr("Samples cut to length"),
         shareOf(cut, lengths["samples"].toInteger()),
         FactList::Style::Normal,
         cut > 0 ? Tone::Warning : Tone::Normal},
        {tr("Tokens cut away"), countAt(lengths["truncated_tokens"])},
        {tr("Length: shortest, median, 95 %, longest"),
         tr("%1, %2, %3, %4")
             .arg(countAt(lengths["minimum"]),
                  countAt(lengths["median"]),
                  countAt(lengths["p95"]),
                  countAt(lengths["maximum"]))},
    };
    const Value& fill = report["samples"]["pack_fill"];
    if (fill.isNumber()) {
        facts.append({tr("Packs filled"), app::formatPercent(fill.toDouble())});
    }
    addSection(tr("Mask and lengths"), facts);
    addRows(tr("Samples left out"), lengths["dropped"]);
    QList<FactList::Fact> findings;
    for (const auto& [name, count] : report["findings"].toObject()) {
        findings.append({app::engineText(app::qs(name)), valueText(count)});
    }
    if (!findings.isEmpty()) {
        addSection(tr("Findings"), findings);
    }
}

void ReportTab::showSetup(const Value& report)
{
    const Value& resolved = report["resolved"];
    const Value& result = report["result"];
    addSection(
        tr("Set up as"),
        {{tr("Device"), textAt(resolved["device"])},
         {tr("Weights"), textAt(resolved["dtype"])},
         {tr("Computed in"), textAt(resolved["compute_dtype"])},
         {tr("Threads"), countAt(resolved["threads"])},
         {tr("Template"), textAt(resolved["template"])},
         {tr("Base model, SHA-256"), textAt(resolved["base_sha256"]), FactList::Style::Mono}});
    if (result.isNull()) {
        return;
    }
    addSection(tr("Result"),
               {{tr("Steps"), countAt(result["steps"])},
                {tr("Tokens read"), countAt(result["tokens"])},
                {tr("Tokens trained on"), countAt(result["trained_tokens"])},
                {tr("Best step"), countAt(result["best_step"])},
                {tr("Best validation loss"),
                 result["best_loss"].isNumber() ? app::formatLoss(result["best_loss"].toDouble())
                                                : app::noValue()}});
}

} // namespace ui::pages::runs
