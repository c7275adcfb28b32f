// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The library of adapters: table or trash at the left, the chosen one at the right. Destination:
// item = the adapter's id or folder; tab "trash" opens the trash.
#pragma once

#include "engine/contract/result.h"
#include "ui/page/page.h"
#include "ui/pages/adapters/adapter_actions.h"

#include <memory>

class QSplitter;
class QStackedWidget;

namespace app::library {
struct Adapter;
enum class Table;
} // namespace app::library

namespace ui::widgets {
class Button;
class MessageBar;
} // namespace ui::widgets

namespace ui::pages::adapters {

class AdapterDetail;
class AdapterListPanel;

class AdaptersPage final : public Page
{
    Q_OBJECT

public:
    explicit AdaptersPage(PageContext& context);

    QString title() const override;
    QString fact() const override;
    QList<QWidget*> topBarWidgets() override;
    void open(const Destination& destination) override;

private:
    QWidget* makeContent();
    void connectLibrary();
    void importFolder();
    void showState();
    void showCurrent();
    void act(AdapterActions::Action action);
    void rename(const app::library::Adapter& adapter);
    void editTags(const app::library::Adapter& adapter);
    void chooseRival(const app::library::Adapter& adapter);
    void moveToTrash(const app::library::Adapter& adapter);
    void restore(qint64 row);
    void deleteForGood(const app::library::Adapter& adapter);
    void say(const ::engine::contract::Error& error);

    widgets::Button* m_import;
    QStackedWidget* m_stack; // empty, content
    widgets::MessageBar* m_message;
    QSplitter* m_splitter;
    AdapterListPanel* m_list;
    AdapterDetail* m_detail;
    QStackedWidget* m_right; // detail, nothing chosen
    bool m_isStale = false;
};

std::unique_ptr<Page> makePage(PageContext& context);

} // namespace ui::pages::adapters
