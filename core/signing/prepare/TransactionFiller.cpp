#include "core/signing/prepare/TransactionFiller.h"

#include "core/base/encoding/Hex.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

constexpr std::uint64_t plainTransferGas = 21'000;
constexpr std::uint64_t authorizationGas = 25'000;
constexpr int maxNonceSteps = 1000;

struct TransactionFillerText
{
    Q_DECLARE_TR_FUNCTIONS(TransactionFillerText)
};

Json accessListJson(const std::vector<AccessListEntry>& list)
{
    if (list.empty()) {
        return nullptr;
    }
    Json json = Json::array();
    for (const AccessListEntry& entry : list) {
        Json keys = Json::array();
        for (const Bytes32& key : entry.storageKeys) {
            keys.push_back(toHexPrefixed(key));
        }
        json.push_back(Json{{"address", toText(entry.address)}, {"storageKeys", std::move(keys)}});
    }
    return json;
}

/// Asks one thing after the other; each question is dropped when the next one is asked.
class EvmFilling final : public PendingCall
{
public:
    EvmFilling(std::unique_ptr<EvmRpc> rpc, EvmTransactionRequest request, std::string from,
               std::function<bool(const std::string&)> isNonceTaken, FillingAnswered done)
        : m_rpc(std::move(rpc)),
          m_request(std::move(request)),
          m_from(std::move(from)),
          m_isNonceTaken(std::move(isNonceTaken)),
          m_done(std::move(done))
    {
        m_call = m_rpc->chainId([this](Result<Uint256> chainId) { checkChain(chainId); });
    }

private:
    bool isOpen(const char* name) const
    {
        const auto open = m_request.openFields();
        return std::find(open.begin(), open.end(), name) != open.end();
    }

    void fill(const char* name, const Uint256& value) { m_resolved.push_back({name, toDecimal(value)}); }

    void fail(const Error& error)
    {
        const FillingAnswered done = std::move(m_done);
        done(failure(error));
    }

    void checkChain(const Result<Uint256>& chainId)
    {
        if (!chainId) {
            return fail(chainId.error());
        }
        if (*chainId != m_request.chainId) {
            return fail({ErrorCode::InvalidInput,
                         TransactionFillerText::tr(
                             "The node that is configured for chain %1 serves chain %2. Correct the setting "
                             "rpc.evm.%1.")
                             .arg(QString::fromStdString(toDecimal(m_request.chainId)),
                                  QString::fromStdString(toDecimal(*chainId))),
                         {}});
        }
        if (!isOpen("nonce")) {
            return askFees();
        }
        m_call = m_rpc->transactionCount(m_from, EvmRpc::CountAt::Pending,
                                         [this](Result<std::uint64_t> count) { handleNonce(count); });
    }

    void handleNonce(const Result<std::uint64_t>& count)
    {
        if (!count) {
            return fail(count.error());
        }
        std::uint64_t nonce = *count;
        for (int step = 0; step < maxNonceSteps && m_isNonceTaken(std::to_string(nonce)); ++step) {
            ++nonce;
        }
        fill("nonce", nonce);
        askFees();
    }

    void askFees()
    {
        if (!isOpen("gasPrice") && !isOpen("maxFeePerGas") && !isOpen("maxPriorityFeePerGas")) {
            return askGas();
        }
        m_call = m_rpc->fees(isOpen("gasPrice") ? EvmFeeKind::GasPrice : EvmFeeKind::BaseFee,
                             [this](Result<EvmFees> fees) { handleFees(fees); });
    }

    void handleFees(const Result<EvmFees>& fees)
    {
        if (!fees) {
            return fail(fees.error());
        }
        if (isOpen("gasPrice")) {
            fill("gasPrice", fees->gasPrice);
            return askGas();
        }
        Uint256 tip = m_request.maxPriorityFeePerGas.value_or(fees->priorityFee);
        if (isOpen("maxFeePerGas")) {
            if (!fees->baseFee) {
                return fail({ErrorCode::InvalidInput,
                             TransactionFillerText::tr(
                                 "This chain has no base fee. Give the job a gasPrice instead."),
                             {}});
            }
            const auto twice = addChecked(*fees->baseFee, *fees->baseFee);
            const auto cap = twice ? addChecked(*twice, tip) : std::nullopt;
            if (!cap) {
                return fail({ErrorCode::Network,
                             TransactionFillerText::tr("The node answered with fees that cannot be."),
                             {}});
            }
            fill("maxFeePerGas", *cap);
        } else {
            tip = std::min(tip, *m_request.maxFeePerGas);
        }
        if (isOpen("maxPriorityFeePerGas")) {
            fill("maxPriorityFeePerGas", tip);
        }
        askGas();
    }

    void askGas()
    {
        if (!isOpen("gasLimit")) {
            return finish();
        }
        EvmCall call;
        call.from = m_from;
        if (m_request.to) {
            call.to = toText(*m_request.to);
        }
        call.value = m_request.value;
        call.data = m_request.data;
        call.accessList = accessListJson(m_request.accessList);
        m_call = m_rpc->estimateGas(call, [this](Result<std::uint64_t> gas) { takeGas(gas); });
    }

    void takeGas(const Result<std::uint64_t>& gas)
    {
        if (!gas) {
            return fail(gas.error());
        }
        // A transfer to an account without code costs exactly this; everything else may cost more by then.
        // The question to the node has no authorisations, and each costs this much beforehand (EIP-7702).
        const Uint256 estimate = *gas == plainTransferGas ? Uint256(*gas) : Uint256(*gas) + Uint256(*gas) / 5;
        fill("gasLimit", estimate + Uint256(authorizationGas) * m_request.authorizationList.size());
        finish();
    }

    void finish()
    {
        const FillingAnswered done = std::move(m_done);
        auto resolved = std::move(m_resolved);
        done(std::move(resolved));
    }

    std::unique_ptr<EvmRpc> m_rpc;
    EvmTransactionRequest m_request;
    std::string m_from;
    std::function<bool(const std::string&)> m_isNonceTaken;
    FillingAnswered m_done;
    std::vector<ResolvedField> m_resolved;
    PendingCallPtr m_call;  ///< last, so that it is dropped before what it works with
};

class SolanaFilling final : public PendingCall
{
public:
    SolanaFilling(std::unique_ptr<SolanaRpc> rpc, FillingAnswered done) : m_rpc(std::move(rpc))
    {
        m_call = m_rpc->latestBlockhash([done = std::move(done)](Result<SolanaBlockhash> answer) {
            if (!answer) {
                return done(failure(answer.error()));
            }
            done(std::vector<ResolvedField>{{"recentBlockhash", answer->blockhash}});
        });
    }

private:
    std::unique_ptr<SolanaRpc> m_rpc;
    PendingCallPtr m_call;
};

}  // namespace

PendingCallPtr fillEvm(std::unique_ptr<EvmRpc> rpc, const EvmTransactionRequest& request,
                       const std::string& from, std::function<bool(const std::string&)> isNonceTaken,
                       FillingAnswered done)
{
    return std::make_unique<EvmFilling>(std::move(rpc), request, from, std::move(isNonceTaken),
                                        std::move(done));
}

PendingCallPtr fillSolana(std::unique_ptr<SolanaRpc> rpc, FillingAnswered done)
{
    return std::make_unique<SolanaFilling>(std::move(rpc), std::move(done));
}

}  // namespace countersign
