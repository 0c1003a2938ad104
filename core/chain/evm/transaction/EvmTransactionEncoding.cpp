#include "core/chain/evm/Rlp.h"
#include "core/chain/evm/transaction/EvmTransaction.h"

namespace countersign {

namespace {

rlp::ListWriter accessListOf(const EvmTransaction& transaction)
{
    rlp::ListWriter list;
    for (const AccessListEntry& entry : transaction.accessList) {
        rlp::ListWriter keys;
        for (const Bytes32& key : entry.storageKeys) {
            keys.add(BytesView(key));
        }
        list.add(rlp::ListWriter().add(BytesView(entry.address)).add(keys));
    }
    return list;
}

rlp::ListWriter blobHashesOf(const EvmTransaction& transaction)
{
    rlp::ListWriter list;
    for (const Bytes32& hash : transaction.blobVersionedHashes) {
        list.add(BytesView(hash));
    }
    return list;
}

rlp::ListWriter authorizationsOf(const EvmTransaction& transaction)
{
    rlp::ListWriter list;
    for (const Authorization& authorization : transaction.authorizationList) {
        list.add(rlp::ListWriter()
                     .add(authorization.chainId)
                     .add(BytesView(authorization.address))
                     .add(Uint256(authorization.nonce))
                     .add(Uint256(authorization.yParity))
                     .add(authorization.r)
                     .add(authorization.s));
    }
    return list;
}

/// All fields before the signature.
rlp::ListWriter fieldsOf(const EvmTransaction& transaction)
{
    const Uint256 zero = 0;
    rlp::ListWriter list;
    if (transaction.type > 0) {
        list.add(transaction.chainId.value_or(zero));
    }
    list.add(Uint256(transaction.nonce));
    if (transaction.type < 2) {
        list.add(transaction.gasPrice.value_or(zero));
    } else {
        list.add(transaction.maxPriorityFeePerGas.value_or(zero))
            .add(transaction.maxFeePerGas.value_or(zero));
    }
    list.add(Uint256(transaction.gasLimit))
        .add(transaction.to ? BytesView(*transaction.to) : BytesView())
        .add(transaction.value)
        .add(BytesView(transaction.data));
    if (transaction.type > 0) {
        list.add(accessListOf(transaction));
    }
    if (transaction.type == 3) {
        list.add(transaction.maxFeePerBlobGas.value_or(zero)).add(blobHashesOf(transaction));
    }
    if (transaction.type == 4) {
        list.add(authorizationsOf(transaction));
    }
    return list;
}

/// EIP-2718: the type stands before the list; a legacy transaction is the list alone.
Bytes typed(int type, const rlp::ListWriter& list)
{
    Bytes bytes = list.encoded();
    if (type > 0) {
        bytes.insert(bytes.begin(), static_cast<std::uint8_t>(type));
    }
    return bytes;
}

Uint256 numberOf(const std::array<std::uint8_t, 32>& bytes)
{
    return *fromBigEndian(bytes);
}

Uint256 vOf(const EvmTransaction& transaction, int parity)
{
    if (transaction.type > 0) {
        return parity;
    }
    return transaction.chainId ? Uint256(*transaction.chainId * 2 + 35 + parity) : Uint256(27 + parity);
}

}  // namespace

Bytes serializeUnsigned(const EvmTransaction& transaction)
{
    rlp::ListWriter list = fieldsOf(transaction);
    if (transaction.type == 0 && transaction.chainId) {
        list.add(*transaction.chainId).add(Uint256(0)).add(Uint256(0));
    }
    return typed(transaction.type, list);
}

Result<Bytes> serializeSigned(const EvmTransaction& transaction, const secp256k1::Signature& signature)
{
    EvmTransaction complete = transaction;
    complete.signature = signature;
    RETURN_IF_ERROR(checkTransaction(complete));
    rlp::ListWriter list = fieldsOf(transaction);
    list.add(vOf(transaction, signature.recoveryId)).add(numberOf(signature.r)).add(numberOf(signature.s));
    return typed(transaction.type, list);
}

}  // namespace countersign
