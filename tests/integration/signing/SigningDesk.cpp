#include "tests/integration/signing/SigningDesk.h"

#include "core/base/encoding/Base58.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/envelopes/Dsse.h"
#include "core/crypto/keys/RsaPrivateKey.h"
#include "tests/unit/crypto/PemWriter.h"

#include <QUuid>

namespace countersign::testing {

using namespace Qt::StringLiterals;

namespace {

constexpr int rsaBits = 2048;

Bytes littleEndian(std::uint64_t value, int bytes)
{
    Bytes encoded;
    for (int i = 0; i < bytes; ++i) {
        encoded.push_back(static_cast<std::uint8_t>(value >> (8U * static_cast<unsigned>(i))));
    }
    return encoded;
}

void append(Bytes& bytes, const Bytes& more)
{
    bytes.insert(bytes.end(), more.begin(), more.end());
}

}  // namespace

bool SigningDesk::failed(const QString& what, const QByteArray& errors)
{
    m_why = what + u": "_s + QString::fromUtf8(errors);
    return false;
}

bool SigningDesk::startChains()
{
    return (m_evm.start(chainId) && m_solana.start()) ||
           failed(u"chains"_s, m_evm.errors() + m_solana.errors());
}

bool SigningDesk::start(Chains chains, const QStringList& relayOptions)
{
    if (chains == Chains::With && !startChains()) {
        return false;
    }
    if (!m_desk.startRelay(relayOptions) || !m_desk.startSandbox() || !m_desk.makeProfile()) {
        return false;
    }
    const auto key = RsaPrivateKey::generate(rsaBits);
    writePrivateFile(m_desk.path(u"key.pem"_s), QByteArray::fromStdString(pem::pkcs8(key->handle())));
    if (const auto imported = run({u"keys"_s, u"import"_s, u"--kid"_s, u"desk"_s, m_desk.path(u"key.pem"_s)});
        imported.exitCode != 0) {
        return failed(u"keys import"_s, imported.errors);
    }
    if (!m_desk.registerKey(key->publicKey().spkiPem()) || !delegateBoth()) {
        return false;
    }
    m_backEnd = std::make_unique<JobSubmitter>("desk", m_desk.relay().createSubmitterToken(u"desk"_s),
                                               SecretBytes::random(ed25519::seedBytes));
    const auto added = run({u"submitters"_s, u"add"_s, u"payroll"_s, u"--public-key"_s,
                            QString::fromStdString(m_backEnd->publicKeyHex())});
    if (added.exitCode != 0) {
        return failed(u"submitters add"_s, added.errors);
    }
    return chains == Chains::Without ||
           (set(u"rpc.evm.%1"_s.arg(chainId), m_evm.url()) && set(u"rpc.solana"_s, m_solana.url()));
}

SigningDesk::Wallet SigningDesk::delegate(const char* chain)
{
    const Json made = m_desk.delegate(chain, 1);
    if (made.size() != 1) {
        return {};
    }
    const Wallet wallet{made.at(0).at("walletId").get<std::string>(),
                        made.at(0).at("address").get<std::string>()};
    const bool arrived =
        m_desk.syncUntil([&] { return m_desk.wallet(wallet.id).value("status", std::string()) == "active"; });
    return arrived ? wallet : Wallet{};
}

bool SigningDesk::delegateBoth()
{
    m_evmWallet = delegate("EVM");
    m_solanaWallet = delegate("SVM");
    return !m_evmWallet.id.empty() && !m_solanaWallet.id.empty();
}

std::unique_ptr<CliProcess> SigningDesk::secondProfile()
{
    const QString folder = m_desk.path(u"profile-"_s + QUuid::createUuid().toString(QUuid::Id128));
    auto cli = std::make_unique<CliProcess>(folder, m_desk.path(u"passphrase"_s));
    const QString tokenFile = m_desk.path(u"second-token"_s);
    writePrivateFile(tokenFile,
                     QByteArray::fromStdString(m_desk.relay().createToken(u"desk"_s, u"consumer"_s)));
    const QList<QStringList> steps = {
        {u"init"_s, u"--sandbox-info"_s, m_desk.path(u"sandbox.json"_s), u"--relay"_s, m_desk.relay().url(),
         u"--inbox"_s, u"desk"_s, u"--relay-token-file"_s, tokenFile, u"--keychain"_s, u"none"_s},
        {u"keys"_s, u"import"_s, u"--kid"_s, u"desk"_s, m_desk.path(u"key.pem"_s)},
        {u"submitters"_s, u"add"_s, u"payroll"_s, u"--public-key"_s,
         QString::fromStdString(m_backEnd->publicKeyHex())},
        {u"sync"_s, u"--once"_s}};
    for (const QStringList& step : steps) {
        if (const auto done = cli->inProfile(step); done.exitCode != 0) {
            failed(step.first(), done.errors);
            return nullptr;
        }
        if (step.first() == u"init"_s && !cli->makeCheapToOpen()) {
            return nullptr;
        }
    }
    return cli;
}

std::string SigningDesk::post(const Json& document)
{
    const auto jobId = m_backEnd->submit(m_desk.relay().port(), dumpJson(document));
    if (!jobId) {
        failed(u"the relay did not take the job"_s, {});
        return {};
    }
    const auto synced = run({u"sync"_s, u"--once"_s});
    if (synced.exitCode != 0) {
        failed(u"sync"_s, synced.errors);
        return {};
    }
    return *jobId;
}

Json SigningDesk::job(const std::string& jobId) const
{
    return run({u"jobs"_s, u"show"_s, QString::fromStdString(jobId)}).json();
}

CliProcess::Outcome SigningDesk::approve(const std::string& jobId, const QStringList& options) const
{
    return run(QStringList{u"jobs"_s, u"approve"_s, QString::fromStdString(jobId)} + options);
}

bool SigningDesk::set(const QString& key, const QString& value) const
{
    return run({u"settings"_s, u"set"_s, key, value}).exitCode == 0;
}

Json SigningDesk::seenByBackEnd(const std::string& jobId)
{
    const auto response = m_backEnd->show(m_desk.relay().port(), jobId);
    return response ? parseJson(response->body).value_or(Json::object()) : Json::object();
}

Json SigningDesk::deskWord(const std::string& jobId)
{
    if (m_deskKey.empty()) {
        m_deskKey = run({u"desk"_s, u"key"_s}).json().value("publicKey", std::string());
    }
    const auto bytes = fromHex(m_deskKey);
    const auto envelope = parseDsse(dumpJson(seenByBackEnd(jobId).value("event", Json())));
    ed25519::PublicKey publicKey{};
    if (!bytes || bytes->size() != publicKey.size() || !envelope ||
        envelope->payloadType != jobEventPayloadType) {
        return {};
    }
    std::copy(bytes->begin(), bytes->end(), publicKey.begin());
    return verifyDsse(*envelope, std::span(&publicKey, 1))
               ? parseJson(asText(envelope->payload)).value_or(Json())
               : Json();
}

Json SigningDesk::ledger()
{
    return m_desk.sandbox().call("GET", u"/sandbox/signatures"_s).json();
}

bool SigningDesk::plan(const Json& faults)
{
    return m_desk.sandbox()
               .call("PUT", u"/sandbox/faults"_s, QByteArray::fromStdString(dumpJson(faults)))
               .status == 200;
}

Json SigningDesk::document(const Wallet& wallet, const char* kind, const Json& payload, bool broadcast)
{
    // Something unique, so that the same request twice is two jobs.
    return {{"wallet", wallet.id},
            {"kind", kind},
            {"payload", payload},
            {"broadcast", broadcast},
            {"reason", "order " + QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString()}};
}

std::string SigningDesk::solanaTransfer(const std::string& from, const std::string& to,
                                        std::uint64_t lamports, const std::string& blockhash)
{
    const Bytes none(32, 0);
    Bytes transaction = {1};  // one signature, empty
    append(transaction, Bytes(64, 0));
    append(transaction, {1, 0, 1, 3});  // one signer; one read-only account (the program); three accounts
    append(transaction, fromBase58(from).value());
    append(transaction, fromBase58(to).value());
    append(transaction, none);  // the System program
    append(transaction, blockhash.empty() ? none : fromBase58(blockhash).value());
    append(transaction,
           {1, 2, 2, 0, 1, 12});  // one instruction of program 2 on the accounts 0 and 1, 12 bytes
    append(transaction, littleEndian(2, 4));  // Transfer
    append(transaction, littleEndian(lamports, 8));
    return toBase64(transaction);
}

std::string SigningDesk::solanaTransferV1(const std::string& from, const std::string& to,
                                          std::uint64_t lamports, std::uint64_t priorityFee)
{
    const Bytes none(32, 0);
    Bytes transaction = {0x81, 1, 0, 1,
                         0x0f, 0, 0, 0};  // one signer; one read-only account; what is configured
    append(transaction, none);            // the blockhash
    append(transaction, {1, 3});          // one instruction, three accounts
    append(transaction, fromBase58(from).value());
    append(transaction, fromBase58(to).value());
    append(transaction, none);  // the System program
    append(transaction, littleEndian(priorityFee, 8));
    append(transaction, littleEndian(10'000, 4));     // compute units
    append(transaction, littleEndian(1'000'000, 4));  // bytes of loaded accounts
    append(transaction, {2, 2, 12, 0, 0, 1});         // program 2 on the accounts 0 and 1, 12 bytes
    append(transaction, littleEndian(2, 4));          // Transfer
    append(transaction, littleEndian(lamports, 8));
    append(transaction, Bytes(64, 0));  // the signature comes last
    return toBase64(transaction);
}

}  // namespace countersign::testing
