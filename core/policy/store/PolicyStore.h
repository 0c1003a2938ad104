#pragma once

#include "core/audit/AuditLog.h"
#include "core/audit/trust/TrustedRows.h"
#include "core/base/Bytes.h"
#include "core/policy/approvals/PolicyChangeStatement.h"
#include "core/policy/document/PolicyDocument.h"
#include "core/policy/operators/OperatorRegister.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// One policy that was set here, without its document.
struct PolicyRow
{
    std::string sha256;  ///< lowercase hex, of the document's bytes
    std::string name;
    int rules = 0;
    UnixMillis setAt = 0;
    std::optional<UnixMillis> endedAt;  ///< nothing: in force

    bool operator==(const PolicyRow&) const = default;
};

/// A policy as it was set.
struct StoredPolicy
{
    std::shared_ptr<const PolicyDocument> policy;
    Bytes bytes;
    PolicyRow row;
};

/// The rule book of this profile: the policy in force and the last ones before it. It decides what may be
/// signed, so it counts only as this profile's programs wrote it (TrustedRows), and as a whole: whatever was
/// changed, put in, taken away or rolled back by somebody else is an error, never "no policy". The way out is
/// a backup, or "settings seal" after a look.
class PolicyStore
{
public:
    PolicyStore(Database& database, const Vault& vault, AuditLog& audit, const Clock& clock)
        : m_database(database),
          m_audit(audit),
          m_clock(clock),
          m_trusted(database, vault),
          m_register(database, vault, audit, clock),
          m_identity(database, vault, audit, clock)
    {}

    /// Former policies that are kept; the oldest goes first.
    static constexpr int maxFormer = 50;

    // BadSignature when the rows are not what was written; the errors of TrustedRows::manifest. Inside a
    // caller's transaction each must be the first read (TrustedRows::manifest).

    /// Nothing where none was set: then the built-in policy counts. Errors of parsePolicy, too: a document
    /// that this version cannot read does not pass for none.
    Result<std::optional<StoredPolicy>> inForce() const;
    /// The same without its document.
    Result<std::optional<PolicyRow>> rowInForce() const;
    /// The newest first.
    Result<std::vector<PolicyRow>> history() const;
    /// The bytes of one that is kept, by its whole sha256. NotFound.
    Result<Bytes> document(std::string_view sha256) const;

    /// How a change of the policy in force to the one of this hash (CountTerms::ofBuiltInPolicy for none)
    /// stands with these statements and the word of this desk's own operator, who makes it. need is 0 where
    /// the policy in force asks for nothing. Errors of policyChangeDemand, OperatorRegister::everybody and
    /// OperatorIdentity::find.
    Result<PolicyChangeCount> changeTo(const std::string& sha256,
                                       std::span<const PolicyChangeStatement> statements) const;
    /// Signs and records ("policy.endorsed") this desk's operator's word that the policy of that hash may
    /// take the place of the one in force. NotFound where there is no operator; InvalidInput where nothing
    /// asks for it; Busy where another policy than replaces is in force (nothing: whichever it is); errors as
    /// changeTo().
    Result<SignedPolicyChange> endorse(const std::string& sha256,
                                       const std::optional<std::string>& replaces = {});

    /// Of what lies in the file as the policy in force, whoever wrote it: for looking at it alone. Nothing
    /// where there is none.
    static Result<std::optional<Bytes>> bareDocument(Database& database);

    // Each a transaction of its own with its entry in the record ("policy.set", "policy.cleared"), which
    // names the one before.

    /// Puts it in force from now on, and gives its row. Nothing changes and nothing is recorded where these
    /// bytes are in force already. Denied where the policy in force asks for more approvals of its change
    /// than
    /// these, and where this one would ask for more approvals of its own change than operators are known here
    /// who may give them. Errors of parsePolicy, as inForce() but for those of its document, and as
    /// changeTo().
    /// replaces: the hash of the one that was looked at, empty for the built-in one; Busy where another one
    /// is in force by now. Nothing: whichever it is.
    Result<PolicyRow> set(BytesView bytes, std::span<const PolicyChangeStatement> statements = {},
                          const std::optional<std::string>& replaces = {});
    /// From now on the built-in policy counts; gives the one that was in force. NotFound where none was;
    /// Denied as set().
    Result<PolicyRow> clear(std::span<const PolicyChangeStatement> statements = {});

private:
    Result<PolicyChangeCount> countChange(const PolicyRow& inForce, const std::string& sha256,
                                          std::span<const PolicyChangeStatement> statements) const;
    Status checkChangeable(const PolicyDocument& policy) const;
    Result<PolicyChangeCount> permitted(const std::optional<PolicyRow>& inForce, const std::string& sha256,
                                        std::span<const PolicyChangeStatement> statements) const;
    Result<std::vector<PolicyRow>> vouchedRows() const;
    Status end(const std::vector<PolicyRow>& rows);
    Status note();

    Database& m_database;
    AuditLog& m_audit;
    const Clock& m_clock;
    TrustedRows m_trusted;
    OperatorRegister m_register;
    OperatorIdentity m_identity;
};

}  // namespace countersign
