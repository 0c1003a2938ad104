#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/Uint256.h"

#include <cstddef>

// RLP encoding and strict decoding (Yellow Paper, appendix B), the form in which transactions are hashed and
// sent. One value must have one encoding, or two readers understand one signed transaction differently: the
// decoder refuses everything that the encoder would not have written.

namespace countersign::rlp {

/// The string item of these bytes.
Bytes encodeString(BytesView bytes);

/// Encodes an RLP list. Its length stands before its items, so they are gathered first.
class ListWriter
{
public:
    ListWriter& add(BytesView string);
    /// Big-endian without leading zeros; zero is the empty string.
    ListWriter& add(const Uint256& number);
    ListWriter& add(const ListWriter& list);

    /// The list item of all that was added.
    Bytes encoded() const;

private:
    Bytes m_payload;
};

struct Limits
{
    std::size_t maxBytes = 1024 * 1024;
    int maxDepth = 32;              ///< a bare string has depth 0, a list of strings depth 1
    std::size_t maxItems = 50'000;  ///< lists and strings together
};

/// A decoded item; the views point into what was decoded and live as long as it does.
struct Item
{
    bool isList = false;
    BytesView string;         ///< of a string
    std::vector<Item> items;  ///< of a list

    /// The string as an unsigned number: at most 32 bytes, no leading zero. InvalidInput otherwise, and for a
    /// list.
    Result<Uint256> number() const;
};

/// One item and nothing behind it. Lengths must be written in the shortest form, a single byte below 0x80
/// stands for itself, and everything lies within its list. Violations, also of the limits, are InvalidInput.
Result<Item> decode(BytesView bytes, const Limits& limits = {});

}  // namespace countersign::rlp
