// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/method_warnings.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"

#include <QCoreApplication>

#include <algorithm>

namespace ui::pages::train {

namespace {

using engine::contract::Value;
using Severity = widgets::MessageBar::Severity;

constexpr double kUnusual = 9.99; // times the usual learning rate

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(ui::pages::train::MethodWarnings)
};

bool trains(const Value& plan, std::string_view part)
{
    const Value::List& parts = plan["parts"].toList();
    return std::any_of(
        parts.begin(), parts.end(), [part](const Value& one) { return one["id"] == Value(part); });
}

void addWholeModel(QList<MethodWarning>& warnings, const WarningFacts& facts)
{
    const int64_t trained = facts.plan["trained_bytes"].toInteger();
    const bool isTooMuch = facts.deviceBytes > 0 && trained > facts.deviceBytes;
    warnings.append(
        {isTooMuch ? Severity::Warning : Severity::Info,
         Texts::tr("The model itself is changed."),
         trained > 0
             ? Texts::tr("What it knew may be overwritten. Its numbers with gradients and moments "
                         "take %1 of memory, and %2 are saved.")
                   .arg(app::formatMemory(trained),
                        app::formatBytes(facts.plan["adapter_bytes"].toInteger()))
             : Texts::tr("What it knew may be overwritten.")});
}

void addTokens(QList<MethodWarning>& warnings, const WarningFacts& facts)
{
    const int64_t taken = facts.plan["virtual_tokens"].toInteger();
    if (taken <= 0) {
        return;
    }
    const int64_t context = facts.model["context"].toInteger();
    warnings.append(
        {2 * taken > context && context > 0 ? Severity::Warning : Severity::Info,
         Texts::tr("%n virtual tokens take part of the context.", nullptr, static_cast<int>(taken)),
         context > 0 ? Texts::tr("Of %1 tokens %2 are left for text. They cannot be merged into "
                                 "the weights.")
                           .arg(app::formatCount(context),
                                app::formatCount(std::max<int64_t>(context - taken, 0)))
                     : Texts::tr("They cannot be merged into the weights.")});
}

void addTiedHead(QList<MethodWarning>& warnings, const WarningFacts& facts)
{
    if (!facts.model["tied"].toBool() || !trains(facts.plan, "embedding")) {
        return;
    }
    warnings.append(
        {Severity::Info,
         Texts::tr("Embedding and output head share one weight."),
         facts.method.effect == "replaces"
             ? Texts::tr("Training it changes both.")
             : Texts::tr("The trained embedding parts from it; the head keeps the stored one.")});
}

// What holding the base in fewer bits saves, and honestly what it costs.
void addPackedBase(QList<MethodWarning>& warnings, const WarningFacts& facts)
{
    if (facts.quantization.isEmpty() || facts.quantization == QLatin1String("none")) {
        return;
    }
    const int64_t held = facts.plan["bytes"]["weights"].toInteger();
    const int64_t stored = facts.model["parameters"]["bytes"].toInteger();
    const QString saved = held > 0 && stored > held
                              ? Texts::tr("The base takes %1 of memory instead of %2.")
                                    .arg(app::formatMemory(held), app::formatMemory(stored))
                              : Texts::tr("The base takes less memory.");
    const QString cost =
        facts.quantization == QLatin1String("int8")
            ? Texts::tr("Its weights are rounded to 8 bit: hardly a difference on most models.")
            : Texts::tr("Its weights are rounded to 16 values each, which costs some quality, most "
                        "on small models. Training makes up for part of it.");
    const QString more =
        facts.areEmbeddingsQuantized
            ? u' ' + Texts::tr("Its embeddings and output head are rounded as well.")
            : QString();
    warnings.append({Severity::Info, saved, cost + more});
}

} // namespace

QString unusualRate(double rate, double usual, const QString& method)
{
    if (!(usual > 0) || !(rate > 0)) {
        return {};
    }
    const double times = rate / usual;
    if (times > kUnusual) {
        return Texts::tr("%1× the usual for %2").arg(app::formatNumber(times, 2), method);
    }
    return 1 / times > kUnusual
               ? Texts::tr("1/%1 of the usual for %2").arg(app::formatNumber(1 / times, 2), method)
               : QString();
}

QList<MethodWarning> methodWarnings(const WarningFacts& facts)
{
    QList<MethodWarning> warnings;
    const QString unusual =
        unusualRate(facts.rate, facts.usualRate, app::engineText(facts.method.name));
    if (!unusual.isEmpty()) {
        warnings.append({Severity::Warning,
                         Texts::tr("The learning rate is %1.").arg(unusual),
                         facts.rate > facts.usualRate
                             ? Texts::tr("The loss may leap or never come down.")
                             : Texts::tr("It may hardly learn anything in this time.")});
    }
    if (facts.method.approach == "everything") {
        addWholeModel(warnings, facts);
    } else if (facts.method.approach == "tokens") {
        addTokens(warnings, facts);
    } else if (facts.method.approach == "modules" && facts.method.effect == "adds") {
        warnings.append({Severity::Info,
                         Texts::tr("The modules stay beside the model."),
                         Texts::tr("They cannot be merged into its weights, so that every answer "
                                   "takes a little longer.")});
    }
    addTiedHead(warnings, facts);
    addPackedBase(warnings, facts);
    return warnings;
}

} // namespace ui::pages::train
