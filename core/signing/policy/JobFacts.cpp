#include "core/signing/policy/JobFacts.h"

#include "core/delegation/WalletAddress.h"
#include "core/meaning/KnownLists.h"

#include <QCoreApplication>

#include <array>
#include <variant>

namespace countersign {

namespace {

struct JobFactsText
{
    Q_DECLARE_TR_FUNCTIONS(JobFactsText)
};

/// In the order of JobOrigin; as policies call them.
constexpr std::array<std::string_view, 3> policyOrigins = {"composed", "file", "relay"};

/// The chain that a job's bytes are bound to.
struct ChainOfContent
{
    PolicyFacts& facts;

    void operator()(const MessageContent&) const {}
    void operator()(const TypedDataContent& typed) const { bindTo(typed.hash.domainChainId); }
    void operator()(const EvmTransactionRequest& request) const { bindTo(request.chainId); }
    void operator()(const SolanaTransaction&) const { facts.chain = meaning::solanaMainnet; }

    void bindTo(const std::optional<Uint256>& chainId) const
    {
        facts.isForEveryChain = !chainId;
        if (chainId) {
            facts.chain = meaning::caip2OfEvm(*chainId);
        }
    }
};

}  // namespace

PolicyFacts policyFactsOf(const VerifiedJob& job, const meaning::Meaning& meaning,
                          const LabelsOfAddress& labels, UnixMillis now)
{
    PolicyFacts bound;
    std::visit(ChainOfContent{bound}, job.content());
    const std::string kind = isEvm(job.job().kind) ? "eip155" : "solana";
    const std::string chain = bound.chain.value_or(kind);
    PolicyFacts facts =
        factsOfMeaning(meaning, [&](std::string_view address) -> std::optional<std::vector<std::string>> {
            const auto known = labels(chain, address);
            return known ? std::optional(known->lists) : std::nullopt;
        });
    facts.chain = bound.chain;
    facts.isForEveryChain = bound.isForEveryChain;
    facts.walletId = job.job().walletId;
    facts.walletAddress = job.job().address;
    // A wallet is the same on every chain of its kind.
    const auto ofWallet = labels(kind, facts.walletAddress);
    facts.walletTags = ofWallet ? std::optional(ofWallet->tags) : std::nullopt;
    facts.kind = toText(job.job().kind);
    facts.origin = policyOrigins.at(static_cast<std::size_t>(job.job().origin));
    if (!job.job().submitter.empty()) {
        facts.submitter = job.job().submitter;
    }
    facts.now = now;
    return facts;
}

Result<VerifiedJob> draftJob(BytesView document, const Wallet& wallet, UnixMillis now)
{
    ASSIGN_OR_RETURN(const JobDocument read, parseJobDocument(document));
    if (wallet.chain != (isEvm(read.kind) ? evmChain : solanaChain)) {
        return failure(ErrorCode::InvalidInput,
                       JobFactsText::tr("The job's kind does not fit the wallet, which is on %1.")
                           .arg(QString::fromStdString(wallet.chain)));
    }
    Job job;
    job.jobId = jobIdOf(document);
    job.origin = JobOrigin::File;
    job.claimedSubmitter = read.submitter;
    job.walletId = wallet.walletId;
    job.chain = wallet.chain;
    job.address = wallet.address;
    job.kind = read.kind;
    job.document.assign(document.begin(), document.end());
    job.broadcast = read.broadcast;
    job.reason = read.reason;
    job.createdAt = now;
    job.expiresAt = read.expiresAt.value_or(now + defaultJobLifetime);
    return VerifiedJob::of(std::move(job));
}

}  // namespace countersign
