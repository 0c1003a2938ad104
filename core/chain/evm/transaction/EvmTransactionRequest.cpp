#include "core/chain/evm/transaction/EvmTransactionRequest.h"

#include "core/base/encoding/Hex.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <limits>
#include <span>

namespace countersign {

namespace {

struct EvmTransactionRequestText
{
    Q_DECLARE_TR_FUNCTIONS(EvmTransactionRequestText)
};

tl::unexpected<Error> refusedRequest(const QString& sentence)
{
    return failure(ErrorCode::InvalidInput, sentence);
}

QString named(std::string_view name)
{
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(std::min<std::size_t>(name.size(), 60)));
}

/// Why this class exists: members are optional and each can be wrong; after the first fault the rest reads as
/// absent, and the fault is asked for once, at the end.
class MemberReader
{
public:
    MemberReader(const Json& json, std::span<const char* const> known, std::optional<Uint256> chainId = {})
        : m_json(json), m_chainId(std::move(chainId))
    {
        if (!json.is_object()) {
            fault(refusedRequest(
                EvmTransactionRequestText::tr("A transaction request must be a JSON object.")));
            return;
        }
        for (const auto& [name, value] : json.items()) {
            if (std::ranges::find(known, name) == known.end()) {
                fault(refusedRequest(
                    EvmTransactionRequestText::tr(
                        "The transaction request has a member '%1' that is not known. Check its "
                        "spelling.")
                        .arg(named(name))));
            }
        }
    }

    bool has(const char* name) const { return m_json.is_object() && m_json.contains(name); }

    std::optional<Uint256> quantity(const char* name,
                                    const Uint256& highest = std::numeric_limits<Uint256>::max())
    {
        if (!has(name)) {
            return std::nullopt;
        }
        const Json& value = m_json.at(name);
        std::optional<std::string> digits = integerText(value);
        if (!digits && value.is_string()) {
            digits = value.get<std::string>();
        }
        std::optional<Uint256> number;
        if (const auto parsed = digits ? parseQuantity(*digits) : failure(Error{})) {
            number = *parsed;
        }
        if (!number || *number > highest) {
            fault(refusedRequest(
                EvmTransactionRequestText::tr(
                    "'%1' must be a whole number in range: decimal text, 0x-hex or a JSON integer.")
                    .arg(named(name))));
            return std::nullopt;
        }
        return number;
    }

    std::optional<std::uint64_t> quantity64(const char* name)
    {
        const auto value = quantity(name, std::numeric_limits<std::uint64_t>::max());
        return value ? std::optional(static_cast<std::uint64_t>(*value)) : std::nullopt;
    }

    std::optional<EvmAddress> address(const char* name)
    {
        const auto parsed = parseEvmAddress(text(name), m_chainId);
        if (!parsed) {
            fault(refusedRequest(
                EvmTransactionRequestText::tr("'%1': %2").arg(named(name), parsed.error().sentence)));
            return std::nullopt;
        }
        return *parsed;
    }

    Bytes hex(const char* name)
    {
        const std::string digits = text(name);
        auto bytes = fromHex(digits);
        if (!digits.starts_with("0x") || !bytes) {
            fault(refusedRequest(
                EvmTransactionRequestText::tr("'%1' must be 0x and an even number of hex digits.")
                    .arg(named(name))));
            return {};
        }
        return std::move(*bytes);
    }

    /// An empty list when the member is absent.
    const Json& list(const char* name)
    {
        static const Json empty = Json::array();
        if (!has(name)) {
            return empty;
        }
        const Json& value = m_json.at(name);
        if (!value.is_array()) {
            fault(refusedRequest(EvmTransactionRequestText::tr("'%1' must be a list.").arg(named(name))));
            return empty;
        }
        return value;
    }

    void require(const char* name)
    {
        if (!has(name)) {
            fault(refusedRequest(
                EvmTransactionRequestText::tr("The transaction request has no '%1'.").arg(named(name))));
        }
    }

    void fault(tl::unexpected<Error> error)
    {
        if (m_status) {
            m_status = std::move(error);
        }
    }

    void include(const MemberReader& other)
    {
        if (!other.m_status) {
            fault(failure(other.m_status.error()));
        }
    }

    /// For the checksums of addresses, also within lists.
    void setChainId(const Uint256& chainId) { m_chainId = chainId; }
    const std::optional<Uint256>& chainId() const { return m_chainId; }

    const Status& status() const { return m_status; }

private:
    std::string text(const char* name) const
    {
        return has(name) && m_json.at(name).is_string() ? m_json.at(name).get<std::string>() : std::string();
    }

