#include "core/signing/prepare/SplLookup.h"

#include "core/chain/solana/spl/SplTransfer.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

using Found = Result<std::optional<SolanaAccount>>;

struct SplLookupText
{
    Q_DECLARE_TR_FUNCTIONS(SplLookupText)
};

tl::unexpected<Error> refused(const char* sentence)
{
    return failure(ErrorCode::InvalidInput, SplLookupText::tr(sentence));
}

/// The RPC layer has checked that this is base58 of 32 bytes.
SolanaAddress ownerOf(const SolanaAccount& account)
{
    return parseSolanaAddress(account.owner).value_or(SolanaAddress{});
}

/// Whether this is an account that only holds SOL, as a wallet's is and as anybody may have made one by
/// sending some to an address.
bool isPlain(const SolanaAccount& account)
{
    return ownerOf(account) == SolanaAddress{} && !account.isExecutable;
}

Status checkWallet(const SolanaAccount& account)
{
    if (solana::splProgramAt(ownerOf(account))) {
        return refused(QT_TRANSLATE_NOOP(
            "SplLookupText",
            "The recipient is a token account or a token, not a wallet. Enter the address of the "
            "wallet that owns it; its token account is found from that."));
    }
    if (!isPlain(account)) {
        return refused(
            QT_TRANSLATE_NOOP("SplLookupText", "The recipient belongs to a program; it is not a wallet."));
    }
    return {};
}

/// The account as what it should be: of this mint, and owned by this wallet. An associated account can be
/// given away; its address then says another owner than it has.
Result<SplTokenAccount> readOwned(const SolanaAccount& account, const SplMint& mint,
                                  const SolanaAddress& address, const SolanaAddress& owner)
{
    if (ownerOf(account) != solana::addressOf(mint.program)) {
        return refused(QT_TRANSLATE_NOOP("SplLookupText",
                                         "At a token account's place is an account of something else."));
    }
    auto read = solana::readTokenAccount(mint.program, account.data);
    if (read && (read->mint != address || read->owner != owner)) {
        return refused(
            QT_TRANSLATE_NOOP("SplLookupText",
                              "A token account does not belong to the wallet whose address leads to "
                              "it. Bring the transfer as a raw transaction."));
    }
    return read;
}

/// Asks one thing after the other; each question is dropped when the next one is asked.
class SplLookup final : public PendingCall
{
public:
    SplLookup(std::unique_ptr<SolanaRpc> rpc, const SplQuestion& question, Callback<SplFacts> done)
        : m_rpc(std::move(rpc)), m_done(std::move(done))
    {
        m_facts.question = question;
        ask(question.mint, &SplLookup::handleMint);
    }

private:
    void ask(const SolanaAddress& address, Status (SplLookup::*take)(const std::optional<SolanaAccount>&))
    {
        m_call = m_rpc->account(toText(address), [this, take](const Found& found) {
            const Status taken = found ? (this->*take)(*found) : failure(found.error());
            if (!taken) {
                finish(failure(taken.error()));
            }
        });
    }

    Status handleMint(const std::optional<SolanaAccount>& account)
    {
        const SplQuestion& question = m_facts.question;
        if (!account) {
            return refused(
                QT_TRANSLATE_NOOP("SplLookupText",
                                  "There is no token at this address on the chain of the configured node "
                                  "(rpc.solana). Enter the address of its mint."));
        }
        ASSIGN_OR_RETURN(auto mint, solana::readMint(ownerOf(*account), account->data));
        m_facts.mint = mint;
        const auto source = solana::associatedTokenAccount(question.wallet, mint.program, question.mint);
        const auto destination =
            solana::associatedTokenAccount(question.recipient, mint.program, question.mint);
        if (!source || !destination) {
            return failure(source ? destination.error() : source.error());
        }
        m_facts.source = *source;
        m_facts.destination = *destination;
        ask(question.recipient, &SplLookup::handleRecipient);
        return {};
    }

