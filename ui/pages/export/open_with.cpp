// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/export/open_with.h"

namespace ui::pages::exporting {

using namespace Qt::StringLiterals;

namespace {

QString transformersLines(const QString& folder)
{
    return u"from transformers import AutoModelForCausalLM, AutoTokenizer\n\nfolder = "_s
           + pythonText(folder)
           + u"\ntokenizer = AutoTokenizer.from_pretrained(folder)\n"
             "model = AutoModelForCausalLM.from_pretrained(folder, torch_dtype=\"auto\")"_s;
}

QString peftLines(const QString& base, const QString& folder)
{
    return u"from peft import PeftModel\nfrom transformers import AutoModelForCausalLM\n\n"
           "base = AutoModelForCausalLM.from_pretrained("_s
           + pythonText(base) + u")\nmodel = PeftModel.from_pretrained(base, "_s
           + pythonText(folder) + u')';
}

} // namespace

QString pythonText(const QString& text)
{
    QString literal = text;
    literal.replace(u'\\', u"\\\\"_s).replace(u'"', u"\\\""_s).replace(u'\n', u"\\n"_s);
    return u'"' + literal + u'"';
}

QList<OpenHint>
openHints(const ExportPlan& plan, const QStringList& written, const QString& engineProgram)
{
    QList<OpenHint> hints;
    if (written.contains(u"merged"_s)) {
        const QString folder = targetOf(plan, u"merged"_s);
        hints.append({u"transformers"_s, transformersLines(folder)});
        hints.append({u"lora-engine"_s,
                      shellLine(engineProgram,
                                {u"generate"_s, u"--model"_s, folder, u"--prompt"_s, u"Hello"_s})});
    }
    if (written.contains(u"peft"_s)) {
        hints.append({u"PEFT"_s, peftLines(plan.basePath, targetOf(plan, u"peft"_s))});
    }
    return hints;
}

} // namespace ui::pages::exporting
