// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/pickle_reader.h"

#include "engine/device/failure.h"
#include "engine/tensors/pickle_operations.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace engine::tensors {

namespace {

constexpr std::size_t kLongestPickle = std::size_t{8} << 20;
constexpr std::size_t kMostDimensions = 64;
constexpr std::size_t kMostCopies = std::size_t{1} << 20; // of pairs into dicts
constexpr std::size_t kLongestName = 200;                 // shown of a global
constexpr std::uint64_t kNewestProtocol = 5;

// Operations above 127, from CPython, Lib/pickletools.py.
constexpr char kProtocol = '\x80';
constexpr char kNewObject = '\x81';
constexpr char kTuple1 = '\x85';
constexpr char kTuple3 = '\x87';
constexpr char kTrue = '\x88';
constexpr char kFalse = '\x89';
constexpr char kLong1 = '\x8a';
constexpr char kText1 = '\x8c';
constexpr char kText8 = '\x8d';
constexpr char kBytes8 = '\x8e';
constexpr char kStackGlobal = '\x93';
constexpr char kMemoize = '\x94';
constexpr char kFrame = '\x95';

// Globals that are values, or that called() knows. Source: torch/_weights_only_unpickler.py.
constexpr std::array<std::string_view, 24> kAllowed = {
    "collections.OrderedDict",
    "_codecs.encode",
    "torch.Size",
    "torch.device",
    "torch._utils._rebuild_tensor",
    "torch._utils._rebuild_tensor_v2",
    "torch._utils._rebuild_parameter",
    "torch._utils._rebuild_parameter_with_state",
    "torch._tensor._rebuild_from_type_v2",
    "torch._tensor.Tensor",
    "torch.Tensor",
    "torch.nn.parameter.Parameter",
    "torch.serialization._get_layout",
    "torch.float64",
    "torch.float32",
    "torch.float16",
    "torch.bfloat16",
    "torch.int64",
    "torch.int32",
    "torch.int16",
    "torch.int8",
    "torch.uint8",
    "torch.bool",
    "torch.strided",
};

constexpr auto kStorages = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"torch.FloatStorage", "F32"},
    {"torch.HalfStorage", "F16"},
    {"torch.BFloat16Storage", "BF16"},
    {"torch.DoubleStorage", "F64"},
    {"torch.LongStorage", "I64"},
    {"torch.IntStorage", "I32"},
    {"torch.ShortStorage", "I16"},
    {"torch.CharStorage", "I8"},
    {"torch.ByteStorage", "U8"},
    {"torch.BoolStorage", "BOOL"},
});

std::string shown(std::string_view text)
{
    std::string result(text.substr(0, kLongestName));
    std::replace_if(
        result.begin(), result.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return result;
}

std::int64_t signedOf(std::uint64_t value, std::size_t bytes)
{
    const auto shift = static_cast<unsigned>(64 - 8 * bytes);
    return bytes == 0 ? 0 : static_cast<std::int64_t>(value << shift) >> shift;
}

std::uint64_t littleEndian(std::string_view bytes)
{
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i > 0; --i) {
        value = value << 8 | static_cast<unsigned char>(bytes[i - 1]);
    }
    return value;
}

} // namespace

std::string_view storedTypeOf(std::string_view global)
{
    for (const auto& [storage, type] : kStorages) {
        if (storage == global) {
            return type;
        }
    }
    return {};
}

PickleReader::PickleReader(std::string_view bytes, std::string fileName)
    : m_bytes(bytes), m_fileName(std::move(fileName))
{
}

const PickleValue& PickleReader::read()
{
    m_stack.clear();
    m_marks.clear();
    m_memo.clear();
    m_memoized = 0;
    m_copied = 0;
    const std::size_t begin = m_next;
    while (true) {
        m_operation = m_next;
        if (m_next - begin > kLongestPickle) {
            refuseDamage("the pickle is longer than 8 MB, more than tables of tensors are");
        }
        const char operation = take(1).front();
        if (operation == '.') {
            return pop();
        }
        if (!takesScalar(operation) && !takesContainer(operation) && !takesMemo(operation)
            && !takesObject(operation)) {
            refuseForeign("");
        }
    }
}

std::string_view PickleReader::typeOfStorage(std::string_view key) const
{
    const auto found = m_storageTypes.find(key);
    return found == m_storageTypes.end() ? std::string_view() : found->second;
}

