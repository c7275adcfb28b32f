// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The body of a page that lists things and shows one of them: a list with its filter at the left,
// tabs in the middle, facts at the right. Where there is no room for three columns the facts
// become the last tab. It knows the states, not what is shown. GUI thread only.
#pragma once

#include <QWidget>

class QAbstractItemModel;
class QHBoxLayout;
class QScrollArea;
class QStackedWidget;
class QVBoxLayout;

namespace ui::widgets {
class Card;
class EmptyState;
class ListView;
class LoadingState;
class MessageBar;
class SearchField;
class TabView;
} // namespace ui::widgets

namespace ui {

class ListDetail final : public QWidget
{
    Q_OBJECT

public:
    struct Words
    {
        QString filter; // placeholder and name of the filter field
        QString list;   // name of the list
        QString about;  // name of the facts
    };

    // Takes the parts; the model stays with its owner. `empty` is shown instead of it all while
    // there is nothing to list, `facts` beside the tabs.
    ListDetail(const Words& words,
               QAbstractItemModel* model,
               widgets::EmptyState* empty,
               widgets::TabView* tabs,
               QWidget* facts,
               QWidget* parent = nullptr);

    widgets::ListView* list() const { return m_list; }
    widgets::Card* listCard() const { return m_listCard; }
    QString filter() const;
    void clearFilter();

    void setEmpty(bool isEmpty);
    // What the middle shows: a skeleton with Cancel, why it failed, or the tabs with the facts.
    void showLoading();
    // Of what is being loaded; see LoadingState.
    void setProgress(qint64 done, qint64 total, const QString& words);
    // The bar, for its words and actions; its actions are cleared.
    widgets::MessageBar* showFailure();
    void showTabs();
    bool isShowingTabs() const;

Q_SIGNALS:
    void filterChanged();
    void cancelled();
    void removeRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeList(const Words& words, QAbstractItemModel* model);
    QWidget* makeDetail();
    QScrollArea* makeFacts(QWidget* facts, const QString& name);
    void arrange();

    widgets::SearchField* m_filter;
    widgets::ListView* m_list;
    widgets::Card* m_listCard;
    QStackedWidget* m_stack;  // empty, content
    QStackedWidget* m_detail; // loading, failure, tabs
    widgets::LoadingState* m_loading;
    widgets::MessageBar* m_failure;
    widgets::TabView* m_tabs;
    QHBoxLayout* m_columns;
    QScrollArea* m_facts;
    QVBoxLayout* m_aboutTab;
    int m_aboutIndex = 0;
};

} // namespace ui
