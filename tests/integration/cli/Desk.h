#pragma once

#include "tests/support/processes/CliProcess.h"
#include "tests/support/processes/RelayProcess.h"
#include "tests/support/processes/SandboxProcess.h"

#include <QTemporaryDir>

#include <functional>
#include <set>

namespace countersign::testing {

/// Test environment of the command line: relay, sandbox and a profile over real processes, in a folder that
/// goes away. It is the whole house as an operator has it.
class Desk
{
public:
    Desk();

    /// All of the following, with a key of this name.
    bool start(const QString& kid, const QString& keychain = QStringLiteral("none"));
    /// Relay, its inbox "desk" and a consumer's token. False when something did not start; why() tells.
    bool startRelay(const QStringList& options = {});
    /// The sandbox, posting to that inbox; once more after a kill it continues with its state.
    bool startSandbox();
    /// init with what the sandbox printed; keychain "none" brings the passphrase, "os" brings none.
    bool makeProfile(const QString& keychain = QStringLiteral("none"));
    /// keys new and its registration at the sandbox.
    bool makeKey(const QString& kid);
    bool registerKey(const std::string& publicKeyPem);

    /// POST /sandbox/delegations; nothing on failure.
    Json delegate(const char* chain, int count);
    bool delegateAgain(const std::string& walletId, const char* chain);
    bool revoke(const std::string& walletId);
    Json sandboxWallets();

    /// sync --once until condition holds or a minute has passed.
    bool syncUntil(const std::function<bool()>& condition);
    Json wallets() const
    {
        return cli().inProfile({QStringLiteral("wallets"), QStringLiteral("list")}).json();
    }
    Json wallet(const std::string& walletId) const;

    const CliProcess& cli() const { return *m_cli; }
    RelayProcess& relay() { return m_relay; }
    SandboxProcess& sandbox() { return m_sandbox; }
    const std::string& relayToken() const { return m_relayToken; }
    QString path(const QString& name) const { return m_folder.filePath(name); }
    const QString& why() const { return m_why; }

private:
    bool failed(const QString& what, const QByteArray& errors);

    QTemporaryDir m_folder;
    RelayProcess m_relay;
    SandboxProcess m_sandbox;
    std::unique_ptr<CliProcess> m_cli;
    std::string m_relayToken;
    QString m_why;
};

}  // namespace countersign::testing
