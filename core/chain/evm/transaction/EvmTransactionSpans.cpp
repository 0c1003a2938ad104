#include "core/chain/evm/transaction/EvmTransactionSpans.h"

#include "core/chain/evm/Rlp.h"
#include "core/chain/evm/transaction/EvmTransaction.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <span>

namespace countersign {

namespace {

struct EvmTransactionSpansText
{
    Q_DECLARE_TR_FUNCTIONS(EvmTransactionSpansText)
};

using Names = std::vector<std::string>;

constexpr std::size_t selectorBytes = 4;
constexpr std::size_t wordBytes = 32;

Names namesOf(const EvmTransaction& transaction)
{
    Names names;
    if (transaction.type > 0) {
        names.emplace_back("chainId");
    }
    names.emplace_back("nonce");
    if (transaction.type < 2) {
        names.emplace_back("gasPrice");
    } else {
        names.insert(names.end(), {"maxPriorityFeePerGas", "maxFeePerGas"});
    }
    names.insert(names.end(), {"gasLimit", "to", "value", "data"});
    if (transaction.type > 0) {
        names.emplace_back("accessList");
    }
    if (transaction.type == 3) {
        names.insert(names.end(), {"maxFeePerBlobGas", "blobVersionedHashes"});
    }
    if (transaction.type == 4) {
        names.emplace_back("authorizationList");
    }
    if (transaction.type == 0 && transaction.chainId) {
        names.insert(names.end(), {"chainId", "r", "s"});  // EIP-155: r and s are empty
    }
    return names;
}

/// How many bytes stand before an item's content; 0 for a byte that stands for itself. The bytes were decoded
/// before, so the length is there.
std::size_t headerBytes(std::uint8_t first)
{
    constexpr std::uint8_t shortString = 0x80;
    constexpr std::uint8_t longString = 0xb7;
    constexpr std::uint8_t shortList = 0xc0;
    constexpr std::uint8_t longList = 0xf7;
    if (first < shortString) {
        return 0;
    }
    const std::uint8_t longest = first < shortList ? longString : longList;
    return first > longest ? 1U + first - longest : 1U;
}

/// Walks the decoded items along the bytes.
class TransactionWalk
{
public:
    TransactionWalk(BytesView bytes, ByteSpanWriter& spans, bool isCall)
        : m_bytes(bytes), m_spans(spans), m_isCall(isCall)
    {}

    void list(const rlp::Item& item, const std::string& path, const Names& names)
    {
        header(path);
        for (std::size_t i = 0; i < item.items.size(); ++i) {
            const std::string name = names.empty() ? std::to_string(i) : names[i];
            one(item.items[i], name, path.empty() ? name : path + '.' + name);
        }
    }

private:
    void one(const rlp::Item& item, const std::string& name, const std::string& path)
    {
        if (item.isList) {
            list(item, path, memberNames(path));
            return;
        }
        if (item.string.empty()) {
            m_spans.add(1, name, path);  // the length 0 is the value
            return;
        }
        header(path);
        if (path == "data" && m_isCall) {
            calldata(item.string.size());
        } else {
            m_spans.add(item.string.size(), name, path);
        }
    }

    void header(const std::string& path) { m_spans.addLength(headerBytes(m_bytes[m_spans.end()]), path); }

    void calldata(std::size_t size)
    {
        if (size < selectorBytes) {
            m_spans.add(size, "data", "data");
            return;
        }
        m_spans.add(selectorBytes, "selector", "data.selector");
        const std::size_t words = std::min((size - selectorBytes) / wordBytes, maxCalldataWords);
        for (std::size_t i = 0; i < words; ++i) {
            m_spans.add(wordBytes, "word " + std::to_string(i), "data." + std::to_string(i));
        }
        m_spans.add(size - selectorBytes - words * wordBytes, "rest", "data.rest");
    }

    /// Of the lists inside: entries of an access list and authorisations have names, everything else numbers.
    static Names memberNames(const std::string& path)
    {
        const auto isEntryOf = [&](std::string_view list) {
            return path.starts_with(list) && path.find('.', list.size()) == std::string::npos;
        };
        if (isEntryOf("accessList.")) {
            return {"address", "storageKeys"};
        }
        return isEntryOf("authorizationList.") ? Names{"chainId", "address", "nonce", "yParity", "r", "s"}
                                               : Names{};
    }

    BytesView m_bytes;
    ByteSpanWriter& m_spans;
    bool m_isCall;
};

}  // namespace

Result<std::vector<ByteSpan>> evmTransactionSpans(BytesView unsignedBytes)
{
    ASSIGN_OR_RETURN(const auto transaction, decodeTransaction(unsignedBytes));
    if (transaction.signature) {
        return failure(ErrorCode::InvalidInput, EvmTransactionSpansText::tr("The transaction is signed."));
    }
    ByteSpanWriter spans;
    spans.add(transaction.type > 0 ? 1 : 0, "type", "type");
    ASSIGN_OR_RETURN(const auto fields, rlp::decode(unsignedBytes.subspan(spans.end())));
    TransactionWalk(unsignedBytes, spans, transaction.to.has_value()).list(fields, {}, namesOf(transaction));
    return spans.take();
}

}  // namespace countersign