bool PickleReader::takesScalar(char operation)
{
    switch (operation) {
    case 'N':
        push(make(Kind::None));
        return true;
    case kTrue:
    case kFalse:
        push(make(Kind::Bool));
        top().number = operation == kTrue ? 1 : 0;
        return true;
    case 'K':
        pushInteger(static_cast<std::int64_t>(takeNumber(1)));
        return true;
    case 'M':
        pushInteger(static_cast<std::int64_t>(takeNumber(2)));
        return true;
    case 'J':
        pushInteger(signedOf(takeNumber(4), 4));
        return true;
    case kLong1:
        pushLong(take(takeNumber(1)));
        return true;
    case 'G':
        take(8); // no tensor's place is a real number
        push(make(Kind::Real));
        return true;
    case kText1:
    case 'U':
    case 'C':
        pushText(take(takeNumber(1)));
        return true;
    case 'X':
    case 'T':
    case 'B':
        pushText(take(takeNumber(4)));
        return true;
    case kText8:
    case kBytes8:
        pushText(take(takeNumber(8)));
        return true;
    default:
        return false;
    }
}

bool PickleReader::takesContainer(char operation)
{
    switch (operation) {
    case '(':
        m_marks.push_back(m_stack.size());
        return true;
    case ']':
        push(make(Kind::List));
        return true;
    case '}':
        push(make(Kind::Dict));
        return true;
    case ')':
        push(make(Kind::Tuple));
        return true;
    case 't': {
        PickleValue::Items items = popToMark();
        push(make(Kind::Tuple));
        top().items = std::move(items);
        return true;
    }
    case 'a': {
        const PickleValue& value = pop();
        append({&value});
        return true;
    }
    case 'e':
        append(popToMark());
        return true;
    case 's': {
        const PickleValue& value = pop();
        const PickleValue& key = pop();
        set({&key, &value});
        return true;
    }
    case 'u':
        set(popToMark());
        return true;
    default:
        break;
    }
    if (operation >= kTuple1 && operation <= kTuple3) {
        pushTuple(static_cast<std::size_t>(operation - kTuple1) + 1);
        return true;
    }
    return false;
}

bool PickleReader::takesMemo(char operation)
{
    switch (operation) {
    case 'q':
        remember(takeNumber(1));
        return true;
    case 'r':
        remember(takeNumber(4));
        return true;
    case kMemoize:
        remember(m_memoized);
        return true;
    case 'h':
        recall(takeNumber(1));
        return true;
    case 'j':
        recall(takeNumber(4));
        return true;
    default:
        return false;
    }
}

bool PickleReader::takesObject(char operation)
{
    switch (operation) {
    case kProtocol:
        require(takeNumber(1) <= kNewestProtocol, "has a protocol newer than 5");
        return true;
    case kFrame:
        takeNumber(8);
        return true;
    case 'c': {
        const std::string_view module = takeLine();
        pushGlobal(module, takeLine());
        return true;
    }
    case kStackGlobal: {
        const PickleValue& name = pop();
        const PickleValue& module = pop();
        if (name.kind != Kind::Text || module.kind != Kind::Text) {
            refuseForeign("asks for a name that it computes");
        }
        pushGlobal(module.text, name.text);
        return true;
    }
    case 'R':
    case kNewObject: {
        const PickleValue& arguments = pop();
        const PickleValue& global = pop();
        require(global.kind == Kind::Global && arguments.kind == Kind::Tuple,
                "calls what is no name");
        if (operation == kNewObject && global.text != "collections.OrderedDict") {
            refuseForeign("makes an object of " + std::string(global.text));
        }
        push(called(global, arguments));
        return true;
    }
    case 'b': // OrderedDict's attributes (`_metadata`), a tensor's: not needed
        pop();
        require(top().kind == Kind::Dict || top().kind == Kind::Tensor,
                "sets attributes of what has none");
        return true;
    case 'Q':
        pushStorage();
        return true;
    default:
        return false;
    }
}

std::string_view PickleReader::take(std::uint64_t size)
{
    if (size > m_bytes.size() - m_next) {
        refuseDamage("the pickle is cut off");
    }
    const std::string_view taken = m_bytes.substr(m_next, size);
    m_next += size;
    return taken;
}

