// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The sample that everybody can train at once: a tiny model and a small data set that came with the
// program. Copied to the data folder on first use, because runs refer to it for good. GUI thread
// only; copies in the background.
#pragma once

#include "app/base/paths.h"
#include "app/engine/engine_service.h"
#include "app/intake/intake.h"
#include "app/runs/run_center.h"

#include <QObject>

#include <functional>

namespace app::studio {

class Sample : public QObject
{
    Q_OBJECT

public:
    // `folder` receives the copy.
    Sample(QString folder,
           engine::EngineService& engine,
           runs::RunCenter& runs,
           intake::Intake& intake,
           QObject* parent = nullptr);

    // False when the program came without samples and no copy is there.
    bool isAvailable() const;
    QString modelPath() const; // of the copy
    QString dataPath() const;
    // Name of the runs that start() makes; a run of that name was a try.
    static QString runName();

    // The recommended job, with paths into `folder` (the copy unless given); see
    // resources/samples/README.md for the measurements behind it.
    ::engine::contract::Value job() const;

    // What the engine knows of the sample: rows and parameters from inspecting, trainable
    // parameters and the adapter's size from the plan of the very job. Asked once; changed() tells.
    struct Facts
    {
        qint64 parameters = 0; // 0 = not known yet
        qint64 modelBytes = 0;
        qint64 rows = 0;
        qint64 dataBytes = 0;
        qint64 trainable = 0;
        qint64 adapterBytes = 0;
        qint64 steps = 0;
    };
    const Facts& facts() const { return m_facts; }
    void learnFacts();

    // Copies the sample if need be, records it in the library and starts the job, or puts it in the
    // queue when the device is busy. `done` gets the run folder, or an empty string when it waits.
    using Done = std::function<void(::engine::contract::Result<QString>)>;
    void start(Done done);
    bool isStarting() const { return m_isStarting; }

Q_SIGNALS:
    void changed();

private:
    void launch(const Done& done);
    ::engine::contract::Value jobOf(const QString& model, const QString& data) const;

    QString m_folder;
    QString m_bundled;
    engine::EngineService& m_engine;
    runs::RunCenter& m_runs;
    intake::Intake& m_intake;
    Facts m_facts;
    bool m_hasAsked = false;
    bool m_isStarting = false;
};

} // namespace app::studio
