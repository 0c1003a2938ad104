#include "core/chain/evm/transaction/EvmTransaction.h"

#include "core/chain/evm/Rlp.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>

namespace countersign {

namespace {

constexpr std::uint8_t blobHashVersion = 1;  // KZG (EIP-4844)
constexpr std::uint8_t authorizationMagic = 5;

struct EvmTransactionText
{
    Q_DECLARE_TR_FUNCTIONS(EvmTransactionText)
};

tl::unexpected<Error> refused(const QString& sentence)
{
    return failure(ErrorCode::InvalidInput, sentence);
}

/// gasLimit is below 2^64, so 320 bits hold the product.
bool costOverflows(const EvmTransaction& transaction)
{
    using Wide = boost::multiprecision::uint512_t;
    const Wide price(transaction.type < 2 ? *transaction.gasPrice : *transaction.maxFeePerGas);
    return price * transaction.gasLimit > Wide(std::numeric_limits<Uint256>::max());
}

/// The members that a type must and must not have.
bool hasMembersOfType(const EvmTransaction& transaction)
{
    const int type = transaction.type;
    const bool oldFee = type < 2;
    return transaction.gasPrice.has_value() == oldFee && transaction.maxFeePerGas.has_value() == !oldFee &&
           transaction.maxPriorityFeePerGas.has_value() == !oldFee &&
           transaction.maxFeePerBlobGas.has_value() == (type == 3) &&
           (type == 3 || transaction.blobVersionedHashes.empty()) &&
           (type > 0 || transaction.accessList.empty()) &&
           (type == 4 || transaction.authorizationList.empty());
}

Status checkChainId(const EvmTransaction& transaction)
{
    if (!transaction.chainId) {
        return transaction.type == 0
                   ? Status()
                   : Status(refused(EvmTransactionText::tr("The transaction names no chain.")));
    }
    // v = 35 + 2·chainId + parity must fit.
    const Uint256 highest = transaction.type == 0 ? Uint256((std::numeric_limits<Uint256>::max() - 36) / 2)
                                                  : std::numeric_limits<Uint256>::max();
    if (*transaction.chainId == 0 || *transaction.chainId > highest) {
        return refused(EvmTransactionText::tr("The transaction's chain id is out of range."));
    }
    return {};
}

Status checkBlobsAndAuthorizations(const EvmTransaction& transaction)
{
    if (transaction.type >= 3 && !transaction.to) {
        return refused(EvmTransactionText::tr("A transaction of type %1 cannot create a contract.")
                           .arg(transaction.type));
    }
    if (transaction.type == 3 &&
        (transaction.blobVersionedHashes.empty() ||
         std::ranges::any_of(transaction.blobVersionedHashes,
                             [](const Bytes32& hash) { return hash.front() != blobHashVersion; }))) {
        return refused(EvmTransactionText::tr("A blob transaction needs hashes of blobs, all of version 1."));
    }
    if (transaction.type == 4 && transaction.authorizationList.empty()) {
        return refused(EvmTransactionText::tr("A transaction of type 4 needs at least one authorisation."));
    }
    return {};
}

Status checkSignature(const EvmTransaction& transaction)
{
    if (!transaction.signature) {
        return {};
    }
    ASSIGN_OR_RETURN(const auto low, secp256k1::withLowS(*transaction.signature));
    if (low != *transaction.signature) {
        return refused(
            EvmTransactionText::tr("The signature's s is in the upper half: no chain takes it (EIP-2)."));
    }
    return {};
}

Result<EvmAddress> signerOf(const Keccak256Digest& digest, const secp256k1::Signature& signature)
{
    ASSIGN_OR_RETURN(const auto key, secp256k1::recover(digest, signature));
    return evmAddressOf(key);
}

}  // namespace

Status checkTransaction(const EvmTransaction& transaction)
{
    if (transaction.type < 0 || transaction.type > 4) {
        return failure(ErrorCode::InvalidInput,
                       EvmTransactionText::tr("Transactions of type %1 are not known to this version.")
                           .arg(transaction.type));
    }
    if (!hasMembersOfType(transaction)) {
        return refused(EvmTransactionText::tr("The members of the transaction do not fit its type %1.")
                           .arg(transaction.type));
    }
    if (transaction.nonce == std::numeric_limits<std::uint64_t>::max()) {
        return refused(EvmTransactionText::tr("The transaction's nonce is out of range."));
    }
    if (transaction.type >= 2 && *transaction.maxPriorityFeePerGas > *transaction.maxFeePerGas) {
        return refused(EvmTransactionText::tr(
            "The transaction's tip (maxPriorityFeePerGas) is above its maxFeePerGas."));
    }
    if (costOverflows(transaction)) {
        return refused(
            EvmTransactionText::tr("The transaction's gas limit times its price is out of range."));
    }
    return checkChainId(transaction)
        .and_then([&] { return checkBlobsAndAuthorizations(transaction); })
        .and_then([&] { return checkSignature(transaction); });
}

Keccak256Digest signingHash(const EvmTransaction& transaction)
{
    return keccak256(serializeUnsigned(transaction));
}

Keccak256Digest transactionHash(BytesView signedBytes)
{
    return keccak256(signedBytes);
}

Result<EvmAddress> senderOf(const EvmTransaction& transaction)
{
    if (!transaction.signature) {
        return refused(EvmTransactionText::tr("The transaction is not signed."));
    }
    return signerOf(signingHash(transaction), *transaction.signature);
}

Result<EvmAddress> authorityOf(const Authorization& authorization)
{
    secp256k1::Signature signature;
    std::ranges::copy(toBytes32(authorization.r), signature.r.begin());
    std::ranges::copy(toBytes32(authorization.s), signature.s.begin());
    signature.recoveryId = authorization.yParity;
    const auto low = secp256k1::withLowS(signature);
    if (!low || *low != signature || authorization.nonce == std::numeric_limits<std::uint64_t>::max()) {
        return refused(EvmTransactionText::tr(
            "The chain skips this authorisation: its signature or nonce is out of range."));
    }
    Bytes signedPart{authorizationMagic};
    const Bytes list = rlp::ListWriter()
                           .add(authorization.chainId)
                           .add(BytesView(authorization.address))
                           .add(Uint256(authorization.nonce))
                           .encoded();
    signedPart.insert(signedPart.end(), list.begin(), list.end());
    return signerOf(keccak256(signedPart), signature);
}

}  // namespace countersign
