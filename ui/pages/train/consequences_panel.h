// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// "What this will take": trainable parameters, share, memory, time, disk, warnings. The engine's
// plan is the authority; the local count stands there until it answers. GUI thread only.
#pragma once

#include "engine/contract/result.h"

#include <QWidget>

class QVBoxLayout;

namespace ui::widgets {
class FactList;
class PlainLabel;
} // namespace ui::widgets

namespace ui::pages::train {

class JobDraft;
class JobFacts;
class MemoryBar;
class TargetMatrixModel;

// The trainable parameters as the big figure with its share and exact number.
struct TrainableWords
{
    QString figure; // "8.80 M"
    QString share;  // "1.78 % of the base"
    QString exact;  // "8,798,208"
};

class ConsequencesPanel : public QWidget
{
    Q_OBJECT

public:
    ConsequencesPanel(JobDraft& draft,
                      JobFacts& facts,
                      TargetMatrixModel& matrix,
                      QWidget* parent = nullptr);

    const TrainableWords& trainable() const { return m_words; }
    // Where the figures come from: "calculated", "probed", or that they are awaited.
    QString source() const;
    // What prevents the start and stands at no field.
    void setProblems(const QList<engine::contract::Error>& errors);

Q_SIGNALS:
    void changed();

private:
    void follow();
    void showTrainable();
    void showFacts();
    void showWarnings();

    JobDraft& m_draft;
    JobFacts& m_facts;
    TargetMatrixModel& m_matrix;
    widgets::PlainLabel* m_figure;
    widgets::PlainLabel* m_share;
    widgets::PlainLabel* m_exact;
    MemoryBar* m_memory;
    QWidget* m_line;
    widgets::FactList* m_list;
    QVBoxLayout* m_warnings;
    QList<engine::contract::Error> m_problems;
    TrainableWords m_words;
};

} // namespace ui::pages::train
