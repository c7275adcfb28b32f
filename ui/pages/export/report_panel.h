// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What was written and how its check went: verdict, numbers against their tolerance, files with
// their hashes, and how other programs open them.
#pragma once

#include "ui/pages/export/export_job.h"
#include "ui/pages/export/open_with.h"

#include <QWidget>

#include <functional>

class QBoxLayout;
class QStandardItemModel;

namespace ui::widgets {
class Card;
class CommandBox;
class MessageBar;
class PlainLabel;
class SegmentedControl;
class TableView;
} // namespace ui::widgets

namespace ui::pages::exporting {

class MergeComparison;

class ReportPanel : public QWidget
{
    Q_OBJECT

public:
    // `nameOf` says what a format is called.
    explicit ReportPanel(std::function<QString(const QString&)> nameOf, QWidget* parent = nullptr);

    void show(const ExportJob& job, const QString& engineProgram);

Q_SIGNALS:
    void saveRequested();
    void revealRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    widgets::Card* makeVerdictCard();
    widgets::Card* makeFilesCard();
    widgets::Card* makeOpenCard();
    void showVerdict(const ExportJob& job);
    void showNumbers(const std::vector<ExportResult>& results);
    void showComparison(const ExportJob& job);
    void showFiles(const ExportJob& job);
    void showHint(int index);

    std::function<QString(const QString&)> m_nameOf;
    widgets::Card* m_verdictCard;
    MergeComparison* m_comparison;
    widgets::MessageBar* m_verdict;
    widgets::TableView* m_numbers;
    QStandardItemModel* m_numberModel;
    widgets::Card* m_filesCard;
    widgets::TableView* m_files;
    QStandardItemModel* m_fileModel;
    widgets::Card* m_openCard;
    widgets::SegmentedControl* m_programs = nullptr;
    widgets::CommandBox* m_lines;
    QBoxLayout* m_lower;
    QList<OpenHint> m_hints;
};

} // namespace ui::pages::exporting
