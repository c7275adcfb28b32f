// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Several files trained together: a table of them with their weights, and a way to one more. GUI
// thread only.
#pragma once

#include "engine/contract/value.h"

#include <QStringList>
#include <QWidget>

namespace ui {
struct PageContext;
}

namespace ui::widgets {
class ComboBox;
}

namespace ui::pages::train {

class JobDraft;
class JobFacts;
class MixTable;

class MixPanel final : public QWidget
{
    Q_OBJECT

public:
    MixPanel(JobDraft& draft, JobFacts& facts, PageContext& context, QWidget* parent = nullptr);

    // What stands where one file would: "3 files together", or that data is to be chosen.
    QString words() const;
    // The draft was edited.
    void follow();

private:
    void fill();
    void add(const QStringList& paths);
    void pick();
    void use(const engine::contract::Value& sources, const QString& mergeKey = {});

    JobDraft& m_draft;
    JobFacts& m_facts;
    PageContext& m_context;
    MixTable* m_table;
    widgets::ComboBox* m_more;
};

} // namespace ui::pages::train
