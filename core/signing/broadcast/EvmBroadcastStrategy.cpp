#include "core/signing/broadcast/EvmBroadcastStrategy.h"

#include "core/chain/evm/transaction/EvmTransaction.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct EvmBroadcastText
{
    Q_DECLARE_TR_FUNCTIONS(EvmBroadcastText)
};

}  // namespace

EvmBroadcastStrategy::EvmBroadcastStrategy(const Job& job, const SigningServices& parts, int confirmations)
    : m_parts(parts),
      m_bytes(job.signedTransaction),
      m_hash(job.hash),
      m_address(job.address),
      m_confirmations(static_cast<std::uint64_t>(std::max(1, confirmations)))
{}

Status EvmBroadcastStrategy::connect()
{
    ASSIGN_OR_RETURN(const auto transaction, decodeTransaction(m_bytes));
    m_nonce = transaction.nonce;
    ASSIGN_OR_RETURN(auto rpc, m_parts.evmRpc(toDecimal(transaction.chainId.value_or(0))));
    m_rpc = std::move(rpc);
    return {};
}

void EvmBroadcastStrategy::send(UnixMillis, Answered answered)
{
    m_question.begin(std::move(answered));
    m_question.waitFor(
        m_rpc->sendRawTransaction(m_bytes, [this](const Result<std::string>& hash) { handleSent(hash); }));
}

void EvmBroadcastStrategy::handleSent(const Result<std::string>& hash)
{
    if (!hash && hash.error().code == ErrorCode::InvalidInput) {
        return afterRefusal(hash.error());
    }
    if (!hash) {
        return m_question.answer(BroadcastOutcome::NotTaken{hash.error()});
    }
    if (!hash->empty() && *hash != m_hash) {
        return m_question.answer(BroadcastOutcome::NotTaken{
            {ErrorCode::InvalidInput,
             EvmBroadcastText::tr("The node says that it took another transaction than it was sent."),
             QString::fromStdString(*hash)}});
    }
    m_question.answer(BroadcastOutcome::Sent{});
}

void EvmBroadcastStrategy::afterRefusal(const Error& refusal)
{
    // "nonce too low" is also what a node says of a transaction that is mined already.
    m_question.waitFor(m_rpc->isKnown(m_hash, [this, refusal](const Result<bool>& known) {
        if (!known) {
            return m_question.answer(BroadcastOutcome::NotTaken{known.error()});
        }
        if (*known) {
            return m_question.answer(BroadcastOutcome::Sent{});
        }
        refusedUnlessReplaced(refusal);
    }));
}

void EvmBroadcastStrategy::refusedUnlessReplaced(const Error& refusal)
{
    m_question.waitFor(m_rpc->transactionCount(m_address, EvmRpc::CountAt::Latest,
                                               [this, refusal](const Result<std::uint64_t>& count) {
                                                   if (count && *count > m_nonce) {
                                                       return replacedUnlessMined();
                                                   }
                                                   m_question.answer(BroadcastOutcome::Refused{refusal});
                                               }));
}

void EvmBroadcastStrategy::look(UnixMillis, Answered answered)
{
    m_question.begin(std::move(answered));
    m_question.waitFor(m_rpc->receipt(
        m_hash, [this](const Result<std::optional<EvmReceipt>>& receipt) { handleReceipt(receipt); }));
}

void EvmBroadcastStrategy::handleReceipt(const Result<std::optional<EvmReceipt>>& receipt)
{
    if (!receipt) {
        return m_question.answer(BroadcastOutcome::Unreachable{receipt.error()});
    }
    if (*receipt) {
        m_question.waitFor(m_rpc->blockNumber([this, found = **receipt](const Result<std::uint64_t>& head) {
            if (!head) {
                return m_question.answer(BroadcastOutcome::Unreachable{head.error()});
            }
            weigh(found, *head);
        }));
        return;
    }
    // Not mined, or not any more.
    m_question.learn({.wanted = m_confirmations});
    m_question.waitFor(m_rpc->isKnown(m_hash, [this](const Result<bool>& known) {
        if (!known) {
            return m_question.answer(BroadcastOutcome::Unreachable{known.error()});
        }
        lookForNonce(*known);
    }));
}

void EvmBroadcastStrategy::weigh(const EvmReceipt& receipt, std::uint64_t head)
{
    // A node may lag behind the one that gave the receipt.
    const std::uint64_t depth = head < receipt.blockNumber ? 0 : head - receipt.blockNumber + 1;
    m_question.learn({.confirmations = std::min(depth, m_confirmations), .wanted = m_confirmations});
    if (depth < m_confirmations) {
        return m_question.answer(BroadcastOutcome::StillPending{});
    }
    if (!receipt.succeeded) {
        return m_question.answer(BroadcastOutcome::Failed{
            {ErrorCode::InvalidInput,
             EvmBroadcastText::tr("The transaction was mined, and the chain reverted it: it had no effect, "
                                  "and its fee is paid."),
             QStringLiteral("block %1").arg(receipt.blockNumber)}});
    }
    m_question.answer(BroadcastOutcome::Confirmed{"block " + std::to_string(receipt.blockNumber) + ", " +
                                                  receipt.blockHash});
}

void EvmBroadcastStrategy::lookForNonce(bool known)
{
    if (known) {
        return m_question.answer(BroadcastOutcome::StillPending{});
    }
    m_question.waitFor(m_rpc->transactionCount(
        m_address, EvmRpc::CountAt::Latest, [this](const Result<std::uint64_t>& count) {
            if (!count) {
                return m_question.answer(BroadcastOutcome::Unreachable{count.error()});
            }
            if (*count > m_nonce) {
                return replacedUnlessMined();
            }
            m_question.answer(BroadcastOutcome::Forgotten{});
        }));
}

void EvmBroadcastStrategy::replacedUnlessMined()
{
    // It may have been mined between the questions.
    m_question.waitFor(m_rpc->receipt(m_hash, [this](const Result<std::optional<EvmReceipt>>& receipt) {
        if (!receipt) {
            return m_question.answer(BroadcastOutcome::Unreachable{receipt.error()});
        }
        if (*receipt) {
            return m_question.answer(BroadcastOutcome::StillPending{});
        }
        m_question.answer(BroadcastOutcome::Failed{
            {ErrorCode::InvalidInput,
             EvmBroadcastText::tr("Another transaction of this wallet with the same nonce was mined instead. "
                                  "This one can have no effect any more."),
             QStringLiteral("nonce %1").arg(m_nonce)}});
    }));
}

}  // namespace countersign
