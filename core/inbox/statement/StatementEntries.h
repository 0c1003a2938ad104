#pragma once

#include "core/base/encoding/Json.h"
#include "core/crypto/envelopes/Dsse.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/inbox/EntryHandler.h"

#include <string>
#include <string_view>

namespace countersign {

/// Kinds of feed entries that are operators' (the relay's contract, docs/relay.md).
inline constexpr std::string_view approvalEntryKind = "approval";
inline constexpr std::string_view statementEntryKind = "statement";

/// Longest envelope of a statement, in bytes of JSON: the relay's limit.
inline constexpr std::size_t statementMaxBytes = 16 * 1024;

/// An operator's statement as far as everybody can read it. Nobody vouches for any of it: who said it, and
/// whether it counts, is the handler's to find out.
struct OperatorStatement
{
    std::string jobId;      ///< 64 lower-case hex digits; empty: it is about no job
    Json payload;           ///< an object; its other members are not looked at
    DsseEnvelope envelope;  ///< of approvalPayloadType or freezePayloadType, with one signature or more
    Sha256Digest digest{};  ///< of body
    BytesView body;         ///< the envelope as posted; the caller's
};

/// {"jobId", …} in an envelope of approvalPayloadType, also for what comes as a file. InvalidInput otherwise,
/// its detail in English.
Result<OperatorStatement> parseApprovalStatement(BytesView body);
/// {…} in an envelope of freezePayloadType.
Result<OperatorStatement> parseFreezeStatement(BytesView body);

/// An interface to whoever judges operators' statements. Both functions are called inside the transaction
/// that stores the entry, and again when the entry is retried from quarantine or the feed is read again: what
/// is known (by digest) is Verdict::Duplicate. An error is the storage's or the vault's, never the
/// statement's.
///
/// Judgement::isUnverified must be true as long as no registered operator's signature verifies: such rows
/// are kept within the limits for what strangers send only, so that a relay cannot fill the disk.
class ApprovalEntryHandler
{
public:
    ApprovalEntryHandler() = default;
    virtual ~ApprovalEntryHandler() = default;
    ApprovalEntryHandler(const ApprovalEntryHandler&) = delete;
    ApprovalEntryHandler& operator=(const ApprovalEntryHandler&) = delete;

    /// About the job statement.jobId, which need not be known here (yet). entry: when and as which delivery
    /// it came.
    virtual Result<Judgement> takeApproval(const OperatorStatement& statement, const FeedItem& entry,
                                           AuditTransaction& record) = 0;
    /// To every desk.
    virtual Result<Judgement> takeFreeze(const OperatorStatement& statement, const FeedItem& entry,
                                         AuditTransaction& record) = 0;
};

/// The reader of operators' statements in the feed. What cannot be read goes to quarantine here, so that an
/// ApprovalEntryHandler sees only what is bounded and of its type.
class StatementEntries final : public EntryHandler
{
public:
    /// Must outlive it.
    explicit StatementEntries(ApprovalEntryHandler& handler) : m_handler(handler) {}

    bool handles(std::string_view kind) const override;
    Result<Judgement> take(const FeedItem& entry, AuditTransaction& record) override;

private:
    ApprovalEntryHandler& m_handler;
};

}  // namespace countersign
