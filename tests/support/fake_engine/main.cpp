// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Stands in for lora-engine in the tests of the studio: replays what the real one has said, well or
// badly (conversation.h lists the modes). Needs no LibTorch and no model.
#include "tests/support/fake_engine/conversation.h"
#include "tests/support/fake_engine/fake_engine.h"

#include <QStringList>

#include <csignal>
#include <cstdio>

int main(int argc, char** argv)
{
    std::signal(SIGPIPE, SIG_IGN);
    QStringList arguments;
    for (int i = 1; i < argc; ++i) {
        arguments.append(QString::fromLocal8Bit(argv[i]));
    }
    std::fprintf(stderr, "fake engine: %s\n", qPrintable(arguments.join(' ')));
    if (fake::mode() == "crash_at_start") {
        std::raise(SIGSEGV);
    }
    if (arguments.value(0) == "serve") {
        return fake::serve(arguments.value(arguments.indexOf("--scratch") + 1));
    }
    if (arguments.value(0) == "run") {
        return fake::run(arguments.value(1), arguments.contains("--resume"));
    }
    return fake::verb(arguments);
}