    const Json& m_json;
    std::optional<Uint256> m_chainId;
    Status m_status;
};

constexpr std::array requestMembers = {"chainId",      "type",
                                       "to",           "value",
                                       "data",         "nonce",
                                       "gasLimit",     "gasPrice",
                                       "maxFeePerGas", "maxPriorityFeePerGas",
                                       "accessList",   "authorizationList"};
constexpr std::array accessListMembers = {"address", "storageKeys"};
constexpr std::array authorizationMembers = {"chainId", "address", "nonce", "yParity", "r", "s"};

std::vector<AccessListEntry> readAccessList(MemberReader& request)
{
    std::vector<AccessListEntry> list;
    for (const Json& json : request.list("accessList")) {
        MemberReader reader(json, accessListMembers, request.chainId());
        AccessListEntry entry;
        entry.address = reader.address("address").value_or(EvmAddress());
        reader.require("storageKeys");
        for (const Json& keyJson : reader.list("storageKeys")) {
            const Json wrapped{{"storageKeys", keyJson}};
            MemberReader keyReader(wrapped, accessListMembers);
            const Bytes key = keyReader.hex("storageKeys");
            Bytes32 key32{};
            if (key.size() == key32.size()) {
                std::ranges::copy(key, key32.begin());
            } else {
                keyReader.fault(refusedRequest(
                    EvmTransactionRequestText::tr("A storage key of the access list must have 32 bytes.")));
            }
            reader.include(keyReader);
            entry.storageKeys.push_back(key32);
        }
        request.include(reader);
        list.push_back(std::move(entry));
    }
    return list;
}

std::vector<Authorization> readAuthorizations(MemberReader& request)
{
    std::vector<Authorization> list;
    for (const Json& json : request.list("authorizationList")) {
        MemberReader reader(json, authorizationMembers, request.chainId());
        for (const char* name : authorizationMembers) {
            reader.require(name);
        }
        Authorization authorization;
        authorization.chainId = reader.quantity("chainId").value_or(0);
        authorization.address = reader.address("address").value_or(EvmAddress());
        authorization.nonce = reader.quantity64("nonce").value_or(0);
        authorization.yParity = static_cast<std::uint8_t>(reader.quantity("yParity", 1).value_or(0));
        authorization.r = reader.quantity("r").value_or(0);
        authorization.s = reader.quantity("s").value_or(0);
        request.include(reader);
        list.push_back(authorization);
    }
    return list;
}

Result<int> requestedTypeOf(MemberReader& reader)
{
    if (const auto given = reader.quantity("type")) {
        if (*given == 3 || *given > 4) {
            return failure(ErrorCode::InvalidInput,
                           EvmTransactionRequestText::tr("Transactions of type %1 cannot be signed here.")
                               .arg(QString::fromStdString(toDecimal(*given))));
        }
        return static_cast<int>(*given);
    }
    if (reader.has("authorizationList")) {
        return 4;
    }
    if (reader.has("gasPrice")) {
        return reader.has("accessList") ? 1 : 0;
    }
    return 2;
}

/// Members that the type does not have would be dropped silently, and the submitter meant something by them.
Status checkMembers(const MemberReader& reader, int type)
{
    const auto contradiction = [&](const char* name) {
        return refusedRequest(EvmTransactionRequestText::tr("'%1' does not fit a transaction of type %2.")
                                  .arg(named(name))
                                  .arg(type));
    };
    if (type < 2) {
        for (const char* name : {"maxFeePerGas", "maxPriorityFeePerGas"}) {
            if (reader.has(name)) {
                return contradiction(name);
            }
        }
    } else if (reader.has("gasPrice")) {
        return contradiction("gasPrice");
    }
    if (type == 0 && reader.has("accessList")) {
        return contradiction("accessList");
    }
    if (type != 4 && reader.has("authorizationList")) {
        return contradiction("authorizationList");
    }
    return {};
}

/// What is open cannot make the request valid if it is not valid already with the most harmless values.
Status checkRequest(const EvmTransactionRequest& request)
{
    if (!request.to && request.data.empty()) {
        return refusedRequest(EvmTransactionRequestText::tr(
            "The transaction has neither 'to' nor 'data': it would create an empty contract."));
    }
    EvmTransaction transaction = request.transactionSoFar();
    if (request.type < 2) {
        transaction.gasPrice = request.gasPrice.value_or(0);
    } else {
        transaction.maxPriorityFeePerGas = request.maxPriorityFeePerGas.value_or(0);
        transaction.maxFeePerGas = request.maxFeePerGas.value_or(*transaction.maxPriorityFeePerGas);
    }
    return checkTransaction(transaction);
}

Result<EvmTransactionRequest> checked(EvmTransactionRequest request)
{
    RETURN_IF_ERROR(checkRequest(request));
    return request;
}

}  // namespace

