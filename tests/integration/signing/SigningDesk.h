#pragma once

#include "tests/integration/cli/Desk.h"
#include "tests/support/fixtures/signing/JobSubmitter.h"
#include "tests/support/processes/ChainNodes.h"

namespace countersign::testing {

/// Test environment of signing, the whole way of a job over real processes: a back end, the relay, a desk
/// (the command line on a profile), the sandbox as Dynamic, and chains. One wallet on each chain is
/// delegated.
class SigningDesk
{
public:
    static constexpr std::uint64_t chainId = 31337;

    enum class Chains { With, Without };
    /// False when something did not start; why() tells.
    bool start(Chains chains = Chains::With, const QStringList& relayOptions = {});

    Desk& desk() { return m_desk; }
    EvmNode& evm() { return m_evm; }
    SolanaNode& solana() { return m_solana; }
    JobSubmitter& backEnd() { return *m_backEnd; }
    const QString& why() const { return m_why.isEmpty() ? m_desk.why() : m_why; }

    struct Wallet
    {
        std::string id;
        std::string address;
    };
    const Wallet& evmWallet() const { return m_evmWallet; }
    const Wallet& solanaWallet() const { return m_solanaWallet; }
    /// Another wallet of the sandbox that the desk knows; its id is empty on failure.
    Wallet delegate(const char* chain);

    /// Another profile over the same relay and sandbox that can open the same delegations and trusts the same
    /// submitter.
    std::unique_ptr<CliProcess> secondProfile();

    /// The back end posts the document and the desk fetches it; the job's id, empty on failure.
    std::string post(const Json& document);
    /// The job as "jobs show" prints it; null when it is not known.
    Json job(const std::string& jobId) const;
    std::string state(const std::string& jobId) const { return job(jobId).value("state", std::string()); }
    CliProcess::Outcome approve(const std::string& jobId, const QStringList& options = {}) const;
    CliProcess::Outcome run(const QStringList& arguments) const { return m_desk.cli().inProfile(arguments); }
    bool set(const QString& key, const QString& value) const;

    /// What the relay tells the back end.
    Json seenByBackEnd(const std::string& jobId);
    /// The desk's own word at the relay, checked with the key of "desk key"; null when it does not verify.
    Json deskWord(const std::string& jobId);
    /// Everything that the sandbox ever signed.
    Json ledger();
    bool plan(const Json& faults);

    static Json document(const Wallet& wallet, const char* kind, const Json& payload, bool broadcast = false);
    /// A legacy transfer, not signed. blockhash in base58; empty leaves it open.
    static std::string solanaTransfer(const std::string& from, const std::string& to, std::uint64_t lamports,
                                      const std::string& blockhash = {});
    /// The same as version 1 (SIMD-0385), with a priority fee in lamports; the blockhash is open.
    static std::string solanaTransferV1(const std::string& from, const std::string& to,
                                        std::uint64_t lamports, std::uint64_t priorityFee);

private:
    bool failed(const QString& what, const QByteArray& errors);
    bool startChains();
    bool delegateBoth();

    Desk m_desk;
    EvmNode m_evm;
    SolanaNode m_solana;
    std::unique_ptr<JobSubmitter> m_backEnd;
    Wallet m_evmWallet;
    Wallet m_solanaWallet;
    std::string m_deskKey;  ///< of the first profile, in hex
    QString m_why;
};

}  // namespace countersign::testing
