#include "core/chain/evm/Rlp.h"
#include "core/chain/evm/transaction/EvmTransaction.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>

namespace countersign {

namespace {

struct EvmTransactionDecodingText
{
    Q_DECLARE_TR_FUNCTIONS(EvmTransactionDecodingText)
};

constexpr std::uint8_t firstListByte = 0xc0;
constexpr int lastType = 4;
constexpr std::size_t signatureFields = 3;
/// Fields before the signature, by type.
constexpr std::array<std::size_t, lastType + 1> unsignedFields = {6, 8, 9, 11, 10};

tl::unexpected<Error> invalidTransaction(const QString& detail)
{
    return failure(ErrorCode::InvalidInput,
                   EvmTransactionDecodingText::tr("This is not a valid EVM transaction."), detail);
}

/// Why this class exists: fields come one after the other and each can be wrong; after the first fault the
/// rest reads as empty, and the fault is asked for once, at the end. The number of fields was checked before.
class FieldReader
{
public:
    explicit FieldReader(const std::vector<rlp::Item>& items) : m_items(items) {}

    bool isAtEnd() const { return m_next == m_items.size(); }
    std::size_t size() const { return m_items.size(); }

    Uint256 number(const char* name, const Uint256& highest = std::numeric_limits<Uint256>::max())
    {
        const auto value = next(name).number();
        if (!value || *value > highest) {
            return refuse(name, value ? "is out of range" : "is no number without leading zeros"), Uint256(0);
        }
        return *value;
    }

    std::uint64_t number64(const char* name)
    {
        return static_cast<std::uint64_t>(number(name, std::numeric_limits<std::uint64_t>::max()));
    }

    Bytes bytes(const char* name)
    {
        const rlp::Item& item = next(name);
        if (item.isList) {
            refuse(name, "is a list");
        }
        return countersign::toBytes(item.string);
    }

    template <std::size_t Size>
    std::array<std::uint8_t, Size> fixed(const char* name)
    {
        std::array<std::uint8_t, Size> value{};
        const rlp::Item& item = next(name);
        if (item.isList || item.string.size() != Size) {
            refuse(name, "has the wrong length");
        } else {
            std::ranges::copy(item.string, value.begin());
        }
        return value;
    }

    std::optional<EvmAddress> addressOrNothing(const char* name)
    {
        if (!isAtEnd() && !m_items[m_next].isList && m_items[m_next].string.empty()) {
            ++m_next;
            return std::nullopt;
        }
        return fixed<std::tuple_size_v<EvmAddress>>(name);
    }

    /// Calls read with a reader for each list of the list; entrySize fields each.
    template <typename Read>
    void eachEntry(const char* name, std::size_t entrySize, Read read)
    {
        for (const rlp::Item& entry : list(name)) {
            if (!entry.isList || entry.items.size() != entrySize) {
                return refuse(name, "has an entry of the wrong shape");
            }
            FieldReader reader(entry.items);
            read(reader);
            if (!reader.m_fault.isEmpty()) {
                return refuse(name, qPrintable(reader.m_fault));
            }
        }
    }

    std::vector<Bytes32> hashes(const char* name)
    {
        const std::vector<rlp::Item>& items = list(name);
        FieldReader reader(items);
        std::vector<Bytes32> all;
        while (!reader.isAtEnd() && reader.m_fault.isEmpty()) {
            all.push_back(reader.fixed<32>(name));
        }
        if (!reader.m_fault.isEmpty()) {
            refuse(name, "has an entry that has not 32 bytes");
        }
        return all;
    }

    Status status() const { return m_fault.isEmpty() ? Status() : Status(invalidTransaction(m_fault)); }

private:
    const rlp::Item& next(const char* name)
    {
        static const rlp::Item nothing;
        if (isAtEnd()) {
            refuse(name, "is missing");
            return nothing;
        }
        return m_items[m_next++];
    }

    const std::vector<rlp::Item>& list(const char* name)
    {
        static const std::vector<rlp::Item> nothing;
        const rlp::Item& item = next(name);
        if (!item.isList) {
            refuse(name, "is no list");
            return nothing;
        }
        return item.items;
    }

    void refuse(const char* name, const char* what)
    {
        if (m_fault.isEmpty()) {
            m_fault = QStringLiteral("%1 %2").arg(QLatin1String(name), QLatin1String(what));
        }
    }

