// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/error_text.h"

#include "app/base/engine_text.h"
#include "app/base/text.h"
#include "engine/contract/error_codes.h"

#include <QCoreApplication>

namespace app {

namespace {

namespace code = ::engine::contract::code;

struct ErrorText
{
    Q_DECLARE_TR_FUNCTIONS(app::ErrorText)
};

struct Sentence
{
    std::string_view code;
    const char* english;
};

// The codes of the library (app/library/library_error.h) are written out: base stands below it.
constexpr Sentence kSentences[] = {
    {code::kBadArgument, QT_TRANSLATE_NOOP("app::ErrorText", "That is not possible as asked.")},
    {code::kBadField, QT_TRANSLATE_NOOP("app::ErrorText", "A setting has no valid value.")},
    {code::kNoTarget, QT_TRANSLATE_NOOP("app::ErrorText", "No layer of the model matches.")},
    {code::kNothingToTrain, QT_TRANSLATE_NOOP("app::ErrorText", "Nothing would be trained.")},
    {code::kTargetExists, QT_TRANSLATE_NOOP("app::ErrorText", "The target is there already.")},
    {code::kNotFound, QT_TRANSLATE_NOOP("app::ErrorText", "Something is not where it was.")},
    {code::kUnreadable, QT_TRANSLATE_NOOP("app::ErrorText", "A file cannot be read or written.")},
    {code::kBadFile, QT_TRANSLATE_NOOP("app::ErrorText", "A file is damaged or of another kind.")},
    {code::kBadData, QT_TRANSLATE_NOOP("app::ErrorText", "The data cannot be used.")},
    {code::kBadModel, QT_TRANSLATE_NOOP("app::ErrorText", "The model cannot be used.")},
    {code::kBadTokenizer, QT_TRANSLATE_NOOP("app::ErrorText", "The tokenizer cannot be used.")},
    {code::kBadTemplate, QT_TRANSLATE_NOOP("app::ErrorText", "The chat template cannot be used.")},
    {code::kBadAdapter, QT_TRANSLATE_NOOP("app::ErrorText", "The adapter cannot be used.")},
    {code::kNonFinite, QT_TRANSLATE_NOOP("app::ErrorText", "A number is not finite.")},
    {code::kUnsupported, QT_TRANSLATE_NOOP("app::ErrorText", "This version cannot do that.")},
    {code::kVerificationFailed,
     QT_TRANSLATE_NOOP("app::ErrorText", "The result did not pass its check.")},
    {code::kRunBusy, QT_TRANSLATE_NOOP("app::ErrorText", "An engine is at work there.")},
    {code::kDiskFull, QT_TRANSLATE_NOOP("app::ErrorText", "There is not enough disk space.")},
    {code::kOutOfMemory, QT_TRANSLATE_NOOP("app::ErrorText", "There is not enough memory.")},
    {code::kDiverged, QT_TRANSLATE_NOOP("app::ErrorText", "The training diverged.")},
    {code::kStopped, QT_TRANSLATE_NOOP("app::ErrorText", "It was stopped.")},
    {code::kIncompatible, QT_TRANSLATE_NOOP("app::ErrorText", "These do not fit together.")},
    {code::kNewerFormat,
     QT_TRANSLATE_NOOP("app::ErrorText", "It was made by a newer version of LoRA Studio.")},
    {code::kInternal, QT_TRANSLATE_NOOP("app::ErrorText", "The engine ended unexpectedly.")},
    {"library_locked", QT_TRANSLATE_NOOP("app::ErrorText", "Another program uses the library.")},
    {"library_damaged", QT_TRANSLATE_NOOP("app::ErrorText", "The library is damaged.")},
    {"library_read_only", QT_TRANSLATE_NOOP("app::ErrorText", "The library cannot be written.")},
    {"library_conflict", QT_TRANSLATE_NOOP("app::ErrorText", "The library does not allow that.")},
};

QString asSentence(QString text)
{
    text = text.trimmed();
    static const QString kEnds = QStringLiteral(".!?\u3002");
    return text.isEmpty() || kEnds.contains(text.back()) ? text : QString(text + QLatin1Char('.'));
}

} // namespace

QString errorSentence(const ::engine::contract::Error& error)
{
    for (const Sentence& sentence : kSentences) {
        if (error.code == sentence.code) {
            return ErrorText::tr(sentence.english);
        }
    }
    return ErrorText::tr("Something went wrong.");
}

QString errorDetail(const ::engine::contract::Error& error)
{
    const QString message = asSentence(engineText(error.message));
    const QString hint = asSentence(engineText(error.hint));
    return QString(message + QLatin1Char(' ') + hint).trimmed();
}

} // namespace app
