// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The conversation that is going on: sends what is asked to every pane, takes the answers in token
// by token, and keeps it all in the library. The widgets of the page show it and never talk to the
// engine themselves. GUI thread only.
#pragma once

#include "app/engine/chat_service.h"
#include "app/library/library.h"
#include "ui/pages/playground/conversation.h"

#include <QObject>
#include <QTimer>

#include <array>

namespace ui::pages::playground {

class Talk : public QObject
{
    Q_OBJECT

public:
    Talk(app::engine::ChatService& chat, app::library::Library& library, QObject* parent = nullptr);
    ~Talk() override;

    const Conversation& conversation() const { return m_conversation; }
    const std::vector<PaneSetup>& panes() const { return m_conversation.panes; }
    // The last exchange; null in an empty conversation.
    const Exchange* current() const;
    bool isRunning() const;
    // The pane that is being written or loaded for; −1 when none is.
    int writingPane() const;

    void setModel(const QString& folder);
    void setSystem(const QString& system);
    void setSampling(const ::engine::contract::Sampling& sampling);
    void setSameSeed(bool same);
    void setPaneCount(int count);
    void setAdapter(int pane, const std::optional<AdapterChoice>& adapter);
    // Counts from the next answer on.
    void setScale(int pane, double scale);

    // Each pane is given its own history. Nothing happens while one is running, or without a model
    // or a question.
    void send(const QString& question);
    // Drops the answers to the last question and asks it again.
    void again();
    void stop();
    // The old one stays in the library.
    void startNew();
    // Shows one of the library; the answer that is being written is stopped first.
    void load(const Conversation& conversation);

Q_SIGNALS:
    // Panes, model or settings are others; what was written is the same.
    void setupChanged();
    // Another conversation, or exchanges were added or dropped.
    void exchangesChanged();
    // The last answer of this pane grew or changed its state; some times a second while it grows.
    void answerChanged(int pane);
    void runningChanged();
    // The conversation is in the library under conversation().row.
    void kept();

private:
    void ask();
    Answer* answerOf(const QString& id, int* pane);
    void onToken(const ::engine::contract::event::Token& token);
    void onAnswered(const QString& id, const ::engine::contract::Value& value);
    void onFailed(const QString& id, const ::engine::contract::Error& error);
    void onServiceState();
    void tell();
    void finish(int pane);
    void forget();
    void keep();

    app::engine::ChatService& m_chat;
    app::library::Library& m_library;
    Conversation m_conversation;
    std::array<QString, kMostPanes> m_ids; // of the turns under way, by pane; empty = none
    // A small model writes faster than anyone can look: tokens are shown together.
    QTimer m_told;
    std::array<bool, kMostPanes> m_grew = {};
};

} // namespace ui::pages::playground