    const std::vector<rlp::Item>& m_items;
    std::size_t m_next = 0;
    QString m_fault;
};

void readFields(FieldReader& reader, EvmTransaction& transaction)
{
    if (transaction.type > 0) {
        transaction.chainId = reader.number("chainId");
    }
    transaction.nonce = reader.number64("nonce");
    if (transaction.type < 2) {
        transaction.gasPrice = reader.number("gasPrice");
    } else {
        transaction.maxPriorityFeePerGas = reader.number("maxPriorityFeePerGas");
        transaction.maxFeePerGas = reader.number("maxFeePerGas");
    }
    transaction.gasLimit = reader.number64("gasLimit");
    transaction.to = reader.addressOrNothing("to");
    transaction.value = reader.number("value");
    transaction.data = reader.bytes("data");
    if (transaction.type > 0) {
        reader.eachEntry("accessList", 2, [&](FieldReader& entry) {
            const auto address = entry.fixed<std::tuple_size_v<EvmAddress>>("address");
            transaction.accessList.push_back({address, entry.hashes("storageKeys")});
        });
    }
    if (transaction.type == 3) {
        transaction.maxFeePerBlobGas = reader.number("maxFeePerBlobGas");
        transaction.blobVersionedHashes = reader.hashes("blobVersionedHashes");
    }
    if (transaction.type == 4) {
        reader.eachEntry("authorizationList", 6, [&](FieldReader& entry) {
            Authorization authorization;
            authorization.chainId = entry.number("chainId");
            authorization.address = entry.fixed<std::tuple_size_v<EvmAddress>>("address");
            authorization.nonce = entry.number64("nonce");
            authorization.yParity = static_cast<std::uint8_t>(entry.number("yParity", 255));
            authorization.r = entry.number("r");
            authorization.s = entry.number("s");
            transaction.authorizationList.push_back(authorization);
        });
    }
}

/// Legacy: v says the chain and the parity, or is the chain id itself where r and s are zero.
Status applyLegacyV(EvmTransaction& transaction, const Uint256& v, bool isSigned, std::uint8_t& parity)
{
    if (!isSigned) {
        transaction.chainId = v;
    } else if (v == 27 || v == 28) {
        parity = static_cast<std::uint8_t>(v - 27);
    } else if (v >= 35) {
        transaction.chainId = (v - 35) / 2;
        parity = static_cast<std::uint8_t>((v - 35) % 2);
    } else {
        return invalidTransaction(QStringLiteral("v is out of range"));
    }
    return {};
}

Status readSignature(FieldReader& reader, EvmTransaction& transaction)
{
    const Uint256 v = reader.number(transaction.type > 0 ? "yParity" : "v");
    const Uint256 r = reader.number("r");
    const Uint256 s = reader.number("s");
    RETURN_IF_ERROR(reader.status());
    const bool isSigned = transaction.type > 0 || r != 0 || s != 0;
    secp256k1::Signature signature;
    std::ranges::copy(toBytes32(r), signature.r.begin());
    std::ranges::copy(toBytes32(s), signature.s.begin());
    if (transaction.type == 0) {
        RETURN_IF_ERROR(applyLegacyV(transaction, v, isSigned, signature.recoveryId));
    } else if (v > 1) {
        return invalidTransaction(QStringLiteral("yParity is out of range"));
    } else {
        signature.recoveryId = static_cast<std::uint8_t>(v);
    }
    if (isSigned) {
        transaction.signature = signature;
    }
    return {};
}

/// EIP-4844, "Networking": the type, then a list of the transaction and its blobs.
bool isNetworkForm(int type, const rlp::Item& list)
{
    return type == 3 && !list.items.empty() && list.items.front().isList;
}

Result<int> typeOf(BytesView bytes)
{
    if (bytes.empty()) {
        return invalidTransaction(QStringLiteral("empty"));
    }
    if (bytes.front() >= firstListByte) {
        return 0;
    }
    // EIP-2718 reserves 0 to 0x7f; type 0 has no typed form.
    if (bytes.front() == 0 || bytes.front() > 0x7f) {
        return invalidTransaction(QStringLiteral("begins with neither a type nor a list"));
    }
    if (bytes.front() > lastType) {
        return failure(ErrorCode::InvalidInput, EvmTransactionDecodingText::tr(
                                                    "Transactions of type %1 are not known to this version.")
                                                    .arg(bytes.front()));
    }
    return bytes.front();
}

}  // namespace

Result<EvmTransaction> decodeTransaction(BytesView bytes)
{
    ASSIGN_OR_RETURN(const auto type, typeOf(bytes));
    const auto list = rlp::decode(type == 0 ? bytes : bytes.subspan(1),
                                  {.maxBytes = evmTransactionMaxBytes, .maxDepth = 4});
    if (!list) {
        return invalidTransaction(list.error().detail);
    }
    if (isNetworkForm(type, *list)) {
        return failure(
            ErrorCode::InvalidInput,
            EvmTransactionDecodingText::tr(
                "This is a blob transaction together with its blobs. Give the transaction alone."));
    }
    const std::size_t wanted = unsignedFields.at(static_cast<std::size_t>(type));
    if (!list->isList || (list->items.size() != wanted && list->items.size() != wanted + signatureFields)) {
        return invalidTransaction(QStringLiteral("a wrong number of fields for type %1").arg(type));
    }
    EvmTransaction transaction;
    transaction.type = type;
    FieldReader reader(list->items);
    readFields(reader, transaction);
    const Status complete = reader.isAtEnd() ? reader.status() : readSignature(reader, transaction);
    RETURN_IF_ERROR(complete.and_then([&] { return checkTransaction(transaction); }));
    return transaction;
}

}  // namespace countersign
