#pragma once

#include "core/base/encoding/Json.h"
#include "core/signing/job/Job.h"
#include "core/signing/prepare/SplLookup.h"

#include <QString>

namespace countersign {

/// Where a draft is wrong, so that the sentence stands beside the field.
enum class DraftField {
    Wallet,
    Message,
    TypedData,
    ChainId,
    To,
    Amount,
    Token,
    Decimals,
    Creation,
    Raw,
    Reason
};

struct DraftError
{
    DraftField field = DraftField::Wallet;
    QString sentence;

    bool operator==(const DraftError&) const = default;
};

/// The member "payload" of a job document (design.md §7), or what is wrong.
using DraftPayload = tl::expected<Json, DraftError>;

// Everything here is exact: amounts are integers (AmountText.h), addresses are checked (EIP-55, Base58), and
// the document says what was typed and nothing else.

/// hex: the text is bytes in hex; else the bytes are its UTF-8.
DraftPayload messageDraft(const QString& text, bool hex);
/// The text is kept as JSON in its order and is hashed once, so that a mistake shows while it is typed.
DraftPayload typedDataDraft(const QString& json);
/// The digest of typed data as 0x-hex, or the sentence that says why there is none.
tl::expected<QString, DraftError> typedDataDigest(const QString& json);
/// amount: whole units of the chain's own coin, 18 decimals.
DraftPayload nativeTransferDraft(const QString& chainId, const QString& to, const QString& amount);
/// transfer(address,uint256) of ERC-20; decimals are what the operator says, not what the contract does.
DraftPayload tokenTransferDraft(const QString& chainId, const QString& contract, const QString& decimals,
                                const QString& to, const QString& amount);
/// An unsigned EVM transaction in hex.
DraftPayload rawEvmDraft(const QString& hex);
/// System transfer of amount SOL (9 decimals), legacy message, blockhash left open.
DraftPayload solTransferDraft(const std::string& from, const QString& to, const QString& amount);
/// What has to be asked about a transfer of an SPL token; mint and recipient in base58, both checked as far
/// as that goes without the chain.
tl::expected<SplQuestion, DraftError> splQuestion(const std::string& wallet, const QString& mint,
                                                  const QString& recipient);
/// TransferChecked of what the node said the token is, after the creation of the recipient's associated
/// account where that is missing and createsAccount says to make it. amount: whole tokens, by the mint's
/// decimals, at most what the wallet's account holds. Legacy message, blockhash left open.
DraftPayload splTransferDraft(const SplFacts& facts, const QString& amount, bool createsAccount);
/// A Solana transaction, its signatures empty or partial, or its message; base64, or hex with 0x.
DraftPayload rawSolanaDraft(const QString& text);

/// Everything of a job but its payload.
struct DraftFrame
{
    std::string walletId;
    JobKind kind = JobKind::EvmMessage;
    bool broadcast = false;  ///< for transactions
    QString reason;
    UnixMillis expiresAt = 0;
};

/// The bytes that are submitted: compact JSON in design.md §7's order.
Bytes jobDocument(const DraftFrame& frame, Json payload);

}  // namespace countersign
