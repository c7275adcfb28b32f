// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/playground/side_panel.h"

#include "ui/pages/playground/kept_list.h"
#include "ui/pages/playground/sampling_panel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/separator.h"

#include <QHBoxLayout>
#include <QScrollArea>
#include <QVBoxLayout>

namespace ui::pages::playground {

namespace {

constexpr int kMostChats = 50;

} // namespace

SidePanel::SidePanel(Talk& talk, app::library::Library& library, QWidget* parent)
    : widgets::Card(tr("Sampling"), {}, parent), m_talk(talk), m_library(library),
      m_sampling(new SamplingPanel),
      m_prompts(new KeptList(tr("Evaluation prompts"),
                             tr("Prompts you keep are here for every adapter to answer."))),
      m_chats(new KeptList(tr("Conversations"), tr("Conversations are kept here.")))
{
    widgets::Button* const greedy = widgets::linkButton(tr("Greedy"));
    greedy->setToolTip(tr("Always the most probable token"));
    addHeaderWidget(greedy);
    setFlush(true);
    auto* const scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* const content = new QWidget;
    auto* const layout = new QVBoxLayout(content);
    const int side = theme().px(16);
    layout->setContentsMargins(side, theme().px(12), side, theme().px(12));
    layout->setSpacing(theme().px(12));
    layout->addWidget(m_sampling);
    layout->addWidget(new widgets::Separator);
    layout->addWidget(m_prompts);
    layout->addWidget(new widgets::Separator);
    layout->addWidget(m_chats);
    layout->addStretch(1);
    scroll->setWidget(content);
    // The card's own colour shows through.
    scroll->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    body()->addWidget(scroll);
    auto* const note = new widgets::PlainLabel(
        tr("The base is loaded once. Adapters are switched per pane, nothing is copied."),
        Type::Caption,
        Tone::Tertiary);
    note->setWrapping(true);
    footer()->addWidget(note);

    connect(greedy, &QPushButton::clicked, m_sampling, &SamplingPanel::makeGreedy);
    connect(m_sampling, &SamplingPanel::samplingChanged, &m_talk, &Talk::setSampling);
    connect(m_sampling, &SamplingPanel::sameSeedChanged, &m_talk, &Talk::setSameSeed);
    connect(&m_talk, &Talk::setupChanged, this, [this] {
        m_sampling->setSampling(m_talk.conversation().sampling, m_talk.conversation().sameSeed);
    });
    connect(&m_talk, &Talk::exchangesChanged, this, [this] {
        m_chats->setCurrent(m_talk.conversation().row);
    });
    connect(&m_talk, &Talk::kept, this, [this] { m_chats->setCurrent(m_talk.conversation().row); });
    connect(&m_library, &app::library::Library::changed, this, [this](app::library::Table table) {
        if (table == app::library::Table::Prompts) {
            showPrompts();
        } else if (table == app::library::Table::Chats) {
            showChats();
        }
    });
    connect(m_prompts, &KeptList::chosen, this, [this](qint64 row) {
        const auto prompts = m_library.prompts().list();
        for (const app::library::Prompt& prompt :
             prompts ? prompts.value() : std::vector<app::library::Prompt>()) {
            if (prompt.row == row) {
                m_prompts->setCurrent(row);
                Q_EMIT promptChosen(prompt.system, prompt.text);
            }
        }
    });
    connect(m_prompts, &KeptList::removeAsked, this, [this](qint64 row) {
        if (m_library.prompts().trash(row)) {
            m_prompts->offerUndo(row);
        }
    });
    connect(m_prompts, &KeptList::undoAsked, this, [this](qint64 row) {
        static_cast<void>(m_library.prompts().restore(row));
    });
    connect(m_chats, &KeptList::chosen, this, &SidePanel::openChat);
    connect(m_chats, &KeptList::removeAsked, this, [this](qint64 row) {
        if (m_library.chats().trash(row)) {
            m_chats->offerUndo(row);
        }
    });
    connect(m_chats, &KeptList::undoAsked, this, [this](qint64 row) {
        static_cast<void>(m_library.chats().restore(row));
    });
    showPrompts();
    showChats();
}

void SidePanel::showPrompts()
{
    std::vector<KeptItem> items;
    if (const auto prompts = m_library.prompts().list()) {
        for (const app::library::Prompt& prompt : prompts.value()) {
            items.push_back({prompt.row, prompt.title});
        }
    }
    m_prompts->setItems(items);
}

void SidePanel::showChats()
{
    std::vector<KeptItem> items;
    if (const auto chats = m_library.chats().list({}, kMostChats)) {
        for (const app::library::Chat& chat : chats.value()) {
            items.push_back({chat.row, chat.title});
        }
    }
    m_chats->setItems(items);
}

void SidePanel::openChat(qint64 row)
{
    if (row == m_talk.conversation().row) {
        return;
    }
    if (const auto chat = m_library.chats().find(row)) {
        Conversation conversation = conversationOf(chat.value().content);
        conversation.row = row;
        m_talk.load(conversation);
    }
}

} // namespace ui::pages::playground