std::uint64_t PickleReader::takeNumber(std::size_t size)
{
    return littleEndian(take(size));
}

std::string_view PickleReader::takeLine()
{
    const std::size_t end = m_bytes.find('\n', m_next);
    if (end == std::string_view::npos) {
        refuseDamage("the pickle is cut off");
    }
    const std::string_view line = take(end - m_next);
    take(1);
    return line;
}

PickleValue& PickleReader::make(Kind kind)
{
    m_values.emplace_back().kind = kind;
    return m_values.back();
}

void PickleReader::pushText(std::string_view text)
{
    push(make(Kind::Text));
    top().text = text;
}

void PickleReader::pushInteger(std::int64_t number)
{
    push(make(Kind::Integer));
    top().number = number;
}

void PickleReader::pushLong(std::string_view bytes)
{
    if (bytes.size() > sizeof(std::int64_t)) {
        pushText(bytes);
    } else {
        pushInteger(signedOf(littleEndian(bytes), bytes.size()));
    }
}

void PickleReader::pushTuple(std::size_t size)
{
    PickleValue& tuple = make(Kind::Tuple);
    tuple.items.resize(size);
    for (std::size_t i = size; i > 0; --i) {
        tuple.items[i - 1] = &pop();
    }
    push(tuple);
}

void PickleReader::pushGlobal(std::string_view module, std::string_view name)
{
    const std::string global = std::string(module) + "." + std::string(name);
    if (std::find(kAllowed.begin(), kAllowed.end(), global) == kAllowed.end()
        && storedTypeOf(global).empty()) {
        refuseForeign("asks for " + shown(global));
    }
    push(make(Kind::Global));
    top().text = m_texts.emplace_back(global);
}

// ("storage", its type, key, device, how many[, view])
void PickleReader::pushStorage()
{
    const PickleValue& place = pop();
    const PickleValue::Items& parts = place.items;
    require(place.kind == Kind::Tuple && (parts.size() == 5 || parts.size() == 6)
                && parts[0]->kind == Kind::Text && parts[0]->text == "storage"
                && parts[1]->kind == Kind::Global && !storedTypeOf(parts[1]->text).empty()
                && parts[2]->kind == Kind::Text && parts[4]->kind == Kind::Integer
                && parts[4]->number >= 0,
            "names a storage in an unknown way");
    require(parts.size() == 5 || parts[5]->kind == Kind::None, "has a storage inside another");
    PickleValue& storage = make(Kind::Storage);
    storage.text = parts[2]->text;
    storage.number = parts[4]->number;
    storage.items = {parts[1]};
    m_storageTypes.insert_or_assign(storage.text, storedTypeOf(parts[1]->text));
    push(storage);
}

PickleValue& PickleReader::pop()
{
    PickleValue& value = top();
    m_stack.pop_back();
    return value;
}

PickleValue& PickleReader::top()
{
    const std::size_t below = m_marks.empty() ? 0 : m_marks.back();
    require(m_stack.size() > below, "takes a value where there is none");
    return *m_stack.back();
}

PickleValue::Items PickleReader::popToMark()
{
    require(!m_marks.empty(), "ends a list that was not begun");
    const auto begin = m_stack.begin() + static_cast<std::ptrdiff_t>(m_marks.back());
    PickleValue::Items items(begin, m_stack.end());
    m_stack.erase(begin, m_stack.end());
    m_marks.pop_back();
    return items;
}

void PickleReader::append(const PickleValue::Items& values)
{
    PickleValue& list = top();
    require(list.kind == Kind::List, "appends to what is no list");
    list.items.insert(list.items.end(), values.begin(), values.end());
}

void PickleReader::set(const PickleValue::Items& pairs)
{
    PickleValue& dict = top();
    require(dict.kind == Kind::Dict && pairs.size() % 2 == 0, "sets items of what has none");
    dict.items.insert(dict.items.end(), pairs.begin(), pairs.end());
}

void PickleReader::remember(std::uint64_t index)
{
    m_memo.insert_or_assign(index, &top());
    ++m_memoized;
}

void PickleReader::recall(std::uint64_t index)
{
    const auto found = m_memo.find(index);
    require(found != m_memo.end(), "recalls what it never kept");
    push(*found->second);
}

