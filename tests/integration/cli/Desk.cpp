#include "tests/integration/cli/Desk.h"

#include "tests/support/Patience.h"

#include <QElapsedTimer>
#include <QThread>

namespace countersign::testing {

using namespace Qt::StringLiterals;

Desk::Desk() : m_relay(m_folder.filePath(u"relay.sqlite"_s)) {}

bool Desk::failed(const QString& what, const QByteArray& errors)
{
    m_why = what + u": "_s + QString::fromUtf8(errors);
    return false;
}

bool Desk::startRelay(const QStringList& options)
{
    if (!m_relay.createInbox(u"desk"_s)) {
        return failed(u"inbox create"_s, {});
    }
    m_relayToken = m_relay.createToken(u"desk"_s, u"consumer"_s);
    writePrivateFile(path(u"relay-token"_s), QByteArray::fromStdString(m_relayToken) + "\n");
    return m_relay.start(options) || failed(u"relay"_s, m_relay.errors());
}

bool Desk::startSandbox()
{
    if (!m_sandbox.start({u"--state"_s, path(u"sandbox.sqlite"_s), u"--webhook-url"_s,
                          m_relay.url() + u"/in/desk"_s, u"--retry-schedule"_s, u"1,2,4,8"_s})) {
        return failed(u"sandbox"_s, m_sandbox.errors());
    }
    writePrivateFile(path(u"sandbox.json"_s), m_sandbox.readyLine());
    return true;
}

bool Desk::start(const QString& kid, const QString& keychain)
{
    return startRelay() && startSandbox() && makeProfile(keychain) && makeKey(kid);
}

bool Desk::makeProfile(const QString& keychain)
{
    QStringList arguments{
        u"init"_s,    u"--sandbox-info"_s, path(u"sandbox.json"_s), u"--relay"_s,           m_relay.url(),
        u"--inbox"_s, u"desk"_s,           u"--relay-token-file"_s, path(u"relay-token"_s), u"--keychain"_s,
        keychain};
    const bool withPassphrase = keychain == u"none"_s;
    if (withPassphrase) {
        writePrivateFile(path(u"passphrase"_s), "a passphrase of the desk\n");
    }
    m_cli =
        std::make_unique<CliProcess>(path(u"profile"_s), withPassphrase ? path(u"passphrase"_s) : QString());
    const auto made = m_cli->inProfile(arguments);
    if (made.exitCode != 0) {
        return failed(u"init"_s, made.errors);
    }
    return !withPassphrase || m_cli->makeCheapToOpen() ||
           failed(u"the profile could not be wrapped anew"_s, {});
}

bool Desk::makeKey(const QString& kid)
{
    const auto made = m_cli->inProfile({u"keys"_s, u"new"_s, u"--bits"_s, u"2048"_s, u"--kid"_s, kid});
    return made.exitCode == 0 ? registerKey(made.json().at("publicKeyPem").get<std::string>())
                              : failed(u"keys new"_s, made.errors);
}

bool Desk::registerKey(const std::string& publicKeyPem)
{
    const auto reply =
        m_sandbox.call("POST", m_sandbox.environmentPath() + u"/waas/delegatedAccess/encryptionPublicKeys"_s,
                       QByteArray::fromStdString(dumpJson({{"publicKey", publicKeyPem}})));
    return reply.status == 200 || failed(u"key registration"_s, reply.body);
}

Json Desk::delegate(const char* chain, int count)
{
    return m_sandbox
        .call("POST", u"/sandbox/delegations"_s,
              QByteArray::fromStdString(dumpJson({{"chain", chain}, {"count", count}})))
        .json();
}

bool Desk::delegateAgain(const std::string& walletId, const char* chain)
{
    return m_sandbox
               .call("POST", u"/sandbox/delegations"_s,
                     QByteArray::fromStdString(dumpJson({{"walletId", walletId}, {"chain", chain}})))
               .status == 200;
}

bool Desk::revoke(const std::string& walletId)
{
    return m_sandbox.call("DELETE", u"/sandbox/delegations/"_s + QString::fromStdString(walletId)).status ==
           200;
}

Json Desk::sandboxWallets()
{
    return m_sandbox.call("GET", u"/sandbox/wallets"_s).json();
}

bool Desk::syncUntil(const std::function<bool()>& condition)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < longPatienceMs) {
        const auto synced = m_cli->inProfile({u"sync"_s, u"--once"_s});
        if (synced.exitCode != 0) {
            return failed(u"sync"_s, synced.errors);
        }
        if (condition()) {
            return true;
        }
        QThread::msleep(200);
    }
    return failed(u"nothing arrived"_s, {});
}

Json Desk::wallet(const std::string& walletId) const
{
    return m_cli->inProfile({u"wallets"_s, u"show"_s, QString::fromStdString(walletId)}).json();
}

}  // namespace countersign::testing
