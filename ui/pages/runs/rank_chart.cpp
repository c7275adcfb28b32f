// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/rank_chart.h"

#include "app/base/format.h"
#include "ui/plots/metric_chart.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plain_label.h"

#include <QVBoxLayout>

namespace ui::pages::runs {

using app::runs::EvalPoint;

RankChart::RankChart(QWidget* parent)
    : QWidget(parent), m_title(new widgets::PlainLabel({}, Type::Small, Tone::Secondary)),
      m_chart(new plots::MetricChart([](double loss) { return app::formatLoss(loss); }))
{
    m_chart->setTitle(tr("Loss by rank"));
    m_chart->setPositionName(tr("Rank %1"), QStringLiteral("rank"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, theme().px(8), theme().px(16), theme().px(4));
    layout->setSpacing(theme().px(4));
    layout->addWidget(m_title);
    layout->addWidget(m_chart, 1);
    hide();
}

void RankChart::show(const app::runs::RunSeries& series)
{
    const bool isByRank = !series.evals.empty() && !series.evals.back().lossByRank.empty();
    setVisible(isByRank);
    if (!isByRank) {
        m_chart->setCurve({});
        return;
    }
    const EvalPoint& eval = series.evals.back();
    plots::Curve curve;
    for (std::size_t i = 0; i < eval.lossByRank.size(); ++i) {
        curve.push_back({.step = static_cast<double>(i + 1), .value = eval.lossByRank[i]});
    }
    m_chart->setCurve(std::move(curve));
    m_title->setText(tr("Loss by rank, step %1").arg(app::formatCount(eval.step)));
}

} // namespace ui::pages::runs
