#include "core/chain/evm/transaction/SafeTransaction.h"

namespace countersign {

namespace {

constexpr std::string_view safeDomainType = "EIP712Domain(uint256 chainId,address verifyingContract)";
constexpr std::string_view safeTxType =
    "SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 baseGas,"
    "uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)";

/// The words whose Keccak-256 is the hash of a struct (EIP-712, encodeData).
class StructWords
{
public:
    explicit StructWords(std::string_view type) { add(keccak256(asBytes(type))); }

    StructWords& add(const Keccak256Digest& digest) { return append(digest); }
    StructWords& add(const Uint256& number) { return append(toBytes32(number)); }
    StructWords& add(const EvmAddress& address)
    {
        m_bytes.resize(m_bytes.size() + std::tuple_size_v<Keccak256Digest> - address.size());
        return append(address);
    }

    Keccak256Digest hash() const { return keccak256(m_bytes); }

private:
    StructWords& append(BytesView bytes)
    {
        m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
        return *this;
    }

    Bytes m_bytes;
};

}  // namespace

Keccak256Digest safeTxHash(const Uint256& chainId, const EvmAddress& safe, const SafeTransaction& transaction)
{
    const Keccak256Digest domain = StructWords(safeDomainType).add(chainId).add(safe).hash();
    const Keccak256Digest message = StructWords(safeTxType)
                                        .add(transaction.to)
                                        .add(transaction.value)
                                        .add(keccak256(transaction.data))
                                        .add(Uint256(transaction.operation))
                                        .add(transaction.safeTxGas)
                                        .add(transaction.baseGas)
                                        .add(transaction.gasPrice)
                                        .add(transaction.gasToken)
                                        .add(transaction.refundReceiver)
                                        .add(transaction.nonce)
                                        .hash();
    Bytes signedPart{0x19, 0x01};
    signedPart.insert(signedPart.end(), domain.begin(), domain.end());
    signedPart.insert(signedPart.end(), message.begin(), message.end());
    return keccak256(signedPart);
}

}  // namespace countersign
