#include "core/signing/broadcast/EvmBroadcast.h"

#include "core/chain/evm/EvmTransaction.h"

#include <algorithm>

namespace countersign {

EvmBroadcast::EvmBroadcast(const Job& job, const SigningServices& parts, JobStore& store, AuditLog& audit,
                           int confirmations)
    : JobBroadcast(job, parts, store, audit),
      m_confirmations(static_cast<std::uint64_t>(std::max(1, confirmations)))
{}

Status EvmBroadcast::connectNode()
{
    const auto transaction = decodeTransaction(job().signedTransaction);
    if (!transaction) {
        return failure(transaction.error());
    }
    m_nonce = transaction->nonce;
    auto rpc = m_parts.evmRpc(toDecimal(transaction->chainId.value_or(0)));
    if (!rpc) {
        return failure(rpc.error());
    }
    m_rpc = *std::move(rpc);
    return {};
}

void EvmBroadcast::sendBytes()
{
    hold(m_rpc->sendRawTransaction(job().signedTransaction, [this](const Result<std::string>& hash) {
        if (!hash && hash.error().code == ErrorCode::InvalidInput) {
            return afterRefusal(hash.error());
        }
        if (!hash) {
            return sendFailed(hash.error());
        }
        if (!hash->empty() && *hash != job().hash) {
            return sendFailed({ErrorCode::InvalidInput,
                               tr("The node says that it took another transaction than it was sent."),
                               QString::fromStdString(*hash)});
        }
        sent();
    }));
}

void EvmBroadcast::afterRefusal(const Error& refusal)
{
    // "nonce too low" is also what a node says of a transaction that is mined already.
    hold(m_rpc->isKnown(job().hash, [this, refusal](const Result<bool>& known) {
        if (known && *known) {
            return sent();
        }
        if (!known) {
            return sendFailed(known.error());
        }
        hold(m_rpc->transactionCount(job().address, EvmRpc::CountAt::Latest,
                                     [this, refusal](const Result<std::uint64_t>& count) {
                                         if (count && *count > m_nonce) {
                                             return replacedUnlessMined();
                                         }
                                         refused(refusal);
                                     }));
    }));
}

void EvmBroadcast::look()
{
    hold(m_rpc->receipt(
        job().hash, [this](const Result<std::optional<EvmReceipt>>& receipt) { handleReceipt(receipt); }));
}

void EvmBroadcast::handleReceipt(const Result<std::optional<EvmReceipt>>& receipt)
{
    if (!receipt) {
        return unreachable(receipt.error());
    }
    if (*receipt) {
        hold(m_rpc->blockNumber([this, found = **receipt](const Result<std::uint64_t>& head) {
            if (!head) {
                return unreachable(head.error());
            }
            weigh(found, *head);
        }));
        return;
    }
    // Not mined, or not any more.
    tell({.wanted = m_confirmations});
    hold(m_rpc->isKnown(job().hash, [this](const Result<bool>& known) {
        if (!known) {
            return unreachable(known.error());
        }
        lookForNonce(*known);
    }));
}

void EvmBroadcast::weigh(const EvmReceipt& receipt, std::uint64_t head)
{
    // A node may lag behind the one that gave the receipt.
    const std::uint64_t depth = head < receipt.blockNumber ? 0 : head - receipt.blockNumber + 1;
    tell({.confirmations = std::min(depth, m_confirmations), .wanted = m_confirmations});
    if (depth < m_confirmations) {
        return lookLater();
    }
    if (!receipt.succeeded) {
        return failed(
            {ErrorCode::InvalidInput,
             tr("The transaction was mined, and the chain reverted it: it had no effect, and its fee "
                "is paid."),
             QStringLiteral("block %1").arg(receipt.blockNumber)});
    }
    confirmed("block " + std::to_string(receipt.blockNumber) + ", " + receipt.blockHash);
}

void EvmBroadcast::lookForNonce(bool known)
{
    if (known) {
        return lookLater();
    }
    hold(m_rpc->transactionCount(job().address, EvmRpc::CountAt::Latest,
                                 [this](const Result<std::uint64_t>& count) {
                                     if (!count) {
                                         return unreachable(count.error());
                                     }
                                     if (*count > m_nonce) {
                                         return replacedUnlessMined();
                                     }
                                     send();  // the nodes forgot it; the same bytes once more
                                 }));
}

void EvmBroadcast::replacedUnlessMined()
{
    // It may have been mined between the questions.
    hold(m_rpc->receipt(job().hash, [this](const Result<std::optional<EvmReceipt>>& receipt) {
        if (!receipt) {
            return unreachable(receipt.error());
        }
        if (*receipt) {
            return lookLater();
        }
        failed(
            {ErrorCode::InvalidInput,
             tr("Another transaction of this wallet with the same nonce was mined instead. This one can have "
                "no effect any more."),
             QStringLiteral("nonce %1").arg(m_nonce)});
    }));
}

}  // namespace countersign