    Status handleRecipient(const std::optional<SolanaAccount>& account)
    {
        RETURN_IF_ERROR(account ? checkWallet(*account) : Status());
        ask(m_facts.source, &SplLookup::handleSource);
        return {};
    }

    Status handleSource(const std::optional<SolanaAccount>& account)
    {
        if (!account || isPlain(*account)) {
            return refused(QT_TRANSLATE_NOOP(
                "SplLookupText",
                "The wallet has no account of this token, so that there is nothing to send."));
        }
        ASSIGN_OR_RETURN(const auto own,
                         readOwned(*account, m_facts.mint, m_facts.question.mint, m_facts.question.wallet));
        if (own.isFrozen) {
            return refused(QT_TRANSLATE_NOOP(
                "SplLookupText",
                "The token's issuer has frozen the wallet's account; nothing can be sent from it."));
        }
        m_facts.balance = own.amount;
        ask(m_facts.destination, &SplLookup::handleDestination);
        return {};
    }

    Status handleDestination(const std::optional<SolanaAccount>& account)
    {
        if (!account || isPlain(*account)) {
            return askRent(account ? account->lamports : 0);
        }
        const auto theirs =
            readOwned(*account, m_facts.mint, m_facts.question.mint, m_facts.question.recipient);
        if (!theirs) {
            return failure(theirs.error());
        }
        if (theirs->isFrozen) {
            return refused(QT_TRANSLATE_NOOP(
                "SplLookupText",
                "The token's issuer has frozen the recipient's account; nothing can arrive there."));
        }
        if (theirs->requiresMemo) {
            return refused(QT_TRANSLATE_NOOP(
                "SplLookupText",
                "The recipient's account takes only transfers with a memo, which this form does not "
                "compose. Bring the transfer as a raw transaction."));
        }
        finish(m_facts);
        return {};
    }

    /// present: lamports that somebody has sent to the address already; they count.
    Status askRent(std::uint64_t present)
    {
        if (m_facts.mint.newAccountsAreFrozen) {
            return refused(QT_TRANSLATE_NOOP(
                "SplLookupText",
                "The recipient has no account of this token, and a new one would be frozen until the "
                "token's issuer thaws it: nothing could arrive there."));
        }
        m_facts.mustCreate = true;
        m_call = m_rpc->rentExemption(solana::newTokenAccountBytes(m_facts.mint.program),
                                      [this, present](const Result<std::uint64_t>& needed) {
                                          if (!needed) {
                                              return finish(failure(needed.error()));
                                          }
                                          m_facts.rent = *needed - std::min(*needed, present);
                                          finish(m_facts);
                                      });
        return {};
    }

    /// The last thing: the callback may destroy this.
    void finish(Result<SplFacts> facts)
    {
        const Callback<SplFacts> done = std::move(m_done);
        done(std::move(facts));
    }

    std::unique_ptr<SolanaRpc> m_rpc;
    SplFacts m_facts;
    Callback<SplFacts> m_done;
    PendingCallPtr m_call;  ///< last, so that it is dropped before what it works with
};

/// The answer to a question that need not be asked.
class RefusedLookup final : public PendingCall
{
public:
    RefusedLookup(const Error& error, Callback<SplFacts> done)
    {
        QMetaObject::invokeMethod(
            &m_context, [error, done = std::move(done)] { done(failure(error)); }, Qt::QueuedConnection);
    }

private:
    QObject m_context;
};

}  // namespace

PendingCallPtr lookUpSpl(std::unique_ptr<SolanaRpc> rpc, const SplQuestion& question, Callback<SplFacts> done)
{
    const Status allowed = solana::checkSplRecipient(question.wallet, question.mint, question.recipient);
    if (!allowed) {
        return std::make_unique<RefusedLookup>(allowed.error(), std::move(done));
    }
    return std::make_unique<SplLookup>(std::move(rpc), question, std::move(done));
}

}  // namespace countersign
