// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/command.h"

#include "engine/contract/job_schema.h"

namespace engine::contract::command {

namespace {

Schema<Pane> paneSchema()
{
    Schema<Pane> s;
    s.allowUnknownKeys();
    s.objects("adapters", &Pane::adapters, adapterSourceSchema());
    s.nested("sampling", &Pane::sampling, samplingSchema());
    return s;
}

} // namespace

const Schema<Ask>& Ask::schema()
{
    static const Schema<Ask> schema = [] {
        Schema<Ask> s;
        s.allowUnknownKeys();
        s.text("id", &Ask::id);
        s.text("question", &Ask::question);
        s.object("arguments", &Ask::arguments);
        return s;
    }();
    return schema;
}

const Schema<Cancel>& Cancel::schema()
{
    static const Schema<Cancel> schema = [] {
        Schema<Cancel> s;
        s.allowUnknownKeys();
        s.text("id", &Cancel::id);
        return s;
    }();
    return schema;
}

const Schema<Prompt>& Prompt::schema()
{
    static const Schema<Prompt> schema = [] {
        Schema<Prompt> s;
        s.allowUnknownKeys();
        s.text("id", &Prompt::id);
        s.path("model", &Prompt::model);
        s.choice("quantization", &Prompt::quantization, {"none", "nf4", "int8"});
        s.boolean("double_quant", &Prompt::doubleQuant);
        s.boolean("quantize_embeddings", &Prompt::quantizeEmbeddings);
        s.list("messages", &Prompt::messages);
        s.text("system", &Prompt::system);
        s.text("template", &Prompt::chatTemplate);
        s.objects("panes", &Prompt::panes, paneSchema());
        return s;
    }();
    return schema;
}

} // namespace engine::contract::command
