#include "core/signing/job/SigningPayload.h"

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/base/text/Utf8.h"
#include "core/chain/evm/message/EvmMessage.h"
#include "core/chain/evm/transaction/EvmTransaction.h"
#include "core/crypto/primitives/Keccak.h"
#include "core/crypto/primitives/Sha256.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct SigningPayloadText
{
    Q_DECLARE_TR_FUNCTIONS(SigningPayloadText)
};

constexpr std::size_t maxMessageCharacters = 16384;
/// JavaScript's largest exact integer: the context's chainId and nonce are numbers there.
constexpr std::uint64_t maxSafeInteger = (std::uint64_t(1) << 53U) - 1;

template <typename Digest>
Bytes bytesOf(const Digest& digest)
{
    return {digest.begin(), digest.end()};
}

/// bytes are hashed with Keccak-256 by both sides.
void planEvmBytes(SigningPayload& plan, Bytes bytes)
{
    plan.digest = bytesOf(keccak256(bytes));
    plan.input = plan.digest;
    plan.message = toHexPrefixed(bytes);
    if (plan.message.size() > maxMessageCharacters) {
        plan.message = toHexPrefixed(plan.digest);
        plan.isFormatted = true;
    }
    plan.prepared = std::move(bytes);
}

Result<SigningPayload> planEvmMessage(const MessageContent& content)
{
    SigningPayload plan;
    planEvmBytes(plan, eip191Prefixed(content.bytes));
    // Text that begins with 0x would be read as hex, so only what cannot be mistaken goes as text.
    const bool asPlainText =
        content.isText && isWellFormedUtf8(asText(content.bytes)) && !asText(content.bytes).starts_with("0x");
    plan.context["evmMessage"] =
        asPlainText ? Json(asText(content.bytes)) : Json{{"raw", toHexPrefixed(content.bytes)}};
    return plan;
}

Result<SigningPayload> planTypedData(const TypedDataContent& content)
{
    SigningPayload plan;
    plan.digest = bytesOf(content.hash.digest);
    plan.input = plan.digest;
    plan.prepared = plan.digest;
    plan.message = toHexPrefixed(plan.digest);
    plan.isFormatted = true;
    // Read with JavaScript there, whose numbers are doubles.
    plan.context["evmTypedData"] = withLargeIntegersAsText(content.typedData);
    return plan;
}

/// Null where the context has no form: a creation has no "to", its numbers end at 2^53, and authorisations
/// (EIP-7702) have no place in it, so that a policy would judge half of the transaction.
Json contextOf(const EvmTransaction& transaction)
{
    if (!transaction.to || !transaction.authorizationList.empty() || !transaction.chainId ||
        *transaction.chainId > maxSafeInteger || transaction.nonce > maxSafeInteger) {
        return nullptr;
    }
    Json context = {{"to", toText(*transaction.to)},
                    {"chainId", static_cast<std::uint64_t>(*transaction.chainId)},
                    {"value", toHexQuantity(transaction.value)},
                    {"data", toHexPrefixed(transaction.data)},
                    {"gas", toHexQuantity(transaction.gasLimit)},
                    {"nonce", transaction.nonce}};
    const auto fee = [&](const char* name, const std::optional<Uint256>& value) {
        if (value) {
            context[name] = toHexQuantity(*value);
        }
    };
    fee("gasPrice", transaction.gasPrice);
    fee("maxFeePerGas", transaction.maxFeePerGas);
    fee("maxPriorityFeePerGas", transaction.maxPriorityFeePerGas);
    return Json{{"evmTransaction", std::move(context)}};
}

Result<SigningPayload> planEvmTransaction(const EvmTransactionRequest& request)
{
    ASSIGN_OR_RETURN(const auto transaction, request.toTransaction());
    SigningPayload plan;
    planEvmBytes(plan, serializeUnsigned(transaction));
    plan.context = contextOf(transaction);
    if (transaction.chainId) {
        plan.chainId = toDecimal(*transaction.chainId);
    }
    plan.nonce = std::to_string(transaction.nonce);
    return plan;
}

SigningPayload planEd25519(const Bytes& message)
{
    SigningPayload plan;
    plan.scheme = SigningScheme::Ed25519;
    plan.input = message;
    plan.digest = bytesOf(sha256(message));
    plan.message = toHex(message);
    return plan;
}

Result<SigningPayload> planSolanaMessage(const MessageContent& content)
{
    SigningPayload plan = planEd25519(content.bytes);
    plan.prepared = content.bytes;
    plan.context["svmMessage"] = content.isText ? std::string(asText(content.bytes)) : plan.message;
    return plan;
}

Result<SigningPayload> planSolanaTransaction(const SolanaTransaction& transaction)
{
    SigningPayload plan = planEd25519(transaction.messageBytes);
    plan.prepared = transaction.serialize();
    // Which chain ids Dynamic's policies know is not documented (§3.4), and a transaction does not name its
    // cluster; 101 is the cluster id of Solana's mainnet.
    plan.context["svmTransaction"] = {{"chainId", "101"},
                                      {"method", "signTransaction"},
                                      {"serializedTransactions", Json::array({toBase64(plan.prepared)})}};
    return plan;
}

}  // namespace

Result<SigningPayload> signingPayloadOf(JobKind kind, const JobContent& content)
{
    if (const auto open = openFieldsOf(content); !open.empty()) {
        return failure(ErrorCode::InvalidInput,
                       SigningPayloadText::tr("\"%1\" is still open: it has to be filled in before signing.")
                           .arg(QString::fromStdString(open.front())));
    }
    if (const auto* message = std::get_if<MessageContent>(&content)) {
        return kind == JobKind::SolanaMessage ? planSolanaMessage(*message) : planEvmMessage(*message);
    }
    if (const auto* typedData = std::get_if<TypedDataContent>(&content)) {
        return planTypedData(*typedData);
    }
    if (const auto* request = std::get_if<EvmTransactionRequest>(&content)) {
        return planEvmTransaction(*request);
    }
    return planSolanaTransaction(std::get<SolanaTransaction>(content));
}

}  // namespace countersign
