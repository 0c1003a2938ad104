#pragma once

#include "core/meaning/evm/typed/TypedMessage.h"

#include <optional>
#include <string_view>

namespace countersign::meaning {

/// A type of typed data whose meaning the console knows itself, by its exact encodeType.
struct KnownType
{
    std::string_view encodedType;
    /// Nothing where the domain is not one with which the type means this.
    std::optional<Meaning> (*read)(const TypedMessage& message);
};

// Each reads messages of its type without null in them. Sources: EIP-2612, the DAI contract, ERC-4494 and
// Uniswap v4's permits for all, Permit2, ERC-3009, Seaport 1.5 and 1.6, Safe, OpenZeppelin's forwarders,
// governors and ERC20Votes, MetaMask's delegation framework (ERC-7710).
std::optional<Meaning> readTokenPermit(const TypedMessage& message);
std::optional<Meaning> readDaiPermit(const TypedMessage& message);
std::optional<Meaning> readNftPermit(const TypedMessage& message);
std::optional<Meaning> readNftPermitForAll(const TypedMessage& message);
std::optional<Meaning> readPermit2Single(const TypedMessage& message);
std::optional<Meaning> readPermit2Batch(const TypedMessage& message);
std::optional<Meaning> readPermit2Transfer(const TypedMessage& message);
std::optional<Meaning> readPermit2BatchTransfer(const TypedMessage& message);
std::optional<Meaning> readTransferAuthorization(const TypedMessage& message);
std::optional<Meaning> readCancelAuthorization(const TypedMessage& message);
std::optional<Meaning> readSeaportOrder(const TypedMessage& message);
std::optional<Meaning> readSafeTransaction(const TypedMessage& message);
std::optional<Meaning> readForwardRequest(const TypedMessage& message);
std::optional<Meaning> readBallot(const TypedMessage& message);
std::optional<Meaning> readVoteDelegation(const TypedMessage& message);
std::optional<Meaning> readDelegation(const TypedMessage& message);

/// Permit2's witness permits: their type ends with a struct that the spender's contract declares, so that
/// they are known by their beginning.
bool isPermit2Witness(const TypedMessage& message);

/// What the console knows of it; nothing where it is no known type.
std::optional<Meaning> readKnownType(const TypedMessage& message);

/// Every member of the message (and of the domain) as a field, in the order of the types; not understood.
Meaning listedMessage(const TypedMessage& message);
/// The same with the finding message.typedData.unknown.
Meaning unknownMessage(const TypedMessage& message, std::string why);
/// The members of one struct of the message, behind a path.
void addFieldsOf(const TypedMessage& message, std::size_t structIndex, const Json& value,
                 const std::string& path, Meaning& meaning);

}  // namespace countersign::meaning
