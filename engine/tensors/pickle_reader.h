// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// torch's files are pickles: programs that run when they are loaded. This reads the few operations
// that tensors, texts, numbers and plain containers need, into plain values; it has no operation
// that could run anything. Everything else is refused, its operation and what it asks for named.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace engine::tensors {

struct PickleValue
{
    enum class Kind : std::uint8_t {
        None,
        Bool,    // number
        Integer, // number
        Real,
        Text,    // text; bytes and integers beyond 64 bits too
        List,    // items
        Tuple,   // items
        Dict,    // items: key, value, key, value …
        Global,  // text: "module.name"
        Storage, // text: key; number: how many; items: its Global
        Tensor,  // items: Storage, offset, shape, strides (of numbers)
    };
    using Items = std::vector<const PickleValue*>;

    Kind kind = Kind::None;
    std::int64_t number = 0;
    std::string_view text;
    Items items;
};

// The name of torch's storage of one type ("torch.HalfStorage") → the name of that type in
// safetensors files ("F16"); empty for any other global.
std::string_view storedTypeOf(std::string_view global);

class PickleReader
{
public:
    // `bytes` must outlive the reader and its values, `fileName` is for messages.
    PickleReader(std::string_view bytes, std::string fileName);
    PickleReader(const PickleReader&) = delete;
    PickleReader& operator=(const PickleReader&) = delete;

    // The next pickle's value; it lives as long as the reader. Values may contain each other in a
    // circle. Time and memory are bounded by a small multiple of the pickle's bytes, and these by
    // 8 MB. Throws Failure(bad_file).
    const PickleValue& read();
    // Where the next pickle begins, or what follows the last.
    std::size_t position() const { return m_next; }
    // The type of a storage that was read, as storedTypeOf(); empty where none has that key.
    std::string_view typeOfStorage(std::string_view key) const;

private:
    using Kind = PickleValue::Kind;

    // Each takes one operation, or says that it is none of its kind.
    bool takesScalar(char operation);
    bool takesContainer(char operation);
    bool takesMemo(char operation);
    bool takesObject(char operation);

    std::string_view take(std::uint64_t size);
    std::uint64_t takeNumber(std::size_t size);
    std::string_view takeLine();

    PickleValue& make(Kind kind);
    void push(PickleValue& value) { m_stack.push_back(&value); }
    void pushText(std::string_view text);
    void pushInteger(std::int64_t number);
    void pushLong(std::string_view bytes);
    void pushTuple(std::size_t size);
    void pushGlobal(std::string_view module, std::string_view name);
    void pushStorage();
    PickleValue& pop();
    PickleValue& top();
    // What was pushed since the last mark.
    PickleValue::Items popToMark();
    void append(const PickleValue::Items& values);
    void set(const PickleValue::Items& pairs);
    void remember(std::uint64_t index);
    void recall(std::uint64_t index);

    // What calling an allowed global with these arguments gives.
    PickleValue& called(const PickleValue& global, const PickleValue& arguments);
    PickleValue& orderedDict(const PickleValue& arguments);
    PickleValue& rebuiltTensor(const PickleValue& arguments);

    std::string operationName() const;
    [[noreturn]] void refuseDamage(const std::string& problem) const;
    [[noreturn]] void refuseForeign(const std::string& what) const;
    void require(bool isSound, const char* problem) const;

    std::string_view m_bytes;
    std::string m_fileName;
    std::size_t m_next = 0;      // of m_bytes
    std::size_t m_operation = 0; // where the current one began
    std::deque<PickleValue> m_values;
    std::deque<std::string> m_texts; // of globals
    std::vector<PickleValue*> m_stack;
    std::vector<std::size_t> m_marks; // sizes of the stack
    std::unordered_map<std::uint64_t, PickleValue*> m_memo;
    std::uint64_t m_memoized = 0;
    std::size_t m_copied = 0;
    std::unordered_map<std::string_view, std::string_view> m_storageTypes;
};

} // namespace engine::tensors
