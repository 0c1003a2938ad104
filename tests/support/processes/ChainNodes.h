#pragma once

#include "core/base/Uint256.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Json.h"

#include <QProcess>
#include <QStringList>

#include <cstdint>
#include <string>
#include <vector>

namespace countersign::testing {

/// A blockchain node as a child process: one of the node programs of tests/integration/signing, spoken to in
/// JSON-RPC; it ends with the object. What the console broadcasts is only shown to be right by a chain that
/// takes it. Blocking.
class ChainNode
{
public:
    virtual ~ChainNode();
    ChainNode(const ChainNode&) = delete;
    ChainNode& operator=(const ChainNode&) = delete;

    /// Why tests with chains cannot run here (no Node.js, no npm ci); empty when they can.
    static QString missing();

    void stop();
    QString url() const { return m_url; }
    std::uint16_t port() const { return m_port; }
    qint64 processId() const { return m_process.processId(); }
    QByteArray errors();
    /// The result; null when the node answered with an error or not at all (lastError() tells).
    Json call(const char* method, const Json& params = Json::array());
    const std::string& lastError() const { return m_lastError; }

protected:
    ChainNode() = default;
    bool startProgram(const QString& script, const QStringList& arguments);
    const Json& ready() const { return m_ready; }

private:
    QProcess m_process;
    QByteArray m_errors;
    Json m_ready;
    QString m_url;
    std::uint16_t m_port = 0;
    std::string m_lastError;
};

/// Hardhat's node. It mines each transaction at once, and empty blocks when asked to.
class EvmNode : public ChainNode
{
public:
    /// port 0: a free one.
    bool start(std::uint64_t chainId, std::uint16_t port = 0);
    /// Sends wei (decimal) from the faucet's account.
    bool fund(const std::string& address, const std::string& wei);
    Uint256 balance(const std::string& address);
    std::uint64_t transactionCount(const std::string& address);
    bool mine(int blocks);
    /// An empty block every so many milliseconds; 0 ends it.
    bool mineEvery(int milliseconds);
    /// As the node tells it; null when it does not know it.
    Json transaction(const std::string& hash)
    {
        return call("eth_getTransactionByHash", Json::array({hash}));
    }
};

/// LiteSVM.
class SolanaNode : public ChainNode
{
public:
    bool start(std::uint16_t port = 0);
    bool fund(const std::string& address, std::uint64_t lamports);
    std::uint64_t balance(const std::string& address);
    std::string blockhash();
    /// The blockhash of now is too old from now on.
    bool expireBlockhash() { return !call("testExpireBlockhash").is_null(); }
    /// What was executed stays "processed" as long as this is on.
    bool holdConfirmations(bool on)
    {
        (void)call("testHoldConfirmations", Json::array({on}));
        return lastError().empty();
    }
    /// An account that a program (base58) would have left there, its rent paid.
    bool setAccount(const std::string& address, const std::string& owner, const Bytes& data)
    {
        return !call("testSetAccount", Json::array({address, owner, toBase64(data)})).is_null();
    }
    /// Signatures of what was executed, in order.
    std::vector<std::string> executed() { return call("testExecuted").get<std::vector<std::string>>(); }
};

/// What viem and @solana/kit say about a signature: the answer of judge.mjs, null when there was none.
Json judged(const Json& question);

}  // namespace countersign::testing
