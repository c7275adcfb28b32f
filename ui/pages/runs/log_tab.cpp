// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/log_tab.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "app/base/task.h"
#include "app/base/text.h"
#include "ui/pages/runs/run_documents.h"
#include "ui/theme/theme.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/separator.h"

#include <QPlainTextEdit>
#include <QScrollBar>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::pages::runs {

namespace {

constexpr qint64 kMostLogBytes = 256 * 1024;
constexpr int kReadIntervalMs = 2000;
constexpr std::size_t kMostNotices = 12; // the newest; the log has them all

} // namespace

LogTab::LogTab(QWidget* parent)
    : QWidget(parent), m_notices(new widgets::PlainLabel({}, Type::Small, Tone::Warning)),
      m_text(new QPlainTextEdit), m_timer(new QTimer(this))
{
    m_notices->setWrapping(true);
    m_text->setReadOnly(true);
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setTabChangesFocus(true);
    m_text->setAccessibleName(tr("Log of the engine"));
    m_text->setPlaceholderText(tr("The engine has written no log yet."));
    const auto adopt = [this] { m_text->setFont(theme().font(Type::MonoSmall)); };
    connect(&theme(), &Theme::changed, this, adopt);
    adopt();

    auto* top = new QHBoxLayout;
    top->setContentsMargins(theme().px(16), theme().px(8), theme().px(12), theme().px(8));
    top->addWidget(m_notices, 1);
    top->addStretch();
    top->addWidget(
        new widgets::CopyButton([this] { return m_text->toPlainText(); }), 0, Qt::AlignTop);
    auto* text = new QHBoxLayout;
    text->setContentsMargins(theme().px(12), theme().px(8), 1, 1);
    text->addWidget(m_text);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(new widgets::Separator);
    layout->addLayout(text, 1);

    m_timer->setInterval(kReadIntervalMs);
    connect(m_timer, &QTimer::timeout, this, [this] { read(); });
}

void LogTab::setFolder(const QString& folder)
{
    m_folder = folder;
    m_text->clear();
    showNotices({});
    read();
}

void LogTab::setLive(bool live)
{
    if (live != m_timer->isActive()) {
        live ? m_timer->start() : m_timer->stop();
        read();
    }
}

void LogTab::showNotices(const app::runs::RunSeries& series)
{
    struct Notice
    {
        int64_t step;
        QString text;
    };
    std::vector<Notice> notices;
    for (const app::runs::IncidentPoint& point : series.incidents) {
        notices.push_back({point.step, app::engineText(point.message)});
    }
    for (const app::runs::WarningPoint& point : series.warnings) {
        notices.push_back({point.step, app::engineText(app::qs(point.error.message))});
    }
    std::ranges::stable_sort(notices, {}, &Notice::step);
    QStringList lines;
    const std::size_t first = notices.size() > kMostNotices ? notices.size() - kMostNotices : 0;
    for (std::size_t index = first; index < notices.size(); ++index) {
        lines.append(
            tr("Step %1: %2").arg(app::formatCount(notices[index].step), notices[index].text));
    }
    m_notices->setText(lines.join(u'\n'));
    m_notices->setVisible(!lines.isEmpty());
}

void LogTab::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    read();
}

void LogTab::read()
{
    if (!isVisible() || m_isReading || m_folder.isEmpty()) {
        return;
    }
    m_isReading = true;
    app::runThen(
        this,
        [folder = m_folder] { return std::pair(folder, readLog(folder, kMostLogBytes)); },
        [this](const std::pair<QString, QString>& found) {
            m_isReading = false;
            if (found.first == m_folder) {
                showLog(found.second);
            } else {
                read();
            }
        });
}

// Stays at the end when it was there, and where the reader is otherwise.
void LogTab::showLog(const QString& log)
{
    if (log == m_text->toPlainText()) {
        return;
    }
    QScrollBar* bar = m_text->verticalScrollBar();
    const bool atEnd = bar->value() >= bar->maximum() - 1;
    const int place = bar->value();
    m_text->setPlainText(log);
    bar->setValue(atEnd ? bar->maximum() : place);
}

} // namespace ui::pages::runs
