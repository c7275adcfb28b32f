// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/command_line.h"

#include "engine/contract/event.h"
#include "engine/device/failure.h"
#include "engine/device/files.h"
#include "engine/worker/catalogue.h"
#include "engine/worker/errors.h"
#include "engine/worker/verbs/registry.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>
#include <sstream>

namespace engine::worker {

namespace {

using contract::Value;

// Keeps the values instead of writing them.
class CollectingOutput final : public Output
{
public:
    explicit CollectingOutput(Follower follower)
        : Output(
            Form::Json, [](std::string_view) {}, std::move(follower))
    {
    }
    void value(const Value& value) override { m_values.push_back(value); }
    Value collected() const { return m_values.size() == 1 ? m_values.front() : Value(m_values); }

private:
    Value::List m_values;
};

void addCommonOptions(CLI::App& app, CommonOptions& common)
{
    const auto group = "Common options";
    app.add_flag("--json", common.json, "Answer in JSON on stdout")->group(group);
    app.add_option("--device", common.device, "auto, cpu, cuda or cuda:N")
        ->capture_default_str()
        ->group(group);
    app.add_option("--threads", common.threads, "Threads; 0 = all physical cores")
        ->capture_default_str()
        ->check(CLI::Range(0, 1024))
        ->group(group);
    app.add_option("--seed", common.seed, "Seed of everything random")
        ->capture_default_str()
        ->group(group);
    app.add_option("--dtype", common.dtype, "float32, bfloat16 or float16")
        ->check(CLI::IsMember({"float32", "bfloat16", "float16"}))
        ->group(group);
    app.add_option("--quantization", common.quantization, "Of the base: none, nf4 or int8")
        ->capture_default_str()
        ->check(CLI::IsMember({"none", "nf4", "int8"}))
        ->group(group);
    app.add_option("--double-quant", common.doubleQuant, "With nf4: quantise its scales, too")
        ->capture_default_str()
        ->group(group);
    app.add_flag("--quantize-embeddings",
                 common.quantizeEmbeddings,
                 "With a quantised base: its token embedding and output head, too")
        ->group(group);
    app.add_option("--log-level", common.logLevel, "error, warning, info, debug")
        ->capture_default_str()
        ->check(CLI::IsMember({"error", "warning", "info", "debug"}))
        ->group(group);
}

// The whole command line: "inspect model" is the verb `model` below the group `inspect`.
class CommandLine
{
public:
    CommandLine()
    {
        m_app.require_subcommand(1);
        m_app.set_version_flag("--version", std::string(version()));
        m_app.set_help_all_flag("--help-all", "Help of every verb");
        for (const Verb& verb : allVerbs()) {
            CLI::App* parent = &m_app;
            std::string name(verb.name);
            const std::size_t space = name.find(' ');
            if (space != std::string::npos) {
                parent = groupNamed(name.substr(0, space));
                name = name.substr(space + 1);
            }
            CLI::App* app = parent->add_subcommand(name, std::string(verb.summary));
            m_actions[app] = verb.declare(*app);
            addCommonOptions(*app, m_common);
        }
    }

    // Throws CLI::ParseError.
    void parse(std::vector<std::string> arguments)
    {
        std::reverse(arguments.begin(), arguments.end());
        m_app.parse(arguments);
    }

    int run(Output& output)
    {
        const CLI::App* app = m_app.get_subcommands().front();
        while (!app->get_subcommands().empty()) {
            app = app->get_subcommands().front();
        }
        return m_actions.at(app)(m_common, output);
    }

    CLI::App& app() { return m_app; }
    const CommonOptions& common() const { return m_common; }

private:
    CLI::App* groupNamed(const std::string& name)
    {
        for (CLI::App* existing : m_app.get_subcommands([](CLI::App*) { return true; })) {
            if (existing->get_name() == name) {
                return existing;
            }
        }
        CLI::App* group = m_app.add_subcommand(name, "Looks into models, data and adapters");
        group->require_subcommand(1);
        return group;
    }

    CLI::App m_app{"Fine-tunes language models with low-rank adaptation", "lora-engine"};
    CommonOptions m_common;
    std::map<const CLI::App*, Action> m_actions;
};

Error argumentError(const CLI::ParseError& error)
{
    return {std::string(code::kBadArgument),
            error.what(),
            "`lora-engine VERB --help` lists the options",
            ""};
}

// What --help and --version print; the exit code.
int printHelp(const CLI::App& app, const CLI::ParseError& request, const Output::Write& write)
{
    std::ostringstream text;
    const int exitCode = app.exit(request, text, text);
    write(text.str());
    return exitCode;
}

int report(const Error& error, bool json, const Output::Write& write)
{
    printError(error);
    if (json) {
        write(toJson(Value::object({{"error", contract::errorSchema().toValue(error)}})) + "\n");
    }
    return static_cast<int>(contract::exitCodeOf(error.code));
}

} // namespace

int runCommandLine(const std::vector<std::string>& arguments, const Output::Write& write)
{
    const bool json = std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
    CommandLine line;
    try {
        for (const std::string& argument : arguments) {
            device::requireUtf8(argument, "an argument");
        }
        line.parse(arguments);
    } catch (const Failure& failure) {
        return report(failure.error(), json, write);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
            return printHelp(line.app(), error, write);
        }
        return report(argumentError(error), json, write);
    }
    try {
        Output output(json ? Output::Form::Json : Output::Form::Text, write);
        return line.run(output);
    } catch (...) {
        return report(currentError(), json, write);
    }
}

Value answer(std::vector<std::string> arguments, Follower follower)
{
    arguments.emplace_back("--json");
    CommandLine line;
    try {
        line.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
        throw Failure(argumentError(error));
    }
    CollectingOutput output(std::move(follower));
    line.run(output);
    return output.collected();
}

} // namespace engine::worker
