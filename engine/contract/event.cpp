// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/event.h"

namespace engine::contract {

const Schema<Error>& errorSchema()
{
    static const Schema<Error> schema = [] {
        Schema<Error> s;
        s.allowUnknownKeys();
        s.text("code", &Error::code);
        s.text("message", &Error::message);
        s.text("hint", &Error::hint);
        s.text("where", &Error::where);
        return s;
    }();
    return schema;
}

const Schema<OutputFile>& outputFileSchema()
{
    static const Schema<OutputFile> schema = [] {
        Schema<OutputFile> s;
        s.allowUnknownKeys();
        s.path("path", &OutputFile::path);
        s.integer("bytes", &OutputFile::bytes).atLeast(0);
        s.text("sha256", &OutputFile::sha256);
        return s;
    }();
    return schema;
}

namespace event {

namespace {

// A schema that ignores what newer programs add, filled by `declare`.
template <typename T, typename Declare>
Schema<T> tolerant(Declare declare)
{
    Schema<T> schema;
    schema.allowUnknownKeys();
    declare(schema);
    return schema;
}

Schema<Alternative> alternativeSchema()
{
    return tolerant<Alternative>([](Schema<Alternative>& s) {
        s.integer("token", &Alternative::token);
        s.text("text", &Alternative::text);
        s.number("logprob", &Alternative::logprob);
    });
}

} // namespace

const Schema<Hello>& Hello::schema()
{
    static const Schema<Hello> schema = tolerant<Hello>([](Schema<Hello>& s) {
        s.integer("protocol", &Hello::protocol);
        s.text("version", &Hello::version);
        s.objects("devices", &Hello::devices, deviceSchema());
        s.nested("catalog", &Hello::catalog, catalogSchema());
    });
    return schema;
}

const Schema<Started>& Started::schema()
{
    static const Schema<Started> schema = tolerant<Started>([](Schema<Started>& s) {
        s.text("id", &Started::id);
        s.path("run", &Started::run);
        s.integer("total_steps", &Started::totalSteps);
    });
    return schema;
}

const Schema<Phase>& Phase::schema()
{
    static const Schema<Phase> schema =
        tolerant<Phase>([](Schema<Phase>& s) { s.text("name", &Phase::name); });
    return schema;
}

const Schema<Progress>& Progress::schema()
{
    static const Schema<Progress> schema = tolerant<Progress>([](Schema<Progress>& s) {
        s.text("id", &Progress::id);
        s.integer("done", &Progress::done);
        s.integer("total", &Progress::total);
        s.integer("rows", &Progress::rows);
    });
    return schema;
}

const Schema<Prepared>& Prepared::schema()
{
    static const Schema<Prepared> schema = tolerant<Prepared>([](Schema<Prepared>& s) {
        s.integer("samples", &Prepared::samples);
        s.integer("validation", &Prepared::validation);
        s.integer("tokens", &Prepared::tokens);
        s.boolean("cached", &Prepared::cached);
        s.number("seconds", &Prepared::seconds);
        s.number("saved_seconds", &Prepared::savedSeconds);
        s.text("note", &Prepared::note);
    });
    return schema;
}

const Schema<Step>& Step::schema()
{
    static const Schema<Step> schema = tolerant<Step>([](Schema<Step>& s) {
        s.integer("step", &Step::step);
        s.number("epoch", &Step::epoch);
        s.add("loss", field_type::kNumber, &Step::loss);
        s.number("learning_rate", &Step::learningRate);
        s.add("grad_norm", field_type::kNumber, &Step::gradNorm);
        s.integer("tokens", &Step::tokens);
        s.number("tokens_per_second", &Step::tokensPerSecond);
        s.number("seconds", &Step::seconds);
        s.integer("memory_bytes", &Step::memoryBytes);
        s.add("accuracy", field_type::kNumber, &Step::accuracy);
    });
    return schema;
}

const Schema<Eval>& Eval::schema()
{
    static const Schema<Eval> schema = tolerant<Eval>([](Schema<Eval>& s) {
        s.integer("step", &Eval::step);
        s.number("epoch", &Eval::epoch);
        s.add("eval_loss", field_type::kNumber, &Eval::evalLoss);
        s.object("metrics", &Eval::metrics);
    });
    return schema;
}

const Schema<Sample>& Sample::schema()
{
    static const Schema<Sample> schema = tolerant<Sample>([](Schema<Sample>& s) {
        s.integer("step", &Sample::step);
        s.integer("index", &Sample::index);
        s.text("prompt", &Sample::prompt);
        s.text("text", &Sample::text);
    });
    return schema;
}

const Schema<Token>& Token::schema()
{
    static const Schema<Token> schema = tolerant<Token>([](Schema<Token>& s) {
        s.text("id", &Token::id);
        s.integer("pane", &Token::pane);
        s.text("text", &Token::text);
        s.integer("token", &Token::token);
        s.add("logprob", field_type::kNumber, &Token::logprob);
        s.objects("top", &Token::top, alternativeSchema());
    });
    return schema;
}

const Schema<Checkpoint>& Checkpoint::schema()
{
    static const Schema<Checkpoint> schema = tolerant<Checkpoint>([](Schema<Checkpoint>& s) {
        s.integer("step", &Checkpoint::step);
        s.path("path", &Checkpoint::path);
    });
    return schema;
}

const Schema<Resumed>& Resumed::schema()
{
    static const Schema<Resumed> schema =
        tolerant<Resumed>([](Schema<Resumed>& s) { s.integer("from_step", &Resumed::fromStep); });
    return schema;
}

const Schema<Warning>& Warning::schema()
{
    static const Schema<Warning> schema =
        tolerant<Warning>([](Schema<Warning>& s) { s.include(errorSchema()); });
    return schema;
}

const Schema<Incident>& Incident::schema()
{
    static const Schema<Incident> schema = tolerant<Incident>([](Schema<Incident>& s) {
        s.text("what", &Incident::what);
        s.integer("step", &Incident::step);
        s.text("action", &Incident::action);
        s.text("message", &Incident::message);
    });
    return schema;
}

const Schema<Answer>& Answer::schema()
{
    static const Schema<Answer> schema = tolerant<Answer>([](Schema<Answer>& s) {
        s.text("id", &Answer::id);
        s.add("value", "value", &Answer::value);
        s.path("file", &Answer::file);
        s.add("error", "value", &Answer::error);
    });
    return schema;
}

const Schema<Done>& Done::schema()
{
    static const Schema<Done> schema = tolerant<Done>(
        [](Schema<Done>& s) { s.objects("outputs", &Done::outputs, outputFileSchema()); });
    return schema;
}

const Schema<Failed>& Failed::schema()
{
    static const Schema<Failed> schema =
        tolerant<Failed>([](Schema<Failed>& s) { s.include(errorSchema()); });
    return schema;
}

} // namespace event

} // namespace engine::contract
