// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The loss of every row of a data file under a model and an adapter, measured by an engine of its
// own, so that nothing else waits. GUI thread only.
#pragma once

#include "app/engine/verb_process.h"
#include "ui/pages/data/data_source.h"
#include "ui/pages/data/quality_findings.h"

#include <QObject>

#include <memory>

namespace ui::pages::data {

// The verb and its options; without --json.
QStringList lossArguments(const DataSource& source, const QString& model, const QString& adapter);

class RowLosses final : public QObject
{
    Q_OBJECT

public:
    explicit RowLosses(QString program, QObject* parent = nullptr);

    // Ends what was being measured. An empty adapter: the model alone.
    void start(const DataSource& source, const QString& model, const QString& adapter);
    void stop();
    void clear();
    bool isRunning() const { return m_verb != nullptr; }
    // So far, while it runs; sorted, the worst first, when it has finished.
    const std::vector<FoundRow>& rows() const { return m_rows; }

Q_SIGNALS:
    void progress(qint64 rows);
    void finished();
    void failed(const ::engine::contract::Error& error);

private:
    QString m_program;
    std::unique_ptr<app::engine::VerbProcess> m_verb;
    std::vector<FoundRow> m_rows;
};

} // namespace ui::pages::data
