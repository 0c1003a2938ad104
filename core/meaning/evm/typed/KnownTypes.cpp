#include "core/meaning/evm/typed/KnownTypes.h"

#include <algorithm>
#include <array>

namespace countersign::meaning {

namespace {

// The order of members counts: another order is another type, with another hash.
constexpr std::array knownTypes = {
    KnownType{"Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)",
              readTokenPermit},
    KnownType{"Permit(address holder,address spender,uint256 nonce,uint256 expiry,bool allowed)",
              readDaiPermit},
    KnownType{"Permit(address spender,uint256 tokenId,uint256 nonce,uint256 deadline)", readNftPermit},
    KnownType{"PermitForAll(address operator,bool approved,uint256 nonce,uint256 deadline)",
              readNftPermitForAll},
    KnownType{"PermitSingle(PermitDetails details,address spender,uint256 sigDeadline)"
              "PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)",
              readPermit2Single},
    KnownType{"PermitBatch(PermitDetails[] details,address spender,uint256 sigDeadline)"
              "PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)",
              readPermit2Batch},
    KnownType{"PermitTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline)"
              "TokenPermissions(address token,uint256 amount)",
              readPermit2Transfer},
    KnownType{"PermitBatchTransferFrom(TokenPermissions[] permitted,address spender,uint256 nonce,"
              "uint256 deadline)TokenPermissions(address token,uint256 amount)",
              readPermit2BatchTransfer},
    KnownType{"TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,"
              "uint256 validBefore,bytes32 nonce)",
              readTransferAuthorization},
    KnownType{"ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,"
              "uint256 validBefore,bytes32 nonce)",
              readTransferAuthorization},
    KnownType{"CancelAuthorization(address authorizer,bytes32 nonce)", readCancelAuthorization},
    KnownType{"OrderComponents(address offerer,address zone,OfferItem[] offer,"
              "ConsiderationItem[] consideration,uint8 orderType,uint256 startTime,uint256 endTime,"
              "bytes32 zoneHash,uint256 salt,bytes32 conduitKey,uint256 counter)"
              "ConsiderationItem(uint8 itemType,address token,uint256 identifierOrCriteria,"
              "uint256 startAmount,uint256 endAmount,address recipient)"
              "OfferItem(uint8 itemType,address token,uint256 identifierOrCriteria,uint256 startAmount,"
              "uint256 endAmount)",
              readSeaportOrder},
    KnownType{"SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,"
              "uint256 baseGas,uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)",
              readSafeTransaction},
    KnownType{"SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,"
              "uint256 dataGas,uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)",
              readSafeTransaction},
    KnownType{"ForwardRequest(address from,address to,uint256 value,uint256 gas,uint256 nonce,bytes data)",
              readForwardRequest},
    KnownType{"ForwardRequest(address from,address to,uint256 value,uint256 gas,uint256 nonce,"
              "uint48 deadline,bytes data)",
              readForwardRequest},
    KnownType{"Ballot(uint256 proposalId,bool support)", readBallot},
    KnownType{"Ballot(uint256 proposalId,uint8 support)", readBallot},
    KnownType{"Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)", readBallot},
    KnownType{"ExtendedBallot(uint256 proposalId,uint8 support,string reason,bytes params)", readBallot},
    KnownType{"ExtendedBallot(uint256 proposalId,uint8 support,address voter,uint256 nonce,string reason,"
              "bytes params)",
              readBallot},
    KnownType{"Delegation(address delegatee,uint256 nonce,uint256 expiry)", readVoteDelegation},
    KnownType{"Delegation(address delegate,address delegator,bytes32 authority,Caveat[] caveats,"
              "uint256 salt)Caveat(address enforcer,bytes terms)",
              readDelegation},
};

}  // namespace

std::optional<Meaning> readKnownType(const TypedMessage& message)
{
    if (message.hasNull() || message.isDomainAlone()) {
        return std::nullopt;
    }
    const auto known = std::ranges::find(knownTypes, message.encodedType(), &KnownType::encodedType);
    if (known != knownTypes.end()) {
        return known->read(message);
    }
    if (isPermit2Witness(message)) {
        return message.primaryType().starts_with("PermitBatch") ? readPermit2BatchTransfer(message)
                                                                : readPermit2Transfer(message);
    }
    return std::nullopt;
}

}  // namespace countersign::meaning