EvmTransaction EvmTransactionRequest::transactionSoFar() const
{
    EvmTransaction transaction;
    transaction.type = type;
    transaction.chainId = chainId;
    transaction.nonce = nonce.value_or(0);
    transaction.to = to;
    transaction.value = value;
    transaction.data = data;
    transaction.gasLimit = gasLimit.value_or(0);
    transaction.gasPrice = gasPrice;
    transaction.maxFeePerGas = maxFeePerGas;
    transaction.maxPriorityFeePerGas = maxPriorityFeePerGas;
    transaction.accessList = accessList;
    transaction.authorizationList = authorizationList;
    return transaction;
}

Result<EvmTransactionRequest> EvmTransactionRequest::fromJson(const Json& json)
{
    MemberReader reader(json, requestMembers);
    EvmTransactionRequest request;
    reader.require("chainId");
    request.chainId = reader.quantity("chainId").value_or(0);
    reader.setChainId(request.chainId);
    if (reader.has("to") && !json.at("to").is_null()) {
        request.to = reader.address("to");
    }
    request.value = reader.quantity("value").value_or(0);
    if (reader.has("data")) {
        request.data = reader.hex("data");
    }
    request.nonce = reader.quantity64("nonce");
    request.gasLimit = reader.quantity64("gasLimit");
    request.gasPrice = reader.quantity("gasPrice");
    request.maxFeePerGas = reader.quantity("maxFeePerGas");
    request.maxPriorityFeePerGas = reader.quantity("maxPriorityFeePerGas");
    request.accessList = readAccessList(reader);
    request.authorizationList = readAuthorizations(reader);
    const auto type = requestedTypeOf(reader);
    if (!reader.status()) {
        return failure(reader.status().error());
    }
    if (!type) {
        return failure(type.error());
    }
    request.type = *type;
    RETURN_IF_ERROR(checkMembers(reader, *type));
    return checked(std::move(request));
}

Result<EvmTransactionRequest> EvmTransactionRequest::fromRaw(BytesView unsignedTransaction)
{
    ASSIGN_OR_RETURN(auto transaction, decodeTransaction(unsignedTransaction));
    if (transaction.signature) {
        return refusedRequest(
            EvmTransactionRequestText::tr("The transaction is signed already. Give it unsigned."));
    }
    if (!transaction.chainId) {
        return refusedRequest(EvmTransactionRequestText::tr(
            "The transaction names no chain, so it would be valid on every one of them. Add "
            "the chain id (EIP-155)."));
    }
    if (transaction.type == 3) {
        return failure(ErrorCode::InvalidInput,
                       EvmTransactionRequestText::tr("Transactions of type %1 cannot be signed here.")
                           .arg(transaction.type));
    }
    return checked({.chainId = *transaction.chainId,
                    .type = transaction.type,
                    .to = transaction.to,
                    .value = transaction.value,
                    .data = std::move(transaction.data),
                    .nonce = transaction.nonce,
                    .gasLimit = transaction.gasLimit,
                    .gasPrice = transaction.gasPrice,
                    .maxFeePerGas = transaction.maxFeePerGas,
                    .maxPriorityFeePerGas = transaction.maxPriorityFeePerGas,
                    .accessList = std::move(transaction.accessList),
                    .authorizationList = std::move(transaction.authorizationList)});
}

std::vector<std::string> EvmTransactionRequest::openFields() const
{
    std::vector<std::string> open;
    const auto note = [&](bool isOpen, const char* name) {
        if (isOpen) {
            open.emplace_back(name);
        }
    };
    note(!nonce, "nonce");
    note(!gasLimit, "gasLimit");
    note(type < 2 && !gasPrice, "gasPrice");
    note(type >= 2 && !maxFeePerGas, "maxFeePerGas");
    note(type >= 2 && !maxPriorityFeePerGas, "maxPriorityFeePerGas");
    return open;
}

Result<EvmTransaction> EvmTransactionRequest::toTransaction() const
{
    if (const auto open = openFields(); !open.empty()) {
        return refusedRequest(
            EvmTransactionRequestText::tr(
                "The transaction's '%1' is still open: it is filled in from the chain, or give it.")
                .arg(QString::fromStdString(open.front())));
    }
    EvmTransaction transaction = transactionSoFar();
    RETURN_IF_ERROR(checkTransaction(transaction));
    return transaction;
}

}  // namespace countersign
