// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/runs/run_ending.h"

#include "app/base/text.h"

#include <QCoreApplication>

#include <csignal>

namespace app::runs {

namespace {

namespace code = ::engine::contract::code;
using engine::ProcessEnd;

constexpr int kLogLines = 30;

struct Ending
{
    Q_DECLARE_TR_FUNCTIONS(app::runs::Ending)
};

void addErrorOutput(RunInfo& info, const QString& errorOutput)
{
    QStringList lines = info.logTail.split(u'\n', Qt::SkipEmptyParts);
    lines += errorOutput.split(u'\n', Qt::SkipEmptyParts);
    info.logTail = lines.mid(std::max<qsizetype>(0, lines.size() - kLogLines)).join(u'\n');
}

QString causeOf(const RunEnding& ending)
{
    const ProcessEnd& end = *ending.process;
    if (ending.wasKilled) {
        return Ending::tr("Ended at once on request, without saving");
    }
    if (!end.didStart) {
        return Ending::tr("The engine could not be started");
    }
    if (end.wasSilent) {
        return Ending::tr("The engine no longer answered and was ended (%1)").arg(end.cause());
    }
    if (end.hasCrashed && end.code == SIGKILL) {
        return Ending::tr("The engine was killed from outside (%1); the system does that when "
                          "memory runs out")
            .arg(end.cause());
    }
    if (end.hasCrashed) {
        return Ending::tr("The engine crashed (%1)").arg(end.cause());
    }
    if (ending.saidDone && end.code == 0) {
        return Ending::tr("The engine said it was done, but the run has no manifest");
    }
    if (ending.saidDone) {
        return Ending::tr("The engine said it was done, but ended with %1").arg(end.cause());
    }
    return Ending::tr("The engine ended without a word (%1)").arg(end.cause());
}

RunInfo interrupted(RunInfo info, const RunEnding& ending)
{
    info.status = RunStatus::Interrupted;
    // The hint names the checkpoint to continue from, when the folder was judged interrupted too.
    info.error = {std::string(code::kInternal), stdString(causeOf(ending)), info.error.hint, ""};
    addErrorOutput(info, ending.errorOutput);
    return info;
}

} // namespace

RunInfo withEnding(RunInfo judged, const RunEnding& ending)
{
    const bool wasRefused = !ending.error.code.empty();
    if (wasRefused && !isActive(judged.status) && judged.status != RunStatus::Finished) {
        judged.status =
            ending.error.code == code::kStopped ? RunStatus::Stopped : RunStatus::Failed;
        judged.error = ending.error;
        addErrorOutput(judged, ending.errorOutput);
        return judged;
    }
    if (!ending.process || isActive(judged.status)) {
        return judged;
    }
    if (judged.status == RunStatus::Finished) {
        const bool isSuccess = ending.saidDone && ending.process->isSuccess();
        return isSuccess ? judged : interrupted(std::move(judged), ending);
    }
    // Outputs that are not as the manifest says have been judged already.
    return judged.status == RunStatus::Interrupted ? interrupted(std::move(judged), ending)
                                                   : judged;
}

} // namespace app::runs
