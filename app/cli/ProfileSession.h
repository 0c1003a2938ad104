#pragma once

#include "app/cli/Invocation.h"
#include "core/audit/AuditLog.h"
#include "core/audit/trust/TrustedKeys.h"
#include "core/audit/trust/TrustedSecrets.h"
#include "core/audit/trust/TrustedSettings.h"
#include "core/audit/witness/RecordCounter.h"
#include "core/vault/Vault.h"

#include <functional>
#include <memory>

namespace countersign::cli {

/// --passphrase-file, for every command that opens a profile.
OptionSpec passphraseOption();

/// The folder of --profile, else the standard one.
ProfilePaths profilePaths(const Arguments& arguments);

/// An unlocked profile with its database and stores, for one command. Every command that opens a profile
/// opens it in the same way: passphrase from a file, root key from the keychain only where the profile wants
/// one, a connection of its own. All of them unlock, also those that only read what is not sealed, so that a
/// wrong passphrase means the same everywhere.
class ProfileSession
{
public:
    using Opened = std::function<void(std::shared_ptr<ProfileSession>)>;

    /// Calls opened with the unlocked profile, or ends the invocation: usage when there is no profile, locked
    /// when it does not open.
    /// Where the profile was rolled back, as the record's counter in the keychain tells, that is said on
    /// standard error; the counter follows the record when the command has ended.
    enum class Counter {
        Follow,
        OnlyRead,    ///< for what promises to write nothing, and what decides about the counter itself
        LeaveAlone,  ///< for a copy: the counter is the original's
    };
    static void open(Invocation& invocation, Opened opened, Counter counter = Counter::Follow);
    /// The same for the profile in that folder.
    static void openIn(const ProfilePaths& paths, Invocation& invocation, Opened opened, Counter counter);
    /// Ends the invocation as open() does when the profile's files cannot be opened.
    static void refuse(Invocation& invocation, const Error& error);

    /// For `init`, which has an unlocked vault already.
    static Result<std::shared_ptr<ProfileSession>> over(std::shared_ptr<Vault> vault);

    Vault& vault() { return *m_vault; }
    std::shared_ptr<Vault> sharedVault() { return m_vault; }
    Database& database() { return *m_database; }
    const Clock& clock() const { return m_clock; }
    AuditLog& audit() { return m_audit; }
    TrustedKeys& keys() { return m_keys; }
    TrustedSecrets& secrets() { return m_secrets; }
    TrustedSettings& settings() { return m_settings; }
    RecordCounter& counter() { return m_counter; }
    /// What it told when the profile was opened.
    const CounterFinding& counterFinding() const { return m_counterFinding; }
    /// Everything of settings, submitters, secrets and keys that is not as it was set; errors of
    /// TrustedRows::findings.
    Result<std::vector<TrustFinding>> trustFindings() const
    {
        return TrustedRows(*m_database, *m_vault).findings();
    }

    /// Says on standard error which rows of these trustedTables are not as they were set.
    void tellFindings(Terminal& terminal, std::initializer_list<std::string_view> tables) const;

    /// AuditLog::record.
    template <typename Change>
    auto record(std::string_view kind, std::string_view subject, const Json& detail, Change&& change)
        -> std::invoke_result_t<Change>
    {
        return m_audit.record(kind, subject, dumpJson(detail), std::forward<Change>(change));
    }

private:
    static void examineCounter(Invocation& invocation, const std::shared_ptr<ProfileSession>& session,
                               Counter counter, const Opened& opened);
    ProfileSession(std::shared_ptr<Vault> vault, std::unique_ptr<Database> database);

    SystemClock m_clock;
    std::shared_ptr<Vault> m_vault;
    std::unique_ptr<Database> m_database;
    AuditLog m_audit;
    TrustedKeys m_keys;
    TrustedSecrets m_secrets;
    TrustedSettings m_settings;
    RecordCounter m_counter;
    CounterFinding m_counterFinding;
};

}  // namespace countersign::cli
