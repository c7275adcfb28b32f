// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the journal of one run folder as it grows, in a worker thread: for own, foreign and
// finished runs alike. The series belongs to the GUI thread; a new part is merged into it there.
#pragma once

#include "app/runs/run_series.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace app::runs {

class RunFollower : public QObject
{
    Q_OBJECT

public:
    // Begins to read at once. While the run is active it looks for more every 250 ms.
    explicit RunFollower(QString folder, QObject* parent = nullptr);
    ~RunFollower() override;

    const QString& folder() const { return m_folder; }
    // Valid until the next updated(); empty before the first.
    const RunSeries& series() const { return m_series; }
    // The first reading is done (also when there is no journal).
    bool isLoaded() const { return m_isLoaded; }
    // Stops looking for more once the end is read; a run that is continued wakes it by
    // setLive(true).
    void setLive(bool isLive);

Q_SIGNALS:
    // The step columns changed from this index on (series().size() when only the lists did).
    void updated(qint64 firstNewIndex);
    void loaded();

private:
    class Source; // the part in the worker

    void poll();

    QString m_folder;
    RunSeries m_series;
    std::shared_ptr<Source> m_source;
    QTimer m_timer;
    bool m_isLoaded = false;
    bool m_isReading = false;
    bool m_isLive = true;
};

} // namespace app::runs