PickleValue& PickleReader::called(const PickleValue& global, const PickleValue& arguments)
{
    const PickleValue::Items& items = arguments.items;
    if (global.text == "collections.OrderedDict") {
        return orderedDict(arguments);
    }
    if (global.text == "torch._utils._rebuild_tensor"
        || global.text == "torch._utils._rebuild_tensor_v2") {
        return rebuiltTensor(arguments);
    }
    if (global.text.starts_with("torch._utils._rebuild_parameter")) {
        require(!items.empty() && items[0]->kind == Kind::Tensor, "makes a parameter of no tensor");
        PickleValue& parameter = make(Kind::Tensor);
        parameter.items = items[0]->items;
        return parameter;
    }
    if (global.text == "torch._tensor._rebuild_from_type_v2") { // (function, type, arguments, …)
        require(items.size() >= 3 && items[0]->kind == Kind::Global
                    && items[0]->text.starts_with("torch._utils._rebuild_")
                    && items[2]->kind == Kind::Tuple,
                "rebuilds no tensor");
        return called(*items[0], *items[2]);
    }
    if (global.text == "torch.Size") {
        require(items.size() == 1 && items[0]->kind == Kind::Tuple
                    && items[0]->items.size() <= kMostDimensions,
                "makes a size of no tuple");
        PickleValue& size = make(Kind::Tuple);
        size.items = items[0]->items;
        return size;
    }
    if (global.text == "_codecs.encode" || global.text == "torch.device"
        || global.text == "torch.serialization._get_layout") {
        return make(Kind::None); // no part of a tensor's place
    }
    refuseForeign("calls " + std::string(global.text));
}

PickleValue& PickleReader::orderedDict(const PickleValue& arguments)
{
    PickleValue& dict = make(Kind::Dict);
    if (arguments.items.empty()) {
        return dict;
    }
    const PickleValue& pairs = *arguments.items.front();
    require(arguments.items.size() == 1 && pairs.kind == Kind::List, "makes a dict of no list");
    m_copied += pairs.items.size();
    require(m_copied <= kMostCopies, "makes more dicts than tables of tensors have");
    for (const PickleValue* pair : pairs.items) {
        require((pair->kind == Kind::Tuple || pair->kind == Kind::List) && pair->items.size() == 2,
                "makes a dict of what are no pairs");
        dict.items.insert(dict.items.end(), pair->items.begin(), pair->items.end());
    }
    return dict;
}

// (storage, offset, shape, strides, …)
PickleValue& PickleReader::rebuiltTensor(const PickleValue& arguments)
{
    const PickleValue::Items& items = arguments.items;
    const auto isPlaces = [](const PickleValue& value) {
        return value.kind == Kind::Tuple && value.items.size() <= kMostDimensions
               && std::all_of(value.items.begin(), value.items.end(), [](const PickleValue* size) {
                      return size->kind == Kind::Integer && size->number >= 0;
                  });
    };
    require(items.size() >= 4 && items[0]->kind == Kind::Storage && items[1]->kind == Kind::Integer
                && items[1]->number >= 0 && isPlaces(*items[2]) && isPlaces(*items[3])
                && items[2]->items.size() == items[3]->items.size(),
            "rebuilds a tensor of unknown parts");
    PickleValue& tensor = make(Kind::Tensor);
    tensor.items.assign(items.begin(), items.begin() + 4);
    return tensor;
}

std::string PickleReader::operationName() const
{
    return pickleOperationName(m_bytes[m_operation]) + " at byte " + std::to_string(m_operation);
}

void PickleReader::refuseDamage(const std::string& problem) const
{
    throw Failure(code::kBadFile,
                  m_fileName + ": " + problem,
                  "Download or copy the file again, or get it in safetensors format",
                  m_fileName);
}

void PickleReader::refuseForeign(const std::string& what) const
{
    throw Failure(
        code::kBadFile,
        m_fileName + ": the pickle "
            + (what.empty() ? "uses " + operationName() : what + " (" + operationName() + ")")
            + "; only torch tensor rebuilding is allowed; nothing was executed",
        "Do not load this file; ask its author for safetensors",
        m_fileName);
}

void PickleReader::require(bool isSound, const char* problem) const
{
    if (!isSound) {
        refuseDamage(std::string("the pickle ") + problem + " (" + operationName() + ")");
    }
}

} // namespace engine::tensors
