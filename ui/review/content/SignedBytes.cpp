#include "ui/review/content/SignedBytes.h"

#include "core/chain/evm/message/EvmMessage.h"
#include "core/chain/evm/transaction/EvmTransactionSpans.h"
#include "core/chain/solana/transaction/SolanaTransactionSpans.h"

namespace countersign {

namespace {

/// Bytes that nothing is known of have one span: what is shown is never without a name.
SignedBytes spanned(Bytes bytes, const Result<std::vector<ByteSpan>>& spans)
{
    ByteSpanWriter whole;
    whole.add(bytes.size(), "bytes", "bytes");
    return {std::move(bytes), spans ? *spans : whole.take()};
}

SignedBytes prefixedMessage(BytesView message)
{
    Bytes prefixed = eip191Prefixed(message);
    ByteSpanWriter spans;
    spans.add(prefixed.size() - message.size(), "prefix (EIP-191)", "prefix");
    spans.add(message.size(), "message", "message");
    return {std::move(prefixed), spans.take()};
}

/// 0x19 0x01 ‖ domain separator ‖ hashStruct(message), of which the digest is the hash.
SignedBytes typedDataBytes(const TypedDataContent& content)
{
    Bytes bytes = {0x19, 0x01};
    ByteSpanWriter spans;
    spans.add(bytes.size(), "prefix (EIP-712)", "prefix");
    spans.add(content.hash.domainHash.size(), "domain hash", "domain");
    spans.add(content.hash.structHash.size(), "struct hash", "message");
    bytes.insert(bytes.end(), content.hash.domainHash.begin(), content.hash.domainHash.end());
    bytes.insert(bytes.end(), content.hash.structHash.begin(), content.hash.structHash.end());
    return {std::move(bytes), spans.take()};
}

}  // namespace

SignedBytes signedBytesOf(const VerifiedJob& job)
{
    if (!job.payload()) {
        return {};
    }
    if (const auto* typed = std::get_if<TypedDataContent>(&job.content())) {
        return typedDataBytes(*typed);
    }
    const Bytes& prepared = job.payload()->prepared;
    if (const auto* message = std::get_if<MessageContent>(&job.content())) {
        ByteSpanWriter spans;
        spans.add(prepared.size(), "message", "message");
        return isEvm(job.job().kind) ? prefixedMessage(message->bytes) : spanned(prepared, spans.take());
    }
    if (const auto* transaction = std::get_if<SolanaTransaction>(&job.content())) {
        // What is prepared has the signatures' places, too.
        return spanned(transaction->messageBytes, solanaMessageSpans(transaction->messageBytes));
    }
    return spanned(prepared, evmTransactionSpans(prepared));
}

}  // namespace countersign
