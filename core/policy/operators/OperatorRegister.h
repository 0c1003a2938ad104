#pragma once

#include "core/audit/AuditLog.h"
#include "core/audit/trust/TrustedRows.h"
#include "core/policy/operators/Operator.h"
#include "core/policy/operators/OperatorIdentity.h"

#include <string>
#include <vector>

namespace countersign {

/// The operators whose statements this desk counts. Who may approve is decided here and by nobody else, so
/// the register counts only as this profile's programs wrote it (TrustedRows), and as a whole: a row that was
/// changed, put in or taken away by somebody else makes all of it doubted. The way out is a backup, or
/// "settings seal" after a look at every row.
class OperatorRegister
{
public:
    OperatorRegister(Database& database, const Vault& vault, AuditLog& audit, const Clock& clock)
        : m_database(database),
          m_audit(audit),
          m_clock(clock),
          m_trusted(database, vault),
          m_identity(database, vault, audit, clock)
    {}

    /// By name. BadSignature when it is not what was written; the errors of TrustedRows::manifest.
    Result<std::vector<Operator>> operators() const;
    /// The same, and this desk's own operator where that one is not among them (in no group then): everybody
    /// whose statements count. The errors of OperatorIdentity::find, too.
    Result<std::vector<Operator>> everybody() const;

    // Each a transaction of its own with its entry in the record ("operator.added", "operator.removed").

    /// Gives the row. AlreadyExists for a name or a key that is there, a name that is a group's, and a group
    /// that is called like an operator. The desk's own key comes under its own name only (to be in groups),
    /// and its name with its own key only: InvalidInput. Else the errors of checkedOperator and operators();
    /// InvalidInput where there are 1000 already.
    Result<Operator> add(const std::string& name, const ed25519::PublicKey& key,
                         std::vector<std::string> groups);
    /// What this operator said stops counting at once. NotFound; errors as operators().
    Result<Operator> remove(const std::string& name);

    /// The bare rows, by name: for showing them.
    static Result<std::vector<Operator>> rows(Database& database);

private:
    Status checkOwn(const Operator& wanted) const;
    Status insert(const Operator& one);
    Status note();

    Database& m_database;
    AuditLog& m_audit;
    const Clock& m_clock;
    TrustedRows m_trusted;
    OperatorIdentity m_identity;
};

/// Whether the operator or one of its groups is called so.
bool usesName(const Operator& one, const std::string& name);

}  // namespace countersign
