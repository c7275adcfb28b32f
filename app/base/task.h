// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Slow work off the GUI thread: a task in the thread pool, its result back where it was asked for.
// The only way the studio uses threads.
#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <QtConcurrent>

#include <type_traits>
#include <utility>

namespace app {

// Runs task() in the thread pool, then then(result) on the thread of `context` (then() where the
// task returns nothing). The result is dropped when `context` is gone by then; the task itself
// always ends. Call it on the thread of `context`. The task must not throw, and must own or share
// what it reads.
template <typename Task, typename Then>
void runThen(QObject* context, Task task, Then then)
{
    using Result = std::invoke_result_t<Task>;
    auto* watcher = new QFutureWatcher<Result>(context);
    QObject::connect(watcher,
                     &QFutureWatcher<Result>::finished,
                     context,
                     [watcher, then = std::move(then)]() mutable {
                         watcher->deleteLater();
                         if constexpr (std::is_void_v<Result>) {
                             then();
                         } else {
                             then(watcher->future().takeResult());
                         }
                     });
    watcher->setFuture(QtConcurrent::run(std::move(task)));
}

} // namespace app
