// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine says of a data file in the tokens of a model: asked once for all who show it, and
// again when the file, its edits, the model or the limit change. GUI thread only.
#pragma once

#include "engine/contract/result.h"
#include "ui/pages/data/data_source.h"
#include "ui/pages/data/whole_file_question.h"

#include <QObject>
#include <QTimer>

namespace app::engine {
class EngineService;
}

namespace ui::pages::data {

// How long a row may be, and what becomes of one that is longer.
struct LengthLimit
{
    qint64 tokens = 2048;
    std::string policy = "left"; // data.truncate

    bool operator==(const LengthLimit&) const = default;
};

class DataMeasure final : public QObject
{
    Q_OBJECT

public:
    explicit DataMeasure(app::engine::EngineService& engine, QObject* parent = nullptr);

    const DataSource& source() const { return m_source; }
    const QString& model() const { return m_model; }
    const LengthLimit& limit() const { return m_limit; }
    // `rows`: the good ones.
    void setSource(const DataSource& source, qint64 rows);
    // The edits were written: what is known stays until the new answer.
    void setEdits(const QString& file);
    // Folder; empty: there is none, and nothing is measured.
    void setModel(const QString& folder);
    void setLimit(const LengthLimit& limit);
    // What a new job starts from.
    void setUsualLimit(const LengthLimit& limit);
    // The limit is not the one a new job starts from.
    bool isLimitChosen() const { return m_limit != m_usual; }

    // The answer of `inspect data`; null while there is none.
    const engine::contract::Value& answer() const { return m_answer; }
    bool isPending() const { return m_isPending; }
    bool canMeasure() const { return !m_model.isEmpty() && !m_source.path.isEmpty(); }

Q_SIGNALS:
    void started(); // of other data or another model: what was known no longer holds
    void limitChanged();
    void measured();
    void failed(const ::engine::contract::Error& error);

private:
    void follow();
    void ask();

    WholeFileQuestion m_question;
    DataSource m_source;
    qint64 m_rows = 0;
    QString m_model;
    LengthLimit m_limit;
    LengthLimit m_usual;
    engine::contract::Value m_answer;
    bool m_isPending = false;
    QTimer m_delay;
};

} // namespace ui::pages::data
