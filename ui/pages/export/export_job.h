// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the formats of a plan one after the other, each by an engine of its own. GUI thread only.
#pragma once

#include "app/engine/verb_process.h"
#include "ui/pages/export/export_plan.h"

#include <QElapsedTimer>
#include <QObject>

#include <memory>
#include <optional>
#include <vector>

namespace ui::pages::exporting {

// What became of one format.
struct ExportResult
{
    QString format;
    QString target;
    engine::contract::Value answer;               // files and verification; null after an error
    std::optional<engine::contract::Error> error; // nothing was put in place

    bool isWritten() const { return !error; }
    qint64 bytes() const;
};

class ExportJob : public QObject
{
    Q_OBJECT

public:
    ExportJob(QString program, ExportPlan plan, QObject* parent = nullptr);

    void start();
    // Ends the engine; the format it was at is not put in place, the others are not begun.
    void cancel();
    bool isRunning() const { return m_verb != nullptr; }

    const ExportPlan& plan() const { return m_plan; }
    const std::vector<ExportResult>& results() const { return m_results; }
    double seconds() const { return m_seconds; }
    bool wasCancelled() const { return m_wasCancelled; }

Q_SIGNALS:
    // `index` in plan().formats; total 0 = unknown.
    void progress(int index, qint64 done, qint64 total);
    void finished();

private:
    void startNext();
    void end();

    QString m_program;
    ExportPlan m_plan;
    std::vector<ExportResult> m_results;
    std::unique_ptr<app::engine::VerbProcess> m_verb;
    QElapsedTimer m_timer;
    double m_seconds = 0;
    bool m_wasCancelled = false;
};

// All that is known of it, to be kept as a file: plan, files and hashes, verification, errors.
engine::contract::Value reportOf(const ExportJob& job);

} // namespace ui::pages::exporting
