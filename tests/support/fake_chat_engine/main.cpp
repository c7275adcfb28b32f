// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A stand-in for `lora-engine serve --scratch DIR` that answers chat turns from a script, by the
// name of the model:
//     crash     ends with a signal after three tokens        refuse   answers with an error
//     endless   writes until it is cancelled                 large    answers through a file
//     deaf      loads for ever
//     anything else: "The quick brown fox", and "The quick red fox" with an adapter; an adapter
//     called "misfit" fails its pane, one called "qlora" was trained on the base in NF4
#include "engine/contract/command.h"
#include "engine/contract/error_codes.h"
#include "engine/contract/event.h"

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iostream>
#include <mutex>
#include <set>
#include <thread>

using namespace engine::contract;

namespace {

std::mutex g_mutex;
std::set<std::string> g_cancelled;
std::deque<command::Prompt> g_waiting;
std::condition_variable g_changed;
std::string g_scratch;

void say(Message message)
{
    static int64_t sequence = 0;
    const std::lock_guard lock(g_mutex);
    message.seq = ++sequence;
    message.time = utcTime(std::chrono::system_clock::now());
    std::fputs(toLine(Speaker::Engine, message).value().c_str(), stdout);
    std::fflush(stdout);
}

bool isCancelled(const std::string& id)
{
    const std::lock_guard lock(g_mutex);
    return g_cancelled.contains(id);
}

void sayToken(const std::string& id, int64_t pane, const std::string& text, int64_t token)
{
    event::Token told{id, pane, text, token, -0.25, {}};
    told.top = {{token, text, -0.25}, {900, " other", -2.5}, {901, " third", -4.0}};
    say(makeMessage(told));
}

struct Script
{
    std::vector<std::string> words;
    std::vector<int64_t> ids;
};

Script scriptOf(const command::Pane& pane)
{
    return pane.adapters.empty() ? Script{{"The", " quick", " brown", " fox"}, {1, 2, 3, 4}}
                                 : Script{{"The", " quick", " red", " fox"}, {1, 2, 5, 4}};
}

Value paneValue(const std::string& text, const std::vector<int64_t>& ids, const char* stop)
{
    return Value::object({{"text", text},
                          {"ids", Value::list(ids)},
                          {"logprobs", Value::list(std::vector<double>(ids.size(), -0.25))},
                          {"stop", stop},
                          {"prompt_tokens", 7},
                          {"seconds", 0.5},
                          {"tokens_per_second", 8.0}});
}

Value answerPane(const command::Prompt& prompt, int64_t index, const std::string& model)
{
    const command::Pane& pane = prompt.panes[static_cast<std::size_t>(index)];
    Value used = Value::List();
    for (const AdapterSource& source : pane.adapters) {
        Value entry = Value::object(
            {{"path", source.path}, {"sha256", "9f3c41d7aa"}, {"scale", source.scale}});
        if (source.path.ends_with("qlora")) {
            entry.set("trained_on", Value::object({{"kind", "nf4"}, {"double_quant", true}}));
            entry.set("held_in", Value::object({{"kind", "none"}, {"double_quant", false}}));
        }
        used.append(entry);
        if (source.path.ends_with("misfit")) {
            return Value::object({{"error",
                                   errorSchema().toValue(Error{std::string(code::kIncompatible),
                                                               "the adapter does not fit",
                                                               "Choose its own base",
                                                               source.path})},
                                  {"adapters", used}});
        }
    }
    const Script script = scriptOf(pane);
    std::string text;
    std::vector<int64_t> ids;
    for (std::size_t i = 0; model == "endless" || i < script.words.size(); ++i) {
        if (isCancelled(prompt.id)) {
            break;
        }
        const std::size_t at = i % script.words.size();
        sayToken(prompt.id, index, script.words[at], script.ids[at]);
        text += script.words[at];
        ids.push_back(script.ids[at]);
        if (model == "crash" && i == 2) {
            std::fputs("torch: bad things happened\n", stderr);
            std::raise(SIGKILL);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(model == "endless" ? 5 : 0));
    }
    Value value = paneValue(text, ids, isCancelled(prompt.id) ? "cancelled" : "eos");
    value.set("adapters", used);
    const char* from = pane.adapters.empty() ? "model" : "adapter";
    value.set("template",
              Value::object({{"name", pane.adapters.empty() ? "model" : "plain"}, {"from", from}}));
    return value;
}

void answer(const command::Prompt& prompt)
{
    static std::string loaded;
    const std::string model = prompt.model.substr(prompt.model.rfind('/') + 1);
    event::Answer answer{prompt.id, {}, {}, {}};
    if (loaded != prompt.model) {
        say(makeMessage(event::Phase{"loading_model"}));
        loaded = prompt.model;
    }
    while (model == "deaf") {
        std::this_thread::sleep_for(std::chrono::hours(1));
    }
    if (model == "refuse") {
        answer.error = errorSchema().toValue(Error{std::string(code::kOutOfMemory),
                                                   "not enough memory for <b>this</b> model",
                                                   "Close other programs",
                                                   prompt.model});
        say(makeMessage(answer));
        return;
    }
    Value panes = Value::List();
    for (std::size_t i = 0; i < prompt.panes.size(); ++i) {
        say(makeMessage(event::Phase{"generating"}));
        panes.append(answerPane(prompt, static_cast<int64_t>(i), model));
    }
    answer.value = Value::object({{"panes", panes}});
    if (model == "large") {
        answer.file = "answer-" + prompt.id + ".json";
        std::ofstream(g_scratch + "/" + answer.file) << toJson(answer.value);
        answer.value = Value();
    }
    say(makeMessage(answer));
}

// Answers in the order of asking, for ever.
void answerAll()
{
    for (;;) {
        std::unique_lock lock(g_mutex);
        g_changed.wait(lock, [] { return !g_waiting.empty(); });
        const command::Prompt prompt = g_waiting.front();
        g_waiting.pop_front();
        lock.unlock();
        answer(prompt);
    }
}

} // namespace

int main(int argc, char** argv)
{
    g_scratch = argc > 3 ? argv[3] : ".";
    const char* const protocol = std::getenv("FAKE_CHAT_PROTOCOL");
    event::Hello hello;
    hello.protocol = protocol != nullptr ? std::atoi(protocol) : kProtocolVersion;
    hello.version = "fake";
    say(makeMessage(hello));
    std::thread(answerAll).detach();
    for (std::string line; std::getline(std::cin, line);) {
        const auto message = parseLine(Speaker::Studio, line);
        if (message && message.value().kind == command::Cancel::kKind) {
            const std::lock_guard lock(g_mutex);
            g_cancelled.insert(message.value().body["id"].toString());
        } else if (message && message.value().kind == command::Prompt::kKind) {
            if (const auto prompt = readMessage<command::Prompt>(message.value())) {
                const std::lock_guard lock(g_mutex);
                g_waiting.push_back(prompt.value());
                g_changed.notify_all();
            }
        }
    }
    std::quick_exit(0);
}
