// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Brings models, data, adapters, jobs and runs into the studio: finds out what each path is, asks
// the engine about it, and records it in the library. The one way in, for drops, pickers and the
// command line alike. GUI thread only; file work happens in the background.
#pragma once

#include "app/engine/engine_service.h"
#include "app/intake/classify.h"
#include "app/library/library.h"

#include <QObject>

namespace app::intake {

// How a data file is read where a person decided it.
struct DataReading
{
    QString format;                         // empty: as detected
    ::engine::contract::Value columns = {}; // {column: role}; null: as detected
    QString encoding = {};                  // empty: as detected
};

class Intake : public QObject
{
    Q_OBJECT

public:
    // `runsFolder`: where runs of elsewhere are copied to.
    Intake(library::Library& library,
           engine::EngineService& engine,
           QString runsFolder,
           QObject* parent = nullptr);

    // Whatever they are, to be shown. Each path ends in added() and opened(), or in failed().
    void add(const QStringList& paths);
    // The same, but data is not added: dataOffered() asks how it is to be read.
    void offer(const QStringList& paths);
    void addModel(const QString& folder);
    // As the reading says; what was chosen there is remembered.
    void addData(const QString& path, const DataReading& reading = {});
    // The same with what `inspect data` has answered already.
    void recordData(const QString& path,
                    const DataReading& reading,
                    const ::engine::contract::Value& facts);
    void addAdapter(const QString& folder);
    void addRun(const QString& folder);
    // Every model below the folder. searched() says how many; each is then added.
    void addModelsBelow(const QString& root);

    // Paths whose answer is still awaited.
    const QStringList& pending() const { return m_pending; }

Q_SIGNALS:
    void pendingChanged();
    // `item` is what the page of that kind selects: the path of a model, data, a job or a run, the
    // id of an adapter.
    void added(app::intake::Kind kind, const QString& item);
    // The same, after it, of what was brought by add() or offer(): the person wants to see it.
    void opened(app::intake::Kind kind, const QString& item);
    void failed(const QString& path, const ::engine::contract::Error& error);
    void dataOffered(const QStringList& paths);
    void searched(const QString& root, int found);

private:
    void begin(const QString& path);
    void finish(Kind kind, const QString& path, const QString& item);
    void fail(const QString& path, const ::engine::contract::Error& error);
    void addJob(const QString& file);
    void recordModel(const QString& folder, const ::engine::contract::Value& facts);
    void addItem(const DroppedItem& item);
    void saveData(const QString& path,
                  const DataReading& reading,
                  const ::engine::contract::Value& facts,
                  qint64 bytes);

    library::Library& m_library;
    engine::EngineService& m_engine;
    QString m_runsFolder;
    QStringList m_pending;
    QStringList m_toBeShown; // of the pending
};

} // namespace app::intake
