#pragma once

#include "core/base/Result.h"
#include "core/base/Uint256.h"
#include "core/base/encoding/Json.h"
#include "core/chain/evm/abi/AbiValue.h"
#include "core/chain/evm/typeddata/TypedDataTypes.h"
#include "core/crypto/keys/Address.h"
#include "core/meaning/descriptors/binding/DescriptorPath.h"

#include <map>
#include <memory>
#include <span>

// What a descriptor describes: the arguments of a call or the members of a typed message, as one tree with
// names, the places in it that paths lead to, and which of them were shown.

namespace countersign::meaning {

using AbiKind = AbiType::Kind;

/// A value with its name. Kinds are those of the contract ABI; a struct is a Tuple.
struct DataNode
{
    std::string name;
    AbiKind kind = AbiKind::Tuple;
    Uint256 number;               ///< integers (two's complement of 256 bits) and Bool
    Bytes bytes;                  ///< Address, FixedBytes, Bytes and String
    std::vector<DataNode> items;  ///< Tuple and Array

    bool isLeaf() const { return kind != AbiKind::Tuple && kind != AbiKind::Array; }
    /// Of a leaf: of integers 32.
    std::size_t size() const;
};

/// A Tuple of a call's arguments. The values must fit the parameters.
DataNode dataOf(std::span<const AbiParameter> parameters, std::span<const AbiValue> values);

/// A Tuple of a message's members. InvalidInput where the message does not fit, and for what only some
/// libraries read (null in the place of a struct).
Result<DataNode> dataOf(const TypedDataTypes& types, std::size_t structIndex, const Json& message);

/// Where a path led to.
struct DataPlace
{
    const DataNode* node = nullptr;
    /// Bytes [first, second) of a leaf.
    std::optional<std::pair<std::size_t, std::size_t>> slice;
    /// The arrays on the way, and which element was taken.
    std::vector<std::pair<const DataNode*, std::size_t>> trail;
    std::string path;  ///< "details.[0].token"
};

/// Which leaves were shown. A byte string may be shown in parts, and is shown when they leave nothing out.
class Coverage
{
public:
    void add(const DataPlace& place);
    /// An array of which every element is shown or that is empty has nothing more to tell.
    void addArray(const DataNode& array) { m_arrays.insert_or_assign(&array, true); }
    /// The paths of what is below root and was not shown, at most so many.
    std::vector<DataPlace> missing(const DataNode& root, std::size_t atMost) const;

private:
    using Range = std::pair<std::size_t, std::size_t>;

    bool has(const DataNode& leaf) const;
    void addMissing(const DataPlace& place, std::size_t atMost, std::vector<DataPlace>& found) const;

    std::map<const DataNode*, std::vector<Range>> m_ranges;
    std::map<const DataNode*, bool> m_arrays;
};

/// All places that steps lead to from a place: several where an array's elements are asked for. Arrays that
/// along passes too are entered at the same element. Nothing where a step leads nowhere. coverage (may be
/// null) learns of the arrays of which all elements were asked for.
std::optional<std::vector<DataPlace>> follow(const DataPlace& from, std::span<const PathStep> steps,
                                             const DataPlace* along, Coverage* coverage);

}  // namespace countersign::meaning
