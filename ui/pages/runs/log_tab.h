// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The Log tab: incidents and warnings of the run, and the end of its engine.log.
#pragma once

#include "app/runs/run_series.h"

#include <QWidget>

class QPlainTextEdit;
class QTimer;

namespace ui::widgets {
class PlainLabel;
}

namespace ui::pages::runs {

class LogTab final : public QWidget
{
    Q_OBJECT

public:
    explicit LogTab(QWidget* parent = nullptr);

    // Another run.
    void setFolder(const QString& folder);
    // While the run goes on, the log is read again every two seconds as long as it is seen.
    void setLive(bool live);
    void showNotices(const app::runs::RunSeries& series);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void read();
    void showLog(const QString& log);

    QString m_folder;
    bool m_isReading = false;
    widgets::PlainLabel* m_notices;
    QPlainTextEdit* m_text;
    QTimer* m_timer;
};

} // namespace ui::pages::runs
