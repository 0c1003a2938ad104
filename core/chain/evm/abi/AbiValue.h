#pragma once

#include "core/base/Uint256.h"
#include "core/chain/evm/abi/AbiType.h"
#include "core/crypto/keys/Address.h"

#include <span>

namespace countersign {

/// A decoded value of the contract ABI, with the place of its bytes.
struct AbiValue
{
    AbiType::Kind kind = AbiType::Kind::Unsigned;
    /// Integers (signed ones in two's complement of 256 bits) and Bool (0 or 1).
    Uint256 number;
    /// Address (20), FixedBytes (as many as it has), Bytes and String.
    Bytes bytes;
    /// Tuple and Array.
    std::vector<AbiValue> items;
    /// Where the value itself lies (for Bytes and String behind the length), counted from the first byte of
    /// what was decoded, in bytes; without the padding: an address has 20, a uint8 one. Tuple and Array: the
    /// places of their members (their heads).
    std::size_t offset = 0;
    std::size_t size = 0;

    /// Of an Address; zero for other kinds.
    EvmAddress address() const;
};

struct AbiArguments
{
    std::vector<AbiValue> values;
    /// The bytes are exactly what an encoder writes for these values: offsets in order without gaps or
    /// overlaps, padding of zeros, nothing behind. Contracts accept more than this, and two readers may then
    /// see different things in the same bytes.
    bool isCanonical = true;
    /// Bytes behind the last value, of which no argument tells.
    std::size_t trailingBytes = 0;
};

/// Arguments as a contract reads them. InvalidInput for what a contract would revert at or what cannot be
/// read: offsets and lengths beyond the data, integers, booleans and addresses out of range, text that is not
/// UTF-8. Bounded: at most 20,000 values, nested at most 16 deep; the same bytes may not be read over and
/// over by overlapping offsets.
Result<AbiArguments> decodeAbi(std::span<const AbiParameter> parameters, BytesView data);

/// The canonical form. The values must fit the parameters.
Bytes encodeAbi(std::span<const AbiParameter> parameters, std::span<const AbiValue> values);

}  // namespace countersign
