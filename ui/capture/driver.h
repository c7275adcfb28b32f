// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Does things in the studio one after the other and waits for each to be seen, without blocking:
// the way a patient person would use it. GUI thread only.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QTimer>

#include <deque>
#include <functional>

namespace ui::capture {

struct Step
{
    QString what; // "runs-live: shown", for messages
    // Done once; may be empty.
    std::function<void()> act = {};
    // Asked again and again until it holds several times in a row; empty = at once.
    std::function<bool()> isReached = {};
    int timeoutMs = 15000;
    // The steps that follow make no sense without it.
    bool isVital = false;
};

class Driver : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    void add(Step step);
    // Puts steps before those that wait: what a step finds out may ask for more.
    void addNext(std::deque<Step> steps);
    void start();
    // What was not reached, in words.
    const QStringList& failures() const { return m_failures; }

Q_SIGNALS:
    void finished();

private:
    void begin();
    void look();

    std::deque<Step> m_steps;
    QStringList m_failures;
    QTimer m_timer;
    QElapsedTimer m_since;
    int m_heldFor = 0; // looks in a row
};

} // namespace ui::capture
