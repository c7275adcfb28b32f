// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/prepared_note.h"

#include "engine/objectives/sample_list.h"

#include <algorithm>
#include <map>
#include <set>

namespace engine::worker {

using contract::Value;

namespace {

using Places = std::map<std::string, std::string>; // where a file was → where it is

template <typename Map>
Value objectOf(const Map& members)
{
    Value object = Value::Object();
    for (const auto& [key, value] : members) {
        object.set(key, value);
    }
    return object;
}

std::map<std::string, std::string> textsOf(const Value& object)
{
    std::map<std::string, std::string> members;
    for (const auto& [key, value] : object.toObject()) {
        members[key] = value.toString();
    }
    return members;
}

std::map<std::string, int64_t> countsOf(const Value& object)
{
    std::map<std::string, int64_t> members;
    for (const auto& [key, value] : object.toObject()) {
        members[key] = value.toInteger();
    }
    return members;
}

std::string moved(const std::string& file, const Places& places)
{
    const auto place = places.find(file);
    return place == places.end() ? file : place->second;
}

Value problemList(const std::vector<data::Problem>& problems)
{
    Value list = Value::List();
    for (const data::Problem& problem : problems) {
        list.append(problemNote(problem));
    }
    return list;
}

std::vector<data::Problem> problemsOf(const Value& list, const Places& places)
{
    std::vector<data::Problem> problems;
    for (const Value& note : list.toList()) {
        problems.push_back(problemOf(note));
        problems.back().file = moved(problems.back().file, places);
    }
    return problems;
}

// "file#part" where it is one; null where the folder says which data there are, for a folder is
// looked into each time.
Value partNote(const std::string& path, const std::string& ofFolder)
{
    const std::size_t mark = path.rfind('#');
    return path == ofFolder || mark == std::string::npos
               ? Value()
               : Value(Value::List{path.substr(0, mark), path.substr(mark + 1)});
}

std::string partOf(const Value& note, const std::string& ofFolder, const Places& places)
{
    const Value::List& part = note.toList();
    return part.size() == 2 ? moved(part[0].toString(), places) + "#" + part[1].toString()
                            : ofFolder;
}

// Of the edits that found rows, the hashes of these.
Value editedRows(const data::Dataset& dataset, const data::Edits& edits)
{
    const std::set<const data::RowEdit*> matched(dataset.matchedEdits.begin(),
                                                 dataset.matchedEdits.end());
    Value rows = Value::List();
    for (const auto& [row, edit] : edits.rows()) {
        if (matched.contains(&edit)) {
            rows.append(device::hexOf(row));
        }
    }
    return rows;
}

std::vector<const data::RowEdit*> matchedEdits(const Value& rows, const data::Edits& edits)
{
    std::set<std::string> edited;
    for (const Value& row : rows.toList()) {
        edited.insert(row.toString());
    }
    std::vector<const data::RowEdit*> matched;
    for (const auto& [row, edit] : edits.rows()) {
        if (edited.contains(device::hexOf(row))) {
            matched.push_back(&edit);
        }
    }
    return matched;
}

Value datasetNote(const data::Dataset& dataset, const data::Source& source)
{
    return Value::object({{"path", dataset.path},
                          {"files", Value::list(source.files.files)},
                          {"format", dataset.format},
                          {"encoding", dataset.encoding},
                          {"rows", dataset.rows},
                          {"good", dataset.good},
                          {"dropped", problemList(dataset.dropped)},
                          {"dropped_by_code", objectOf(dataset.droppedByCode)},
                          {"notices", problemList(dataset.notices)},
                          {"columns", Value::list(dataset.columns)},
                          {"roles", objectOf(dataset.roles)},
                          {"examples", objectOf(dataset.examples)},
                          {"rows_by_format", objectOf(dataset.rowsByFormat)},
                          {"preset", dataset.preset},
                          {"sha256", dataset.sha256},
                          {"unedited", dataset.unedited},
                          {"changed", dataset.changed},
                          {"deleted", dataset.deleted},
                          {"validation", partNote(dataset.validationPath, source.files.validation)},
                          {"test", partNote(dataset.testPath, source.files.test)}});
}

data::Dataset
datasetOf(const Value& note, const data::Source& source, const std::string& path, Places& places)
{
    const std::vector<std::string>& files = source.files.files;
    const Value::List& before = note["files"].toList();
    for (std::size_t i = 0; i < std::min(files.size(), before.size()); ++i) {
        places[before[i].toString()] = files[i];
    }
    data::Dataset dataset;
    dataset.path = files.size() == 1 ? files.front() : path;
    places[note["path"].toString()] = dataset.path;
    dataset.format = note["format"].toString();
    dataset.encoding = note["encoding"].toString();
    dataset.rows = note["rows"].toInteger();
    dataset.good = note["good"].toInteger();
    dataset.dropped = problemsOf(note["dropped"], places);
    dataset.droppedByCode = countsOf(note["dropped_by_code"]);
    dataset.notices = problemsOf(note["notices"], places);
    for (const Value& column : note["columns"].toList()) {
        dataset.columns.push_back(column.toString());
    }
    dataset.roles = textsOf(note["roles"]);
    dataset.examples = textsOf(note["examples"]);
    dataset.rowsByFormat = countsOf(note["rows_by_format"]);
    dataset.preset = note["preset"].toString();
    dataset.sha256 = note["sha256"].toString();
    dataset.unedited = note["unedited"].toInteger();
    dataset.changed = note["changed"].toInteger();
    dataset.deleted = note["deleted"].toInteger();
    dataset.validationPath = partOf(note["validation"], source.files.validation, places);
    dataset.testPath = partOf(note["test"], source.files.test, places);
    return dataset;
}

} // namespace

std::string
preparedNote(const PreparedSource& made, const data::Source& source, const data::Edits* edits)
{
    return toJson(
        Value::object({{"dataset", datasetNote(made.dataset, source)},
                       {"edited", edits != nullptr ? editedRows(made.dataset, *edits) : Value()},
                       {"tally", made.tally.note()},
                       {"is_one_document", made.isOneDocument},
                       {"seconds", made.seconds}}));
}

std::optional<PreparedSource> fromPreparedNote(std::shared_ptr<const objectives::TokenStore> store,
                                               const data::Source& source,
                                               const std::string& path,
                                               const data::Edits* edits)
{
    const contract::Result<Value> parsed = contract::parseJson(store->note());
    if (!parsed || !parsed.value()["dataset"].isObject()) {
        return std::nullopt;
    }
    const Value& note = parsed.value();
    PreparedSource found;
    Places places;
    found.dataset = datasetOf(note["dataset"], source, path, places);
    if (edits != nullptr) {
        found.dataset.matchedEdits = matchedEdits(note["edited"], *edits);
    }
    auto tally = SampleTally::ofNote(note["tally"], objectives::SampleList(store).lengths());
    if (!tally) {
        return std::nullopt;
    }
    found.tally = std::move(*tally);
    found.tally.moveFiles([&places](const std::string& file) { return moved(file, places); });
    found.samples = std::move(store);
    found.isOneDocument = note["is_one_document"].toBool();
    found.isCached = true;
    found.savedSeconds = note["seconds"].toDouble();
    return found;
}

} // namespace engine::worker
