// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A question whose answer takes reading the whole data file: of a small one it goes to the engine
// that answers everything, of a large one to an engine of its own, so that rows still come page by
// page meanwhile, and that what nobody wants to know any more is not computed. GUI thread only.
#pragma once

#include "app/engine/verb_process.h"

#include <QObject>
#include <QStringList>

#include <functional>
#include <memory>

namespace app::engine {
class EngineService;
}

namespace ui::pages::data {

// {"model": DIR, "quality": true, "map": ["a=b"]} → --model=DIR --quality --map=a=b.
QStringList optionsOf(const engine::contract::Value& arguments);

class WholeFileQuestion final : public QObject
{
    Q_OBJECT

public:
    using Reply = std::function<void(const engine::contract::Result<engine::contract::Value>&)>;

    // Files of more rows have an engine of their own.
    static constexpr qint64 kManyRows = 20'000;

    explicit WholeFileQuestion(app::engine::EngineService& engine, QObject* parent = nullptr);
    ~WholeFileQuestion() override;

    // `inspect data` with these arguments, of a file of so many rows. What was asked before is
    // cancelled. The reply never comes from inside ask().
    void ask(const engine::contract::Value& arguments, qint64 rows, Reply reply);
    // The reply does not come.
    void cancel();

private:
    app::engine::EngineService& m_engine;
    QString m_question;
    std::unique_ptr<app::engine::VerbProcess> m_verb;
};

} // namespace ui::pages::data
