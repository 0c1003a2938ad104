#include "core/signing/broadcast/SolanaBroadcastStrategy.h"

#include "core/base/encoding/Base58.h"
#include "core/chain/solana/transaction/SolanaTransaction.h"

#include <QCoreApplication>

namespace countersign {

namespace {

/// A blockhash is good for 150 slots, about a minute; this is after that whatever the node's clock.
constexpr UnixMillis blockhashLifetime = 90'000;

struct SolanaBroadcastText
{
    Q_DECLARE_TR_FUNCTIONS(SolanaBroadcastText)
};

}  // namespace

SolanaBroadcastStrategy::SolanaBroadcastStrategy(const Job& job, const SigningServices& parts)
    : m_parts(parts), m_bytes(job.signedTransaction), m_hash(job.hash)
{}

Status SolanaBroadcastStrategy::connect()
{
    ASSIGN_OR_RETURN(const auto transaction, solana::parseTransaction(m_bytes));
    m_blockhash = toBase58(transaction.message.recentBlockhash);
    m_durable = transaction.usesDurableNonce();
    ASSIGN_OR_RETURN(auto rpc, m_parts.solanaRpc());
    m_rpc = std::move(rpc);
    return {};
}

void SolanaBroadcastStrategy::begin(UnixMillis since, Answered answered)
{
    m_since = since;
    m_question.begin(std::move(answered));
}

void SolanaBroadcastStrategy::send(UnixMillis since, Answered answered)
{
    begin(since, std::move(answered));
    m_question.waitFor(m_rpc->sendTransaction(
        m_bytes, [this](const Result<std::string>& signature) { handleSent(signature); }));
}

void SolanaBroadcastStrategy::handleSent(const Result<std::string>& signature)
{
    if (!signature && signature.error().code == ErrorCode::InvalidInput) {
        return afterRefusal(signature.error());
    }
    if (!signature) {
        return m_question.answer(BroadcastOutcome::NotTaken{signature.error()});
    }
    if (!signature->empty() && *signature != m_hash) {
        return m_question.answer(BroadcastOutcome::NotTaken{
            {ErrorCode::InvalidInput,
             SolanaBroadcastText::tr("The node says that it took another transaction than it was sent."),
             QString::fromStdString(*signature)}});
    }
    m_question.answer(BroadcastOutcome::Sent{});
}

void SolanaBroadcastStrategy::afterRefusal(const Error& refusal)
{
    // The refusal may be of a copy: the network may have executed it already.
    m_question.waitFor(
        m_rpc->signatureStatus(m_hash, [this, refusal](const Result<std::optional<SolanaStatus>>& status) {
            if (!status) {
                return m_question.answer(BroadcastOutcome::NotTaken{status.error()});
            }
            if (*status) {
                return m_question.answer(BroadcastOutcome::Sent{});
            }
            refusedUnlessTooOld(refusal);
        }));
}

void SolanaBroadcastStrategy::refusedUnlessTooOld(const Error& refusal)
{
    if (m_durable || !isPastLifetime()) {
        return m_question.answer(BroadcastOutcome::Refused{refusal});
    }
    m_question.waitFor(m_rpc->isBlockhashValid(m_blockhash, [this, refusal](const Result<bool>& valid) {
        if (!valid || *valid) {
            return m_question.answer(BroadcastOutcome::Refused{refusal});
        }
        lookForTheLastTime();
    }));
}

/// A node that lags behind does not know a new blockhash yet, and calls it as invalid as one that is too old.
bool SolanaBroadcastStrategy::isPastLifetime() const
{
    return m_parts.clock->now() - m_since > blockhashLifetime;
}

/// It may have been executed between the questions.
void SolanaBroadcastStrategy::lookForTheLastTime()
{
    m_question.waitFor(m_rpc->signatureStatus(
        m_hash, [this](const Result<std::optional<SolanaStatus>>& status) { handleStatus(status, true); }));
}

void SolanaBroadcastStrategy::look(UnixMillis since, Answered answered)
{
    begin(since, std::move(answered));
    m_question.waitFor(m_rpc->signatureStatus(
        m_hash, [this](const Result<std::optional<SolanaStatus>>& status) { handleStatus(status, false); }));
}

void SolanaBroadcastStrategy::handleStatus(const Result<std::optional<SolanaStatus>>& status, bool lastLook)
{
    if (!status) {
        return m_question.answer(BroadcastOutcome::Unreachable{status.error()});
    }
    m_question.learn({.commitment = *status ? std::optional((*status)->commitment) : std::nullopt});
    if (!*status && lastLook) {
        return m_question.answer(BroadcastOutcome::Failed{
            {ErrorCode::InvalidInput,
             SolanaBroadcastText::tr(
                 "The network did not execute the transaction before its blockhash became "
                 "too old. It can have no effect any more."),
             QString::fromStdString(m_blockhash)}});
    }
    if (!*status) {
        return lookForBlockhash();
    }
    // Also of a failure: a fork that the network gives up takes it along.
    if ((*status)->commitment == SolanaStatus::Commitment::Processed) {
        return m_question.answer(BroadcastOutcome::StillPending{});
    }
    if ((*status)->error) {
        return m_question.answer(BroadcastOutcome::Failed{
            {ErrorCode::InvalidInput,
             SolanaBroadcastText::tr("The network executed the transaction, and it failed: it had no effect, "
                                     "and its fee is paid."),
             QString::fromStdString(*(*status)->error)}});
    }
    m_question.answer(BroadcastOutcome::Confirmed{"slot " + std::to_string((*status)->slot)});
}

void SolanaBroadcastStrategy::lookForBlockhash()
{
    if (m_durable) {
        return m_question.answer(BroadcastOutcome::Forgotten{});
    }
    m_question.waitFor(m_rpc->isBlockhashValid(m_blockhash, [this](const Result<bool>& valid) {
        if (!valid) {
            return m_question.answer(BroadcastOutcome::Unreachable{valid.error()});
        }
        if (*valid || !isPastLifetime()) {
            return m_question.answer(BroadcastOutcome::Forgotten{});
        }
        lookForTheLastTime();
    }));
}

}  // namespace countersign
