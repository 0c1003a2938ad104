#include "core/signing/broadcast/SolanaBroadcast.h"

#include "core/base/Base58.h"
#include "core/chain/solana/SolanaTransaction.h"

namespace countersign {

namespace {

/// A blockhash is good for 150 slots, about a minute; this is after that whatever the node's clock.
constexpr UnixMillis blockhashLifetime = 90'000;

}  // namespace

SolanaBroadcast::SolanaBroadcast(const Job& job, const SigningServices& parts, JobStore& store,
                                 AuditLog& audit)
    : JobBroadcast(job, parts, store, audit)
{}

Status SolanaBroadcast::connectNode()
{
    const auto transaction = solana::parseTransaction(job().signedTransaction);
    if (!transaction) {
        return failure(transaction.error());
    }
    m_blockhash = toBase58(transaction->message.recentBlockhash);
    m_durable = transaction->usesDurableNonce();
    auto rpc = m_parts.solanaRpc();
    if (!rpc) {
        return failure(rpc.error());
    }
    m_rpc = *std::move(rpc);
    return {};
}

void SolanaBroadcast::sendBytes()
{
    hold(m_rpc->sendTransaction(job().signedTransaction, [this](const Result<std::string>& signature) {
        if (!signature && signature.error().code == ErrorCode::InvalidInput) {
            return afterRefusal(signature.error());
        }
        if (!signature) {
            return sendFailed(signature.error());
        }
        if (!signature->empty() && *signature != job().hash) {
            return sendFailed({ErrorCode::InvalidInput,
                               tr("The node says that it took another transaction than it was sent."),
                               QString::fromStdString(*signature)});
        }
        sent();
    }));
}

void SolanaBroadcast::afterRefusal(const Error& refusal)
{
    // The refusal may be of a copy: the network may have executed it already.
    hold(m_rpc->signatureStatus(job().hash,
                                [this, refusal](const Result<std::optional<SolanaStatus>>& status) {
                                    if (status && *status) {
                                        return sent();
                                    }
                                    if (!status) {
                                        return sendFailed(status.error());
                                    }
                                    refusedUnlessTooOld(refusal);
                                }));
}

void SolanaBroadcast::refusedUnlessTooOld(const Error& refusal)
{
    if (m_durable || !isPastLifetime()) {
        return refused(refusal);
    }
    hold(m_rpc->isBlockhashValid(m_blockhash, [this, refusal](const Result<bool>& valid) {
        if (!valid || *valid) {
            return refused(refusal);
        }
        lookForTheLastTime();
    }));
}

/// A node that lags behind does not know a new blockhash yet, and calls it as invalid as one that is too old.
bool SolanaBroadcast::isPastLifetime() const
{
    return m_parts.clock->now() - job().stateAt > blockhashLifetime;
}

/// It may have been executed between the questions.
void SolanaBroadcast::lookForTheLastTime()
{
    hold(m_rpc->signatureStatus(job().hash, [this](const Result<std::optional<SolanaStatus>>& status) {
        handleStatus(status, true);
    }));
}

void SolanaBroadcast::look()
{
    hold(m_rpc->signatureStatus(job().hash, [this](const Result<std::optional<SolanaStatus>>& status) {
        handleStatus(status, false);
    }));
}

void SolanaBroadcast::handleStatus(const Result<std::optional<SolanaStatus>>& status, bool lastLook)
{
    if (!status) {
        return unreachable(status.error());
    }
    tell({.commitment = *status ? std::optional((*status)->commitment) : std::nullopt});
    if (!*status && lastLook) {
        return failed(
            {ErrorCode::InvalidInput,
             tr("The network did not execute the transaction before its blockhash became too old. It "
                "can have no effect any more."),
             QString::fromStdString(m_blockhash)});
    }
    if (!*status) {
        return lookForBlockhash();
    }
    // Also of a failure: a fork that the network gives up takes it along.
    if ((*status)->commitment == SolanaStatus::Commitment::Processed) {
        return lookLater();
    }
    if ((*status)->error) {
        return failed(
            {ErrorCode::InvalidInput,
             tr("The network executed the transaction, and it failed: it had no effect, and its fee is "
                "paid."),
             QString::fromStdString(*(*status)->error)});
    }
    confirmed("slot " + std::to_string((*status)->slot));
}

void SolanaBroadcast::lookForBlockhash()
{
    if (m_durable) {
        return send();
    }
    hold(m_rpc->isBlockhashValid(m_blockhash, [this](const Result<bool>& valid) {
        if (!valid) {
            return unreachable(valid.error());
        }
        if (*valid || !isPastLifetime()) {
            return send();
        }
        lookForTheLastTime();
    }));
}

}  // namespace countersign
