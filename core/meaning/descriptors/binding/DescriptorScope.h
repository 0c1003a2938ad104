#pragma once

#include "core/base/Result.h"
#include "core/base/Uint256.h"
#include "core/base/encoding/Json.h"
#include "core/meaning/Knowledge.h"
#include "core/meaning/descriptors/files/DescriptorData.h"

#include <optional>
#include <string>
#include <string_view>

namespace countersign::meaning {

/// A value that a field shows or that one of its parameters has.
struct Operand
{
    AbiType::Kind kind = AbiType::Kind::String;
    Uint256 number;
    Bytes bytes;
    /// Where it stands in the data; nothing for a constant and for what is of the container.
    std::optional<DataPlace> place;

    /// Integers that are not negative, booleans, at most 32 bytes big-endian, and text that is a quantity.
    std::optional<Uint256> asNumber() const;
    /// Addresses; integers and 32 bytes whose upper 12 bytes are zero; 20 bytes; text that is an address.
    std::optional<EvmAddress> asAddress() const;
    /// As the format "raw" writes it: decimal, true or false, 0x-hex, an address with its checksum.
    std::string asText() const;
    bool isInteger() const { return kind == AbiType::Kind::Unsigned || kind == AbiType::Kind::Signed; }
};

/// What carries the data: "@." of paths.
struct DescriptorContainer
{
    std::optional<EvmAddress> from;
    std::optional<EvmAddress> to;
    Uint256 value;
    std::optional<Uint256> chainId;
    int depth = 0;  ///< of containers around it (EvmCall)
};

/// What the fields of one descriptor are read with, and which data they have shown so far.
struct DescriptorScope
{
    const Json& document;
    const DataNode& data;
    const DescriptorContainer& container;
    const Knowledge& knowledge;
    Coverage& coverage;

    DataPlace root() const { return {.node = &data, .slice = {}, .trail = {}, .path = {}}; }
    /// What "$.…" leads to in the descriptor; null where it leads nowhere.
    const Json* inDocument(const DescriptorPath& path) const;
    /// All that a path leads to: data from base on, and what is of the container or a constant. along: see
    /// follow. InvalidInput for what leads nowhere.
    Result<std::vector<Operand>> resolve(std::string_view path, const DataPlace& base,
                                         const DataPlace* along) const;
    /// A value of the descriptor: text, a number, a boolean, or "$.…" that leads to one.
    Result<Operand> constant(const Json& value) const;
};

Operand operandOf(const DataPlace& place);

/// A field's parameters, for one of the values that it shows.
class FieldParameters
{
public:
    /// position and count: which of the field's values it is, of how many.
    FieldParameters(const DescriptorScope& scope, const Json& field, const DataPlace& base,
                    const DataPlace* shown, std::size_t position, std::size_t count);

    const DescriptorScope& scope() const { return m_scope; }
    /// As the descriptor has it, behind "$.…" too; null where it is absent.
    const Json* option(const char* name) const;
    /// "name" (a constant or a map) or "namePath" (a path); what stands in the data then counts as shown, so
    /// whoever asks must show it. Nothing where both are absent.
    Result<std::optional<Operand>> value(const std::string& name) const;
    /// Option name as one or several addresses contains this one.
    bool listContains(const char* name, const EvmAddress& address) const;
    const std::string& label() const { return m_label; }

private:
    Result<Operand> atPath(const std::string& path) const;
    Result<Operand> ofMap(const Json& reference) const;

    const DescriptorScope& m_scope;
    const Json* m_parameters = nullptr;
    const DataPlace& m_base;
    const DataPlace* m_shown;
    std::size_t m_position;
    std::size_t m_count;
    std::string m_label;
};

/// A member of an object; null where it is absent.
const Json* memberOf(const Json* json, const char* name);

}  // namespace countersign::meaning
