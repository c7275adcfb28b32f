// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/whole_file_question.h"

#include "app/base/text.h"
#include "app/engine/engine_service.h"

namespace ui::pages::data {

namespace {

using engine::contract::Result;
using engine::contract::Value;
using namespace Qt::StringLiterals;

QString textOf(const Value& value)
{
    return app::qs(value.isString() ? value.toString() : toJson(value));
}

} // namespace

QStringList optionsOf(const Value& arguments)
{
    QStringList options;
    for (const auto& [key, value] : arguments.toObject()) {
        const QString option = u"--"_s + app::qs(key).replace(u'_', u'-');
        if (value.isBool()) {
            if (value.toBool()) {
                options.append(option);
            }
            continue;
        }
        const Value::List values = value.isList() ? value.toList() : Value::List{value};
        for (const Value& each : values) {
            options.append(option + u'=' + textOf(each));
        }
    }
    return options;
}

WholeFileQuestion::WholeFileQuestion(app::engine::EngineService& engine, QObject* parent)
    : QObject(parent), m_engine(engine)
{
}

WholeFileQuestion::~WholeFileQuestion() = default;

void WholeFileQuestion::ask(const Value& arguments, qint64 rows, Reply reply)
{
    cancel();
    if (rows <= kManyRows) {
        m_question = m_engine.ask(u"inspect data"_s,
                                  arguments,
                                  this,
                                  [this, reply = std::move(reply)](const Result<Value>& answer) {
                                      m_question.clear();
                                      reply(answer);
                                  });
        return;
    }
    m_verb = std::make_unique<app::engine::VerbProcess>(m_engine.program());
    connect(m_verb.get(),
            &app::engine::VerbProcess::finished,
            this,
            [this, reply = std::move(reply)](const Result<Value>& answer) {
                m_verb.release()->deleteLater(); // called from its own signal
                reply(answer);
            });
    m_verb->start(QStringList{u"inspect"_s, u"data"_s} + optionsOf(arguments));
}

void WholeFileQuestion::cancel()
{
    m_verb.reset();
    if (!m_question.isEmpty()) {
        m_engine.cancel(m_question);
        m_question.clear();
    }
}

} // namespace ui::pages::data
