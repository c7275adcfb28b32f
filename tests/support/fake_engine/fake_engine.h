// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What the fake engine can do. Each returns its exit code.
#pragma once

#include <QString>
#include <QStringList>

namespace fake {

// Answers questions from the recordings in answers/; "echo" answers its arguments, "large" with a
// file, "never" not at all.
int serve(const QString& scratch);

// Replays a recorded run into the folder and to stdout: finished.jsonl, or failed.jsonl when
// refusing. Obeys stdin and control.jsonl, holds the lock, writes checkpoints and outputs.
int run(const QString& folder, bool resumes);

// Any other verb: prints answers/<verb>.json after some progress.
int verb(const QStringList& arguments);

} // namespace fake
