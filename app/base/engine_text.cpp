// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/engine_text.h"

#include "app/base/text.h"

#include <QCoreApplication>

namespace app {

QString engineText(const QString& english)
{
    const QByteArray source = english.toUtf8();
    for (const QString& context : engineTextContexts()) {
        const QString translated =
            QCoreApplication::translate(context.toUtf8().constData(), source.constData());
        if (translated != english) {
            return translated;
        }
    }
    return english;
}

QString engineText(const std::string& english)
{
    return engineText(qs(english));
}

const QStringList& engineTextContexts()
{
    static const QStringList kContexts = {
        // What lupdate makes of a function that returns contract::… in engine::worker.
        QStringLiteral("contract"),
        QStringLiteral("engine::worker"),
        QStringLiteral("engine::contract"),
        QStringLiteral("engine::data"),
        QStringLiteral("engine::data::formats::alpaca"),
        QStringLiteral("engine::data::formats::classification"),
        QStringLiteral("engine::data::formats::messages"),
        QStringLiteral("engine::data::formats::plain_text"),
        QStringLiteral("engine::data::formats::preference"),
        QStringLiteral("engine::data::formats::prompt_completion"),
        QStringLiteral("engine::data::formats::regression"),
        QStringLiteral("engine::data::formats::text"),
        QStringLiteral("engine::data::formats::unpaired"),
        QStringLiteral("engine::estimate"),
        QStringLiteral("engine::exporters::bitsandbytes"),
        QStringLiteral("engine::exporters::loralib"),
        QStringLiteral("engine::exporters::merged"),
        QStringLiteral("engine::exporters::peft"),
        QStringLiteral("engine::methods"),
        QStringLiteral("engine::methods::adapter_h"),
        QStringLiteral("engine::methods::adapter_l"),
        QStringLiteral("engine::methods::adapter_p"),
        QStringLiteral("engine::methods::adalora"),
        QStringLiteral("engine::methods::bitfit"),
        QStringLiteral("engine::methods::dylora"),
        QStringLiteral("engine::methods::full"),
        QStringLiteral("engine::methods::ia3"),
        QStringLiteral("engine::methods::lora"),
        QStringLiteral("engine::methods::prefix_embedding"),
        QStringLiteral("engine::methods::prefix_layer"),
        QStringLiteral("engine::methods::prefix_tuning"),
        QStringLiteral("engine::methods::prompt_tuning"),
        QStringLiteral("engine::methods::prompt_tuning::PromptTuning"),
        QStringLiteral("engine::methods::top_layers"),
        QStringLiteral("engine::methods::top_layers::TopLayers"),
        QStringLiteral("engine::methods::vera"),
        QStringLiteral("engine::models::gemma"),
        QStringLiteral("engine::models::gemma2"),
        QStringLiteral("engine::models::gemma3_text"),
        QStringLiteral("engine::models::gpt2"),
        QStringLiteral("engine::models::gpt_neox"),
        QStringLiteral("engine::models::llama"),
        QStringLiteral("engine::models::mistral"),
        QStringLiteral("engine::models::phi3"),
        QStringLiteral("engine::models::qwen2"),
        QStringLiteral("engine::models::qwen3"),
        QStringLiteral("engine::objectives::causal_lm"),
        // Of a function of ours that returns something of std.
        QStringLiteral("std"),
    };
    return kContexts;
}

} // namespace app
