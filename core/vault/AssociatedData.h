#pragma once

#include "core/base/Bytes.h"

#include <cstdint>
#include <string_view>

namespace countersign {

/// The associated data of a sealed box, encoded unambiguously. A box is bound to several fields, and two
/// different lists of fields must never give the same bytes ("a","bc" and "ab","c"). Every field is therefore
/// preceded by its length (64 bits, little endian).
class AssociatedData
{
public:
    /// purpose keeps the boxes of different uses apart, for example "countersign cell 1".
    explicit AssociatedData(std::string_view purpose) { add(purpose); }

    AssociatedData& add(BytesView field);
    AssociatedData& add(std::string_view field) { return add(asBytes(field)); }
    /// As 8 bytes, little endian, two's complement.
    AssociatedData& add(std::int64_t number);

    BytesView bytes() const { return m_bytes; }

private:
    Bytes m_bytes;
};

/// 8 bytes, little endian, two's complement: how numbers enter hashes and boxes.
void appendNumber(Bytes& bytes, std::int64_t number);

}  // namespace countersign
